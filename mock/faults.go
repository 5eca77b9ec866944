package mock

import (
	"encoding/json"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// Fault says which calls go wrong, and how. The zero value of a field is its default.
//
// A fault without Status in the phase [FaultBefore] or [FaultAfter] is latency alone, and
// adds to whatever else happens to the call.
type Fault struct {
	// ID names the fault. Without it the sandbox gives one.
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
	// Seed is what Probability and Latency draw from. 0 is the seed of the sandbox.
	Seed int64 `json:"seed,omitempty"`
	// Phase is when the call goes wrong.
	Phase FaultPhase `json:"phase"`
	// Status is the refusal of the phases FaultBefore and FaultAfter, from 400 to 599.
	Status int `json:"status,omitempty"`
	// RetryAfter is how many seconds a 429 or a 503 asks to wait. A 429 asks for one
	// second at least.
	RetryAfter int `json:"retry_after,omitempty"`
	// Latency is how long the call waits: before the operation in the phases FaultBefore
	// and FaultReset, between the operation and its answer in the others.
	Latency *Latency `json:"latency,omitempty"`
	// Over is how long the phase FaultDrip takes for a body. 0 is one second.
	Over fault.Duration `json:"over,omitempty"`
	// Error is the body of the refusal, instead of the API's own.
	Error json.RawMessage `json:"error,omitempty"`
}

// FaultState is a fault, how many calls it matched and how many met it.
type FaultState struct {
	Fault
	// Matched is how many calls had the fault's operation and caller.
	Matched int `json:"matched"`
	// Met is how many calls the fault was applied to.
	Met int `json:"met"`
	// Spent says whether it has been met as often as Count says.
	Spent bool `json:"spent"`
}

// FaultPhase is the point at which a call goes wrong.
type FaultPhase = fault.Phase

// The phases of a [Fault]. In the first two the operation does not run; in the others
// it has run, and what it changed stays changed.
const (
	// FaultBefore refuses the call. It is the phase of a fault that names none.
	FaultBefore = fault.Before
	// FaultReset resets the connection.
	FaultReset = fault.Reset
	// FaultAfter refuses the call.
	FaultAfter = fault.After
	// FaultLost closes the connection without an answer.
	FaultLost = fault.Lost
	// FaultPartial sends half of the body and closes the connection.
	FaultPartial = fault.Partial
	// FaultDrip sends the body in pieces.
	FaultDrip = fault.Drip
	// FaultMalformed sends a body that is no JSON.
	FaultMalformed = fault.Malformed
)

// Latency is how long a call waits. [FixedLatency], [UniformLatency] and
// [LognormalLatency] make one.
type Latency = fault.Latency

// FixedLatency always waits as long.
func FixedLatency(d time.Duration) *Latency { return fault.Fixed(d) }

// UniformLatency waits between two times, each as likely as the others.
func UniformLatency(least, most time.Duration) *Latency { return fault.Uniform(least, most) }

// LognormalLatency waits around a median, now and then much longer: with a sigma of 0.5,
// one call in a hundred waits more than three times as long.
func LognormalLatency(median time.Duration, sigma float64) *Latency {
	return fault.Lognormal(median, sigma)
}

// Fault makes calls go wrong from now on, in addition to the faults that there are. It
// fails, and changes nothing, when one of them names an operation that there is not or
// is wrong otherwise; the error names everything.
func (s *Sandbox) Fault(faults ...Fault) error {
	all := make([]fault.Fault, len(faults))
	for i := range faults {
		all[i] = fault.Fault(faults[i])
	}
	_, err := s.sandbox.Faults.Add(all...)
	return ofMock(err)
}

// Faults are the faults of the sandbox, in the order in which calls ask them.
func (s *Sandbox) Faults() []FaultState {
	states := []FaultState{}
	for _, f := range s.sandbox.Faults.List() {
		states = append(states, faultState(f))
	}
	return states
}

func faultState(f fault.State) FaultState {
	return FaultState{Fault: Fault(f.Fault), Matched: f.Matched, Met: f.Met, Spent: f.Spent}
}

// UnmetFaults are those that calls should have met and did not: never, or fewer times
// than they count. What is left to chance may stay unmet, and so may [WithLatency].
func (s *Sandbox) UnmetFaults() []FaultState {
	unmet := []FaultState{}
	for _, f := range s.sandbox.Faults.Unmet() {
		if f.ID != sandbox.LatencyFault {
			unmet = append(unmet, faultState(f))
		}
	}
	return unmet
}

// ClearFaults takes every fault away.
func (s *Sandbox) ClearFaults() { s.sandbox.Faults.Clear() }
