// Package worldfile imports fixture worlds into tables, and exports tables as fixture
// worlds. What else a running sandbox has, such as faults and a journal, is never here.
package worldfile

import (
	"cmp"
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// InitialState is what sandboxes start from: a fixture world, or the state of another
// sandbox. It never changes; any number of sandboxes share one.
type InitialState struct {
	Name    string // for people, such as "world default"
	Fixture *fixtures.World
	World   *world.World
	Logins  map[string]Login // by role of the target section
	Clock   clock.State
	LastID  uint64 // the number of its latest identifier; new ones sort after it
	// IDs is the state of the source of identifiers, for a sandbox that continues an exported
	// one; nil if each sandbox has identifiers of its own.
	IDs    *ids.State
	Limits *ratelimit.Setting // nil means those of the server
	// LoginsPending says that the sessions of the logins start when a sandbox is first used.
	// In a fork, and in an exported world, they have started.
	LoginsPending bool
	// LeftOut says, a sentence each, what the fixture world has and its revision cannot hold.
	LeftOut []string
}

// New makes an initial state of a fixture world. Relative times count from now as adjusted
// by the world's clock. An exported world continues where it was exported. The seed is that
// of its logins. It plays the revision, "" is the one that the world is written for; what that
// cannot hold is left out, and said.
func New(w *fixtures.World, seed int64, now time.Time, revision spec.Revision) (*InitialState, error) {
	written, err := spec.ParseRevision(w.Revision)
	if err != nil {
		return nil, fmt.Errorf("world %s: %w", w.Name, err)
	}
	revision = cmp.Or(revision, written)
	i := &InitialState{Name: "world " + w.Name, Fixture: w, Clock: clockOf(&w.Clock), LoginsPending: w.State == nil, LeftOut: leftOut(w, revision)}
	if i.World, err = importWorld(w, i.Clock.At(now), revision); err != nil {
		return nil, err
	}
	if !i.LoginsPending {
		if i.IDs, err = identifiersOf(w.State); err != nil {
			return nil, fmt.Errorf("world %s: %w", w.Name, err)
		}
	}
	i.Logins = newLogins(w, i.World, ids.New(^seed))
	return i, nil
}

// clockOf is the state of the clock in a fixture world.
func clockOf(c *fixtures.Clock) clock.State {
	state := clock.State{Offset: c.Offset}
	if c.Frozen != nil {
		frozen := c.Frozen.At(time.Time{}) // absolute
		state.Frozen = &frozen
	}
	return state
}

// identifiersOf is the state of the source of identifiers in an exported world.
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

// RestartIDs puts a source of identifiers in its initial state: the exported one, or else
// that of a seed.
func (i *InitialState) RestartIDs(source *ids.Source, seed int64) {
	source.Restart(seed)
	source.Skip(i.LastID)
	if i.IDs != nil {
		_ = source.Restore(*i.IDs) // New has tried it
	}
}

// WithOwnIDs is the initial state without the state of the source of identifiers. Several
// sandboxes that start from one exported world need it: with the same identifiers, a key
// that is created in one would be known in another.
func (i *InitialState) WithOwnIDs() *InitialState {
	if i.IDs == nil {
		return i
	}
	own := *i
	own.IDs, own.LastID = nil, max(i.LastID, i.IDs.Last())
	return &own
}

// LimitsOr are the rate limits of the initial state, else those of the server.
func (i *InitialState) LimitsOr(server ratelimit.Setting) ratelimit.Setting {
	if i.Limits != nil {
		return *i.Limits
	}
	return server
}

// Login is the session that the target profile names for a role. Its key is "" if the
// session had ended when the world was exported.
type Login struct {
	User      *world.User
	Key, CSRF string
}

// newLogins finds the session of each role of the target section whose user has a password,
// or makes one. An exported world has only those that were open.
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

// StartSessions starts the sessions of the logins, so that they are recent. Sessions of the
// fixture world stay as they are.
func (i *InitialState) StartSessions(store *world.Store, now time.Time) {
	_ = store.Update(func(tx *world.Tx) error {
		for _, l := range i.Logins {
			if _, described := tx.Session(l.Key); described {
				continue
			}
			tx.PutSession(&world.Session{Key: l.Key, User: l.User.ID, LoggedInAt: now})
		}
		return nil
	})
}

// WithSessions is the world with the sessions of the logins started, if they are pending.
func (i *InitialState) WithSessions(now time.Time) *world.World {
	if !i.LoginsPending {
		return i.World
	}
	store := world.NewStore(i.World)
	i.StartSessions(store, now)
	return store.View()
}
