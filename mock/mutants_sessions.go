package mock

import (
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// cookies changes the cookies of an answer.
func cookies(id, of, to string) defect {
	return answer(id, func(a *finished) {
		for i, cookie := range a.header["Set-Cookie"] {
			a.header["Set-Cookie"][i] = strings.ReplaceAll(cookie, of, to)
		}
	})
}

// readingOnly authenticates every request as if it changed nothing.
func readingOnly(when func(*call) bool) defect {
	return aroundStep("authenticate", func(c *call, next func(*call) error) error {
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

func sessionMutants() []Mutant {
	return []Mutant{
		{"sessions.login.any_password", "Any password logs in.", "sessions.login.wrong_password",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if user, ok := c.view.UserByEmail(c.sent("email")); ok && err == errCredentials {
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
				if _, ok := c.view.UserByEmail(c.sent("email")); !ok && err == errCredentials {
					return 0, rest.Invalid("invalid_credentials", "There is no such user.")
				}
				return status, err
			})},
		{"sessions.login.status", "A wrong password is a 401.", "sessions.login.wrong_password", status("login_create", 400, 401)},
		{"sessions.login.no_password", "Logging in needs no password.", "sessions.login.required", optional("Login", "password")},
		{"sessions.login.blank", "A password may be blank.", "sessions.login.blank", blankable("Login", "password", true)},
		{"sessions.login.sso", "Passwords do although SAML is demanded.", "sessions.login.sso_enforced",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if user, ok := c.view.UserByEmail(c.sent("email")); ok && refused(err, "sso_enforced") {
					c.openSession(user)
					return http.StatusOK, nil
				}
				return status, err
			})},
		{"sessions.login.fixed", "Logging in again keeps the old session alive.", "sessions.login.rotates",
			before("login_create", func(c *call) { c.session = nil })},
		{"sessions.login.script", "Scripts can read the session.", "sessions.login.cookie_flags", cookies("login_create", "; HttpOnly", "")},
		{"sessions.login.hidden_csrf", "Scripts cannot read the CSRF token.", "sessions.login.cookie_flags", cookies("login_create", "; SameSite", "; HttpOnly; SameSite")},
		{"sessions.login.same_site", "The cookies go to every site.", "sessions.login.cookie_flags", cookies("login_create", "SameSite=Lax", "SameSite=None")},
		{"sessions.login.for_ever", "A session never ends.", "sessions.login.expires",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				now := c.now
				defer func() { c.now = now }()
				c.now = c.now.Add(-30 * 24 * time.Hour)
				return next(c)
			})},
		{"sessions.login.one", "A user is logged in once.", "sessions.login.two",
			before("login_create", func(c *call) {
				if user, ok := c.view.UserByEmail(c.sent("email")); ok {
					c.tx.EndSessions(user.ID)
				}
			})},
		{"sessions.logout.stays", "Logging out leaves the session.", "sessions.logout.ends", pretend("logout_create")},
		{"sessions.csrf.none", "A session needs no CSRF token.", "sessions.csrf.missing", readingOnly(func(*call) bool { return true })},
		{"sessions.csrf.any", "Any CSRF token will do.", "sessions.csrf.wrong",
			readingOnly(func(c *call) bool { return c.request.Header.Get(csrfHeader) != "" })},
		{"sessions.csrf.no_cookie", "The cookie of the CSRF token may be missing.", "sessions.csrf.no_cookie",
			readingOnly(func(c *call) bool { _, err := c.request.Cookie(csrfCookie); return err != nil })},
		{"sessions.csrf.unmasked", "A masked CSRF token is refused.", "sessions.csrf.masked",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				if len(c.request.Header.Get(csrfHeader)) == csrfTokenLength {
					return rest.PermissionDenied("CSRF Failed: CSRF token incorrect.")
				}
				return next(c)
			})},
		{"sessions.csrf.reading", "Reading needs a CSRF token.", "sessions.csrf.reading",
			aroundStep("authenticate", func(c *call, next func(*call) error) error {
				if _, err := c.request.Cookie(sessionCookie); err == nil && c.request.Header.Get(csrfHeader) == "" {
					return rest.PermissionDenied("CSRF Failed: CSRF token missing.")
				}
				return next(c)
			})},
		{"sessions.recent_login.domains", "Domains are written in an old session.", "sessions.recent_login.domains",
			stale("domains_create", "domains_update", "domains_partial_update", "domains_destroy")},
	}
}

