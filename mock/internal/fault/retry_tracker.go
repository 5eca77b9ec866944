package fault

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxWaiting is how many waiting callers are remembered.
	maxWaiting = 1024
	// maxEarlyCalls is how many early calls are kept.
	maxEarlyCalls = 1000
)

// Caller is a client that may be told to wait. The zero Caller is nobody.
type Caller struct {
	// Name is the label of the key, else the e-mail address of the user.
	Name string `json:"caller"`
	// Key is the id of the key, empty without one. Labels need not be unique.
	Key string `json:"key"`
}

// EarlyCall is a call that came before the time of a Retry-After was over.
type EarlyCall struct {
	// Caller made the call.
	Caller
	// Operation is the id of the operation that was called.
	Operation string `json:"operation"`
	// ToldSeconds is how long the caller was told to wait.
	ToldSeconds float64 `json:"told_seconds"`
	// WaitedSeconds is how long the caller waited.
	WaitedSeconds float64 `json:"waited_seconds"`
}

// RetryTracker tracks which callers were told to wait by a Retry-After header, and
// records calls that came too early. It is safe for concurrent use, and costs a call
// one atomic load while nobody waits.
//
// It is bounded: it keeps the latest waiting callers and the latest early calls.
type RetryTracker struct {
	now   func() time.Time
	count atomic.Int64 // len(waiting)

	mu      sync.Mutex
	waiting map[Caller]retryAfter
	early   []EarlyCall // oldest first
	dropped int         // early calls that are no longer kept
}

// retryAfter is how long a caller has to wait, and from when.
type retryAfter struct {
	at   time.Time
	wait time.Duration
}

// expired reports whether the wait is over, or the clock was set back to before it began.
func (r retryAfter) expired(now time.Time) bool { return now.Before(r.at) || now.Sub(r.at) >= r.wait }

// NewRetryTracker returns a tracker that goes by the clock now.
func NewRetryTracker(now func() time.Time) *RetryTracker {
	return &RetryTracker{now: now, waiting: map[Caller]retryAfter{}}
}

// RecordResponse records how long a response tells a caller to wait: one with status
// 429 or 503 and a Retry-After header in seconds.
func (t *RetryTracker) RecordResponse(caller Caller, status int, header http.Header) {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable || caller == (Caller{}) {
		return
	}
	seconds, err := strconv.ParseUint(header.Get("Retry-After"), 10, 31)
	if err != nil || seconds == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if _, known := t.waiting[caller]; !known && len(t.waiting) >= maxWaiting {
		t.evict(now)
	}
	t.waiting[caller] = retryAfter{now, time.Duration(seconds) * time.Second}
	t.count.Store(int64(len(t.waiting)))
}

// evict makes room: it removes the callers whose time is over, or else the one that
// was told first.
func (t *RetryTracker) evict(now time.Time) {
	first, found := Caller{}, false
	for caller, due := range t.waiting {
		if due.expired(now) {
			delete(t.waiting, caller)
		} else if !found || due.at.Before(t.waiting[first].at) {
			first, found = caller, true
		}
	}
	if len(t.waiting) >= maxWaiting {
		delete(t.waiting, first)
	}
}

// RecordRequest records a call, before its response.
func (t *RetryTracker) RecordRequest(caller Caller, operation string) {
	if t.count.Load() == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	due, waiting := t.waiting[caller]
	if !waiting {
		return
	}
	now := t.now()
	if due.expired(now) {
		delete(t.waiting, caller)
		t.count.Store(int64(len(t.waiting)))
		return
	}
	if len(t.early) == maxEarlyCalls {
		t.early = append(t.early[:0], t.early[1:]...)
		t.dropped++
	}
	t.early = append(t.early, EarlyCall{caller, operation, due.wait.Seconds(), now.Sub(due.at).Seconds()})
}

// EarlyCalls returns the calls that came too early, oldest first, and how many older
// ones were dropped.
func (t *RetryTracker) EarlyCalls() (calls []EarlyCall, dropped int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]EarlyCall{}, t.early...), t.dropped
}

// Reset forgets everything.
func (t *RetryTracker) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.waiting)
	t.early, t.dropped = nil, 0
	t.count.Store(0)
}
