package ratelimit

import (
	"sync"
	"time"
)

// How guessing passwords comes to an end: after too many logins that failed, an
// address gets no further for a while, not even with the right password. It counts as
// one of the rate limits, and holds where those are enforced.
// Source: the settings AXES_… in posthog/settings/web.py, axes_locked_out in
// posthog/api/authentication.py, AxesCacheHandler in axes/handlers/cache.py.

const (
	// maxFailedLogins is the failure that is refused for being too many.
	maxFailedLogins = 30
	// lockoutTime is how long failures are remembered after the latest one, which may
	// be an attempt while locked out.
	lockoutTime = 10 * time.Minute
	// fewAddresses is how many are kept without looking for old ones.
	fewAddresses = 1024
)

// lockout counts the logins that failed, by the address that they came from. A login
// that succeeds forgives none.
type lockout struct {
	mu     sync.Mutex
	failed map[string]failedLogins
}

type failedLogins struct {
	count  int
	latest time.Time
}

// old reports whether failures are no longer remembered. Those ahead of a clock that was
// set back are not, either.
func (f failedLogins) old(now time.Time) bool {
	age := now.Sub(f.latest)
	return age < 0 || age >= lockoutTime
}

// locked reports whether an address is locked out.
func (l *lockout) locked(address string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.failed[address]
	return found.count >= maxFailedLogins && !found.old(now)
}

// fail counts a failure, and reports whether the address is locked out now.
func (l *lockout) fail(address string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.failed[address]
	if found.old(now) {
		found.count = 0
		l.forgetOld(now)
	}
	found.count, found.latest = found.count+1, now
	l.failed[address] = found
	return found.count >= maxFailedLogins
}

// forgetOld makes room before an address is added.
func (l *lockout) forgetOld(now time.Time) {
	if l.failed == nil {
		l.failed = map[string]failedLogins{}
	}
	if len(l.failed) < fewAddresses {
		return
	}
	for address, found := range l.failed {
		if found.old(now) {
			delete(l.failed, address)
		}
	}
}
