package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// newest makes a fake of the newest revision.
func newest(t *testing.T, options ...mock.Option) *mocktest.Fake {
	t.Helper()
	return mocktest.New(t, append(options, mock.WithRevision("2026-09"))...)
}

const certificate = `"saml_entity_id": "e", "saml_acs_url": "https://idp.example.com/acs", "saml_x509_cert": "c"`

func TestNewestDomains(t *testing.T) {
	g := NewWithT(t)
	f := newest(t)
	id := f.NewDomain("newest.example.com")
	d := f.As("admin").Get(f.Org("domains", id)).Status(200)
	g.Expect(d.Keys("")).To(Equal(strings.Fields("id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement scim_base_url")))
	f.As("admin").Patch(f.Org("domains", id), `{"saml_entity_id": 7, "scim_enabled": {}, "identity_provider_config": "no"}`).Status(200)
	f.As("admin").Patch(f.Org("domains", id), `{"sso_enforcement": "saml"}`).Invalid("verification_required", "This attribute cannot be updated until the domain is verified.", "sso_enforcement")
	f.Session("admin").Post(f.Org("domains", id, "scim", "token"), "").Missing("Endpoint not found.")
	f.As("admin").Post(f.Org("domains", id, "scim", "token"), "").Missing("Endpoint not found.")
}

func TestNewestConfigs(t *testing.T) {
	g := NewWithT(t)
	f := newest(t)
	known := f.Known("known.verified_domain.id")
	created := f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(
		`{"name": "c", "domain_scope": "selected", "config_scope": "scim", "organization_domain_ids": [%q, %q], "scim_enabled": true}`, known, known)).Status(201)
	g.Expect(created.Keys("")).To(Equal(strings.Fields(`id name domain_scope config_scope organization_domain_ids created_at updated_at has_saml has_oidc
		has_oidc_client_secret oidc_issuer_url oidc_client_id saml_relay_state saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled
		scim_base_url scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients`)))
	created.Has("organization_domain_ids", `["`+known+`"]`).Has("has_scim", "true").Has("oidc_issuer_url", `""`)
	g.Expect(created.Get("scim_base_url").String()).To(HavePrefix("http://fake.test/scim/v2/"))
	g.Expect(created.Get("scim_base_url").String()).NotTo(HaveSuffix(created.Get("id").String()))

	path := f.Org("identity_provider_configs", created.Get("id").String())
	f.As("admin").Patch(path, `{"name": "d"}`).Status(200).Has("organization_domain_ids", `["`+known+`"]`)
	all := f.As("admin").Patch(path, `{"domain_scope": "all"}`).Status(200)
	g.Expect(all.Get("organization_domain_ids").Array()).To(HaveLen(int(f.As("admin").Get(f.Org("domains")).Get("count").Int())))
	f.As("admin").Patch(path, `{"domain_scope": null, "organization_domain_ids": []}`).Status(200).Has("organization_domain_ids", `[]`)
	f.As("admin").Delete(path).Status(204)
}

