package fault

import (
	"encoding/json"
	"net/http"
	"time"
)

// HeaderName is the header that asks for a fault in a request, and names the
// faults that were met in a response.
const HeaderName = "Understudy-Fault"

// Decision is what happens to one call. A nil Decision is nothing.
type Decision struct {
	// Name is the id of the fault, or the magic word. There are several, with
	// commas between them, when slowness was added.
	Name string
	// Phase is when the call goes wrong. A call that is slow and nothing else has
	// the phase of its slowness.
	Phase Phase

	fault         *Fault // nil when the call is slow and nothing else
	before, after time.Duration
}

// open tells whether the call may yet go wrong in another way.
func (d *Decision) open() bool { return d.fault == nil }

// SkipsOperation tells whether the operation must not run.
func (d *Decision) SkipsOperation() bool {
	return d != nil && d.fault != nil && (d.Phase == Before || d.Phase == Reset)
}

// Refuses tells whether the caller is refused by a fault, and by which. The operation
// may have run all the same.
func (d *Decision) Refuses() (id string, refuses bool) {
	if d == nil || d.fault == nil || d.fault.Status == 0 {
		return "", false
	}
	return d.fault.ID, true
}

// Delivers tells whether the caller gets an answer, be it a broken one.
func (d *Decision) Delivers() bool {
	return d == nil || d.fault == nil || d.Phase != Lost && d.Phase != Reset
}

// Answer is what the caller gets instead of what the operation answered, which
// is left as it is. Give the zero Answer for an operation that has not run.
func (d *Decision) Answer(given Answer, render Render) Answer {
	if d == nil {
		return given
	}
	switch {
	case d.fault == nil:
	case d.fault.Status != 0:
		given = d.fault.refuse(render)
	case d.Phase == Malformed:
		given = malformed(given)
	}
	header := given.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(HeaderName, d.Name)
	given.Header = header
	return given
}

// malformed breaks the JSON of an answer. One without a body gets a broken one,
// and a status that allows it.
func malformed(given Answer) Answer {
	half := given.Body[:len(given.Body)/2]
	if json.Valid(half) || len(half) == 0 {
		half = []byte(`{"`)
	}
	header := given.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Del("Content-Length")
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if given.Status == http.StatusNoContent {
		given.Status = http.StatusOK
	}
	return Answer{given.Status, header, half}
}
