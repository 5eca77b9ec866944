package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
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
	f := newFake(t)
	session, _, _ := strings.Cut(f.session("admin").header.Get("Cookie"), ";")
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
			f.t = t
			page := f.with("Cookie", session)
			if tc.cookie != "" {
				page = f.with("Cookie", session+"; posthog_csrftoken="+tc.cookie)
			}
			if tc.header != "" {
				page = page.and("X-CSRFToken", strings.TrimSpace(tc.header))
			}
			body := "target_email=c@example.com"
			if tc.field != "" {
				body += "&csrfmiddlewaretoken=" + tc.field
			}
			answer := page.form(f.org("invites"), body)
			if tc.denied == "" {
				answer.status(http.StatusCreated)
				return
			}
			answer.denied(tc.denied)
		})
	}
}

func TestEnforcedSSO(t *testing.T) {
	const sso = "You can only login with SSO for this account (saml)."
	f := newFake(t)
	control := "/_understudy/organizations/" + f.known("organization.id")
	try := func(email string) *answer {
		return f.anonymous().post("/api/login/", `{"email": "`+email+`", "password": "wrong"}`)
	}
	domain := f.org("domains", f.newVerifiedDomain("sso.example.com"))
	f.newMember("ada@sso.example.com", "", "1")
	f.as("admin").patch(domain, `{"sso_enforcement": "saml"}`).status(200)
	try("ada@sso.example.com").invalid("sso_enforced", sso, "")
	try("Nobody@SSO.example.com").invalid("sso_enforced", sso, "")
	try("ada@sub.sso.example.com").invalid("invalid_credentials", "Invalid email or password.", "")
	f.anonymous().post("/api/login/", `{"email": "ada@sso.example.com", "password": "secret of ada@sso.example.com"}`).invalid("sso_enforced", sso, "")
	for _, feature := range []string{"saml", "sso_enforcement"} {
		f.anonymous().patch(control, `{"feature": {"`+feature+`": false}}`).status(200)
		try("ada@sso.example.com").invalid("invalid_credentials", "Invalid email or password.", "")
		f.anonymous().patch(control, `{"feature": {"`+feature+`": true}}`).status(200)
	}
	f.as("admin").patch(domain, `{"sso_enforcement": "google-oauth2"}`).status(200)
	try("ada@sso.example.com").invalid("sso_enforced", "You can only login with SSO for this account (google-oauth2).", "")
	f.as("admin").patch(domain, `{"sso_enforcement": "carrier pigeon"}`).status(200)
	f.anonymous().post("/api/login/", `{"email": "ada@sso.example.com", "password": "secret of ada@sso.example.com"}`).status(200)
}

func TestSessionsEnd(t *testing.T) {
	f := newFake(t)
	page := f.session("admin")
	f.Advance(14*24*time.Hour - time.Second)
	page.get("/api/users/@me/").status(200)
	f.Advance(time.Second)
	page.get("/api/users/@me/").unauthenticated("not_authenticated", noCredentials)
	page.post(f.org("invites"), `{}`).unauthenticated("not_authenticated", noCredentials)
}

func TestLoginWhileLoggedIn(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.newMember("twice@example.com", f.known("organization.id"), "1")
	first := cookiesOf(f, p)
	credentials := `{"email": "twice@example.com", "password": "secret of twice@example.com"}`
	f.with("Cookie", first[1]).post("/api/login/", credentials).denied("CSRF Failed: CSRF token missing.")
	second := f.with(first...).post("/api/login/", credentials).status(200)
	g.Expect(second.header["Set-Cookie"]).To(HaveLen(2))
	g.Expect(second.header["Set-Cookie"][1]).NotTo(ContainSubstring(first[3]), "a new CSRF token")
	f.with(first...).get("/api/users/@me/").unauthenticated("not_authenticated", noCredentials)
	f.as("admin").get("/api/users/@me/").status(200)
	for _, path := range []string{"/api/users/@me/", f.org("domains")} {
		g.Expect(f.session("admin").get(path).header).NotTo(HaveKey("Set-Cookie"), "only logging in sets cookies")
	}
}
