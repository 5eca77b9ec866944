package sandbox

import (
	"fmt"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// KeyRequest asks for a personal API key.
type KeyRequest struct {
	User          string   `json:"user"`          // the e-mail of its owner
	Scopes        []string `json:"scopes"`        // default: all, "*"
	Organizations []string `json:"organizations"` // the only ones it reaches; empty is all
	Projects      []int    `json:"projects"`      // the only ones it reaches; empty is all
	Label         string   `json:"label"`
}

// MintKey makes a personal API key. Its callers need not name the sandbox. It fails when
// there is no such user.
func (s *Sandbox) MintKey(wanted KeyRequest) (*world.Key, error) {
	if len(wanted.Scopes) == 0 {
		wanted.Scopes = []string{"*"}
	}
	var key *world.Key
	err := s.Store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(wanted.User)
		if !ok {
			return noUser(wanted.User)
		}
		now := s.Clock.Now()
		key = &world.Key{
			ID: s.IDs.UUID(now), Label: wanted.Label, Value: "phx_" + s.IDs.Alphanumeric(43), User: user.ID,
			Scopes: wanted.Scopes, Organizations: wanted.Organizations, Projects: wanted.Projects, CreatedAt: now,
		}
		tx.PutKey(key)
		return nil
	})
	if err == nil {
		s.registry.claimKey(s, key.Value)
	}
	return key, err
}

func noUser(email string) error {
	return fmt.Errorf(`"user" names no user: %q; send the e-mail of a user of the world`, email)
}

// StartSession logs a user in without a password, as if that had happened some time ago,
// by single sign-on or not.
// It returns the session's key and its CSRF token. It fails when there is no such user,
// and when the login would lie before the first year of a clock.
func (s *Sandbox) StartSession(email string, age time.Duration, sso bool) (key, csrf string, err error) {
	err = s.Store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(email)
		if !ok {
			return noUser(email)
		}
		login := s.Clock.Now().Add(-age).Truncate(time.Microsecond)
		if age < 0 || login.Year() < clock.FirstYear {
			return fmt.Errorf(`"age" is how long ago the login was: send a duration from 0 that leads to no earlier than the year %d`, clock.FirstYear)
		}
		key, csrf = s.IDs.Alphanumeric(32), s.IDs.Alphanumeric(32)
		tx.PutSession(&world.Session{Key: key, User: user.ID, LoggedInAt: login, SSO: sso})
		return nil
	})
	return key, csrf, err
}
