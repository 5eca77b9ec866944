// Package advice collects what a move to another revision of the API costs the requests of a
// journal: which of them break there, and what of the answers is gone. It is told what breaks, and
// never finds out itself.
//
// What counts, and what does not:
//
//   - A request is compared with the revision in which it was answered. One that the other revision
//     answered itself, as after a move of the sandbox, is left out.
//   - What a request violates in its own revision costs nothing, unless it was ignored there and is
//     refused here; see [guard.NewIn]. The list of violations has it.
//   - A request that its own revision refused counts, since the client sends it: an expired login or a
//     planned fault says nothing about the next one. Each row says how many of its requests were.
//   - The journal knows what was sent, and not what was read of the answers. Fields of answers that are gone
//     are a list of their own, of the operations that were called with success.
//   - Of a body that was not kept whole nothing is said but that.
//   - What depends on the state is not foreseen: a status that an operation may have there and had not
//     before is listed beside the fields.
//
// A journal has bounds in entries and bytes, which bound the time that all of it takes.
package advice

import (
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/spec"
)

// maxRows is how many rows each list has at most.
const maxRows = guard.MaxViolations

// Report is what a move costs.
type Report struct {
	// Revision is that of the sandbox, Against the one to move to.
	Revision spec.Revision `json:"revision"`
	Against  spec.Revision `json:"against"`
	// Requests is how many requests were compared, Breaking how many of them break.
	Requests int `json:"requests"`
	Breaking int `json:"breaking"`
	// Count is how many different breaks there are, Total how many with repetitions, Dropped how many rows found no room.
	Count   int `json:"count"`
	Total   int `json:"total"`
	Dropped int `json:"dropped"`
	// Violations are the breaks, those that are refused first, else in the order of their first requests.
	Violations []*Break `json:"violations"`
	// Answers are what is different in answers, in the order of the first requests.
	Answers []*Answer `json:"answers"`
	// NotChecked are requests, or parts of them, of which nothing can be said.
	NotChecked []*NotChecked `json:"not_checked"`
	// Notes are sentences about all of it.
	Notes []string `json:"notes"`

	played, kept int
	breaks       map[breakKey]*Break
	answers      map[string]*Answer
	unchecked    map[[2]string]*NotChecked
}

// Break is one way in which requests break.
type Break struct {
	guard.Violation
	// Effect is what the other revision does with the request.
	Effect guard.Effect `json:"effect"`
	Met
	// Refused is how many of them their own revision refused.
	Refused int `json:"refused"`
}

// Met is how many requests had something, the first and the last of them.
type Met struct {
	Count int              `json:"count"`
	First guard.Occurrence `json:"first"`
	Last  guard.Occurrence `json:"last"`
}

// Answer is what is different in the answers of an operation.
type Answer struct {
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	// Gone are the fields that the answers no longer have, Statuses the refusals that are new.
	Gone     []string `json:"gone"`
	Statuses []int    `json:"statuses"`
	Met
}

// NotChecked is what could not be checked, and why.
type NotChecked struct {
	Operation string `json:"operation"`
	Reason    string `json:"reason"`
	Met
}

// breakKey identifies equal breaks.
type breakKey struct {
	code                           guard.Code
	operation, method, path, place string
}

// New returns a report of nothing.
func New(of, against spec.Revision) *Report {
	return &Report{
		Revision: of, Against: against, Violations: []*Break{}, Answers: []*Answer{}, NotChecked: []*NotChecked{}, Notes: []string{},
		breaks: map[breakKey]*Break{}, answers: map[string]*Answer{}, unchecked: map[[2]string]*NotChecked{},
	}
}

// Request is what is known of a request that was compared.
type Request struct {
	At guard.Occurrence
	// Own and Other are the operations that it calls in the two revisions, nil for none.
	Own, Other *spec.Operation
	Refused    bool // by its own revision
	Breaks     []guard.Violation
	NotChecked string // why a part of it was not; "" for nothing of the kind
	KeptSCIM   bool   // it calls a SCIM server by an address that goes on for what is there
}

// AddPlayed counts a request that the other revision has answered itself.
func (r *Report) AddPlayed() { r.played++ }

// Add takes up a request. Requests come in their order.
func (r *Report) Add(q *Request, answers *Answers) {
	r.Requests++
	if len(q.Breaks) > 0 {
		r.Breaking++
	}
	if q.KeptSCIM {
		r.kept++
	}
	for _, v := range q.Breaks {
		r.addBreak(v, q)
	}
	if q.NotChecked != "" {
		r.addNotChecked(q)
	}
	if q.Own != nil && q.Other != nil && !q.Refused {
		r.addAnswer(q, answers)
	}
}

func (r *Report) addBreak(v guard.Violation, q *Request) {
	key := breakKey{v.Code, v.Operation, v.Method, v.Path, v.Place()}
	row := r.breaks[key]
	if row == nil {
		if len(r.Violations) == maxRows {
			r.Dropped++
			return
		}
		row = &Break{Violation: v, Effect: v.Effect()}
		r.breaks[key] = row
		r.Violations = append(r.Violations, row)
	}
	row.met(q.At)
	if q.Refused {
		row.Refused++
	}
	r.Total++
}

func (r *Report) addNotChecked(q *Request) {
	key := [2]string{"", q.NotChecked}
	if q.Own != nil {
		key[0] = q.Own.ID
	}
	row := r.unchecked[key]
	if row == nil {
		if len(r.NotChecked) == maxRows {
			r.Dropped++
			return
		}
		row = &NotChecked{Operation: key[0], Reason: q.NotChecked}
		r.unchecked[key] = row
		r.NotChecked = append(r.NotChecked, row)
	}
	row.met(q.At)
}

func (r *Report) addAnswer(q *Request, answers *Answers) {
	differs, ok := answers.byOperation[q.Own.ID]
	if !ok {
		return
	}
	row := r.answers[q.Own.ID]
	if row == nil { // there are no more of them than operations
		row = &Answer{Operation: q.Own.ID, Method: q.Own.Method, Path: q.Own.Path, Gone: differs.gone, Statuses: differs.statuses}
		r.answers[q.Own.ID] = row
		r.Answers = append(r.Answers, row)
	}
	row.met(q.At)
}

// met counts a request.
func (m *Met) met(at guard.Occurrence) {
	if m.Count == 0 {
		m.First = at
	}
	m.Count++
	m.Last = at
}

// End sorts the rows and says what there is to say about all of it.
func (r *Report) End() *Report {
	r.Count = len(r.Violations)
	slices.SortStableFunc(r.Violations, func(a, b *Break) int { return rank(a.Effect) - rank(b.Effect) })
	if r.Revision == r.Against {
		r.Notes = append(r.Notes, "The sandbox plays "+string(r.Against)+" itself: what its requests violate there stands in the violations without \"against\".")
	}
	if r.played > 0 {
		r.Notes = append(r.Notes, requests(r.played)+" left out: "+string(r.Against)+" answered them itself.")
	}
	if r.kept > 0 {
		r.Notes = append(r.Notes, requests(r.kept)+" to a SCIM server by an address that an upgrade keeps. "+
			"What is made after it has another one: read scim_base_url, and do not build the address from the id of a domain or a slug.")
	}
	return r
}

// rank orders effects, the worst one first.
func rank(e guard.Effect) int {
	return slices.Index([]guard.Effect{guard.Refused, guard.Ignored, guard.Taken}, e)
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return strconv.Itoa(n) + " requests"
}
