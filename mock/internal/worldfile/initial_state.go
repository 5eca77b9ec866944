// Package worldfile turns fixture worlds into rows, and rows back into fixture worlds.
// What a running sandbox has besides, such as faults and its journal, is never here.
package worldfile

import (
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// InitialState is what sandboxes start from: a fixture world, or another sandbox as it was
// at a moment. It never changes; any number of sandboxes share one.
type InitialState struct {
	Name    string // in words, such as "world default"
	Fixture *fixtures.World
	World   *world.World
	Logins  map[string]Login
	Clock   clock.State
	LastID  uint64 // the latest identifier in it; later ones sort after it
	// IDs is where the source of identifiers stood, which goes on from there; nil where
	// each sandbox has identifiers of its own.
	IDs    *ids.State
	Limits *ratelimit.Setting // nil are the server's
	// LoginsPending marks a fixture world, whose logins happen when a sandbox is first used. In
	// a fork, and in a world that was exported from one, they have happened.
	LoginsPending bool
}

// New builds a fixture world. Its relative times count from now as its clock
// has it. A world that was exported goes on where it stood.
func New(w *fixtures.World, seedling int64, now time.Time) (*InitialState, error) {
	o := &InitialState{Name: "world " + w.Name, Fixture: w, Clock: clockOf(&w.Clock), LoginsPending: w.State == nil}
	var err error
	if o.World, err = seed(w, o.Clock.At(now)); err != nil {
		return nil, err
	}
	if !o.LoginsPending {
		if o.IDs, err = identifiersOf(w.State); err != nil {
			return nil, fmt.Errorf("world %s: %w", w.Name, err)
		}
	}
	o.Logins = newLogins(w, o.World, ids.New(^seedling))
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

// RestartIDs makes a source of identifiers begin as the initial state says: where it stood, or
// anew from a seed.
func (o *InitialState) RestartIDs(source *ids.Source, seed int64) {
	source.Restart(seed)
	source.Skip(o.LastID)
	if o.IDs != nil {
		_ = source.Restore(*o.IDs) // it was tried when the initial state was made
	}
}

// WithOwnIDs is the initial state of one of several sandboxes: each has identifiers of its own, or
// a key that is minted in one would be known in another.
func (o *InitialState) WithOwnIDs() *InitialState {
	if o.IDs == nil {
		return o
	}
	own := *o
	own.IDs, own.LastID = nil, max(o.LastID, o.IDs.Last())
	return &own
}

// LimitsOr are the rate limits that sandboxes start with, if the server's are those.
func (o *InitialState) LimitsOr(server ratelimit.Setting) ratelimit.Setting {
	if o.Limits != nil {
		return *o.Limits
	}
	return server
}

// Login is the session that the profile has for a role. Its key is "" where the
// session was over when the world was exported.
type Login struct {
	User      *world.User
	Key, CSRF string
}

// newLogins finds the session of each role of the target whose user has a password,
// or makes one. In a world that was exported there are those that were open.
func newLogins(w *fixtures.World, view *world.World, ids *ids.Source) map[string]Login {
	logins := map[string]Login{}
	if w.Target == nil {
		return logins
	}
	for role, c := range w.Target.Credentials.All() {
		user, ok := view.UserByEmail(c.User)
		switch {
		case !ok || user.Password == "":
		case c.Session != "" || w.State != nil:
			logins[role] = Login{user, c.Session, c.CSRFToken}
		default:
			logins[role] = Login{user, ids.Alphanumeric(32), ids.Alphanumeric(32)}
		}
	}
	return logins
}

// StartSessions starts the sessions of the profile, so that they are recent. Those that the
// world describes stay as it says.
func (o *InitialState) StartSessions(store *world.Store, now time.Time) {
	_ = store.Update(func(tx *world.Tx) error {
		for _, l := range o.Logins {
			if _, described := tx.Session(l.Key); described {
				continue
			}
			tx.PutSession(&world.Session{Key: l.Key, User: l.User.ID, LoggedInAt: now})
		}
		return nil
	})
}

// WithSessions is the world with the sessions of the profile. In a fork they have begun.
func (o *InitialState) WithSessions(now time.Time) *world.World {
	if !o.LoginsPending {
		return o.World
	}
	store := world.NewStore(o.World)
	o.StartSessions(store, now)
	return store.View()
}
