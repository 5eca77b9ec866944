package mock

import (
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// origin is what sandboxes start from: a fixture world, or another sandbox as it was
// at a moment. It never changes; any number of sandboxes share one.
type origin struct {
	name    string // in words, such as "world default"
	fixture *fixtures.World
	world   *world.World
	logins  map[string]login
	clock   clockState
	lastID  uint64 // the latest identifier in it; later ones sort after it
	// fresh marks a fixture world, whose logins happen when a sandbox is first used. In
	// a fork they have happened.
	fresh bool
}

// newOrigin builds a fixture world. Its relative times count from now.
func newOrigin(w *fixtures.World, seedling int64, now time.Time) (*origin, error) {
	start, err := seed(w, now.UTC().Truncate(time.Microsecond))
	if err != nil {
		return nil, err
	}
	return &origin{
		name: "world " + w.Name, fixture: w, world: start, fresh: true,
		logins: newLogins(w.Target, start, ids.New(^seedling)),
	}, nil
}

// fork is the sandbox as it is now, to start others from. It costs the same however
// much is in it.
func (b *Sandbox) fork() *origin {
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	return b.forkAt(b.moment(), "sandbox "+b.name)
}

// forkAt is the same for another moment of it.
func (b *Sandbox) forkAt(at moment, name string) *origin {
	start := b.origin.Load()
	return &origin{
		name: name, fixture: start.fixture, world: at.world,
		logins: start.logins, clock: at.clock, lastID: at.ids.Last(),
	}
}

// fixture is the world that the sandbox goes back to in the end.
func (b *Sandbox) fixture() *fixtures.World { return b.origin.Load().fixture }
