package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// MaxFaults is how many faults a set holds.
const MaxFaults = 1000

// Config is the configuration of a set.
type Config struct {
	// Operations are the ids of the operations that faults may name.
	Operations []string
	// Seed is the seed of probabilities and latencies.
	Seed int64
}

// Set holds faults and counts the calls that meet them. It is safe for
// concurrent use. An empty set costs a call one atomic load.
type Set struct {
	known operations
	seed  int64
	armed atomic.Bool // whether there is any fault

	mu     sync.Mutex
	faults []*armedFault // in order of addition
	lastID int           // number of the id that the set generated last
}

// armedFault is a fault of the set with its counters and the operations it matches.
type armedFault struct {
	State
	operations map[string]bool // nil matches every operation
}

// NewSet returns an empty set.
func NewSet(c Config) *Set { return &Set{known: c.Operations, seed: c.Seed} }

// Add arms faults, all or none. One with the id of an existing fault replaces it and
// counts from zero. It fails with an [InvalidError].
func (s *Set) Add(faults ...Fault) ([]State, error) {
	var found problems
	for i := range faults {
		found.prefix = fieldPrefix(len(faults), i)
		check(&found, &faults[i], s.known)
	}
	return s.add(&found, faults)
}

// Replace arms faults instead of all existing ones. It fails with an [InvalidError],
// and then changes nothing.
func (s *Set) Replace(faults ...Fault) ([]State, error) {
	var found problems
	for i := range faults {
		found.prefix = fieldPrefix(len(faults), i)
		check(&found, &faults[i], s.known)
	}
	return s.replace(&found, faults)
}

// fieldPrefix names the fault at an index in messages about several.
func fieldPrefix(of, i int) string {
	if of == 1 {
		return ""
	}
	return fmt.Sprintf("faults[%d]", i)
}

// check sets the defaults of a fault and validates it.
func check(found *problems, f *Fault, known operations) {
	if f.Phase == "" {
		f.Phase = Before
	}
	f.check(found, known)
}

// add arms faults that have been validated one by one.
func (s *Set) add(found *problems, faults []Fault) ([]State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arm(found, slices.Clone(s.faults), faults)
}

// replace is like add and drops the existing faults.
func (s *Set) replace(found *problems, faults []Fault) ([]State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arm(found, nil, faults)
}

// arm adds faults to all, and makes the result the set if nothing is wrong.
func (s *Set) arm(found *problems, all []*armedFault, faults []Fault) ([]State, error) {
	found.prefix = ""
	named, own := s.lastID, map[string]bool{}
	for _, f := range faults {
		if f.ID != "" && own[f.ID] {
			found.add("id", "%q is the id of two faults", f.ID)
		}
		own[f.ID] = true
	}
	states := []State{}
	for _, f := range faults {
		for f.ID == "" {
			named++
			if id := fmt.Sprintf("f%d", named); !own[id] && indexOf(all, id) < 0 {
				f.ID = id
			}
		}
		matching, _ := s.known.match(f.Operation)
		c := &armedFault{State{Fault: f}, matching}
		if i := indexOf(all, f.ID); i >= 0 {
			all[i] = c
		} else {
			all = append(all, c)
		}
		states = append(states, c.State)
	}
	if len(all) > MaxFaults {
		found.add("", "there can be %d faults and would be %d: remove those that are spent", MaxFaults, len(all))
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	s.faults, s.lastID = all, named
	s.armed.Store(len(all) > 0)
	return states, nil
}

func indexOf(all []*armedFault, id string) int {
	return slices.IndexFunc(all, func(c *armedFault) bool { return c.ID == id })
}

// Remove removes a fault and reports whether it existed.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := indexOf(s.faults, id)
	if i < 0 {
		return false
	}
	s.faults = slices.Delete(slices.Clone(s.faults), i, i+1)
	s.armed.Store(len(s.faults) > 0)
	return true
}

// Clear removes every fault.
func (s *Set) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.lastID = nil, 0
	s.armed.Store(false)
}

// Get returns a fault with its counters.
func (s *Set) Get(id string) (State, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := indexOf(s.faults, id); i >= 0 {
		return s.faults[i].State, true
	}
	return State{}, false
}

// List returns every fault with its counters, in the order in which calls are matched.
func (s *Set) List() []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]State, len(s.faults))
	for i, c := range s.faults {
		states[i] = c.State
	}
	return states
}

