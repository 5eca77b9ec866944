package fault

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// Call is what faults are matched against.
type Call struct {
	// Operation is the id of the operation.
	Operation string
	// Callers returns the names of who calls: the e-mail of the user, label and id
	// of the key. It is asked once, and only when a fault wants to know. It must not
	// use the set. nil is nobody.
	Callers func() []string
}

// Decide counts a call and says what happens to it; nil is nothing.
//
// The faults are asked in their order. The first that the call meets decides how
// it goes wrong; the others count it all the same, so that "the third call" does
// not depend on other faults, but are not met. Slowness is met as well, and adds
// up.
func (s *Set) Decide(c Call) *Decision {
	if !s.armed.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var d *Decision
	var callers []string
	asked := false
	for _, f := range s.faults {
		if f.operations != nil && !f.operations[c.Operation] {
			continue
		}
		if f.Caller != "" {
			if !asked && c.Callers != nil {
				callers = c.Callers()
			}
			if asked = true; !named(callers, f.Caller) {
				continue
			}
		}
		f.Matched++
		if random := f.random(s.seed); (f.slow() || d == nil || d.open()) && f.meets(random) {
			f.Met++
			f.Spent = f.Met == f.Count
			d = d.with(&f.Fault, random)
		}
	}
	return d
}

// named tells whether a caller goes by a name.
func named(callers []string, name string) bool {
	for _, caller := range callers {
		if strings.EqualFold(caller, name) {
			return true
		}
	}
	return false
}

// random returns the source of everything that chance decides about the call
// that was just counted. It depends on nothing but the fault and the number of
// the call.
func (c *counted) random(seed int64) *rand.Rand {
	if c.Probability == 0 && c.Latency == nil {
		return nil
	}
	source := uint64(c.Seed)
	if c.Seed == 0 { // faults that share the seed of the set do not go in step
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(c.ID))
		source = uint64(seed) ^ hash.Sum64()
	}
	return rand.New(rand.NewPCG(source, uint64(c.Matched)))
}

// meets tells whether the call that was just counted meets the fault.
func (c *counted) meets(random *rand.Rand) bool {
	if c.Spent || c.Matched < c.Nth {
		return false
	}
	return c.Probability == 0 || random.Float64() < c.Probability
}

// with adds a fault to what happens to the call.
func (d *Decision) with(f *Fault, random *rand.Rand) *Decision {
	if d == nil {
		d = &Decision{Name: f.ID, Phase: f.Phase}
	} else {
		d.Name += ", " + f.ID
	}
	if !f.slow() {
		d.Phase, d.fault = f.Phase, f
	}
	if f.Latency != nil {
		d.wait(f.Phase, f.Latency.draw(random))
	}
	return d
}

// wait adds to the time that the call takes.
func (d *Decision) wait(phase Phase, wait time.Duration) {
	if phase == Before || phase == Reset {
		d.before += wait
	} else {
		d.after += wait
	}
}
