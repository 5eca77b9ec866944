package ratelimit

import (
	"fmt"
	"slices"
	"time"
)

// Limits are how much may be asked. 0 is any number.
type Limits struct {
	PerMinute, PerHour            int // requests of a personal API key
	InvitesPerHour, InvitesPerDay int // into an organization, whoever invites, by key or in a session
	DelegationsPerHour            int // of the set-up, by a user
}

// RealLimits are those of the real API: of its ordinary endpoints, and of invites (200 a day
// since the summer of 2026).
// Source: posthog/rate_limit.py.
func RealLimits() Limits {
	return Limits{PerMinute: 480, PerHour: 4800, InvitesPerHour: 50, InvitesPerDay: 100, DelegationsPerHour: 10}
}

// NewestInvitesPerDay is how many invites an organization may send a day from the
// newest revision of the API on. Source: pull request #74302, posthog/rate_limit.py.
const NewestInvitesPerDay = 200

// negative reports whether a limit is below zero.
func (l Limits) negative() bool {
	return min(l.PerMinute, l.PerHour, l.InvitesPerHour, l.InvitesPerDay, l.DelegationsPerHour) < 0
}

// Mode says what comes of requests that are too many.
type Mode string

// The modes of rate limits.
const (
	Off     Mode = "off"     // nothing is counted
	Observe Mode = "observe" // it is noted who would have been refused
	Enforce Mode = "enforce" // they are refused
)

// Modes are all of them, the ordinary one first.
func Modes() []Mode { return []Mode{Off, Observe, Enforce} }

// Setting is how keys are limited.
type Setting struct {
	Mode   Mode
	Limits Limits
	// ByRevision says that nobody chose how many invites a day there may be: they are as many
	// as the revision of the API allows.
	ByRevision bool
}

// In is the setting in a revision that allows a number of invites a day.
func (s Setting) In(invitesPerDay int) Setting {
	if s.ByRevision {
		s.Limits.InvitesPerDay = invitesPerDay
	}
	return s
}

// NewSetting completes a setting. Without limits it has the real ones, so that a mode is
// all it takes to have them; without a mode it enforces limits that it was given.
func NewSetting(mode Mode, limits Limits) Setting {
	if mode == "" {
		mode = Off
		if limits != (Limits{}) {
			mode = Enforce
		}
	}
	if limits == (Limits{}) {
		limits = RealLimits()
	}
	return Setting{mode, limits, limits == RealLimits()}
}

// Check refuses a setting that limits nothing, or cannot be.
func (s Setting) Check() error {
	switch {
	case !slices.Contains(Modes(), s.Mode):
		return fmt.Errorf(`rate limits: "mode" is %q: want one of %q`, s.Mode, Modes())
	case s.Limits.negative():
		return fmt.Errorf("rate limits: %d a minute and %d an hour, %d and %d invites an hour and a day, %d delegations: want numbers from 0, which is any number",
			s.Limits.PerMinute, s.Limits.PerHour, s.Limits.InvitesPerHour, s.Limits.InvitesPerDay, s.Limits.DelegationsPerHour)
	case s.Mode != Off && s.Limits == (Limits{}):
		return fmt.Errorf("rate limits: any number a minute and any number an hour is no limit: want one of them, or the mode %q", Off)
	}
	return nil
}

// Policy is a setting in force, with what it has counted. Another setting takes the
// place of the whole, and counts anew. It is safe for concurrent use.
type Policy struct {
	Setting
	limiter     *Limiter // nil counts nothing, as do the next two
	invites     *Limiter // by organization
	delegations *Limiter // by user
	excess      excess
	logins      lockout
}

// NewPolicy puts a setting in force, by the clock now.
func NewPolicy(s Setting, now func() time.Time) *Policy {
	p := &Policy{Setting: s}
	if s.Mode != Off {
		p.limiter = New(now, Window{s.Limits.PerMinute, time.Minute}, Window{s.Limits.PerHour, time.Hour})
		p.invites = New(now, Window{s.Limits.InvitesPerHour, time.Hour}, Window{s.Limits.InvitesPerDay, 24 * time.Hour})
		p.delegations = New(now, Window{s.Limits.DelegationsPerHour, time.Hour})
	}
	return p
}

// Counts reports whether requests are counted.
func (p *Policy) Counts() bool { return p.limiter != nil }

// Take counts a request that was made with a key, and notes it when it is one too many.
// It reports whether the request is refused, and after how long it would pass.
func (p *Policy) Take(key string, caller Caller, now time.Time) (wait time.Duration, refused bool) {
	return p.take(p.limiter, key, 1, caller, now)
}

// TakeInvites is Take for a number of invites into an organization, all or none of which
// pass. They are noted apart from the requests of keys.
func (p *Policy) TakeInvites(organization string, invites int, user string, now time.Time) (wait time.Duration, refused bool) {
	return p.take(p.invites, organization, invites, Caller{Key: "invites of " + organization, Label: "invites", User: user}, now)
}

// TakeDelegation is Take for a delegation by a user.
func (p *Policy) TakeDelegation(user string, now time.Time) (wait time.Duration, refused bool) {
	return p.take(p.delegations, user, 1, Caller{Key: "delegations of " + user, Label: "delegations", User: user}, now)
}

func (p *Policy) take(limiter *Limiter, key string, n int, caller Caller, now time.Time) (wait time.Duration, refused bool) {
	wait, allowed := limiter.Take(key, n)
	if allowed {
		return 0, false
	}
	p.excess.add(caller, now)
	return wait, p.Mode == Enforce
}

// Excess are the requests that were too many, by key, the most first. Requests of
// further keys are counted together, in unlisted.
func (p *Policy) Excess() (byKey []Excess, unlisted int) { return p.excess.list() }

// LockedOut reports whether an address may not even try to log in.
func (p *Policy) LockedOut(address string, now time.Time) bool {
	return p.Mode == Enforce && p.logins.locked(address, now)
}

// FailLogin counts a login that failed. It reports whether the address is locked out now.
func (p *Policy) FailLogin(address string, now time.Time) bool {
	return p.Mode == Enforce && p.logins.fail(address, now)
}
