package mock

import (
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// seed builds the starting world from its description. Relative times count
// from now.
func seed(w *fixtures.World, now time.Time) (*world.World, error) {
	s := &seeder{now: now, users: map[string]int{}}
	empty := world.Empty()
	empty.SiteURL, empty.OnCloud = w.Deployment.SiteURL, w.Deployment.OnCloud()
	store := world.NewStore(empty)
	err := store.Update(func(tx *world.Tx) error {
		s.tx = tx
		return s.plant(w)
	})
	if err != nil {
		return nil, fmt.Errorf("world %s: %w", w.Name, err)
	}
	return store.View(), nil
}

type seeder struct {
	tx    *world.Tx
	now   time.Time
	users map[string]int // by lower-case e-mail
}

func (s *seeder) plant(w *fixtures.World) error {
	for i := range w.Users {
		s.plantUser(&w.Users[i])
	}
	for i := range w.Organizations {
		if err := s.plantOrganization(&w.Organizations[i]); err != nil {
			return err
		}
	}
	for i := range w.Keys {
		if err := s.plantKey(&w.Keys[i]); err != nil {
			return err
		}
	}
	for i := range w.Sessions {
		if err := s.plantSession(&w.Sessions[i]); err != nil {
			return err
		}
	}
	for _, record := range w.DNS {
		s.tx.PutTXT(&world.TXTRecord{Name: record.Name, Values: record.Values})
	}
	s.plantOutbox(w.Outbox)
	s.plantUpstream(&w.Upstream)
	if w.State != nil {
		s.tx.AdvanceSequences(w.State.LastUser, w.State.LastProject)
	}
	return nil
}
