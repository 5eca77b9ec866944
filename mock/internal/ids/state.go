package ids

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// State is how far a source is: what follows from it does not depend on anything
// else. States compare with ==. The zero State is that of no source.
type State struct {
	rand [randSize]byte
	last uint64
}

// randSize is the length of a ChaCha8 generator's own form: a mark, how much of the
// block is used, and the key. What is left over from reading single bytes would come
// before it; nothing here reads other than whole words.
const randSize = len(randMark) + 8 + 32

const randMark = "chacha8:"

// textBytes is how many bytes the text of a state is the base64 of.
const textBytes = 8 + randSize - len(randMark)

// State returns how far the source is.
func (s *Source) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{last: s.last}
	_, _ = s.rand.AppendBinary(state.rand[:0]) // ChaCha8 never fails, and what it writes fits
	return state
}

// Restore makes the source go on as the one whose state it is did. It fails on what
// is no state of a source, and then changes nothing.
func (s *Source) Restore(state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rand.UnmarshalBinary(state.rand[:]); err != nil {
		return fmt.Errorf("ids: not the state of a source: %w", err)
	}
	s.last = state.last
	return nil
}

// Last is the latest UUID that the source made, as a number that grows with them.
func (s State) Last() uint64 { return s.last }

// MarshalText writes the state as 64 characters that are safe in a URL.
func (s State) MarshalText() ([]byte, error) {
	raw := binary.BigEndian.AppendUint64(nil, s.last)
	return base64.RawURLEncoding.AppendEncode(nil, append(raw, s.rand[len(randMark):]...)), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *State) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	// The decoder passes over line breaks: the length of the text is checked too.
	if err != nil || len(raw) != textBytes || len(text) != base64.RawURLEncoding.EncodedLen(textBytes) {
		return fmt.Errorf("ids: %q is no state: give 64 characters as they were written", text)
	}
	s.last = binary.BigEndian.Uint64(raw)
	copy(s.rand[copy(s.rand[:], randMark):], raw[8:])
	return nil
}
