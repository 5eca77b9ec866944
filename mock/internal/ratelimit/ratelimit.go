// Package ratelimit limits requests by sliding windows, as the throttles of Django REST
// framework do: each window keeps the times of the requests that it allowed, and refuses
// the next one while it is full. It never writes a response, and knows keys only as
// strings.
//
// It is written here because golang.org/x/time/rate is a token bucket, which allows
// other requests than these throttles do.
//
// Source: SimpleRateThrottle in rest_framework/throttling.py; its subclasses in
// posthog/rate_limit.py.
package ratelimit

import (
	"sync"
	"time"
)

// Window allows a number of requests in any time span of a length.
type Window struct {
	Requests int
	Length   time.Duration
}

// Limiter counts the requests of each key. It is safe for concurrent use.
//
// It keeps the times of the allowed requests in the longest window, and drops keys
// that have been idle for that long.
type Limiter struct {
	now     func() time.Time
	windows []Window
	longest time.Duration

	mu   sync.Mutex
	keys map[string][]history // for each window, in their order
	// sweepAt is the number of keys at which idle ones are looked for.
	sweepAt int
}

// minSweepKeys is the number of keys up to which idle ones are kept.
const minSweepKeys = 1024

// New returns a limiter that goes by the clock now. A window whose number of
// requests is zero or less is ignored.
func New(now func() time.Time, windows ...Window) *Limiter {
	l := &Limiter{now: now}
	for _, w := range windows {
		if w.Requests > 0 && w.Length > 0 {
			l.windows = append(l.windows, w)
			l.longest = max(l.longest, w.Length)
		}
	}
	l.Reset()
	return l
}

// Reset drops all requests.
func (l *Limiter) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys, l.sweepAt = map[string][]history{}, minSweepKeys
}

// Take counts n requests, which pass together. They are refused if a window has no room for
// all of them; wait is then the time until it has, or its whole length if that is never.
//
// A window that has room counts the requests even if another one refuses them: the
// real throttles are independent of each other.
func (l *Limiter) Take(key string, n int) (wait time.Duration, allowed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now().UnixMicro()
	histories, known := l.keys[key]
	if !known {
		l.sweep(now)
		histories = make([]history, len(l.windows))
		l.keys[key] = histories
	}
	allowed = true
	for i, window := range l.windows {
		if left := histories[i].take(window, now, n); left > 0 {
			allowed, wait = false, max(wait, time.Duration(left)*time.Microsecond)
		}
	}
	return wait, allowed
}

// sweep drops idle keys before another one is added, whenever the number of keys
// has doubled: on average a few steps for each key.
func (l *Limiter) sweep(now int64) {
	if len(l.keys) < l.sweepAt {
		return
	}
	for key, histories := range l.keys {
		idle := true
		for i := range histories {
			idle = idle && !histories[i].since(now-l.longest.Microseconds())
		}
		if idle {
			delete(l.keys, key)
		}
	}
	l.sweepAt = max(minSweepKeys, 2*len(l.keys))
}

// history holds the times of the allowed requests of a window, oldest first, in
// microseconds, which is the resolution of the server's clock.
type history struct{ passed []int64 }

// take counts n requests at now, or returns how long they must wait.
func (h *history) take(w Window, now int64, n int) (wait int64) {
	h.forget(w, now)
	switch over := len(h.passed) + n - w.Requests; {
	case over > len(h.passed):
		return w.Length.Microseconds()
	case over > 0:
		return w.Length.Microseconds() - (now - h.passed[over-1])
	}
	for range n {
		h.passed = append(h.passed, now)
	}
	return 0
}

// forget drops times that have left the window, and those in the future of a clock
// that was set back.
func (h *history) forget(w Window, now int64) {
	gone := 0
	for gone < len(h.passed) && h.passed[gone] <= now-w.Length.Microseconds() {
		gone++
	}
	h.passed = h.passed[gone:]
	for n := len(h.passed); n > 0 && h.passed[n-1] > now; n-- {
		h.passed = h.passed[:n-1]
	}
}

// since reports whether a request was allowed after t.
func (h *history) since(t int64) bool {
	return len(h.passed) > 0 && h.passed[len(h.passed)-1] > t
}
