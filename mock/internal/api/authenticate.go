package api

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
)

// sourceBody is how refusals name a key in the body.
const sourceBody = "body"

// authenticate finds out who calls: the key in the header, in the body or in the
// query, the first that is there; else the session.
//
// Where no credentials are needed the real server knows sessions only: a key is not
// looked at, not even a wrong one. Source: DEFAULT_AUTHENTICATION_CLASSES in
// posthog/settings/web.py, which LoginViewSet and InviteSignupViewset leave as it is.
func (c *call) authenticate() error {
	c.Caller = exchange.Caller{}
	var value, source string
	if !c.public() {
		value, source = c.findKey()
	}
	switch {
	case strings.HasPrefix(value, "pha_"):
		// OAuth tokens go to another authenticator; the fake issues none.
		return rest.AuthenticationFailed("Invalid access token.")
	case source != "":
		return c.useKey(value, source)
	}
	if err := c.useSession(); err != nil {
		return err
	}
	if c.User == nil && !c.public() {
		return rest.ErrNotAuthenticated
	}
	return nil
}

// public tells whether no credentials are needed: for the operation, or for a method
// that is not there where every other one is public.
func (c *call) public() bool {
	if c.op != nil {
		return c.op.Public
	}
	for _, operation := range c.resource.operations {
		if !operation.Public {
			return false
		}
	}
	return true
}

func (c *call) findKey() (value, source string) {
	if header := c.request.Header["Authorization"]; len(header) > 0 {
		if match := exchange.BearerKey(header[0]); match != "" {
			return match, "Authorization header"
		}
	}
	if len(c.body.Data) > 0 {
		// A body that cannot be read holds no key; it is refused later.
		if in, err := c.parse(); err == nil {
			if key, ok := in.Text("personal_api_key"); ok {
				return key, sourceBody
			}
		}
	}
	if key, ok := c.query.Get("personal_api_key"); ok {
		return key, "query string"
	}
	return "", ""
}

func (c *call) useKey(value, source string) error {
	if key, ok := c.view.Key(value); ok {
		if user, ok := c.view.User(key.User); ok {
			c.Key, c.User, c.KeyInBody = key, user, source == sourceBody
			return nil
		}
	}
	return rest.AuthenticationFailed("Personal API key found in request " + source + " is invalid.")
}

// useSession takes the session of the cookie if there is one. A cookie that
// names none, or one that is over, is no credentials; a session without its CSRF
// token is refused.
func (c *call) useSession() error {
	cookie, err := c.request.Cookie(exchange.SessionCookie)
	if err != nil {
		return nil
	}
	session, ok := c.view.Session(cookie.Value)
	if !ok || session.Over(c.now) {
		return nil
	}
	user, ok := c.view.User(session.User)
	if !ok {
		return nil
	}
	if !route.IsSafe(c.request.Method) {
		if reason := c.csrfRefusal(); reason != "" {
			return rest.PermissionDenied("CSRF Failed: " + reason)
		}
	}
	c.Session, c.User = session, user
	return nil
}
