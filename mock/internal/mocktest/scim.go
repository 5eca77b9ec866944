package mocktest

import (
	"fmt"
	"net/http"
)

// Provider is an identity provider that calls the SCIM server of a domain.
type Provider struct {
	*Caller
	Base string // the path of the domain's SCIM server
}

// Provider calls with the token of the profile's SCIM domain.
func (f *Fake) Provider() *Provider {
	return f.ProviderOf(f.Known("known.scim.domain_id"), f.Known("known.scim.token"))
}

// ProviderOf calls with a token.
func (f *Fake) ProviderOf(domain, token string) *Provider {
	return &Provider{f.With("Authorization", "Bearer "+token), "/scim/v2/" + domain + "/"}
}

// And is the provider with one more header.
func (p *Provider) And(name, value string) *Provider {
	return &Provider{p.Caller.And(name, value), p.Base}
}

// Send makes a request, of a path below the domain's SCIM server.
func (p *Provider) Send(method, path, body string) *Answer {
	p.T.Helper()
	contentType := ""
	if body != "" {
		contentType = "application/scim+json"
	}
	return p.Do(method, p.Base+path, contentType, body)
}

// Get makes a GET request.
func (p *Provider) Get(path string) *Answer { return p.Send("GET", path, "") }

// Patch sends operations, written as in {"op": …}, {"op": …}.
func (p *Provider) Patch(path, operations string) *Answer {
	p.T.Helper()
	return p.Send("PATCH", path, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [`+operations+`]}`)
}

// Email is an address in the SCIM domain.
func (p *Provider) Email(name string) string { return name + "@" + p.Known("known.scim.email_domain") }

// SCIMPerson is a user, as an identity provider sends it.
func SCIMPerson(email, given, family string) string {
	return fmt.Sprintf(`{"userName": %q, "name": {"givenName": %q, "familyName": %q}, "emails": [{"value": %q, "primary": true}], "active": true}`,
		email, given, family, email)
}

// NewUser provisions a user and returns its path.
func (p *Provider) NewUser(name string) string {
	p.T.Helper()
	return "Users/" + p.Send("POST", "Users", SCIMPerson(p.Email(name), "Ada", "Finch")).Status(http.StatusCreated).Get("id").String()
}

// RefusedBySCIM wants a refusal in SCIM's form, byte for byte.
func (a *Answer) RefusedBySCIM(status int, detail string) *Answer {
	a.T.Helper()
	return a.Bytes(status, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":%d,"detail":%s}`, status, Quote(detail)))
}
