package sandbox

import (
	"fmt"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// State is the whole state of a sandbox at a time. Keeping one costs nothing but what
// changes afterwards: worlds share what they have in common.
type State struct {
	World *world.World
	ids   ids.State
	clock clock.State
}

// Settle notes the state around transactions, in which alone identifiers are made. The
// store calls it; see [world.Settler].
func (s *Sandbox) Settle(w *world.World) {
	now := State{w, s.IDs.State(), s.Clock.State()}
	if last := s.settled.Load(); last == nil || *last != now {
		s.settled.Store(&now)
	}
}

// State is the state after the latest transaction, whole, and how the clock is adjusted
// now: the same one for as long as nothing changes. Only the first to ask waits, and within a
// transaction it is the state before.
func (s *Sandbox) State() *State {
	last, adjusted := s.settled.Load(), s.Clock.State()
	if last == nil { // nothing has happened yet
		s.Store.Settle()
		last = s.settled.Load()
	}
	if last.clock == adjusted {
		return last
	}
	now := *last
	now.clock = adjusted
	s.settled.CompareAndSwap(last, &now) // or a transaction has ended since
	return &now
}

// restore goes back to a state. The clock is left alone unless it is asked for.
func (s *Sandbox) restore(to *State, withClock bool) {
	s.resetting.Lock()
	defer s.resetting.Unlock()
	s.Store.Reset(to.World, func() {
		_ = s.IDs.Restore(to.ids) // it came from a source
		if withClock {
			s.Clock.Restore(to.clock)
		}
	})
}

// Rewind goes back to the state before a request of the journal; the same requests get
// the same answers again. The clock stays as it is. It fails when the journal does not
// have the request.
func (s *Sandbox) Rewind(request int) error {
	e, ok := s.Journal.Entry(int64(request))
	if !ok {
		return fmt.Errorf("the journal has no request %d", request)
	}
	s.restore(e.Before().(*State), false)
	return nil
}

// Fork is what the sandbox is now, to start others from. It costs the same however
// much is in it.
func (s *Sandbox) Fork() *worldfile.InitialState {
	s.StartSessions()
	s.resetting.RLock()
	defer s.resetting.RUnlock()
	return s.initialStateAt(*s.State(), "sandbox "+s.name)
}

// ForkSnapshot is Fork for a snapshot of the sandbox; nil when it has none of that name.
func (s *Sandbox) ForkSnapshot(name string) *worldfile.InitialState {
	taken := s.snapshots.get(name)
	if taken == nil {
		return nil
	}
	return s.initialStateAt(taken.State, "snapshot "+taken.Name+" of sandbox "+s.name)
}

// initialStateAt makes a state one to start from, with a name in words.
func (s *Sandbox) initialStateAt(at State, name string) *worldfile.InitialState {
	start, limits := s.initial.Load(), s.rateLimits.Load().Setting
	return &worldfile.InitialState{
		Name: name, Fixture: start.Fixture, World: at.World,
		Logins: start.Logins, Clock: at.clock, LastID: at.ids.Last(), Limits: &limits,
	}
}

// Export describes the sandbox as it is now as a fixture world. A sandbox that starts
// from it, in this process or another, goes on where this one stands: it gives the
// same answers and makes the same identifiers. What the rate limits have counted does
// not travel.
func (s *Sandbox) Export() (*fixtures.World, error) {
	s.StartSessions()
	s.resetting.RLock()
	defer s.resetting.RUnlock()
	at := *s.State()
	return worldfile.Export(s.initialStateAt(at, "sandbox "+s.name), at.ids)
}
