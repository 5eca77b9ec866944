package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Logging in and out, as a browser does.
// Source: posthog/api/authentication.py.

// sessionHandlers are the operations of sessions.
func sessionHandlers() map[string]handler {
	return map[string]handler{
		"login_create":          {do: (*call).login},
		"login_precheck_create": {do: (*call).precheckLogin},
		"logout_create":         {do: (*call).logout},
	}
}

// loginBindings are the properties of a login.
func loginBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{{Name: "email"}, {Name: "password"}}
}

var errCredentials = rest.Invalid("invalid_credentials", "Invalid email or password.")

// login starts a session and hands out its cookies. Nothing else sets the CSRF
// cookie; on the real site, pages do too, and the API does not.
func (c *call) login() (int, error) {
	attrs, err := validate(c, c.api.loginSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	email, _ := rest.Value[string](attrs, "email")
	if provider := c.view.SSOEnforcement(email); provider != "" {
		return 0, rest.Invalid("sso_enforced", "You can only login with SSO for this account ("+provider+").")
	}
	password, _ := rest.Value[string](attrs, "password")
	user, ok := c.view.UserByEmail(email)
	if !ok || user.Password == "" || user.Password != password || c.sandbox.RateLimits().LockedOut(c.address(), c.now) {
		return 0, c.failLogin()
	}
	user, err = c.leaveShutOrganization(user)
	if err != nil {
		return 0, err
	}
	c.openSession(user)
	c.out.Object()
	c.out.Key("success").Bool(true)
	c.out.End()
	return http.StatusOK, nil
}

// precheckBindings are the properties of what is asked before a login.
func precheckBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{{Name: "email"}}
}

// precheckLogin tells how somebody with an address must or may log in, whether there is
// anybody or not.
func (c *call) precheckLogin() (int, error) {
	attrs, err := validate(c, c.api.precheckSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	email, _ := rest.Value[string](attrs, "email")
	c.out.Object()
	c.out.Key("sso_enforcement").NonEmpty(c.view.SSOEnforcement(email))
	c.out.Key("saml_available").Bool(c.view.SAMLAvailable(email))
	c.out.End()
	return http.StatusOK, nil
}

// logout ends the session and sends the browser to the login page.
func (c *call) logout() (int, error) {
	if c.Session != nil {
		c.tx.DeleteSession(c.Session)
	}
	c.setCookie(exchange.SessionCookie, "", -1, true)
	c.header.Set("Location", c.exchange.Prefix+"/login")
	return http.StatusFound, nil
}

// setCookie hands out a cookie. What scripts cannot read goes back only to the sandbox
// that a path chose; a script must read the others on whichever page it runs.
func (c *call) setCookie(name, value string, maxAge int, httpOnly bool) {
	path := "/"
	if httpOnly {
		path = c.exchange.Prefix + "/"
	}
	cookie := &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: maxAge, HttpOnly: httpOnly,
		SameSite: http.SameSiteLaxMode, Secure: c.request.TLS != nil,
	}
	c.header.Add("Set-Cookie", cookie.String())
}

// openSession logs a user in and hands out the cookies. A session that was there
// ends: every login gets a new key and a new CSRF token.
func (c *call) openSession(user *world.User) {
	if c.Session != nil {
		c.tx.DeleteSession(c.Session)
	}
	now := c.now
	seen := *user
	seen.LastLogin = &now
	c.tx.PutUser(&seen)
	session := &world.Session{Key: c.sandbox.IDs.Alphanumeric(32), User: user.ID, LoggedInAt: c.now}
	c.tx.PutSession(session)
	c.setCookie(exchange.SessionCookie, session.Key, int(world.SessionAge.Seconds()), true)
	c.setCookie(exchange.CSRFCookie, c.sandbox.IDs.Alphanumeric(32), int(world.SessionAge.Seconds()), false)
}
