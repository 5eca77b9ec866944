// Package clock is the adjustable clock of a sandbox: shifted or stopped, on top of
// another clock. It reads no time of its own.
package clock

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Source tells the time.
type Source interface{ Now() time.Time }

// NewAdjustable returns a clock that shows the time of the base until it is adjusted.
func NewAdjustable(base Source) *Adjustable { return &Adjustable{base: base} }

// Adjustable is a clock that can be shifted or stopped, relative to its base. Its
// resolution is a microsecond, as in the real database.
type Adjustable struct {
	base Source

	mu    sync.RWMutex
	state State
}

// State is the adjustment of a clock: at most one of the two. The zero State is none.
type State struct {
	Offset time.Duration
	Frozen *time.Time // the time of a stopped clock; replaced, never modified
}

// Now returns the time in UTC.
func (c *Adjustable) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now()
}

func (c *Adjustable) now() time.Time {
	if c.state.Frozen != nil {
		return *c.state.Frozen // the base is not read
	}
	return c.state.At(c.base.Now())
}

// At is the time of a clock that is adjusted so, when the time of its base is now.
func (s State) At(now time.Time) time.Time {
	if s.Frozen != nil {
		return *s.Frozen
	}
	return now.Add(s.Offset).UTC().Truncate(time.Microsecond)
}

// The years that a clock can be set to: those of RFC 3339, without the last one, so that
// times in the near future can be written as well.
const (
	// FirstYear is the first of them.
	FirstYear = 1
	// LastYear is the last of them.
	LastYear = 9998
)

// Adjust changes the adjustment. When it fails nothing has changed.
func (c *Adjustable) Adjust(change func(s *State, base time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, base := c.state, c.base.Now()
	if err := change(&next, base); err != nil {
		return err
	}
	if year := next.At(base).Year(); year < FirstYear || year > LastYear {
		return fmt.Errorf("it would be the year %d: the clock goes from the year %d to %d", year, FirstYear, LastYear)
	}
	c.state = next
	return nil
}

// Advance moves the clock by d; backwards when d is negative.
func (s *State) Advance(d time.Duration) error {
	if s.Frozen != nil {
		moved := s.Frozen.Add(d).Truncate(time.Microsecond)
		s.Frozen = &moved
		return nil
	}
	sum := s.Offset + d
	if (sum > s.Offset) != (d > 0) && d != 0 {
		return errTooFar
	}
	s.Offset = sum
	return nil
}

// Set sets the time to t, from which the clock continues unless it is frozen.
func (s *State) Set(t, base time.Time) error {
	t = t.UTC().Truncate(time.Microsecond)
	if s.Frozen != nil {
		s.Frozen = &t
		return nil
	}
	offset := t.Sub(base)
	if !base.Add(offset).Equal(t) {
		return errTooFar
	}
	s.Offset = offset
	return nil
}

var errTooFar = errors.New("only a clock that is frozen can be more than 292 years from the one of the system")

// Freeze stops the clock, or lets it continue from the time that it shows.
func (s *State) Freeze(stop bool, base time.Time) error {
	now := s.At(base)
	switch {
	case stop && s.Frozen == nil:
		*s = State{Frozen: &now}
	case !stop && s.Frozen != nil:
		s.Frozen = nil
		return s.Set(now, base)
	}
	return nil
}

// State returns the adjustment.
func (c *Adjustable) State() State {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.state
}

// Restore sets the adjustment.
func (c *Adjustable) Restore(state State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// Reading returns the time, whether the clock is frozen, and its offset.
func (c *Adjustable) Reading() (now time.Time, frozen bool, offset time.Duration) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now(), c.state.Frozen != nil, c.state.Offset
}
