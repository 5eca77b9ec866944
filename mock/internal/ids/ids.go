// Package ids makes identifiers and secrets in the real API's formats, from a
// seed: two sources with the same seed, asked the same things at the same times,
// give the same answers.
package ids

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Source makes identifiers. It is safe for concurrent use.
type Source struct {
	mu   sync.Mutex
	rand *rand.ChaCha8
	last uint64 // milliseconds << 12 | sequence of the latest UUID
}

// New returns a source that follows from seed.
func New(seed int64) *Source {
	s := &Source{}
	s.Restart(seed)
	return s
}

// Restart makes the source begin again from seed.
func (s *Source) Restart(seed int64) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rand, s.last = rand.NewChaCha8(key), 0
}

// Skip makes the UUIDs to come sort after the one of a number.
func (s *Source) Skip(last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, last)
}

// UUID returns a UUID of version 7 for the moment. Later ones sort after earlier
// ones even when the clock stands still, which the ordering of lists relies on:
// the twelve bits after the milliseconds count (RFC 9562, section 6.2, method 1).
func (s *Source) UUID(now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, uint64(now.UnixMilli())<<12)
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], s.last>>12<<16|0x7000|s.last&0xfff)
	binary.BigEndian.PutUint64(id[8:], s.rand.Uint64()&^(3<<62)|2<<62)
	return id.String()
}

// Token returns 43 characters that are safe in a URL: 32 random bytes, as
// Python's secrets.token_urlsafe(32) gives.
func (s *Source) Token() string {
	var raw [32]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.rand.Read(raw[:]) // ChaCha8 never fails
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"

// Alphanumeric returns n lower-case letters and digits, as session keys and
// CSRF tokens have them.
func (s *Source) Alphanumeric(n int) string { return s.text(n, alphanumeric) }

// Letters returns n lower-case letters.
func (s *Source) Letters(n int) string { return s.text(n, alphanumeric[:26]) }

func (s *Source) text(n int, from string) string {
	out := make([]byte, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range out {
		out[i] = from[s.rand.Uint64()%uint64(len(from))]
	}
	return string(out)
}