func userMutants() []Mutant {
	const user = "User"
	return []Mutant{
		{"personal_api_keys.current.value", "A key shows its value.", "personal_api_keys.current.form",
			around("personal_api_keys_current_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if c.key != nil && err == nil {
					out := strings.Replace(string(c.out.Bytes()), `"value":null`, `"value":"`+c.key.Value+`"`, 1)
					c.out.Reset()
					c.out.Raw([]byte(out))
				}
				return status, err
			})},
		{"personal_api_keys.current.scope", "Only keys with a scope may ask.", "personal_api_keys.current.any_scope",
			aroundStep("scope", func(c *call, next func(*call) error) error {
				if c.key != nil && on("personal_api_keys_current_retrieve")(c) && !grants(c.key.Scopes, "user:read") {
					return rest.PermissionDenied("API key missing required scope 'user:read'")
				}
				return next(c)
			})},
		{"personal_api_keys.current.limits", "A key does not show its limits.", "personal_api_keys.current.project_only", always("PersonalAPIKey", "scoped_teams", "[]")},
		{"personal_api_keys.current.organizations", "A key does not show its organizations.", "personal_api_keys.current.other_organization_only", always("PersonalAPIKey", "scoped_organizations", "[]")},
		{"personal_api_keys.current.mask", "The mask shows the middle.", "personal_api_keys.current.form", always("PersonalAPIKey", "mask_value", `"phx_secretsecret"`)},
		{"personal_api_keys.current.missing", "A key does not show its scopes.", "personal_api_keys.current.form", missing("PersonalAPIKey", "scopes")},

		{"users.me.public", "Who is nobody gets an empty user.", "users.me.anonymous", answered("users_me_retrieve", 401, func(a *finished) { a.status, a.body = 200, []byte("{}") })},
		{"users.me.password", "The caller's password is shown.", "users.me.key", extra(user, "password", `"x"`)},
		{"users.me.missing", "The caller's address is not shown.", "users.me.key", missing(user, "email")},
		{"users.me.organization", "The current organization is not shown.", "users.me.key", always(user, "organization", "null")},
		{"users.current.forgotten", "A choice is answered and not stored.", "users.current.moves", pretend("users_me_partial_update")},
		{"users.current.project_stays", "Choosing a project leaves the project.", "users.current.project",
			afterwards("users_me_partial_update", func(c *call, was *world.World) {
				old, _ := was.User(c.user.ID)
				if me, ok := c.view.User(c.user.ID); ok && c.sends("set_current_team") {
					own := *me
					own.CurrentProject = old.CurrentProject
					c.tx.PutUser(&own)
				}
			})},
		{"users.current.foreign", "Organizations of others can be chosen.", "users.current.foreign",
			check("PatchedUser", "set_current_organization", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if o, ok := c.view.Organization(value.(string)); ok && err != nil {
					return o, nil
				}
				return checked, err
			})},
		{"users.current.foreign_project", "Projects of others can be chosen.", "users.current.foreign",
			tolerate("users_me_partial_update", "does_not_exist", http.StatusOK)},
		{"users.current.scope", "A key that reads may choose.", "users.current.scope", scope("users_me_partial_update", "user:read")},
		{"users.current.null", "The current organization may be null.", "users.current.organization_null", nullable("PatchedUser", "set_current_organization", true)},
	}
}
