package mock

import "github.com/understudy-dev/understudy/mock/internal/ratelimit"

// RateLimits are how many requests a personal API key may make. 0 is any number.
type RateLimits struct {
	PerMinute, PerHour int
}

// RealRateLimits are those of the real API's ordinary endpoints.
// Source: BurstRateThrottle and SustainedRateThrottle in posthog/rate_limit.py.
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
