package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// moment is the whole state of a sandbox at a time. Keeping one costs nothing but what
// changes afterwards: worlds share what they have in common.
type moment struct {
	world *world.World
	ids   ids.State
	clock clock.State
}

// moment is the state as it is now: the same moment for as long as nothing changes. It
// is for those who are in a transaction.
func (b *Sandbox) moment() *moment {
	now := moment{b.store.View(), b.ids.State(), b.clock.State()}
	if last := b.latest.Load(); last != nil && *last == now {
		return last
	}
	kept := now
	b.latest.Store(&kept)
	return &kept
}

// present is the same for everybody else.
func (b *Sandbox) present() (now moment) {
	b.store.WithWriteLock(func() { now = *b.moment() })
	return now
}

// goBack makes a moment the present. The clock is left alone unless it is asked for.
// Like beginning again, it happens at once.
func (b *Sandbox) goBack(to *moment, withClock bool) {
	b.turning.Lock()
	defer b.turning.Unlock()
	b.store.Reset(to.world, func() {
		_ = b.ids.Restore(to.ids) // it came from a source
		if withClock {
			b.clock.Restore(to.clock)
		}
	})
}

// fork is the sandbox as it is now, to start others from. It costs the same however
// much is in it.
func (b *Sandbox) fork() *worldfile.InitialState {
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	return b.forkAt(b.present(), "sandbox "+b.name)
}

// forkAt is the same for another moment of it.
func (b *Sandbox) forkAt(at moment, name string) *worldfile.InitialState {
	start, limits := b.origin.Load(), b.rateLimits.Load().Setting
	return &worldfile.InitialState{
		Name: name, Fixture: start.Fixture, World: at.world,
		Logins: start.Logins, Clock: at.clock, LastID: at.ids.Last(), Limits: &limits,
	}
}

// fixture is the world that the sandbox goes back to in the end.
func (b *Sandbox) fixture() *fixtures.World { return b.origin.Load().Fixture }

// Export describes the sandbox as it is now as a fixture world. A sandbox that starts
// from it, in this process or another, goes on where this one stands: it gives the
// same answers and makes the same identifiers. What the rate limits have counted does
// not travel.
func (b *Sandbox) Export() (*fixtures.World, error) {
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	at := b.present()
	return worldfile.Export(b.forkAt(at, "sandbox "+b.name), at.ids)
}
