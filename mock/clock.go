package mock

import (
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

// Advance moves the clock by d; backwards when d is negative.
func (c *adjustableClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen != nil {
		moved := c.frozen.Add(d).Truncate(time.Microsecond)
		c.frozen = &moved
		return
	}
	c.offset += d
}

// Set makes it t now; the clock goes on from there unless it is frozen.
func (c *adjustableClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t = t.UTC().Truncate(time.Microsecond)
	if c.frozen != nil {
		c.frozen = &t
		return
	}
	c.offset = t.Sub(c.base.Now())
}

// Freeze stops the clock, or lets it go on from where it stands.
func (c *adjustableClock) Freeze(stop bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	switch {
	case stop && c.frozen == nil:
		c.clockState = clockState{frozen: &now}
	case !stop && c.frozen != nil:
		c.frozen = nil
		c.offset = now.Sub(c.base.Now())
	}
}

// Restore gives the time of the underlying clock again.
func (c *adjustableClock) Restore() { c.resume(clockState{}) }

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
