package mock

import (
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
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