func TestConfigDomainsRefusals(t *testing.T) {
	f := newest(t)
	other := f.Known("known.other_organization.domain_id")
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"scope", `{"domain_scope": "some"}`, "invalid_choice", `"some" is not a valid choice.`, "domain_scope"},
		{"purpose", `{"config_scope": "id_jag"}`, "invalid_choice", `"id_jag" is not a valid choice.`, "config_scope"},
		{"null", `{"organization_domain_ids": null}`, "null", "This field may not be null.", "organization_domain_ids"},
		{"text", `{"organization_domain_ids": "x"}`, "not_a_list", `Expected a list of items but got type "str".`, "organization_domain_ids"},
		{"malformed", `{"organization_domain_ids": ["abc"]}`, "invalid_input", "“abc” is not a valid UUID.", "organization_domain_ids"},
		{"boolean", `{"organization_domain_ids": [true]}`, "incorrect_type", "Incorrect type. Expected pk value, received bool.", "organization_domain_ids"},
		{"foreign", `{"organization_domain_ids": ["` + other + `"]}`, "does_not_exist", `Invalid pk "` + other + `" - object does not exist.`, "organization_domain_ids"},
		{"first field", `{"oidc_issuer_url": "http://x.example.com", "domain_scope": "y"}`, "invalid_choice", `"y" is not a valid choice.`, "domain_scope"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Post(f.Org("identity_provider_configs"), tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
}

func TestUnscopedConfigStays(t *testing.T) {
	f := newest(t)
	path := f.Org("identity_provider_configs", f.NewConfig(`{}`))
	f.As("admin").Delete(path).Invalid("unscoped_config", "This identity provider configuration cannot be deleted until it has a feature scope.", "")
	f.As("admin").Patch(path, `{"config_scope": ""}`).Status(200).Has("config_scope", `""`)
	f.As("admin").Delete(path).Status(http.StatusNoContent)
	f.As("admin").Get(path).Status(http.StatusNotFound)
}

func TestOverlap(t *testing.T) {
	const saml = "This SAML configuration overlaps with another SAML configuration on one or more verified domains. Choose different domains before saving."
	f := newest(t)
	a, b := f.NewVerifiedDomain("a.overlap.example.com"), f.NewVerifiedDomain("b.overlap.example.com")
	unverified := f.NewDomain("c.overlap.example.com")
	post := func(format string, args ...any) *mocktest.Answer {
		return f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(format, args...))
	}
	post(`{"config_scope": "saml", "organization_domain_ids": [%q], %s}`, a, certificate).Status(201)
	post(`{"config_scope": "saml", "organization_domain_ids": [%q, %q], %s}`, b, a, certificate).Invalid("invalid_input", saml, "domain_scope")
	post(`{"config_scope": "saml", "domain_scope": "all", %s}`, certificate).Invalid("invalid_input", saml, "domain_scope")
	post(`{"organization_domain_ids": [%q], %s}`, a, certificate).Invalid("invalid_input", saml, "domain_scope")
	post(`{"config_scope": "saml", "organization_domain_ids": [%q], "saml_entity_id": "e"}`, a).Status(201) // not complete
	post(`{"config_scope": "saml", "organization_domain_ids": [%q, %q], %s}`, b, unverified, certificate).Status(201)
	post(`{"config_scope": "saml", "organization_domain_ids": [%q], %s}`, unverified, certificate).Status(201)
	scim := post(`{"config_scope": "scim", "organization_domain_ids": [%q]}`, a).Status(201).Get("id").String()
	f.As("admin").Patch(f.Org("identity_provider_configs", scim), `{"config_scope": "saml", `+certificate+`}`).Invalid("invalid_input", saml, "domain_scope")
}

func TestOIDC(t *testing.T) {
	g := NewWithT(t)
	f := newest(t)
	post := func(body string) *mocktest.Answer {
		return f.As("admin").Post(f.Org("identity_provider_configs"), body)
	}
	const issuer = "Use an HTTPS issuer URL without credentials, a query, or a fragment."
	for _, address := range []string{"http://idp.example.com", "https://u:p@idp.example.com", "https://idp.example.com?a", "https://idp.example.com/#f", "idp"} {
		post(`{"config_scope": "oidc", "oidc_issuer_url": "`+address+`"}`).Invalid("invalid_input", issuer, "oidc_issuer_url")
	}
	post(`{"config_scope": "oidc", "oidc_issuer_url": "https://127.0.0.1/"}`).Invalid("invalid_input", "URL is not allowed: Local/Loopback host not allowed", "oidc_issuer_url")
	post(`{"oidc_client_secret": null}`).Invalid("null", "This field may not be null.", "oidc_client_secret")
	post(`{"oidc_client_id": "c"}`).Invalid("invalid_input", "Use an OIDC configuration for OIDC settings.", "config_scope")
	post(`{"config_scope": "saml", "oidc_client_secret": " "}`).Invalid("invalid_input", "Use an OIDC configuration for OIDC settings.", "config_scope")
	post(`{"oidc_issuer_url": "", "oidc_client_id": "", "oidc_client_secret": ""}`).Status(201)
	created := post(`{"config_scope": "oidc", "oidc_issuer_url": " https://idp.example.com/ ", "oidc_client_id": " c ", "oidc_client_secret": " s "}`).Status(201).
		Has("oidc_issuer_url", `"https://idp.example.com/"`).Has("oidc_client_id", `"c"`).Has("has_oidc", "true").Has("has_oidc_client_secret", "true")
	g.Expect(created.Get("oidc_client_secret").Exists()).To(BeFalse())
	path := f.Org("identity_provider_configs", created.Get("id").String())
	f.As("admin").Put(path, `{"name": "n"}`).Status(200).Has("has_oidc", "true")
	f.As("admin").Patch(path, `{"oidc_client_secret": ""}`).Status(200).Has("has_oidc", "false").Has("has_oidc_client_secret", "false")

	featureless := mocktest.Org(f.Known("known.featureless_organization.id"), "identity_provider_configs")
	f.As("admin").Post(featureless, `{"config_scope": "oidc", "oidc_client_id": "c"}`).
		Invalid("feature_not_available", "OIDC is not available for this organization.", "oidc_issuer_url")
}

