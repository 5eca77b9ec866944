package mock

import (
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Fault says which calls go wrong, and how. The zero value of a field is its default.
type Fault = fault.Fault

// FaultState is a fault, how many calls it matched and how many met it.
type FaultState = fault.State

// FaultPhase is the moment at which a call goes wrong.
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

// Latency is how long a call waits.
type Latency = fault.Latency

// FixedLatency always waits as long, UniformLatency between two times, and
// LognormalLatency around a median, now and then much longer.
func FixedLatency(d time.Duration) *Latency             { return fault.Fixed(d) }
func UniformLatency(least, most time.Duration) *Latency { return fault.Uniform(least, most) }
func LognormalLatency(median time.Duration, sigma float64) *Latency {
	return fault.Lognormal(median, sigma)
}

// Fault makes calls go wrong from now on, in addition to the faults that there are. It
// fails, and changes nothing, when one of them names an operation that there is not or
// is wrong otherwise; the error names everything.
func (b *Sandbox) Fault(faults ...Fault) error {
	if _, err := b.faults.Add(faults...); err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	return nil
}

// Faults are the faults of the sandbox, in the order in which calls ask them.
func (b *Sandbox) Faults() []FaultState { return b.faults.List() }

// UnmetFaults are those that calls should have met and did not: never, or fewer times
// than they count. What is left to chance may stay unmet, and so may [WithLatency].
func (b *Sandbox) UnmetFaults() []FaultState {
	unmet := []FaultState{}
	for _, f := range b.faults.Unmet() {
		if f.ID != latencyFault {
			unmet = append(unmet, f)
		}
	}
	return unmet
}

// ClearFaults takes every fault away.
func (b *Sandbox) ClearFaults() { b.faults.Clear() }
