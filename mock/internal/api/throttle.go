package api

import (
	"math"
	"net"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// How often somebody may call, and fail to log in. Package ratelimit counts.

// unthrottled is the scope object whose endpoints this limit does not cover. They have
// limits of their own, which reads do not count against.
// Source: UserViewSet in posthog/api/user.py.
const unthrottled = "user"

// throttle counts a request against every limit that it has, and refuses it when one of
// them is exceeded. It comes after the permissions: what they refuse is not counted. It
// comes before the object, the body and even the method, so that whatever goes
// wrong later is. Source: APIView.initial in rest_framework/views.py.
func (c *call) throttle() error {
	limits := c.sandbox.RateLimits()
	if !limits.Counts() {
		return nil
	}
	wait, refused := c.throttleKey(limits)
	if c.op != nil && c.op.limit != nil {
		ofOperation, too := c.op.limit(c, limits)
		wait, refused = max(wait, ofOperation), refused || too
	}
	if !refused {
		return nil
	}
	return rest.Throttled(int(math.Ceil(wait.Seconds())))
}

// throttleKey counts a request of a personal API key. Sessions are not limited, nor are keys
// in a body: the real throttle looks for a key in the header and in the query alone.
func (c *call) throttleKey(limits *ratelimit.Policy) (wait time.Duration, refused bool) {
	if c.Key == nil || c.resource.object == unthrottled {
		return 0, false
	}
	key := c.Key.Value
	if c.KeyInBody {
		var ok bool
		if key, ok = c.query.Get("personal_api_key"); !ok {
			return 0, false
		}
	}
	return limits.Take(key, ratelimit.Caller{Key: c.Key.ID, Label: c.Key.Label, User: c.User.Email}, c.now)
}

// limitInvite counts one invite into the organization, whoever makes it.
func (c *call) limitInvite(limits *ratelimit.Policy) (wait time.Duration, refused bool) {
	return limits.TakeInvites(c.organization.ID, 1, c.User.Email, c.now)
}

// limitInvites counts each invite of a list, all of which pass or none. What is no list
// counts as one invite, and so does what cannot be read.
func (c *call) limitInvites(limits *ratelimit.Policy) (wait time.Duration, refused bool) {
	invites := 1
	if in, err := c.parse(); err == nil {
		if items, ok := in.Items(); ok {
			invites = max(1, len(items))
		}
	}
	return limits.TakeInvites(c.organization.ID, invites, c.User.Email, c.now)
}

// limitDelegation counts a delegation. It has a limit of its own, by user, in place of that of
// the organization's invites: our decision, where the sources are silent.
func (c *call) limitDelegation(limits *ratelimit.Policy) (wait time.Duration, refused bool) {
	return limits.TakeDelegation(c.User.Email, c.now)
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
