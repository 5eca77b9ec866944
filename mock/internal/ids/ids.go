// Package ids generates identifiers and secrets in the real API's formats, from a
// seed: two sources with the same seed, called in the same way at the same times,
// return the same values. It never reads a clock or the system's randomness.
package ids

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Source generates identifiers. It is safe for concurrent use.
type Source struct {
	mu   sync.Mutex
	rand *rand.ChaCha8
	last uint64 // milliseconds << 12 | sequence of the latest UUID
}

// New returns a source with a seed.
func New(seed int64) *Source {
	s := &Source{}
	s.Restart(seed)
	return s
}

// Restart resets the source to a seed.
func (s *Source) Restart(seed int64) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rand, s.last = rand.NewChaCha8(key), 0
}

// Skip makes all further UUIDs sort after the one with the number last; see
// [State.Last].
func (s *Source) Skip(last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, last)
}

// UUID returns a UUID of version 7 for the time now. Later ones sort after earlier
// ones even when the clock stands still, which the ordering of lists relies on: the
// twelve bits after the milliseconds are a counter (RFC 9562, section 6.2, method
// 1).
func (s *Source) UUID(now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, uint64(now.UnixMilli())<<12)
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], s.last>>12<<16|0x7000|s.last&0xfff)
	binary.BigEndian.PutUint64(id[8:], s.rand.Uint64()&^(3<<62)|2<<62)
	return id.String()
}

// Token returns 43 URL-safe characters: 32 random bytes, like Python's
// secrets.token_urlsafe(32).
func (s *Source) Token() string {
	var raw [32]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.rand.Read(raw[:]) // ChaCha8 never fails
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"

// Alphanumeric returns n lower-case letters and digits, the format of session keys
// and CSRF tokens.
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

// State is the state of a source, on which all further values depend. States are
// comparable with ==. The zero State is invalid.
type State struct {
	rand [randSize]byte
	last uint64
}

// randSize is the size of the encoding of a ChaCha8 generator: a mark, the position
// in the block, and the key. Bytes that are left over from reading single bytes
// would come before it; here only whole words are read.
const randSize = len(randMark) + 8 + 32

const randMark = "chacha8:"

// textBytes is the number of bytes in the base64 text of a state.
const textBytes = 8 + randSize - len(randMark)

// State returns the state of the source.
func (s *Source) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{last: s.last}
	_, _ = s.rand.AppendBinary(state.rand[:0]) // ChaCha8 never fails, and what it writes fits
	return state
}

// Restore sets the state of the source. It fails for an invalid state, and then
// changes nothing.
func (s *Source) Restore(state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rand.UnmarshalBinary(state.rand[:]); err != nil {
		return fmt.Errorf("ids: not the state of a source: %w", err)
	}
	s.last = state.last
	return nil
}

// Last is the number of the latest UUID of the source, which grows with each UUID.
func (s State) Last() uint64 { return s.last }

// MarshalText encodes the state as 64 URL-safe characters.
func (s State) MarshalText() ([]byte, error) {
	raw := binary.BigEndian.AppendUint64(nil, s.last)
	return base64.RawURLEncoding.AppendEncode(nil, append(raw, s.rand[len(randMark):]...)), nil
}

// UnmarshalText decodes the output of MarshalText.
func (s *State) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	// The decoder ignores line breaks: the length of the text is checked, too.
	if err != nil || len(raw) != textBytes || len(text) != base64.RawURLEncoding.EncodedLen(textBytes) {
		return fmt.Errorf("ids: %q is no state: give 64 characters as they were written", text)
	}
	s.last = binary.BigEndian.Uint64(raw)
	copy(s.rand[copy(s.rand[:], randMark):], raw[8:])
	return nil
}
