package api

import (
	"math"
	"net"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// How often somebody may call, and fail to log in. Package ratelimit counts.

// unthrottled is the scope object whose endpoints this limit does not cover. They have
// limits of their own, which reads do not count against.
// Source: UserViewSet in posthog/api/user.py.
const unthrottled = "user"

// throttle counts a request of a personal API key and refuses it when there are
// too many. It comes after the permissions: what they refuse is not counted. It
// comes before the object, the body and even the method, so that whatever goes
// wrong later is. Source: APIView.initial in rest_framework/views.py.
//
// Sessions are not limited, nor are keys in a body: the real throttle looks for
// a key in the header and in the query alone.
func (c *call) throttle() error {
	limits := c.sandbox.RateLimits()
	if !limits.Counts() || c.Key == nil || c.resource.object == unthrottled {
		return nil
	}
	key := c.Key.Value
	if c.KeyInBody {
		var ok bool
		if key, ok = c.query.Get("personal_api_key"); !ok {
			return nil
		}
	}
	wait, refused := limits.Take(key, ratelimit.Caller{Key: c.Key.ID, Label: c.Key.Label, User: c.User.Email}, c.now)
	if !refused {
		return nil
	}
	return rest.Throttled(int(math.Ceil(wait.Seconds())))
}

// failLogin counts a login that failed and returns its refusal.
func (c *call) failLogin() error {
	if c.sandbox.RateLimits().FailLogin(c.address(), c.now) {
		return rest.ErrLockedOut
	}
	return errCredentials
}

// address is where the caller is: what a proxy says of it, else the other end of the
// connection.
func (c *call) address() string {
	first, _, _ := strings.Cut(c.request.Header.Get("X-Forwarded-For"), ",")
	if ip := net.ParseIP(strings.TrimSpace(first)); ip != nil {
		return ip.String()
	}
	host, _, err := net.SplitHostPort(c.request.RemoteAddr)
	if err != nil {
		return c.request.RemoteAddr
	}
	return host
}
