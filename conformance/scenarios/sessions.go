package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	loginPath  = "/api/login/"
	wrongLogin = "Invalid email or password."
)

func sessions() []suite.Scenario {
	login := []string{"login_create"}
	withLogin := []suite.Need{suite.LoginOf("member")}
	return []suite.Scenario{
		{
			ID: "sessions.login.cookies", Title: "Logging in hands out a session and a CSRF token",
			Covers: login, Needs: withLogin, Access: suite.Write,
			Run: func(s *suite.S) {
				answer := logIn(s, "member").Status(200).Has("success", true)
				s.Expect(browser(s, answer).Get("/api/users/@me/").Code()).To(gomega.Equal(200))
			},
		},
		{
			ID: "sessions.login.wrong_password", Title: "A wrong password is refused",
			Covers: login, Needs: []suite.Need{suite.EmailOf("member")}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Anonymous().Post(loginPath, suite.JSON{"email": s.Email(), "password": "wrong-" + s.Name()}).
					Invalid("invalid_credentials", wrongLogin, "")
			},
		},
		{
			ID: "sessions.login.required", Title: "Logging in needs an address and a password",
			Covers: login, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Anonymous().Post(loginPath, suite.JSON{}).Invalid("required", required, "email")
				s.Anonymous().Post(loginPath, suite.JSON{"email": s.Email()}).Invalid("required", required, "password")
			},
		},
		{
			ID: "sessions.logout.ends", Title: "Logging out ends the session",
			Covers: []string{"logout_create"}, Needs: withLogin, Access: suite.Write,
			Run: func(s *suite.S) {
				page := browser(s, logIn(s, "member"))
				page.Get("/api/users/@me/").Status(200)
				page.Post("/logout", nil).Status(302)
				page.Get("/api/users/@me/").Unauthenticated()
			},
		},
		{
			ID: "sessions.csrf.missing", Title: "A session cannot write without its CSRF token",
			Covers: []string{"invites_create"}, Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Session("admin").With("X-CSRFToken", "").Post(s.Org(suite.Invites), suite.JSON{}).Denied("CSRF Failed: CSRF token missing.")
			},
		},
		{
			ID: "sessions.csrf.no_cookie", Title: "A CSRF token without its cookie does not count",
			Covers: []string{"invites_create"}, Needs: with(adminSession, suite.LoginOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				cookie := cookieNamed(logIn(s, "admin"), "sessionid")
				s.Anonymous().With("Cookie", cookie).With("X-CSRFToken", strings.Repeat("x", 32)).
					Post(s.Org(suite.Invites), suite.JSON{}).Denied("CSRF Failed: CSRF cookie not set.")
			},
		},
		{
			ID: "sessions.csrf.reading", Title: "Reading needs no CSRF token",
			Covers: []string{"invites_list"}, Needs: adminSession, Access: suite.Read,
			Run: func(s *suite.S) { s.Session("admin").With("X-CSRFToken", "").Get(s.Org(suite.Invites)).Status(200) },
		},
		{
			ID: "sessions.recent_login.domains", Title: "Writing to domains needs a recent login",
			Covers: []string{"domains_create", "domains_list"}, Needs: with(admin, suite.ControlPlane, suite.EmailOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				old := s.OldSession("admin", "3h")
				old.Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain()}).Denied("This action requires you to be recently authenticated.")
				old.Get(s.Org(suite.Domains)).Status(200)
			},
		},
		{
			ID: "sessions.recent_login.configs", Title: "Writing to identity provider configs needs a recent login",
			Covers: []string{"identity_provider_configs_create"}, Needs: with(admin, suite.ControlPlane, suite.EmailOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.OldSession("admin", "3h").Post(s.Org(suite.Configs), suite.JSON{}).Denied("This action requires you to be recently authenticated.")
			},
		},
		{
			ID: "sessions.recent_login.invites", Title: "Inviting needs no recent login",
			Covers: []string{"invites_create"}, Needs: with(admin, suite.ControlPlane, suite.EmailOf("admin")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Made(suite.Invites, s.OldSession("admin", "3h").Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false}))
			},
		},
	}
}

// logIn logs a role in, for this scenario alone.
func logIn(s *suite.S, role string) *suite.Response {
	c := s.Target().Credentials[role]
	return s.Anonymous().Post(loginPath, suite.JSON{"email": c.Email, "password": c.Password})
}

// browser calls with the cookies of a login.
func browser(s *suite.S, login *suite.Response) *suite.Caller {
	session, csrf := cookieNamed(login, "sessionid"), cookieNamed(login, "posthog_csrftoken")
	_, token, _ := strings.Cut(csrf, "=")
	return s.Anonymous().With("Cookie", session+"; "+csrf).With("X-CSRFToken", token)
}

// cookieNamed returns name=value of a cookie that an answer sets.
func cookieNamed(login *suite.Response, name string) string {
	for _, cookie := range login.Cookies() {
		if cookie.Name == name {
			return cookie.Name + "=" + cookie.Value
		}
	}
	return ""
}
