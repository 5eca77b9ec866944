package sandbox

import (
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// MoveTo moves the sandbox to a later revision of the API with everything in it, as the
// upgrade of a deployment does. It fails for an earlier one, and changes nothing then. A reset
// goes back to the revision that the sandbox started with. Limits that nobody chose become those
// of the revision; where that changes them, they count anew.
func (s *Sandbox) MoveTo(revision spec.Revision) error {
	s.StartSessions()
	if err := s.Store.Update(func(tx *world.Tx) error { return tx.MigrateTo(revision) }); err != nil {
		return err
	}
	if now := s.RateLimits().Setting; now.In(invitesPerDay(revision)) != now {
		s.SetRateLimits(now)
	}
	return nil
}

// LeftOut says, a sentence each, what the world that the sandbox started from has and its
// revision cannot hold.
func (s *Sandbox) LeftOut() []string { return s.initial.Load().LeftOut }

// At is an initial state in a later revision of the API. It fails for an earlier one.
func At(from *worldfile.InitialState, revision spec.Revision) (*worldfile.InitialState, error) {
	store := world.NewStore(from.World)
	if err := store.Update(func(tx *world.Tx) error { return tx.MigrateTo(revision) }); err != nil {
		return nil, err
	}
	moved := *from
	moved.World = store.View()
	return &moved, nil
}
