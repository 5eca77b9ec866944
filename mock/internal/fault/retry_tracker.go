package fault

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// patientCallers is how many callers are remembered to be waiting.
	patientCallers = 1024
	// impatientCalls is how many calls that came too early are kept.
	impatientCalls = 1000
)

// Caller is somebody who may be told to wait. The zero Caller is nobody.
type Caller struct {
	// Name is what people call them: the label of a key, else the address of a user.
	Name string `json:"caller"`
	// Key is the id of their key, empty when they came without one. Labels do not tell
	// keys apart.
	Key string `json:"key"`
}

// EarlyCall is a call of a caller who did not wait as told.
type EarlyCall struct {
	// Caller is who called.
	Caller
	// Operation is what they called.
	Operation string `json:"operation"`
	// ToldSeconds is how long they were told to wait.
	ToldSeconds float64 `json:"told_seconds"`
	// WaitedSeconds is how long they waited.
	WaitedSeconds float64 `json:"waited_seconds"`
}

// RetryTracker watches whether callers wait as they were told. It is safe for
// concurrent use, and costs a call one atomic load while nobody waits.
//
// It remembers the callers who were told last, and the calls that came too early
// last.
type RetryTracker struct {
	now     func() time.Time
	waiting atomic.Int64 // how many callers are told

	mu    sync.Mutex
	told  map[Caller]told
	early []EarlyCall // oldest first
	lost  int         // how many are not kept
}

// told is what a caller was told, and when.
type told struct {
	at   time.Time
	wait time.Duration
}

func (t told) over(now time.Time) bool { return now.Before(t.at) || now.Sub(t.at) >= t.wait }

// NewRetryTracker returns a watch that goes by the clock now.
func NewRetryTracker(now func() time.Time) *RetryTracker {
	return &RetryTracker{now: now, told: map[Caller]told{}}
}

// RecordResponse notes how long an answer tells a caller to wait, if it does: with the
// status 429 or 503 and the header Retry-After in seconds.
func (p *RetryTracker) RecordResponse(caller Caller, status int, header http.Header) {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable || caller == (Caller{}) {
		return
	}
	seconds, err := strconv.ParseUint(header.Get("Retry-After"), 10, 31)
	if err != nil || seconds == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if _, known := p.told[caller]; !known && len(p.told) >= patientCallers {
		p.forget(now)
	}
	p.told[caller] = told{now, time.Duration(seconds) * time.Second}
	p.waiting.Store(int64(len(p.told)))
}

// forget makes room: for callers whose time is over, or else for the one who was
// told first.
func (p *RetryTracker) forget(now time.Time) {
	first, found := Caller{}, false
	for caller, t := range p.told {
		if t.over(now) {
			delete(p.told, caller)
		} else if !found || t.at.Before(p.told[first].at) {
			first, found = caller, true
		}
	}
	if len(p.told) >= patientCallers {
		delete(p.told, first)
	}
}

// RecordRequest notes a call, before it is answered.
func (p *RetryTracker) RecordRequest(caller Caller, operation string) {
	if p.waiting.Load() == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t, waiting := p.told[caller]
	if !waiting {
		return
	}
	now := p.now()
	if t.over(now) {
		delete(p.told, caller)
		p.waiting.Store(int64(len(p.told)))
		return
	}
	if len(p.early) == impatientCalls {
		p.early = append(p.early[:0], p.early[1:]...)
		p.lost++
	}
	p.early = append(p.early, EarlyCall{caller, operation, t.wait.Seconds(), now.Sub(t.at).Seconds()})
}

// EarlyCalls returns the calls that came too early, oldest first, and how many
// older ones are not kept.
func (p *RetryTracker) EarlyCalls() (calls []EarlyCall, dropped int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]EarlyCall{}, p.early...), p.lost
}

// Reset forgets everything.
func (p *RetryTracker) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.told)
	p.early, p.lost = nil, 0
	p.waiting.Store(0)
}
