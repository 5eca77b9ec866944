package guard

import (
	"slices"
	"sync"
	"time"
)

// MaxViolations is how many different violations a store keeps.
const MaxViolations = 1000

// Store keeps the violations of one sandbox. The zero Store is empty and ready to use, and small until there is a violation. It is
// safe for concurrent use.
type Store struct {
	mu         sync.Mutex
	violations map[violationKey]*RecordedViolation
	total      int
	dropped    int
}

// violationKey identifies equal violations.
type violationKey struct {
	code             Code
	operation, place string
	method           string // for requests to no operation
}

// RecordedViolation is a violation with the number of requests that had it. Its text describes the first of them.
type RecordedViolation struct {
	Violation
	Count int `json:"count"`
	// First and Last are the requests that had the violation.
	First Occurrence `json:"first"`
	Last  Occurrence `json:"last"`
}

// Occurrence is a request that had a violation: its number in the journal, and its time by the clock of the sandbox.
type Occurrence struct {
	Request int       `json:"request"`
	Time    time.Time `json:"time"`
}

// Report is the content of a store.
type Report struct {
	// Count is how many different violations there are, Total how many with repetitions.
	Count int `json:"count"`
	Total int `json:"total"`
	// Dropped is how many violations were not kept, for lack of room.
	Dropped int `json:"dropped"`
	// Violations are in the order of their first requests.
	Violations []RecordedViolation `json:"violations"`
}

// Add keeps the violations of a request.
func (s *Store) Add(violations []Violation, at Occurrence) {
	if len(violations) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.violations == nil {
		s.violations = map[violationKey]*RecordedViolation{}
	}
	for i := range violations {
		s.add(&violations[i], at)
	}
}

// key returns what equal violations have in common.
func (v *Violation) key() violationKey {
	key := violationKey{code: v.Code, operation: v.Operation, place: v.pattern()}
	if v.Operation == "" {
		key.place, key.method = v.Path, v.Method
	}
	return key
}

func (s *Store) add(v *Violation, at Occurrence) {
	key := v.key()
	if known, ok := s.violations[key]; ok {
		known.met(at)
		s.total++
		return
	}
	if len(s.violations) == MaxViolations {
		s.dropped++
		return
	}
	s.violations[key] = &RecordedViolation{Violation: *v, Count: 1, First: at, Last: at}
	s.total++
}

// Merge adds the violations of another store.
func (s *Store) Merge(found Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.violations == nil {
		s.violations = map[violationKey]*RecordedViolation{}
	}
	s.dropped += found.Dropped
	for _, f := range found.Violations {
		key := f.key()
		known, ok := s.violations[key]
		switch {
		case ok:
			known.merge(&f)
		case len(s.violations) == MaxViolations:
			s.dropped += f.Count
			continue
		default:
			s.violations[key] = &f
		}
		s.total += f.Count
	}
}

func (f *RecordedViolation) merge(other *RecordedViolation) {
	f.Count += other.Count
	if other.First.Request < f.First.Request {
		f.First = other.First
	}
	if other.Last.Request > f.Last.Request {
		f.Last = other.Last
	}
}

// met notes another request. Concurrent requests may come in any order.
func (f *RecordedViolation) met(at Occurrence) {
	f.Count++
	if at.Request < f.First.Request {
		f.First = at
	}
	if at.Request > f.Last.Request {
		f.Last = at
	}
}

// Report returns the violations since the start or the last [Store.Reset].
func (s *Store) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := Report{Total: s.total, Dropped: s.dropped, Count: len(s.violations), Violations: make([]RecordedViolation, 0, len(s.violations))}
	for _, f := range s.violations {
		found.Violations = append(found.Violations, *f)
	}
	slices.SortFunc(found.Violations, byFirst)
	return found
}

// Reset removes everything.
func (s *Store) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations, s.total, s.dropped = nil, 0, 0
}
