package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// authenticateAsRead authenticates every request as if it changed nothing.
func authenticateAsRead(when func(*call) bool) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		if !when(c) {
			return next(c)
		}
		sent, reading := c.request, *c.request
		reading.Method = http.MethodGet
		c.request = &reading
		defer func() { c.request = sent }()
		return next(c)
	})
}

// skipCSRF lets sessions write without a CSRF token by a method.
func skipCSRF(method string) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		err := next(c)
		if cookie, missing := c.request.Cookie(exchange.SessionCookie); missing == nil && err != nil && c.request.Method == method {
			if session, ok := c.view.Session(cookie.Value); ok {
				c.Session = session
				c.User, _ = c.view.User(session.User)
				return nil
			}
		}
		return err
	})
}

// sessionMutants are about logging in, CSRF tokens and recent logins.
func sessionMutants() []mutantRow {
	return []mutantRow{
		{"sessions.precheck.nothing", "Every address may sign in as it likes.", "sessions.precheck.saml", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("sso_enforcement", nil) })},
		{"sessions.precheck.saml_everywhere", "SAML is available to every address.", "sessions.precheck.anybody", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("saml_available", true) })},
		{"sessions.precheck.saml_nowhere", "SAML is available to no address.", "sessions.precheck.saml", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("saml_available", false) })},
		{"sessions.precheck.unverified", "SAML is available at a domain that is not verified.", "sessions.precheck.unverified",
			before("login_precheck_create", func(c *call) {
				_, name, _ := strings.Cut(c.bodyText("email"), "@")
				if d, ok := c.view.DomainByName(name); ok && d.VerifiedAt == nil {
					verified := *d
					verified.VerifiedAt = &c.now
					c.tx.PutDomain(&verified)
				}
			})},
		{"sessions.precheck.tells", "Asking how to sign in tells whether there is anybody.", "sessions.precheck.anybody",
			around("login_precheck_create", func(c *call, next action) (int, error) {
				if _, ok := c.view.UserByEmail(c.bodyText("email")); !ok {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"sessions.precheck.anything", "Asking how to sign in takes anything for an address.", "sessions.precheck.address", changeConstraint("LoginPrecheck", "email", func(p *spec.Property) { p.Format = "" })},
		{"sessions.login.any_password", "Any password logs in.", "sessions.login.wrong_password",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok && errors.Is(err, errCredentials) {
					c.openSession(user)
					c.out.Object()
					c.out.Key("success").Bool(true)
					c.out.End()
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"sessions.login.tells", "A wrong password is told from an unknown address.", "sessions.login.wrong_password",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if _, ok := c.view.UserByEmail(c.bodyText("email")); !ok && errors.Is(err, errCredentials) {
					return 0, rest.Invalid("invalid_credentials", "There is no such user.")
				}
				return status, err
			})},
		{"sessions.login.status", "A wrong password is a 401.", "sessions.login.wrong_password", changeStatus("login_create", 400, 401)},
		{"sessions.login.keys", "A wrong key that comes with a login is refused.", "sessions.login.keys_ignored",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if value, source := c.findKey(); source != "" && isOperation("login_create")(c) {
					return c.useKey(value, source)
				}
				return next(c)
			})},
		{"sessions.login.no_password", "Logging in needs no password.", "sessions.login.credentials_required", optional("Login", "password")},
		{"sessions.login.blank", "A password may be blank.", "sessions.login.credentials_required", blankable("Login", "password", true)},
		{"sessions.login.for_ever", "A session never ends.", "sessions.login.expires",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				now := c.now
				defer func() { c.now = now }()
				c.now = c.now.Add(-30 * 24 * time.Hour)
				return next(c)
			})},
		{"sessions.login.one", "A user is logged in once.", "sessions.login.two",
			before("login_create", func(c *call) {
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok {
					c.tx.EndSessions(user.ID)
				}
			})},
		{"sessions.logout.stays", "Logging out leaves the session.", "sessions.logout.ends", discardChanges("logout_create")},
		{"sessions.csrf.none", "A session needs no CSRF token.", "sessions.csrf.token_required", authenticateAsRead(func(*call) bool { return true })},
		{"sessions.csrf.any", "Any CSRF token will do.", "sessions.csrf.token_required",
			authenticateAsRead(func(c *call) bool { return c.request.Header.Get(csrfHeader) != "" })},
		{"sessions.csrf.no_cookie", "The cookie of the CSRF token may be missing.", "sessions.csrf.cookie_required",
			authenticateAsRead(func(c *call) bool { _, err := c.request.Cookie(exchange.CSRFCookie); return err != nil })},
		{"sessions.csrf.reading", "Reading needs a CSRF token.", "sessions.csrf.reading",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if _, err := c.request.Cookie(exchange.SessionCookie); err == nil && c.request.Header.Get(csrfHeader) == "" {
					return rest.PermissionDenied("CSRF Failed: CSRF token missing.")
				}
				return next(c)
			})},
		{"sessions.login.shut_out_enters", "Who is refused in their only organization logs in.", "sessions.login.shut_out", ignoreRefusal("login_create", errVerifiedDomain.Code, 200)},
		{"sessions.login.shut_out_stays", "Who logs in stays in an organization that refuses them.", "sessions.login.shut_out",
			afterWithPrevious("login_create", func(c *call, previous *world.World) {
				if user, ok := previous.UserByEmail(c.bodyText("email")); ok {
					c.tx.PutUser(user)
				}
			})},
		{"sessions.login.shut_out_administrators", "Administrators whom their organization refuses cannot log in to change that.", "sessions.login.shut_out",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok && err == nil {
					if o, in := c.view.CurrentOrganization(user); in && c.view.ShutsOut(o, user) {
						return 0, rest.Invalid(errVerifiedDomain.Code, verifiedDomainText)
					}
				}
				return status, err
			})},
		{"sessions.csrf.delete", "Deleting needs no CSRF token.", "sessions.csrf.token_required", skipCSRF(http.MethodDelete)},
		{"sessions.csrf.patch", "PATCH needs no CSRF token.", "sessions.csrf.token_required", skipCSRF(http.MethodPatch)},
		{"sessions.recent_login.domains", "Domains are written in an old session.", "sessions.recent_login.required",
			skipRecentLogin("domains_create", "domains_update", "domains_partial_update", "domains_destroy")},
	}
}
