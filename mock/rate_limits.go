package mock

import (
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
)

// RateLimits are how many requests a personal API key may make. 0 is any number.
type RateLimits struct {
	PerMinute, PerHour int
}

// RealRateLimits are those of the real API's ordinary endpoints.
var RealRateLimits = RateLimits(ratelimit.RealLimits())

// RateLimitMode says what comes of requests that are too many.
type RateLimitMode string

// The modes of rate limits.
const (
	RateLimitsOff     = RateLimitMode(ratelimit.Off)     // nothing is counted
	RateLimitsObserve = RateLimitMode(ratelimit.Observe) // it is noted who would have been refused
	RateLimitsEnforce = RateLimitMode(ratelimit.Enforce) // they are refused
)

// RateLimitModes are all of them, the ordinary one first.
var RateLimitModes = []RateLimitMode{RateLimitsOff, RateLimitsObserve, RateLimitsEnforce}

// rateLimitSetting is how sandboxes limit their keys unless they are told otherwise.
func (c *config) rateLimitSetting() ratelimit.Setting {
	return ratelimit.NewSetting(ratelimit.Mode(c.rateLimitMode), ratelimit.Limits(c.rateLimits))
}

// setRateLimits puts a setting in force.
func (b *Sandbox) setRateLimits(s ratelimit.Setting) {
	b.rateLimits.Store(ratelimit.NewPolicy(s, b.clock.Now))
}

// resetRateLimits puts those in force that the sandbox started with.
func (b *Sandbox) resetRateLimits() {
	b.setRateLimits(b.origin.Load().LimitsOr(b.core.config.rateLimitSetting()))
}
