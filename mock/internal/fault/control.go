package fault

import (
	"encoding/json"
	"fmt"
	"slices"
)

// List is the JSON of faults with their accounting. It answers every request for
// more than one fault.
type List struct {
	// Count is the number of faults.
	Count int `json:"count"`
	// Faults come in the order in which calls ask them.
	Faults []State `json:"faults"`
}

// NewList shows faults.
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

// PutJSON arms the fault that a body describes under an id, and tells whether
// there was none before. See [Set.Add].
func (s *Set) PutJSON(id string, body []byte) (state State, created bool, err error) {
	var found problems
	f := s.read(&found, body)
	if f.ID != "" && f.ID != id {
		found.add("id", "the path says %q: send that or none", id)
	}
	if !idForm.MatchString(id) && !found.has("id") {
		found.add("id", wantID)
	}
	f.ID = id
	s.mu.Lock()
	defer s.mu.Unlock()
	known := index(s.faults, id) >= 0
	states, err := s.arm(&found, slices.Clone(s.faults), []Fault{f})
	if err != nil {
		return State{}, false, err
	}
	return states[0], !known, nil
}

// ReplaceJSON arms the faults of a body {"faults": […]} instead of all that there
// are. It takes what [List] shows. See [Set.Replace].
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

// read reads a fault and notes everything that is wrong with it. The accounting
// may stand there, so that what the set shows can be sent back.
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
