package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Who calls: the owner of a personal API key, or the user of a session, who proves writes
// by a CSRF token.

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

// public reports whether no credentials are needed: for the operation, or for a method
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

// findKey finds the key that came with the request, and says where; "" is nowhere.
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

// useKey makes the owner of a key the caller.
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
		return nil //nolint:nilerr // the error says that there is no such cookie
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
	if err := c.checkTwoFactor(session, user); err != nil {
		return err
	}
	c.Session, c.User = session, user
	return nil
}

// myself is the path that is open to those who have to set up a second factor.
const myself = "/api/users/@me/"

var errTwoFactorSetup = rest.Denied("two_factor_setup_required", "2FA setup required")

// checkTwoFactor keeps people without a second factor out while their current organization
// wants one: out of everything that a session opens, whichever organization it is in. Keys
// and logins by single sign-on pass, and so do people whose domain wants the latter.
//
// The set-up itself and the second step of a login are no part of the fake: who has a second
// factor has used it.
// Source: enforce_two_factor in posthog/helpers/two_factor_session.py.
func (c *call) checkTwoFactor(session *world.Session, user *world.User) error {
	if session.SSO || user.TwoFactor || c.public() || c.resource.path == myself {
		return nil
	}
	o, ok := c.view.CurrentOrganization(user)
	if !ok || o.Enforce2FA == nil || !*o.Enforce2FA || c.view.SSOEnforcement(user.Email) != "" {
		return nil
	}
	return errTwoFactorSetup
}

// The proof that a write in a session comes from a page of the site: a token that
// only such a page can read from the cookie.
// Source: django/middleware/csrf.py. Its check of the header Origin is left out:
// the fake is used through development servers at other addresses.

const (
	csrfHeader = "X-Csrftoken"
	csrfField  = "csrfmiddlewaretoken" // of a form, where it goes before the header

	csrfSecretLength = 32
	csrfTokenLength  = 2 * csrfSecretLength // a masked secret, behind its mask
)

// csrfRefusal returns why the CSRF token does not do, "" if it does.
func (c *call) csrfRefusal() string {
	cookie, err := c.request.Cookie(exchange.CSRFCookie)
	if err != nil {
		return "CSRF cookie not set."
	}
	if reason := csrfFormat(cookie.Value); reason != "" {
		return "CSRF cookie " + reason + "."
	}
	token, from := c.csrfToken()
	if from == "" {
		return "CSRF token missing."
	}
	if reason := csrfFormat(token); reason != "" {
		return "CSRF token from " + from + " " + reason + "."
	}
	if unmaskCSRFToken(token) != unmaskCSRFToken(cookie.Value) {
		return "CSRF token from " + from + " incorrect."
	}
	return ""
}

// csrfToken finds the token that came with the request, and says where; "" is
// nowhere.
func (c *call) csrfToken() (token, from string) {
	if c.request.Method == http.MethodPost {
		// A body that cannot be read holds no token; it is refused later.
		if in, err := c.parse(); err == nil && in.IsForm() {
			if token, _ := in.Text(csrfField); token != "" {
				return token, "POST"
			}
		}
	}
	if values, ok := c.request.Header[csrfHeader]; ok && len(values) > 0 {
		return values[0], "the '" + csrfHeader + "' HTTP header"
	}
	return "", ""
}

// csrfFormat returns what is wrong with the form of a token, "" if nothing is.
func csrfFormat(token string) string {
	switch {
	case len(token) != csrfSecretLength && len(token) != csrfTokenLength:
		return "has incorrect length"
	case strings.Trim(token, csrfCharacters) != "":
		return "has invalid characters"
	}
	return ""
}

const csrfCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// unmaskCSRFToken returns the secret in a token: as it is, or masked, when the first half is
// the mask that is taken from the second, character by character.
func unmaskCSRFToken(token string) string {
	if len(token) == csrfSecretLength {
		return token
	}
	mask, masked := token[:csrfSecretLength], token[csrfSecretLength:]
	secret := make([]byte, csrfSecretLength)
	for i := range secret {
		x, y := strings.IndexByte(csrfCharacters, masked[i]), strings.IndexByte(csrfCharacters, mask[i])
		secret[i] = csrfCharacters[(x-y+len(csrfCharacters))%len(csrfCharacters)]
	}
	return string(secret)
}