// Unmet returns the faults that calls should have met and did not: never, or
// fewer times than their count says. What is left to chance, with a probability
// and no count, may stay unmet.
func (s *Set) Unmet() (unmet []State) {
	for _, f := range s.List() {
		chance := f.Probability > 0 && f.Probability < 1 && f.Count == 0
		if !chance && f.Met < max(1, f.Count) {
			unmet = append(unmet, f)
		}
	}
	return unmet
}

// List is the JSON of several faults with their counters.
type List struct {
	// Count is the number of faults.
	Count int `json:"count"`
	// Faults are in the order in which calls are matched.
	Faults []State `json:"faults"`
}

// NewList returns the list of faults.
func NewList(faults []State) List {
	if faults == nil {
		faults = []State{}
	}
	return List{len(faults), faults}
}

// AddJSON arms what a body describes: a fault, or {"preset": NAME}. Everything
// that is wrong with it comes in one [InvalidError]. See [Set.Add].
func (s *Set) AddJSON(body []byte) ([]State, error) {
	var found problems
	var keys map[string]json.RawMessage
	if _ = json.Unmarshal(body, &keys); keys["preset"] != nil {
		return s.addPreset(&found, body)
	}
	f := s.read(&found, body)
	return s.add(&found, []Fault{f})
}

// addPreset arms the preset that a body names.
func (s *Set) addPreset(found *problems, body []byte) ([]State, error) {
	var name string
	found.read("", body, []field{{"preset", "the name of a preset: " + quoted(Presets()), &name}})
	faults, err := Preset(name)
	if err != nil && !found.has("preset") {
		found.add("preset", "%s", err)
	}
	for i := range faults {
		check(found, &faults[i], s.known)
	}
	return s.add(found, faults)
}

// PutJSON arms the fault that a body describes under an id, and reports whether it is
// new. See [Set.Add].
func (s *Set) PutJSON(id string, body []byte) (state State, created bool, err error) {
	var found problems
	f := s.read(&found, body)
	if f.ID != "" && f.ID != id {
		found.add("id", "the path says %q: send that or none", id)
	}
	if !idPattern.MatchString(id) && !found.has("id") {
		found.add("id", wantID)
	}
	f.ID = id
	s.mu.Lock()
	defer s.mu.Unlock()
	known := indexOf(s.faults, id) >= 0
	states, err := s.arm(&found, slices.Clone(s.faults), []Fault{f})
	if err != nil {
		return State{}, false, err
	}
	return states[0], !known, nil
}

// ReplaceJSON arms the faults of a body {"faults": […]} instead of all existing ones.
// It accepts the JSON of a [List]. See [Set.Replace].
func (s *Set) ReplaceJSON(body []byte) ([]State, error) {
	var found problems
	var raw []json.RawMessage
	sent := found.read("", body, []field{{"faults", "a list of faults", &raw}, {name: "count"}})
	if raw == nil && sent != nil && !found.has("faults") {
		found.add("faults", "send a list of faults; it may be empty")
	}
	faults := make([]Fault, len(raw))
	for i := range raw {
		found.prefix = fmt.Sprintf("faults[%d]", i)
		faults[i] = s.read(&found, raw[i])
	}
	return s.replace(&found, faults)
}

// read decodes a fault and notes everything that is wrong with it. The counters are
// accepted and ignored, so that the output of the set can be sent back.
func (s *Set) read(found *problems, data []byte) (f Fault) {
	var latency json.RawMessage
	sent := found.read("", data, []field{
		{"id", "a text", &f.ID},
		{"operation", "a text", &f.Operation},
		{"caller", "a text", &f.Caller},
		{"nth", "a whole number", &f.Nth},
		{"count", "a whole number", &f.Count},
		{"probability", "a number", &f.Probability},
		{"seed", "a whole number", &f.Seed},
		{"phase", "a text", &f.Phase},
		{"status", "a whole number", &f.Status},
		{"retry_after", "a whole number of seconds", &f.RetryAfter},
		{"latency", wantDuration, &latency},
		{"over", wantDuration, &f.Over},
		{"error", "a JSON value", &f.Error},
		{name: "matched"}, {name: "met"}, {name: "spent"},
	})
	if sent == nil {
		return f
	}
	if latency != nil {
		l := readLatency(found, latency)
		f.Latency = &l
	}
	isZero := func(name string, zero bool) bool {
		given, ok := sent[name]
		return ok && zero && string(given) != "null" && !found.has(name)
	}
	if isZero("probability", f.Probability == 0) {
		found.add("probability", wantProbability)
	}
	if isZero("nth", f.Nth == 0) {
		found.add("nth", wantNth)
	}
	check(found, &f, s.known)
	return f
}
