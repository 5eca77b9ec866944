package sandbox

import (
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// keyUses are when keys were last used. They are beside the world, as what the rate limits
// count is: a request that reads changes nothing, and costs what it did.
type keyUses struct{ at sync.Map } // time.Time by *world.Key

// useInterval is how long uses of a key count as one.
// Source: PersonalAPIKeyAuthentication in posthog/auth.py.
const useInterval = time.Hour

// NoteKeyUse notes that a request was made with a key.
func (s *Sandbox) NoteKeyUse(key *world.Key, now time.Time) {
	if last, ok := s.keyUses.at.Load(key); ok && now.Sub(last.(time.Time)) <= useInterval {
		return
	}
	if last := key.LastUsedAt; last != nil && !now.Before(*last) && now.Sub(*last) <= useInterval {
		return
	}
	s.keyUses.at.Store(key, now)
}

// KeyUsedAt is when a key was last used, nil for never.
func (s *Sandbox) KeyUsedAt(key *world.Key) *time.Time {
	if last, ok := s.keyUses.at.Load(key); ok {
		at := last.(time.Time)
		return &at
	}
	return key.LastUsedAt
}

// ForgetKeyUse forgets the uses of a key that is deleted, or gets another row.
func (s *Sandbox) ForgetKeyUse(key *world.Key) { s.keyUses.at.Delete(key) }

// ClaimKey notes that a key was made in the sandbox: its callers need not name it.
func (s *Sandbox) ClaimKey(value string) { s.registry.claimKey(s, value) }
