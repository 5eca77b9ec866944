package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// A secret and tokens that Django 4.2 made of it with _mask_cipher_secret, and
// what is wrong with others.
func TestCSRFTokens(t *testing.T) {
	const (
		header = "CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header "
		form   = "CSRF Failed: CSRF token from POST "
		secret = "abcdefghijklmnopqrstuvwxyz012345"
		// The mask is "b" throughout, so that every character moves by one; 9 becomes a.
		masked = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" + "bcdefghijklmnopqrstuvwxyzA123456"
	)
	f := mocktest.New(t)
	session, _, _ := strings.Cut(f.Session("admin").Header.Get("Cookie"), ";")
	for _, tc := range []struct{ name, cookie, header, field, denied string }{
		{"as it is", secret, secret, "", ""},
		{"masked", secret, masked, "", ""},
		{"masked in the cookie", masked, secret, "", ""},
		{"masked twice over", masked, masked, "", ""},
		{"in a form", secret, "", secret, ""},
		{"masked in a form", secret, "wrong", masked, ""},
		{"another", secret, strings.Repeat("x", 32), "", header + "incorrect."},
		{"another, masked", secret, strings.Repeat("x", 64), "", header + "incorrect."},
		{"short", secret, "x", "", header + "has incorrect length."},
		{"empty", secret, " ", "", header + "has incorrect length."},
		{"with other characters", secret, strings.Repeat("-", 32), "", header + "has invalid characters."},
		{"another in a form", secret, secret, strings.Repeat("x", 32), form + "incorrect."},
		{"short in a form", secret, secret, "x", form + "has incorrect length."},
		{"nowhere", secret, "", "", "CSRF Failed: CSRF token missing."},
		{"a short cookie", "x", secret, "", "CSRF Failed: CSRF cookie has incorrect length."},
		{"a cookie with other characters", strings.Repeat("-", 32), secret, "", "CSRF Failed: CSRF cookie has invalid characters."},
		{"no cookie", "", secret, "", "CSRF Failed: CSRF cookie not set."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			page := f.With("Cookie", session)
			if tc.cookie != "" {
				page = f.With("Cookie", session+"; posthog_csrftoken="+tc.cookie)
			}
			if tc.header != "" {
				page = page.And("X-CSRFToken", strings.TrimSpace(tc.header))
			}
			body := "target_email=c@example.com"
			if tc.field != "" {
				body += "&csrfmiddlewaretoken=" + tc.field
			}
			answer := page.Form(f.Org("invites"), body)
			if tc.denied == "" {
				answer.Status(http.StatusCreated)
				return
			}
			answer.Denied(tc.denied)
		})
	}
}

func TestEnforcedSSO(t *testing.T) {
	const sso = "You can only login with SSO for this account (saml)."
	f := mocktest.New(t)
	control := "/_understudy/organizations/" + f.Known("organization.id")
	try := func(email string) *mocktest.Answer {
		return f.Anonymous().Post("/api/login/", `{"email": "`+email+`", "password": "wrong"}`)
	}
	domain := f.Org("domains", f.NewVerifiedDomain("sso.example.com"))
	f.NewMember("ada@sso.example.com", "", "1")
	f.As("admin").Patch(domain, `{"sso_enforcement": "saml"}`).Status(200)
	try("ada@sso.example.com").Invalid("sso_enforced", sso, "")
	try("Nobody@SSO.example.com").Invalid("sso_enforced", sso, "")
	try("ada@sub.sso.example.com").Invalid("invalid_credentials", "Invalid email or password.", "")
	f.Anonymous().Post("/api/login/", `{"email": "ada@sso.example.com", "password": "secret of ada@sso.example.com"}`).Invalid("sso_enforced", sso, "")
	for _, feature := range []string{"saml", "sso_enforcement"} {
		f.Anonymous().Patch(control, `{"feature": {"`+feature+`": false}}`).Status(200)
		try("ada@sso.example.com").Invalid("invalid_credentials", "Invalid email or password.", "")
		f.Anonymous().Patch(control, `{"feature": {"`+feature+`": true}}`).Status(200)
	}
	f.As("admin").Patch(domain, `{"sso_enforcement": "google-oauth2"}`).Status(200)
	try("ada@sso.example.com").Invalid("sso_enforced", "You can only login with SSO for this account (google-oauth2).", "")
	f.As("admin").Patch(domain, `{"sso_enforcement": "carrier pigeon"}`).Status(200)
	f.Anonymous().Post("/api/login/", `{"email": "ada@sso.example.com", "password": "secret of ada@sso.example.com"}`).Status(200)
}

func TestSessionsEnd(t *testing.T) {
	f := mocktest.New(t)
	page := f.Session("admin")
	f.Advance(14*24*time.Hour - time.Second)
	page.Get("/api/users/@me/").Status(200)
	f.Advance(time.Second)
	page.Get("/api/users/@me/").Unauthenticated("not_authenticated", noCredentials)
	page.Post(f.Org("invites"), `{}`).Unauthenticated("not_authenticated", noCredentials)
}

