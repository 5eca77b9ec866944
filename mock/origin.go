package mock

import (
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// origin is what sandboxes start from: a fixture world, or another sandbox as it was
// at a moment. It never changes; any number of sandboxes share one.
type origin struct {
	name    string // in words, such as "world default"
	fixture *fixtures.World
	world   *world.World
	logins  map[string]login
	clock   clock.State
	lastID  uint64 // the latest identifier in it; later ones sort after it
	// ids is where the source of identifiers stood, which goes on from there; nil where
	// each sandbox has identifiers of its own.
	ids    *ids.State
	limits *ratelimit.Setting // nil are the server's
	// fresh marks a fixture world, whose logins happen when a sandbox is first used. In
	// a fork, and in a world that was exported from one, they have happened.
	fresh bool
}

// newOrigin builds a fixture world. Its relative times count from now as its clock
// has it. A world that was exported goes on where it stood.
func newOrigin(w *fixtures.World, seedling int64, now time.Time) (*origin, error) {
	o := &origin{name: "world " + w.Name, fixture: w, clock: clockOf(&w.Clock), fresh: w.State == nil}
	var err error
	if o.world, err = seed(w, o.clock.At(now)); err != nil {
		return nil, err
	}
	if !o.fresh {
		if o.ids, err = identifiersOf(w.State); err != nil {
			return nil, fmt.Errorf("world %s: %w", w.Name, err)
		}
	}
	o.logins = newLogins(w, o.world, ids.New(^seedling))
	return o, nil
}

// clockOf is how a world has the clock adjusted.
func clockOf(c *fixtures.Clock) clock.State {
	state := clock.State{Offset: c.Offset}
	if c.Frozen != nil {
		stopped := c.Frozen.At(time.Time{}) // absolute
		state.Frozen = &stopped
	}
	return state
}

// identifiersOf is where the source of an exported world stood.
func identifiersOf(s *fixtures.State) (*ids.State, error) {
	state := new(ids.State)
	err := state.UnmarshalText([]byte(s.Identifiers))
	if err == nil {
		err = ids.New(0).Restore(*state)
	}
	if err != nil {
		return nil, fmt.Errorf("state.identifiers: %w", err)
	}
	return state, nil
}

// begin makes a source of identifiers begin as the origin says: where it stood, or
// anew from a seed.
func (o *origin) begin(source *ids.Source, seed int64) {
	source.Restart(seed)
	source.Skip(o.lastID)
	if o.ids != nil {
		_ = source.Restore(*o.ids) // it was tried when the origin was made
	}
}

// shared is an origin for one of several sandboxes: each has identifiers of its own, or
// a key that is minted in one would be known in another.
func (o *origin) shared() *origin {
	if o.ids == nil {
		return o
	}
	own := *o
	own.ids, own.lastID = nil, max(o.lastID, o.ids.Last())
	return &own
}

// fork is the sandbox as it is now, to start others from. It costs the same however
// much is in it.
func (b *Sandbox) fork() *origin {
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	return b.forkAt(b.present(), "sandbox "+b.name)
}

// forkAt is the same for another moment of it.
func (b *Sandbox) forkAt(at moment, name string) *origin {
	start, limits := b.origin.Load(), b.rateLimits.Load().Setting
	return &origin{
		name: name, fixture: start.fixture, world: at.world,
		logins: start.logins, clock: at.clock, lastID: at.ids.Last(), limits: &limits,
	}
}

// limitsOr are the rate limits that sandboxes start with, if the server's are those.
func (o *origin) limitsOr(server ratelimit.Setting) ratelimit.Setting {
	if o.limits != nil {
		return *o.limits
	}
	return server
}

// fixture is the world that the sandbox goes back to in the end.
func (b *Sandbox) fixture() *fixtures.World { return b.origin.Load().fixture }
