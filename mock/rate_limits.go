package mock

import (
	"fmt"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
)

// RateLimits are how many requests a personal API key may make. 0 is any number.
type RateLimits struct {
	PerMinute, PerHour int
}

// RealRateLimits are those of the real API's ordinary endpoints.
// Source: BurstRateThrottle and SustainedRateThrottle in posthog/rate_limit.py.
var RealRateLimits = RateLimits{PerMinute: 480, PerHour: 4800}

// RateLimitMode says what comes of requests that are too many.
type RateLimitMode string

// The modes of rate limits.
const (
	RateLimitsOff     RateLimitMode = "off"     // nothing is counted
	RateLimitsObserve RateLimitMode = "observe" // it is noted who would have been refused
	RateLimitsEnforce RateLimitMode = "enforce" // they are refused
)

// RateLimitModes are all of them, the ordinary one first.
var RateLimitModes = []RateLimitMode{RateLimitsOff, RateLimitsObserve, RateLimitsEnforce}

// rateLimitSetting is how a sandbox limits its keys.
type rateLimitSetting struct {
	mode   RateLimitMode
	limits RateLimits
}

// rateLimitSetting is how sandboxes limit their keys unless they are told otherwise.
// Without limits it knows the real ones, so that a mode is all it takes to have them.
func (c *config) rateLimitSetting() rateLimitSetting {
	set := rateLimitSetting{c.rateLimitMode, c.rateLimits}
	if set.mode == "" {
		set.mode = RateLimitsOff
		if set.limits != (RateLimits{}) {
			set.mode = RateLimitsEnforce
		}
	}
	if set.limits == (RateLimits{}) {
		set.limits = RealRateLimits
	}
	return set
}

// check refuses what limits nothing, or cannot be.
func (s rateLimitSetting) check() error {
	switch {
	case !slices.Contains(RateLimitModes, s.mode):
		return fmt.Errorf(`rate limits: "mode" is %q: want one of %q`, s.mode, RateLimitModes)
	case s.limits.PerMinute < 0 || s.limits.PerHour < 0:
		return fmt.Errorf("rate limits: %d a minute and %d an hour: want numbers from 0, which is any number", s.limits.PerMinute, s.limits.PerHour)
	case s.mode != RateLimitsOff && s.limits == (RateLimits{}):
		return fmt.Errorf("rate limits: any number a minute and any number an hour is no limit: want one of them, or the mode %q", RateLimitsOff)
	}
	return nil
}

// profile is how a target profile names the limits that are enforced.
func (s rateLimitSetting) profile() map[string]any {
	limits := map[string]any{}
	if s.mode != RateLimitsEnforce {
		return limits
	}
	if s.limits.PerMinute > 0 {
		limits["requests_per_minute"] = s.limits.PerMinute
	}
	if s.limits.PerHour > 0 {
		limits["requests_per_hour"] = s.limits.PerHour
	}
	return limits
}

// rateLimits are a setting in force, with what they have counted. Another setting takes
// the place of the whole, and counts anew.
type rateLimits struct {
	rateLimitSetting
	limiter *ratelimit.Limiter // nil counts nothing
	excess  excess
	logins  lockout
}

func (s rateLimitSetting) start(now func() time.Time) *rateLimits {
	r := &rateLimits{rateLimitSetting: s}
	if s.mode != RateLimitsOff {
		r.limiter = ratelimit.New(now,
			ratelimit.Window{Requests: s.limits.PerMinute, Length: time.Minute},
			ratelimit.Window{Requests: s.limits.PerHour, Length: time.Hour})
	}
	return r
}

// limit puts a setting in force.
func (b *Sandbox) limit(s rateLimitSetting) { b.rateLimits.Store(s.start(b.clock.Now)) }

// resetRateLimits puts those in force that the sandbox started with.
func (b *Sandbox) resetRateLimits() {
	b.limit(b.origin.Load().limitsOr(b.core.config.rateLimitSetting()))
}
