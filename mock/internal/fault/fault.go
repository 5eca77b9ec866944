// Package fault holds injected faults: which calls they apply to, and how these go
// wrong: refused, slow, with a response that is lost, cut or malformed, or with a
// connection that is reset. It never runs an operation, and knows neither routes
// nor the world.
//
// Faults are resources of a [Set]. Each says which calls it is for (operation,
// caller, from which call on, how often, by what chance) and what happens to
// them, and counts how many calls it matched and how often it was met. [Magic]
// finds a fault that a request asks for itself, by a word in its data.
// [RetryTracker] tracks whether callers wait as a Retry-After told them.
//
// The fault that a call meets is a [Decision]. The server takes it through four
// steps, each of which does nothing for a nil Decision:
//
//	d := set.Decide(fault.Call{Operation: id, Callers: callers})
//	if !d.WaitBefore(w, r, sleep) {
//		return // the client has gone
//	}
//	var answer fault.Answer
//	if !d.SkipsOperation() {
//		answer = record(handler)
//	}
//	answer = d.Answer(answer, fault.RenderAPI)
//	d.Send(w, r, answer, sleep)
//
// Where a connection is to be cut and cannot be taken over (HTTP/2, a recorder),
// WaitBefore and Send panic with [http.ErrAbortHandler], as net/http wants it. What
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

// Phase is the point in the handling of a call at which it goes wrong.
type Phase string

// The phases. In Before and Reset the operation does not run, and the world stays
// as it was. In all others it has run, and its changes stay.
const (
	// Before refuses the call without running the operation. It is the default.
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

// phases are all phases, in the order in which messages list them.
var phases = []Phase{Before, After, Lost, Partial, Drip, Malformed, Reset}

// Fault says which calls go wrong, and how. The zero value of a field is its
// default.
//
// A fault without Status in the phase [Before] or [After] is latency alone, and
// adds to whatever else happens to the call.
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

// latencyOnly reports whether the fault delays calls and does nothing else.
func (f *Fault) latencyOnly() bool {
	return f.Status == 0 && (f.Phase == Before || f.Phase == After)
}

// State is a fault with its counters.
type State struct {
	Fault
	// Matched is how many calls had the fault's operation and caller.
	Matched int `json:"matched"`
	// Met is how many calls the fault was applied to.
	Met int `json:"met"`
	// Spent reports whether it has been met as often as Count says.
	Spent bool `json:"spent"`
}

// preset is a named list of faults.
type preset struct {
	name   string
	faults []Fault
}

// presets are all presets. Their faults have ids, so that a preset that is armed
// again replaces itself.
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

// Presets returns the names of the presets: "flaky-network" is slow and loses some
// answers, "rate-limited" refuses every second call or so, "maintenance" refuses
// them all.
func Presets() (names []string) {
	for _, p := range presets {
		names = append(names, p.name)
	}
	return names
}

// Preset returns the faults of a preset. It fails for an unknown name.
func Preset(name string) ([]Fault, error) {
	for _, p := range presets {
		if p.name == name {
			return slices.Clone(p.faults), nil
		}
	}
	return nil, fmt.Errorf("there is no preset %q: send one of %s", name, quoted(Presets()))
}