func TestSCIMBaseURLOfADomain(t *testing.T) {
	g := NewWithT(t)
	f := newest(t)
	id := f.NewDomain("scim.example.com")
	domain := func() *mocktest.Answer { return f.As("admin").Get(f.Org("domains", id)).Status(200) }
	config := func(body string) string {
		return f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(body, id)).Status(201).Get("id").String()
	}
	domain().Has("scim_base_url", "null")
	first := config(`{"scim_enabled": true, "organization_domain_ids": [%q]}`)
	base := f.As("admin").Get(f.Org("identity_provider_configs", first)).Get("scim_base_url").Raw
	domain().Has("scim_base_url", base)
	config(`{"config_scope": "saml", "scim_enabled": true, "organization_domain_ids": [%q]}`)
	domain().Has("scim_base_url", base) // one that is for something else does not count
	second := config(`{"config_scope": "scim", "scim_enabled": true, "organization_domain_ids": [%q]}`)
	domain().Has("scim_base_url", "null")
	f.As("admin").Delete(f.Org("identity_provider_configs", second)).Status(204)
	domain().Has("scim_base_url", base)
	f.As("admin").Delete(f.Org("domains", id)).Status(204)
	g.Expect(f.As("admin").Get(f.Org("identity_provider_configs", first)).Status(200).Get("organization_domain_ids").Raw).To(Equal("[]"))
}

func TestConfigSCIMLogs(t *testing.T) {
	g := NewWithT(t)
	f := newest(t)
	domain := f.NewVerifiedDomain("logs.example.com")
	created := f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(
		`{"config_scope": "scim", "scim_enabled": true, "organization_domain_ids": [%q]}`, domain)).Status(201)
	id := created.Get("id").String()
	users := strings.TrimPrefix(created.Get("scim_base_url").String(), "http://fake.test") + "/Users"
	with := f.With("Authorization", "Bearer "+created.Get("scim_bearer_token").String())
	made := with.Post(users, `{"userName": "x", "emails": [{"value": "x@logs.example.com"}]}`).Status(201)
	g.Expect(made.Get("meta.location").String()).To(HaveSuffix(users + "/" + made.Get("id").String()))

	logs := f.Org("identity_provider_configs", id, "scim", "logs")
	f.Session("admin").Get(logs).Status(200).Has("count", "1")
	f.Session("admin").Get(f.Org("domains", domain, "scim", "logs")).Status(200).Has("count", "1")
	f.As("admin").Get(logs).Denied("This action does not support personal API key access")
	f.Session("member").Get(logs).Denied("Only organization admins can view SCIM logs.")
	f.Session("member").Get(f.Org("identity_provider_configs", domain, "scim", "logs")).Missing("Not found.")
	f.Session("member").Get(f.Org("domains", id, "scim", "logs")).Denied("Only organization admins can view SCIM logs.")

	// Whom a config has made is known to the next one that serves the domain.
	f.As("admin").Delete(f.Org("identity_provider_configs", id)).Status(204)
	next := f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(
		`{"config_scope": "scim", "scim_enabled": true, "organization_domain_ids": [%q]}`, domain)).Status(201)
	users = strings.TrimPrefix(next.Get("scim_base_url").String(), "http://fake.test") + "/Users"
	f.With("Authorization", "Bearer "+next.Get("scim_bearer_token").String()).
		Post(users, `{"userName": "y", "emails": [{"value": "x@logs.example.com"}]}`).Status(http.StatusConflict)
}

func TestSCIMBySlug(t *testing.T) {
	f := newest(t)
	unverified := f.NewDomain("slug.example.com")
	created := f.As("admin").Post(f.Org("identity_provider_configs"), fmt.Sprintf(
		`{"scim_enabled": true, "organization_domain_ids": [%q]}`, unverified)).Status(201)
	base := strings.TrimPrefix(created.Get("scim_base_url").String(), "http://fake.test")
	with := f.With("Authorization", "Bearer "+created.Get("scim_bearer_token").String())
	with.Get(base + "/Users").Status(http.StatusForbidden) // no domain is verified
	with.Get("/scim/v2/" + created.Get("id").String() + "/Users").Status(http.StatusForbidden)
	f.Anonymous().Patch("/_understudy/domains/"+unverified, `{"verified": true}`).Status(200)
	with.Get(base + "/Users").Status(200)
	with.Get("/scim/v2/" + unverified + "/Users").Status(http.StatusForbidden)
	f.With("Authorization", "Bearer no").Get(base + "/Users").Status(http.StatusForbidden)
	f.Anonymous().Get(base + "/Users").Status(http.StatusUnauthorized)
}
