package scenarios

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
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
			Covers: login, Needs: withLogin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := logIn(s, "member").Status(200).Has("success", true)
				s.Expect(browser(s, answer).Get("/api/users/@me/").Code()).To(gomega.Equal(200))
			},
		},
		{
			ID: "sessions.login.forms", Title: "Who logs in may send a form, urlencoded or multipart",
			Covers: login, Needs: withLogin, Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				c := s.Target().Credentials["member"]
				form := url.Values{"email": {c.Email}, "password": {c.Password}}
				for _, answer := range []*suite.Response{s.Anonymous().PostForm(loginPath, form), s.Anonymous().PostMultipart(loginPath, form)} {
					answer.Status(200).Has("success", true)
					browser(s, answer).Get("/api/users/@me/").Status(200)
				}
			},
		},
		{
			ID: "sessions.login.wrong_password", Title: "A wrong password is refused",
			Covers: login, Needs: []suite.Need{suite.EmailOf("member")}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				for _, email := range []string{s.Email(), s.Target().Credentials["member"].Email} {
					s.Anonymous().Post(loginPath, suite.JSON{"email": email, "password": "wrong-" + s.Name()}).
						Invalid("invalid_credentials", wrongLogin, "")
				}
			},
		},
		{
			ID: "sessions.login.near_password", Title: "A password that only begins or ends as the right one opens no session",
			Covers: login, Needs: withLogin, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				c := s.Target().Credentials["member"]
				for _, near := range []string{c.Password + "x", "x" + c.Password} { // what holds it is masked in reports
					refused := s.Anonymous().Post(loginPath, suite.JSON{"email": c.Email, "password": near}).Invalid("invalid_credentials", wrongLogin, "")
					s.Expect(cookieNamed(refused, "sessionid")).To(gomega.BeEmpty(), "the session that a refusal opens")
				}
			},
		},
		{
			ID: "sessions.login.password_case", Title: "A password in other cases opens no session", Rules: []string{"sessions.login.near_password"},
			Covers: login, Needs: with(admin, suite.Colleagues), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				for _, other := range []string{strings.ToLower(person.Password), strings.ToUpper(person.Password)} {
					if other != person.Password {
						s.Anonymous().Post(loginPath, suite.JSON{"email": person.Email, "password": other}).Invalid("invalid_credentials", wrongLogin, "")
					}
				}
				s.Anonymous().Post(loginPath, suite.JSON{"email": person.Email, "password": person.Password}).Status(200)
			},
		},
		{
			ID: "sessions.login.refused_within", Title: "Who is refused as somebody else stays who they are",
			Covers: append([]string{"users_me_retrieve"}, login...), Needs: with(withLogin, suite.EmailOf("admin")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				member, admin := s.Target().Credentials["member"].Email, s.Target().Credentials["admin"].Email
				page := browser(s, logIn(s, "member").Status(200))
				page.Post(loginPath, suite.JSON{"email": admin, "password": "wrong-" + s.Name()}).Invalid("invalid_credentials", wrongLogin, "")
				page.Get("/api/users/@me/").Status(200).Has("email", member)
			},
		},
		{
			ID: "sessions.login.keys_ignored", Title: "A key that comes with a login is not looked at",
			Covers: login, Needs: admin, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				for _, caller := range []*suite.Caller{s.Admin(), s.KeyValue("phx_"+s.Name(), "nobody")} {
					caller.Post(loginPath, suite.JSON{"email": s.Email(), "password": "wrong-" + s.Name()}).
						Invalid("invalid_credentials", wrongLogin, "")
				}
			},
		},
		{
			ID: "sessions.login.required", Title: "Logging in needs an address and a password",
			Covers: login, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				s.Anonymous().Post(loginPath, suite.JSON{}).Invalid("required", required, "email")
				s.Anonymous().Post(loginPath, suite.JSON{"email": s.Email()}).Invalid("required", required, "password")
			},
		},
		{
			ID: "sessions.login.blank", Title: "Address and password are not blank, and the address is one",
			Covers: login, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				s.Anonymous().Post(loginPath, suite.JSON{"email": "", "password": "x"}).Invalid("blank", blank, "email")
				s.Anonymous().Post(loginPath, suite.JSON{"email": s.Email(), "password": " "}).Invalid("blank", blank, "password")
				s.Anonymous().Post(loginPath, suite.JSON{"email": "ada", "password": "x"}).Invalid("invalid_input", badEmail, "email")
				s.Anonymous().Post(loginPath, suite.JSON{"email": nil, "password": nil}).Invalid("null", null, "email")
			},
		},
		{
			ID: "sessions.login.sso_enforced", Title: "Where a domain demands SAML and the plan has it, passwords are no use",
			Covers: []string{"login_create", "domains_partial_update"}, Needs: verified, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				credentials := suite.JSON{"email": "Ada@" + strings.ToUpper(domain.Text("domain")), "password": "wrong-" + s.Name()}
				s.Anonymous().Post(loginPath, credentials).Invalid("invalid_credentials", wrongLogin, "")
				s.Admin().Patch(domain.Path(), suite.JSON{"sso_enforcement": "saml"}).Status(200)
				keys := s.Admin().Get(s.Org()).Status(200).Get("available_product_features.#.key").String()
				if strings.Contains(keys, `"sso_enforcement"`) && strings.Contains(keys, `"saml"`) {
					s.Anonymous().Post(loginPath, credentials).Invalid("sso_enforced", "You can only login with SSO for this account (saml).", "")
					s.Admin().Patch(domain.Path(), suite.JSON{"sso_enforcement": ""}).Status(200)
				}
				s.Anonymous().Post(loginPath, credentials).Invalid("invalid_credentials", wrongLogin, "")
			},
		},
		{
			ID: "sessions.login.sso_enforced_right", Title: "Where a domain demands SAML, the right password is no use either",
			Covers: []string{"login_create", "domains_partial_update", "signup_create"},
			Needs:  with(verified, suite.Feature("sso_enforcement"), suite.Feature("saml"), suite.Allowed(target.CreateUsers)), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				robin := s.RecruitWith(suite.JSON{"target_email": s.Name() + "@" + domain.Text("domain")})
				credentials := suite.JSON{"email": robin.Email, "password": robin.Password}
				s.Anonymous().Post(loginPath, credentials).Status(200)
				s.Admin().Patch(domain.Path(), suite.JSON{"sso_enforcement": "saml"}).Status(200)
				refused := s.Anonymous().Post(loginPath, credentials).Invalid("sso_enforced", "You can only login with SSO for this account (saml).", "")
				s.Expect(cookieNamed(refused, "sessionid")).To(gomega.BeEmpty(), "the session that a refusal opens")
			},
		},
		{
			ID: "sessions.login.rotates", Title: "Logging in as somebody else gives a new session and a new token, and ends the old session",
			Covers: login, Needs: with(withLogin, suite.LoginOf("admin")), Access: suite.Write, Aspect: suite.Authentication, Tags: []string{suite.Lifecycle},
			// The same person's session goes on (login in django/contrib/auth/__init__.py).
			Run: func(s *suite.S) {
				first := logIn(s, "member").Status(200)
				c := s.Target().Credentials["admin"]
				second := browser(s, first).Post(loginPath, suite.JSON{"email": c.Email, "password": c.Password}).Status(200)
				for _, name := range []string{"sessionid", "posthog_csrftoken"} {
					s.Expect(cookieNamed(second, name)).NotTo(gomega.BeElementOf("", cookieNamed(first, name)))
				}
				browser(s, first).Get("/api/users/@me/").Unauthenticated()
				browser(s, second).Get("/api/users/@me/").Status(200)
			},
		},
		{
			ID: "sessions.login.two", Title: "A user may be logged in twice",
			Covers: []string{"login_create", "logout_create"}, Needs: withLogin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				one, two := browser(s, logIn(s, "member")), browser(s, logIn(s, "member"))
				for _, page := range []*suite.Caller{one, two} {
					page.Get("/api/users/@me/").Status(200)
				}
				one.Post("/logout", nil).Status(302)
				one.Get("/api/users/@me/").Unauthenticated()
				two.Get("/api/users/@me/").Status(200)
			},
		},
		{
			ID: "sessions.login.expires", Title: "A session is over after two weeks",
			Covers: []string{"users_me_retrieve"}, Needs: people, Access: suite.Write, Aspect: suite.Authentication, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				person := s.NewPerson()
				person.OldSession("335h").Get("/api/users/@me/").Status(200)
				person.OldSession("337h").Get("/api/users/@me/").Unauthenticated()
			},
		},
		{
			ID: "sessions.login.cookie_flags", Title: "Scripts cannot read the session, and can read the CSRF token",
			Covers: login, Needs: withLogin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				httpOnly := map[string]bool{}
				secure := strings.HasPrefix(s.Target().BaseURL, "https:")
				for _, cookie := range logIn(s, "member").Status(200).Cookies() {
					if cookie.Name != "sessionid" && cookie.Name != "posthog_csrftoken" {
						continue // a load balancer's, perhaps
					}
					httpOnly[cookie.Name] = cookie.HttpOnly
					s.Expect(cookie.SameSite).To(gomega.BeElementOf(http.SameSiteLaxMode, http.SameSiteStrictMode), "SameSite of %s", cookie.Name)
					s.Expect(cookie.Secure || !secure).To(gomega.BeTrue(), "Secure of %s", cookie.Name)
				}
				s.Expect(httpOnly).To(gomega.And(gomega.HaveKeyWithValue("sessionid", true), gomega.HaveKeyWithValue("posthog_csrftoken", false)))
			},
		},
		{
			ID: "sessions.logout.ends", Title: "Logging out ends the session",
			Covers: []string{"logout_create"}, Needs: withLogin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				page := browser(s, logIn(s, "member"))
				page.Get("/api/users/@me/").Status(200)
				page.Post("/logout", nil).Status(302)
				page.Get("/api/users/@me/").Unauthenticated()
			},
		},
		{
			ID: "sessions.csrf.missing", Title: "A session cannot write without its CSRF token",
			Covers: []string{"invites_create"}, Needs: adminSession, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				s.Session("admin").With("X-CSRFToken", "").Post(s.Org(suite.Invites), suite.JSON{}).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "sessions.csrf.no_cookie", Title: "A CSRF token without its cookie does not count",
			Covers: []string{"invites_create"}, Needs: with(adminSession, suite.LoginOf("admin")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				cookie := cookieNamed(logIn(s, "admin"), "sessionid")
				s.Anonymous().With("Cookie", cookie).With("X-CSRFToken", strings.Repeat("x", 32)).
					Post(s.Org(suite.Invites), suite.JSON{}).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "sessions.csrf.masked", Title: "A CSRF token may be masked, as pages of the site mask it",
			Covers: []string{"login_create", "logout_create"}, Needs: withLogin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := logIn(s, "member").Status(200)
				_, secret, _ := strings.Cut(cookieNamed(answer, "posthog_csrftoken"), "=")
				page, secret := browser(s, answer), unmasked(secret)
				page.With("X-CSRFToken", masked(secret, 7)[:63]+"a"+"b").Post("/logout", nil).Denied(wording.CSRFRefused)
				wrong := masked(strings.Repeat("a", csrfSecret), 7)
				page.With("X-CSRFToken", wrong).Post("/logout", nil).Denied(wording.CSRFRefused)
				page.With("X-CSRFToken", masked(secret, 7)).Post("/logout", nil).Status(302)
				page.Get("/api/users/@me/").Unauthenticated()
			},
		},
		{
			ID: "sessions.csrf.form", Title: "A CSRF token may come in a form",
			Covers: []string{"login_create", "logout_create"}, Needs: withLogin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := logIn(s, "member").Status(200)
				_, secret, _ := strings.Cut(cookieNamed(answer, "posthog_csrftoken"), "=")
				page := browser(s, answer).With("X-CSRFToken", "")
				page.PostForm("/logout", url.Values{"csrfmiddlewaretoken": {strings.Repeat("x", 32)}}).Denied(wording.CSRFRefused)
				page.PostForm("/logout", url.Values{"csrfmiddlewaretoken": {secret}}).Status(302)
			},
		},
		{
			ID: "sessions.csrf.wrong", Title: "A CSRF token of a wrong form or value is refused",
			Covers: []string{"invites_create"}, Needs: adminSession, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				for _, token := range []string{"short", strings.Repeat("!", 32), strings.Repeat("x", 32)} {
					s.Session("admin").With("X-CSRFToken", token).Post(s.Org(suite.Invites), suite.JSON{}).Denied(wording.CSRFRefused)
				}
			},
		},
		{
			ID: "sessions.csrf.reading", Title: "Reading needs no CSRF token",
			Covers: []string{"invites_list"}, Needs: adminSession, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Session("admin").With("X-CSRFToken", "").Get(s.Org(suite.Invites)).Status(200) },
		},
		{
			ID: "sessions.recent_login.domains", Title: "Writing to domains needs a recent login",
			Covers: []string{"domains_create", "domains_list"}, Needs: with(admin, suite.OldSession), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				old := s.OldSession()
				old.Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain()}).Denied(notRecent)
				old.Get(s.Org(suite.Domains)).Status(200)
			},
		},
		{
			ID: "sessions.recent_login.configs", Title: "Writing to identity provider configs needs a recent login",
			Covers: []string{"identity_provider_configs_create"}, Needs: with(admin, suite.OldSession), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				s.OldSession().Post(s.Org(suite.Configs), suite.JSON{}).Denied(notRecent)
			},
		},
		{
			ID: "sessions.recent_login.invites", Title: "Inviting needs a recent login",
			Covers: []string{"invites_create"}, Needs: with(admin, suite.OldSession), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				body := suite.JSON{"target_email": s.Email(), "send_email": false}
				s.OldSession().Post(s.Org(suite.Invites), body).Denied(notRecent)
				if s.Target().Control != "" {
					s.Made(suite.Invites, s.AgedSession("1m").Post(s.Org(suite.Invites), body))
				}
			},
		},
	}
}

// logIn logs a role in, for this scenario alone.
func logIn(s *suite.S, role string) *suite.Response {
	c := s.Target().Credentials[role]
	return s.Anonymous().Post(loginPath, suite.JSON{"email": c.Email, "password": c.Password})
}

// unmasked is the CSRF secret of a cookie, which Django masked there too until its version 4.1.
func unmasked(cookie string) string {
	if len(cookie) != 2*csrfSecret {
		return cookie
	}
	secret := make([]byte, csrfSecret)
	for i := range secret {
		moved := strings.IndexByte(masks, cookie[csrfSecret+i]) - strings.IndexByte(masks, cookie[i])
		secret[i] = masks[(moved+len(masks))%len(masks)]
	}
	return string(secret)
}

// masked masks a CSRF secret as Django does: a mask, then the secret moved by it,
// character by character. Here every character of the mask is the same.
func masked(secret string, by int) string {
	moved := strings.Map(func(r rune) rune { return rune(masks[(strings.IndexRune(masks, r)+by)%len(masks)]) }, secret)
	return strings.Repeat(masks[by:by+1], len(secret)) + moved
}

// masks are the characters of CSRF secrets, csrfSecret how many a secret has.
const (
	masks      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	csrfSecret = 32
)

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
