package mock

import (
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Logging in and out, as a browser does.
// Source: posthog/api/authentication.py.

// sessionAge is how long a session lasts, and how long a browser keeps the
// cookies; the real default.
const sessionAge = 14 * 24 * time.Hour

func loginBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{{Name: "email"}, {Name: "password"}}
}

var errCredentials = rest.Invalid("invalid_credentials", "Invalid email or password.")

// login starts a session and hands out its cookies. Nothing else sets the CSRF
// cookie; on the real site, pages do too, and the API does not.
func (c *call) login() (int, error) {
	attrs, err := validate(c, c.server.loginSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	email, _ := rest.Value[string](attrs, "email")
	if c.enforcesSSO(email) {
		return 0, errSSOEnforced
	}
	password, _ := rest.Value[string](attrs, "password")
	user, ok := c.view.UserByEmail(email)
	if !ok || user.Password == "" || user.Password != password {
		return 0, errCredentials
	}
	if c.session != nil {
		c.tx.DeleteSession(c.session)
	}
	c.openSession(user)
	c.out.Object()
	c.out.Key("success").Bool(true)
	c.out.End()
	return http.StatusOK, nil
}

var errSSOEnforced = rest.Invalid("sso_enforced", "You can only login with SSO for this account (saml).")

// enforcesSSO tells whether passwords are no use for an address, whosever it is:
// its domain is verified and demands SAML, and the plan of the domain's
// organization allows both. Any other provider counts only where the deployment
// has it set up; the fake has none.
// Source: get_sso_enforcement_for_email_address in posthog/models/organization_domain.py.
func (c *call) enforcesSSO(email string) bool {
	_, name, _ := strings.Cut(email, "@")
	domain, ok := c.view.DomainByName(strings.ToLower(name))
	if !ok || domain.VerifiedAt == nil || domain.SSOEnforcement != "saml" {
		return false
	}
	o, ok := c.view.Organization(domain.Organization)
	return ok && o.Has(featureSSO) && o.Has(featureSAML)
}

// logout ends the session and sends the browser to the login page.
func (c *call) logout() (int, error) {
	if c.session != nil {
		c.tx.DeleteSession(c.session)
	}
	c.setCookie(sessionCookie, "", -1, true)
	c.header.Set("Location", "/login")
	return http.StatusFound, nil
}

func (c *call) setCookie(name, value string, maxAge int, httpOnly bool) {
	cookie := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: httpOnly,
		SameSite: http.SameSiteLaxMode, Secure: c.request.TLS != nil,
	}
	c.header.Add("Set-Cookie", cookie.String())
}
