// Package fault makes calls go wrong on purpose: refusals that the real service
// gives only on a bad day, answers that are lost, cut, slow or broken, and
// connections that are reset.
//
// Faults are resources of a [Set]. Each says which calls it is for (operation,
// caller, from which call on, how often, by what chance) and what happens to
// them, and counts how many calls it matched and how often it was met. [Magic]
// finds faults that a request asks for itself, by a word in its data.
//
// What a call has to expect is a [Decision]. The server takes it through four
// steps, each of which does nothing for a nil Decision:
//
//	d := set.Decide(fault.Call{Operation: id, Callers: callers})
//	if !d.Enter(w, r, sleep) {
//		return // the caller did not wait for it
//	}
//	var answer fault.Answer
//	if !d.Prevents() {
//		answer = record(handler)
//	}
//	answer = d.Answer(answer, fault.API)
//	d.Send(w, r, answer, sleep)
//
// Where a connection is to be cut and cannot be taken over (HTTP/2, a recorder),
// Enter and Send panic with [http.ErrAbortHandler], as net/http wants it. What
// must happen after them belongs into a defer; a journal entry is best written
// before Send.
//
// # Magic words
//
// A request meets a fault without the control plane when "understudy-fault-" and
// one of [MagicWords] stand anywhere in its path, its query or its body, or when the
// header Understudy-Fault holds the word:
//
//	{"target_email": "jane+understudy-fault-429@example.com"}
//	Understudy-Fault: slow-2s
//
// A header that holds no such word is refused; other data is left alone.
package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Phase is the moment at which a call goes wrong.
type Phase string

// The phases. Before and Reset leave the world as it was: the operation does not
// run. After all others it has run, and what it changed stays changed.
const (
	// Before refuses the call instead of the operation. It is the phase of a
	// fault that names none.
	Before Phase = "before"
	// After refuses the call once the operation has run.
	After Phase = "after"
	// Lost closes the connection without an answer.
	Lost Phase = "lost"
	// Partial sends half of the body under the length of the whole, and closes the
	// connection.
	Partial Phase = "partial"
	// Drip sends the body in pieces.
	Drip Phase = "drip"
	// Malformed sends a body that is no JSON.
	Malformed Phase = "malformed"
	// Reset resets the connection instead of running the operation.
	Reset Phase = "reset"
)

// phases are all there are, in the order in which messages list them.
var phases = []Phase{Before, After, Lost, Partial, Drip, Malformed, Reset}

// Fault says which calls go wrong, and how. The zero value of a field is its
// default.
//
// A fault without Status in the phase [Before] or [After] is slowness alone: it
// has a Latency, and adds to whatever else happens to the call.
type Fault struct {
	// ID names the fault. Without it the set gives one.
	ID string `json:"id"`
	// Operation is an operation id or a pattern of such, as in "invites_*". Empty
	// or "*" is every operation.
	Operation string `json:"operation"`
	// Caller is the e-mail of a user, or the label or the id of a key. Empty is
	// everybody.
	Caller string `json:"caller,omitempty"`
	// Nth is the first of the matching calls that may meet the fault, from 1. With
	// a Count of 1 it is the only one.
	Nth int `json:"nth,omitempty"`
	// Count is how many times the fault is met before it is spent. 0 is no end.
	Count int `json:"count,omitempty"`
	// Probability is the chance of each call, above 0 and up to 1. 0 means 1. Which
	// calls it picks depends on the seed and the number of the call alone.
	Probability float64 `json:"probability,omitempty"`
	// Seed is what Probability and Latency draw from. 0 is the seed of the set.
	Seed int64 `json:"seed,omitempty"`
	// Phase is when the call goes wrong.
	Phase Phase `json:"phase"`
	// Status is the refusal of the phases Before and After, from 400 to 599.
	Status int `json:"status,omitempty"`
	// RetryAfter is how many seconds a 429 or a 503 asks to wait. A 429 asks for one
	// second at least.
	RetryAfter int `json:"retry_after,omitempty"`
	// Latency is how long the call waits: before the operation in the phases Before
	// and Reset, between the operation and its answer in the others.
	Latency *Latency `json:"latency,omitempty"`
	// Over is how long the phase Drip takes for a body. 0 is one second.
	Over Duration `json:"over,omitempty"`
	// Error is the body of the refusal, instead of the API's own.
	Error json.RawMessage `json:"error,omitempty"`
}

// slow tells whether the fault makes calls wait and does nothing else.
func (f *Fault) slow() bool {
	return f.Status == 0 && (f.Phase == Before || f.Phase == After)
}

// State is a fault with its accounting.
type State struct {
	Fault
	// Matched is how many calls were for this operation and from this caller.
	Matched int `json:"matched"`
	// Met is how many calls it happened to.
	Met int `json:"met"`
	// Spent tells that it has been met as often as its count says.
	Spent bool `json:"spent"`
}

// preset is a kind of bad day.
type preset struct {
	name   string
	faults []Fault
}

// presets are all there are. Their faults have ids, so that a preset that is
// armed twice takes its own place.
var presets = []preset{
	{"flaky-network", []Fault{
		{ID: "flaky-network-latency", Latency: Lognormal(80*time.Millisecond, 0.6)},
		{ID: "flaky-network-reset", Phase: Reset, Probability: 0.05},
		{ID: "flaky-network-lost", Phase: Lost, Probability: 0.05},
		{ID: "flaky-network-partial", Phase: Partial, Probability: 0.03},
	}},
	{"rate-limited", []Fault{
		{ID: "rate-limited", Status: http.StatusTooManyRequests, RetryAfter: 2, Probability: 0.5},
	}},
	{"maintenance", []Fault{
		{ID: "maintenance", Status: http.StatusServiceUnavailable, RetryAfter: 30},
	}},
}

// Presets are the names of the presets: "flaky-network" is slow and loses some
// answers, "rate-limited" refuses every second call or so, "maintenance" refuses
// them all.
func Presets() (names []string) {
	for _, p := range presets {
		names = append(names, p.name)
	}
	return names
}

// Preset returns the faults of a preset. It fails for a name that there is not.
func Preset(name string) ([]Fault, error) {
	for _, p := range presets {
		if p.name == name {
			return slices.Clone(p.faults), nil
		}
	}
	return nil, fmt.Errorf("there is no preset %q: send one of %s", name, quoted(Presets()))
}