func TestLoginWhileLoggedIn(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.NewMember("twice@example.com", f.Known("organization.id"), "1")
	first := mocktest.CookiesOf(f, p)
	credentials := `{"email": "twice@example.com", "password": "secret of twice@example.com"}`
	f.With("Cookie", first[1]).Post("/api/login/", credentials).Denied("CSRF Failed: CSRF token missing.")
	second := f.With(first...).Post("/api/login/", credentials).Status(200)
	g.Expect(second.Header["Set-Cookie"]).To(HaveLen(2))
	g.Expect(second.Header["Set-Cookie"][1]).NotTo(ContainSubstring(first[3]), "a new CSRF token")
	f.With(first...).Get("/api/users/@me/").Unauthenticated("not_authenticated", noCredentials)
	f.As("admin").Get("/api/users/@me/").Status(200)
	for _, path := range []string{"/api/users/@me/", f.Org("domains")} {
		g.Expect(f.Session("admin").Get(path).Header).NotTo(HaveKey("Set-Cookie"), "only logging in sets cookies")
	}
}

func TestSessions(t *testing.T) {
	const notRecent = "This action requires you to be recently authenticated."
	f := mocktest.New(t)
	old := f.SessionOf("admin", 2*time.Hour+time.Second)
	for _, path := range []string{f.Org("domains"), f.Org("identity_provider_configs")} {
		old.Post(path, `{}`).Denied(notRecent)
		old.Get(path).Status(200)
		f.SessionOf("admin", 2*time.Hour-time.Second).Post(path, `{"domain": "x"}`)
	}
	old.Post(f.Org("domains", f.Known("known.verified_domain.id"), "verify"), "").Denied(notRecent)
	for _, path := range []string{f.Org("invites"), f.Org("invites", "bulk"), f.Org("invites", "delegate")} {
		old.Post(path, `{`).Denied(notRecent)
	}
	old.Delete(f.Org("invites", "nothing")).Denied(notRecent)

	fresh := f.Session("admin")
	cookie := fresh.Header.Get("Cookie")
	sessionOnly, _, _ := strings.Cut(cookie, ";")
	body := `{"target_email": "s@example.com"}`
	f.With("Cookie", cookie).Get(f.Org("invites")).Status(200)
	f.With("Cookie", cookie).Post(f.Org("invites"), body).Denied("CSRF Failed: CSRF token missing.")
	f.With("Cookie", sessionOnly, "X-CSRFToken", "x").Post(f.Org("invites"), body).Denied("CSRF Failed: CSRF cookie not set.")
	f.With("Cookie", cookie, "X-CSRFToken", strings.Repeat("x", 32)).Post(f.Org("invites"), body).
		Denied("CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.")
	fresh.And("Authorization", "Bearer phx_wrong").Get(f.Org("invites")).Status(401)
}

func TestLoginAndLogout(t *testing.T) {
	f := mocktest.New(t)
	email, password := f.Known("credentials.admin.email"), f.Known("credentials.admin.password")
	login := func(email, password string) *mocktest.Answer {
		return f.Anonymous().Post("/api/login/", `{"email": `+mocktest.Quote(email)+`, "password": `+mocktest.Quote(password)+`}`)
	}
	login(email, "wrong").Invalid("invalid_credentials", "Invalid email or password.", "")
	login("nobody@example.com", password).Invalid("invalid_credentials", "Invalid email or password.", "")
	login("", password).Invalid("blank", "This field may not be blank.", "email")
	f.Anonymous().Post("/api/login", `{}`).Invalid("required", "This field is required.", "email")

	in := login(strings.ToUpper(email), password).Bytes(200, `{"success":true}`)
	cookies := (&http.Response{Header: in.Header}).Cookies()
	if len(cookies) != 2 || cookies[0].Name != "sessionid" || !cookies[0].HttpOnly || cookies[1].Name != "posthog_csrftoken" {
		t.Fatalf("cookies: %v", cookies)
	}
	browser := f.With("Cookie", cookies[0].Name+"="+cookies[0].Value+"; "+cookies[1].Name+"="+cookies[1].Value)
	browser.Get("/api/users/@me/").Status(200).Has("email", mocktest.Quote(email))
	browser.Post("/logout", "").Denied("CSRF Failed: CSRF token missing.")
	out := browser.And("X-CSRFToken", cookies[1].Value).Post("/logout", "").Status(http.StatusFound)
	if out.Header.Get("Location") != "/login" {
		t.Errorf("Location: %q", out.Header.Get("Location"))
	}
	browser.Get("/api/users/@me/").Unauthenticated("not_authenticated", noCredentials)
}
