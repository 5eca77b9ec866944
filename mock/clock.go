package mock

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// adjustableClock is the server's clock: the one it was given, shifted or
// stopped by the control plane. It counts in microseconds, as the real
// database does.
type adjustableClock struct {
	base Clock

	mu sync.RWMutex
	clockState
}

// clockState is how a clock was adjusted: at most one of the two. The zero state goes by
// the clock beneath.
type clockState struct {
	offset time.Duration
	frozen *time.Time // what it stands at; it is replaced, never changed
}

// Now returns the server's time in UTC.
func (c *adjustableClock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now()
}

func (c *adjustableClock) now() time.Time {
	if c.frozen != nil {
		return *c.frozen // without a look at the clock beneath
	}
	return c.at(c.base.Now())
}

// at is what a clock that is adjusted so says when the one beneath says now.
func (s clockState) at(now time.Time) time.Time {
	if s.frozen != nil {
		return *s.frozen
	}
	return now.Add(s.offset).UTC().Truncate(time.Microsecond)
}

// The years that a clock can be in: those that RFC 3339 has, without the last, in which
// what is made now still ends.
const firstYear, lastYear = 1, 9998

// adjust changes how the clock is adjusted. When it fails nothing has changed.
func (c *adjustableClock) adjust(change func(s *clockState, base time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, base := c.clockState, c.base.Now()
	if err := change(&next, base); err != nil {
		return err
	}
	if year := next.at(base).Year(); year < firstYear || year > lastYear {
		return fmt.Errorf("it would be the year %d: the clock goes from the year %d to %d", year, firstYear, lastYear)
	}
	c.clockState = next
	return nil
}

// advance moves the clock by d; backwards when d is negative.
func (s *clockState) advance(d time.Duration) error {
	if s.frozen != nil {
		moved := s.frozen.Add(d).Truncate(time.Microsecond)
		s.frozen = &moved
		return nil
	}
	sum := s.offset + d
	if (sum > s.offset) != (d > 0) && d != 0 {
		return errTooFar
	}
	s.offset = sum
	return nil
}

// set makes it t now; the clock goes on from there unless it is frozen.
func (s *clockState) set(t, base time.Time) error {
	t = t.UTC().Truncate(time.Microsecond)
	if s.frozen != nil {
		s.frozen = &t
		return nil
	}
	offset := t.Sub(base)
	if !base.Add(offset).Equal(t) {
		return errTooFar
	}
	s.offset = offset
	return nil
}

var errTooFar = errors.New("only a clock that is frozen can be more than 292 years from the one of the system")

// freeze stops the clock, or lets it go on from where it stands.
func (s *clockState) freeze(stop bool, base time.Time) error {
	now := s.at(base)
	switch {
	case stop && s.frozen == nil:
		*s = clockState{frozen: &now}
	case !stop && s.frozen != nil:
		s.frozen = nil
		return s.set(now, base)
	}
	return nil
}

// snapshot is how the clock is adjusted, resume adjusts it so.
func (c *adjustableClock) snapshot() clockState {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.clockState
}

func (c *adjustableClock) resume(state clockState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clockState = state
}

// state returns the time and whether the clock stands still.
func (c *adjustableClock) state() (now time.Time, frozen bool, offset time.Duration) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now(), c.frozen != nil, c.offset
}
