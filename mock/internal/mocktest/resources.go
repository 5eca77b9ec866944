package mocktest

import (
	"net/http"
	"strings"
)

// NewDomain claims a domain and returns its id.
func (f *Fake) NewDomain(name string) string {
	f.T.Helper()
	return f.As("admin").Post(f.Org("domains"), `{"domain": "`+name+`"}`).Status(http.StatusCreated).Get("id").String()
}

// NewVerifiedDomain claims a domain, verifies it, and returns its id.
func (f *Fake) NewVerifiedDomain(name string) string {
	f.T.Helper()
	created := f.As("admin").Post(f.Org("domains"), `{"domain": "`+name+`"}`).Status(http.StatusCreated)
	id := created.Get("id").String()
	f.PublishTXT("_posthog-challenge."+name, created.Get("verification_challenge").String())
	f.Session("admin").Post(f.Org("domains", id, "verify"), "").Status(http.StatusOK).Has("is_verified", "true")
	return id
}

// Domains are the names of the domains that a caller sees, as a JSON list. The prefix
// leads to a sandbox: "" or "/_sandbox/NAME".
func (c *Caller) Domains(prefix string) string {
	c.T.Helper()
	return c.Get(prefix + c.Org("domains")).Status(200).Get("results.#.domain").Raw
}

// NewConfig makes an identity provider config and returns its id.
func (f *Fake) NewConfig(body string) string {
	f.T.Helper()
	return f.As("admin").Post(f.Org("identity_provider_configs"), body).Status(http.StatusCreated).Get("id").String()
}

// NewIntegration installs an integration in the profile's organization and returns its id.
func (f *Fake) NewIntegration(body string) string {
	f.T.Helper()
	body = strings.Replace(body, "{", `{"organization": "`+f.Known("organization.id")+`", `, 1)
	return f.Anonymous().Post("/_understudy/integrations", body).Status(http.StatusCreated).Get("id").String()
}

// Invite invites somebody, as the administrator.
func (f *Fake) Invite(body string) *Answer {
	f.T.Helper()
	return f.As("admin").Post(f.Org("invites"), body)
}

// NewRole makes a role and returns its id.
func (f *Fake) NewRole(name string) string {
	f.T.Helper()
	return f.As("admin").Post(f.Org("roles"), `{"name": `+Quote(name)+`}`).Status(http.StatusCreated).Get("id").String()
}

// Person is somebody made through the control plane, calling with a key.
type Person struct {
	*Caller
	Email, UUID string
}

// NewMember makes a user who is a member of an organization; "" is none.
func (f *Fake) NewMember(email, organization string, level string) Person {
	f.T.Helper()
	made := f.Anonymous().Post("/_understudy/members", `{"email": "`+email+`", "organization": "`+organization+`", "level": `+level+`,
		"first_name": "Pat", "last_name": "Person", "password": "secret of `+email+`"}`).Status(http.StatusCreated)
	key := f.Anonymous().Post("/_understudy/keys", `{"user": "`+email+`"}`).Status(http.StatusCreated).Get("value").String()
	return Person{f.With("Authorization", "Bearer "+key), email, made.Get("uuid").String()}
}

// UUIDOf is the UUID of the user of a role.
func (f *Fake) UUIDOf(role string) string {
	f.T.Helper()
	return f.As(role).Get("/api/users/@me/").Status(200).Get("uuid").String()
}

// CookiesOf logs a person in by password. It returns the headers of the session, in pairs
// for [Fake.With].
func CookiesOf(f *Fake, p Person) []string {
	f.T.Helper()
	login := f.Anonymous().Post("/api/login/", `{"email": "`+p.Email+`", "password": "secret of `+p.Email+`"}`).Status(200)
	var header, token string
	for _, cookie := range (&http.Response{Header: login.Header}).Cookies() {
		header += cookie.Name + "=" + cookie.Value + "; "
		token = cookie.Value
	}
	return []string{"Cookie", strings.TrimSuffix(header, "; "), "X-CSRFToken", token}
}
