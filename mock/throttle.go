package mock

import (
	"math"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// RateLimits are how many requests a personal API key may make. 0 is any number.
type RateLimits struct {
	PerMinute, PerHour int
}

// RealRateLimits are those of the real API's ordinary endpoints.
// Source: BurstRateThrottle and SustainedRateThrottle in posthog/rate_limit.py.
var RealRateLimits = RateLimits{PerMinute: 480, PerHour: 4800}

// profile is how a target profile names the limits.
func (r RateLimits) profile() map[string]any {
	limits := map[string]any{}
	if r.PerMinute > 0 {
		limits["requests_per_minute"] = r.PerMinute
	}
	if r.PerHour > 0 {
		limits["requests_per_hour"] = r.PerHour
	}
	return limits
}

// newLimiter returns what counts requests; nil counts none.
func (r RateLimits) newLimiter(now func() time.Time) *ratelimit.Limiter {
	if r.PerMinute <= 0 && r.PerHour <= 0 {
		return nil
	}
	return ratelimit.New(now,
		ratelimit.Window{Requests: r.PerMinute, Length: time.Minute},
		ratelimit.Window{Requests: r.PerHour, Length: time.Hour})
}

// unthrottled is the scope object whose endpoints have throttles of their own,
// which reading never meets. Source: UserViewSet in posthog/api/user.py.
const unthrottled = "user"

// throttle counts a request of a personal API key and refuses it when there are
// too many. It comes after the permissions: what they refuse is not counted. It
// comes before the object, the body and even the method, so that whatever goes
// wrong later is. Source: APIView.initial in rest_framework/views.py.
//
// Sessions are not limited, nor are keys in a body: the real throttle looks for
// a key in the header and in the query alone.
func (c *call) throttle() error {
	limiter := c.sandbox.limiter
	if limiter == nil || c.counted || c.key == nil || c.resource.object == unthrottled {
		return nil
	}
	c.counted = true // a request that asks outside is admitted twice
	key := c.key.Value
	if c.keyInBody {
		var ok bool
		if key, ok = c.query.Get("personal_api_key"); !ok {
			return nil
		}
	}
	if wait, allowed := limiter.Take(key); !allowed {
		return rest.Throttled(int(math.Ceil(wait.Seconds())))
	}
	return nil
}
