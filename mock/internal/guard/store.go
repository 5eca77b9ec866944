package guard

import (
	"slices"
	"sync"
	"time"
)

// MaxViolations is how many findings a store keeps.
const MaxViolations = 1000

// Store keeps what was found in one sandbox. The zero Store is empty and ready, and small until something is found. It is safe
// for concurrent use.
type Store struct {
	mu       sync.Mutex
	findings map[finding]*RecordedViolation
	total    int
	dropped  int
}

// finding is what makes two violations one finding.
type finding struct {
	code             Code
	operation, place string
	method           string // of what is no operation
}

// RecordedViolation is a violation, and how often it was met. The request that it describes is the first.
type RecordedViolation struct {
	Violation
	Count int `json:"count"`
	// First and Last are the requests that had the violation.
	First Occurrence `json:"first"`
	Last  Occurrence `json:"last"`
}

// Occurrence is a request that had a violation: its number in the journal, and when it came by the clock of the sandbox.
type Occurrence struct {
	Request int       `json:"request"`
	Time    time.Time `json:"time"`
}

// Report is what a store holds.
type Report struct {
	// Count is how many findings there are, Total how many violations they stand for.
	Count int `json:"count"`
	Total int `json:"total"`
	// Dropped is how many violations found no room any more.
	Dropped int `json:"dropped"`
	// Violations are in the order in which they were met first.
	Violations []RecordedViolation `json:"violations"`
}

// Add keeps the violations of a request.
func (s *Store) Add(violations []Violation, at Occurrence) {
	if len(violations) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.findings == nil {
		s.findings = map[finding]*RecordedViolation{}
	}
	for i := range violations {
		s.add(&violations[i], at)
	}
}

// key is what the violation shares with others like it.
func (v *Violation) key() finding {
	key := finding{code: v.Code, operation: v.Operation, place: v.place()}
	if v.Operation == "" {
		key.place, key.method = v.Path, v.Method
	}
	return key
}

func (s *Store) add(v *Violation, at Occurrence) {
	key := v.key()
	if known, ok := s.findings[key]; ok {
		known.met(at)
		s.total++
		return
	}
	if len(s.findings) == MaxViolations {
		s.dropped++
		return
	}
	s.findings[key] = &RecordedViolation{Violation: *v, Count: 1, First: at, Last: at}
	s.total++
}

// Merge keeps what another store found, as if it had been found here.
func (s *Store) Merge(found Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.findings == nil {
		s.findings = map[finding]*RecordedViolation{}
	}
	s.dropped += found.Dropped
	for _, f := range found.Violations {
		key := f.key()
		known, ok := s.findings[key]
		switch {
		case ok:
			known.merge(&f)
		case len(s.findings) == MaxViolations:
			s.dropped += f.Count
			continue
		default:
			s.findings[key] = &f
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

// met notes another request. Those that run at once may come in any order.
func (f *RecordedViolation) met(at Occurrence) {
	f.Count++
	if at.Request < f.First.Request {
		f.First = at
	}
	if at.Request > f.Last.Request {
		f.Last = at
	}
}

// Report returns what was found since the start or the last [Store.Reset].
func (s *Store) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := Report{Total: s.total, Dropped: s.dropped, Count: len(s.findings), Violations: make([]RecordedViolation, 0, len(s.findings))}
	for _, f := range s.findings {
		found.Violations = append(found.Violations, *f)
	}
	slices.SortFunc(found.Violations, byFirst)
	return found
}

// Reset forgets everything.
func (s *Store) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.findings, s.total, s.dropped = nil, 0, 0
}
