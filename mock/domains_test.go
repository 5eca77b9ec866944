package mock_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const unverifiedText = "This attribute cannot be updated until the domain is verified."

// newDomain claims a domain and returns its id.
func (f *fake) newDomain(name string) string {
	f.t.Helper()
	return f.as("admin").post(f.org("domains"), `{"domain": "`+name+`"}`).status(http.StatusCreated).get("id").String()
}

// newVerifiedDomain claims a domain and verifies it.
func (f *fake) newVerifiedDomain(name string) string {
	f.t.Helper()
	created := f.as("admin").post(f.org("domains"), `{"domain": "`+name+`"}`).status(http.StatusCreated)
	id := created.get("id").String()
	f.PublishTXT("_posthog-challenge."+name, created.get("verification_challenge").String())
	f.session("admin").post(f.org("domains", id, "verify"), "").status(http.StatusOK).has("is_verified", "true")
	return id
}

func (f *fake) newConfig(body string) string {
	f.t.Helper()
	return f.as("admin").post(f.org("identity_provider_configs"), body).status(http.StatusCreated).get("id").String()
}

func TestNewDomain(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.as("admin").post(f.org("domains"), `{
		"domain": "new.example.com", "jit_provisioning_enabled": true, "sso_enforcement": "saml", "scim_enabled": true,
		"id_jag_issuer_url": "https://idp.example.com", "is_verified": true, "surprise": 1
	}`).status(http.StatusCreated)
	g.Expect(created.keys("")).To(Equal(strings.Fields(`id domain is_verified verified_at verification_challenge
		jit_provisioning_enabled sso_enforcement has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled
		scim_base_url scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients
		identity_provider_config`)))
	created.has("domain", `"new.example.com"`).has("is_verified", "false").has("verified_at", "null").
		has("jit_provisioning_enabled", "false").has("sso_enforcement", `""`).has("scim_enabled", "false").
		has("id_jag_issuer_url", "null").has("id_jag_allowed_clients", "[]").has("identity_provider_config", "null").
		has("scim_bearer_token", "null").has("scim_base_url", "null")
	g.Expect(created.get("verification_challenge").String()).To(MatchRegexp(`^[A-Za-z0-9_-]{43}$`))
	g.Expect(created.get("id").String()).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
	f.as("member").get(f.org("domains", created.get("id").String())).bytes(http.StatusOK, string(created.body))
}

func TestDomainNames(t *testing.T) {
	const (
		pattern = "Please enter a valid domain or subdomain name."
		taken   = "domain with this domain already exists."
	)
	f := newFake(t)
	f.newDomain("taken.example.com")
	for _, tc := range []struct{ name, body, code, detail string }{
		{"absent", `{}`, "required", "This field is required."},
		{"null", `{"domain": null}`, "null", "This field may not be null."},
		{"empty", `{"domain": ""}`, "blank", "This field may not be blank."},
		{"spaces", `{"domain": "  "}`, "blank", "This field may not be blank."},
		{"object", `{"domain": {}}`, "invalid_input", "Not a valid string."},
		{"list", `{"domain": ["a.com"]}`, "invalid_input", "Not a valid string."},
		{"boolean", `{"domain": true}`, "invalid_input", "Not a valid string."},
		{"number", `{"domain": 5}`, "invalid_input", pattern},
		{"one label", `{"domain": "localhost"}`, "invalid_input", pattern},
		{"capitals", `{"domain": "Example.com"}`, "invalid_input", pattern},
		{"underscore", `{"domain": "a_b.example.com"}`, "invalid_input", pattern},
		{"leading dash", `{"domain": "-a.example.com"}`, "invalid_input", pattern},
		{"double dash", `{"domain": "a--b.example.com"}`, "invalid_input", pattern},
		{"digits at the top", `{"domain": "example.c0m"}`, "invalid_input", pattern},
		{"short top", `{"domain": "example.c"}`, "invalid_input", pattern},
		{"address", `{"domain": "https://example.com"}`, "invalid_input", pattern},
		{"final dot", `{"domain": "example.com."}`, "invalid_input", pattern},
		{"long", `{"domain": "` + strings.Repeat("a", 125) + `.com"}`, "max_length", "Ensure this field has no more than 128 characters."},
		{"null character", `{"domain": "a\u0000b.com"}`, "null_characters_not_allowed", "Null characters are not allowed."},
		{"surrogate", `{"domain": "a\ud800b.com"}`, "surrogate_characters_not_allowed", "Surrogate characters are not allowed: U+D800."},
		{"taken", `{"domain": "taken.example.com"}`, "unique", taken},
		{"taken elsewhere", `{"domain": "` + f.known("known.other_organization.domain") + `"}`, "unique", taken},
		{"given twice, the last counts", `{"domain": "fine.example.com", "domain": "taken.example.com"}`, "unique", taken},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").post(f.org("domains"), tc.body).invalid(tc.code, tc.detail, "domain")
		})
	}
	f.t = t
	f.as("admin").post(f.org("domains"), `{"domain": "  trimmed.example.com "}`).status(201).has("domain", `"trimmed.example.com"`)
	f.as("admin").post(f.org("domains"), `{"domain": "`+strings.Repeat("a", 124)+`.com"}`).status(201)
}

// An unverified domain cannot enforce SSO, nor anything else of these.
func TestUnverifiedDomain(t *testing.T) {
	f := newFake(t)
	path := f.org("domains", f.newDomain("unverified.example.com"))
	before := f.as("admin").get(path)
	for _, tc := range []struct{ name, body, attr string }{
		{"jit", `{"jit_provisioning_enabled": true}`, "jit_provisioning_enabled"},
		{"jit off, which it is", `{"jit_provisioning_enabled": false}`, "jit_provisioning_enabled"},
		{"sso", `{"sso_enforcement": "google-oauth2"}`, "sso_enforcement"},
		{"sso empty", `{"sso_enforcement": ""}`, "sso_enforcement"},
		{"scim", `{"scim_enabled": true}`, "scim_enabled"},
		{"issuer", `{"id_jag_issuer_url": null}`, "id_jag_issuer_url"},
		{"keys", `{"id_jag_jwks_url": "https://idp.example.com/keys"}`, "id_jag_jwks_url"},
		{"clients", `{"id_jag_allowed_clients": []}`, "id_jag_allowed_clients"},
		{"the first in order", `{"scim_enabled": true, "sso_enforcement": "x", "saml_entity_id": "e"}`, "sso_enforcement"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").patch(path, tc.body).invalid("verification_required", unverifiedText, tc.attr)
			f.as("admin").get(path).bytes(http.StatusOK, string(before.body))
		})
	}
	f.t = t
	f.as("admin").patch(path, `{"sso_enforcement": null}`).invalid("null", "This field may not be null.", "sso_enforcement")
	f.as("admin").patch(path, `{"saml_entity_id": "e", "domain": "other.example.com"}`).status(200).
		has("saml_entity_id", `"e"`).has("domain", `"unverified.example.com"`).has("identity_provider_config", "null")
	f.as("admin").put(path, `{}`).status(200).has("saml_entity_id", `"e"`)
}

func TestDomainFields(t *testing.T) {
	const long = 513
	f := newFake(t)
	path := f.org("domains", f.newVerifiedDomain("fields.example.com"))
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"jit text", `{"jit_provisioning_enabled": "maybe"}`, "invalid_input", "Must be a valid boolean.", "jit_provisioning_enabled"},
		{"jit null", `{"jit_provisioning_enabled": null}`, "null", "This field may not be null.", "jit_provisioning_enabled"},
		{"jit list", `{"jit_provisioning_enabled": []}`, "invalid_input", "Must be a valid boolean.", "jit_provisioning_enabled"},
		{"sso long", `{"sso_enforcement": "` + strings.Repeat("s", 29) + `"}`, "max_length", "Ensure this field has no more than 28 characters.", "sso_enforcement"},
		{"entity long", `{"saml_entity_id": "` + strings.Repeat("s", long) + `"}`, "max_length", "Ensure this field has no more than 512 characters.", "saml_entity_id"},
		{"acs object", `{"saml_acs_url": {}}`, "invalid_input", "Not a valid string.", "saml_acs_url"},
		{"issuer long", `{"id_jag_issuer_url": "https://` + strings.Repeat("s", long) + `"}`, "max_length", "Ensure this field has no more than 512 characters.", "id_jag_issuer_url"},
		{"issuer private", `{"id_jag_issuer_url": "https://10.0.0.1"}`, "invalid_input", "URL is not allowed: Private IP address not allowed", "id_jag_issuer_url"},
		{"keys on loopback", `{"id_jag_jwks_url": "https://localhost/keys"}`, "invalid_input", "URL is not allowed: Local/Loopback host not allowed", "id_jag_jwks_url"},
		{"clients text", `{"id_jag_allowed_clients": "a"}`, "not_a_list", `Expected a list of items but got type "str".`, "id_jag_allowed_clients"},
		{"clients null", `{"id_jag_allowed_clients": null}`, "null", "This field may not be null.", "id_jag_allowed_clients"},
		{"client null", `{"id_jag_allowed_clients": ["a", null]}`, "null", "This field may not be null.", "id_jag_allowed_clients__1"},
		{"client blank", `{"id_jag_allowed_clients": [""]}`, "blank", "This field may not be blank.", "id_jag_allowed_clients__0"},
		{"client long", `{"id_jag_allowed_clients": ["a", "` + strings.Repeat("c", 257) + `"]}`, "max_length", "Ensure this field has no more than 256 characters.", "id_jag_allowed_clients__1"},
		{"config text", `{"identity_provider_config": "abc"}`, "invalid_input", "“abc” is not a valid UUID.", "identity_provider_config"},
		{"config number", `{"identity_provider_config": 5}`, "does_not_exist", `Invalid pk "5" - object does not exist.`, "identity_provider_config"},
		{"config true", `{"identity_provider_config": true}`, "incorrect_type", "Incorrect type. Expected pk value, received bool.", "identity_provider_config"},
		{"config of another organization", `{"identity_provider_config": "` + f.known("known.other_organization.identity_provider_config_id") + `"}`, "does_not_exist",
			`Invalid pk "` + f.known("known.other_organization.identity_provider_config_id") + `" - object does not exist.`, "identity_provider_config"},
		{"two wrong, the first in order", `{"identity_provider_config": 5, "sso_enforcement": null}`, "null", "This field may not be null.", "sso_enforcement"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").patch(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.t = t
	f.as("admin").patch(path, `{"id_jag_issuer_url": "  https://idp.example.com// ", "id_jag_jwks_url": " ", "id_jag_allowed_clients": ["a", 7]}`).status(200).
		has("id_jag_issuer_url", `"https://idp.example.com"`).has("id_jag_jwks_url", "null").has("id_jag_allowed_clients", `["a","7"]`).has("has_id_jag", "true")
	f.as("admin").patch(path, `{"jit_provisioning_enabled": "yes"}`).status(200).has("jit_provisioning_enabled", "true")
}

func TestDomainSCIM(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	id := f.newVerifiedDomain("scim.example.com")
	path, token := f.org("domains", id), f.org("domains", id, "scim", "token")
	f.session("admin").post(token, "").bytes(http.StatusBadRequest, `{"detail":"SCIM is not enabled for this domain"}`)
	enabled := f.as("admin").patch(path, `{"scim_enabled": true}`).status(200).has("has_scim", "true").
		has("scim_base_url", `"http://fake.test/scim/v2/`+id+`"`)
	first := enabled.get("scim_bearer_token").String()
	g.Expect(first).To(HaveLen(43))
	f.as("admin").get(path).has("scim_bearer_token", "null").has("has_scim", "true")
	f.as("admin").patch(path, `{"scim_enabled": true}`).has("scim_bearer_token", "null")
	again := f.session("admin").post(token, "").status(200).has("scim_enabled", "true")
	g.Expect(again.keys("")).To(Equal([]string{"scim_enabled", "scim_base_url", "scim_bearer_token"}))
	g.Expect(again.get("scim_bearer_token").String()).NotTo(Equal(first))
	f.as("admin").patch(path, `{"scim_enabled": false}`).has("has_scim", "false").has("scim_base_url", "null").has("scim_bearer_token", "null")
	f.session("admin").post(token, "").status(http.StatusBadRequest)
}

func TestDomainVerification(t *testing.T) {
	f := newFake(t)
	created := f.as("admin").post(f.org("domains"), `{"domain": "verify.example.com"}`).status(201)
	id, challenge := created.get("id").String(), created.get("verification_challenge").String()
	verify := f.org("domains", id, "verify")
	f.session("admin").post(verify, "not even JSON").bytes(http.StatusOK, string(created.body))
	f.PublishTXT("_posthog-challenge.verify.example.com", "something else")
	f.session("admin").post(verify, "").has("is_verified", "false")
	f.PublishTXT("_posthog-challenge.Verify.Example.com.", "something else", challenge)
	f.session("admin").post(verify, "").status(200).has("is_verified", "true").has("verified_at", `"2026-03-01T12:00:00Z"`)
	f.session("admin").post(verify, "").invalid("already_verified", "This domain has already been verified.", "")
	f.as("admin").patch(f.org("domains", id), `{"sso_enforcement": "saml"}`).status(200).has("sso_enforcement", `"saml"`)
}

type brokenResolver struct{}

func (brokenResolver) LookupTXT(context.Context, string) ([]string, error) {
	return nil, errors.New("the name server is on fire")
}

func TestDomainVerificationWithoutDNS(t *testing.T) {
	f := newFake(t, mock.WithResolver(brokenResolver{}))
	id := f.newDomain("verify.example.com")
	f.session("admin").post(f.org("domains", id, "verify"), "").refused(500, "server_error", "error", "A server error occurred.", "")
	f.as("admin").get(f.org("domains", id)).has("is_verified", "false")
}

const saml = `"saml_entity_id": "e", "saml_acs_url": "https://idp.example.com/acs", "saml_x509_cert": "c"`

func TestDomainAndConfigMirrorEachOther(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	admin := f.as("admin")
	config := f.newConfig(`{"name": "shared", ` + saml + `}`)
	one, two := f.org("domains", f.newVerifiedDomain("one.example.com")), f.org("domains", f.newVerifiedDomain("two.example.com"))
	configPath := f.org("identity_provider_configs", config)

	admin.patch(one, `{"identity_provider_config": "`+config+`"}`).status(200).has("has_saml", "true").has("saml_entity_id", `"e"`)
	admin.patch(two, `{"identity_provider_config": "`+strings.ToUpper(config)+`", "saml_entity_id": "wins"}`).status(200).has("saml_entity_id", `"wins"`)
	admin.get(configPath).has("saml_entity_id", `"wins"`)
	admin.get(one).has("saml_entity_id", `"wins"`)

	admin.patch(configPath, `{"saml_entity_id": "from the config"}`).status(200)
	admin.get(one).has("saml_entity_id", `"from the config"`)
	admin.get(two).has("saml_entity_id", `"from the config"`)

	admin.patch(one, `{"scim_enabled": true}`).status(200).has("has_scim", "true")
	admin.get(configPath).has("has_scim", "true").has("scim_bearer_token", "null")
	admin.get(two).has("has_scim", "true")

	admin.patch(one, `{"identity_provider_config": null}`).status(200).has("identity_provider_config", "null").has("has_saml", "false")
	admin.delete(configPath).bytes(http.StatusNoContent, "")
	admin.get(two).has("identity_provider_config", "null").has("has_saml", "false").has("has_scim", "false")

	own := admin.patch(one, `{`+saml+`}`).status(200).has("has_saml", "true").get("identity_provider_config").String()
	g.Expect(own).NotTo(Equal(config))
	admin.get(f.org("identity_provider_configs", own)).status(200).has("name", `"one.example.com"`).has("has_saml", "true")
	admin.delete(one).bytes(http.StatusNoContent, "")
	admin.get(f.org("identity_provider_configs", own)).status(200)
}

func TestNewDomainTakesTheSettingsOfItsConfig(t *testing.T) {
	f := newFake(t)
	config := f.newConfig(`{` + saml + `}`)
	f.as("admin").post(f.org("domains"), `{"domain": "linked.example.com", "saml_entity_id": "loses", "identity_provider_config": "`+config+`"}`).
		status(201).has("saml_entity_id", `"e"`).has("has_saml", "true").has("identity_provider_config", `"`+config+`"`)
	f.as("admin").post(f.org("domains"), `{"domain": "own.example.com", `+saml+`}`).status(201).has("has_saml", "true")
}

func TestDeletedDomainFreesItsName(t *testing.T) {
	f := newFake(t)
	id := f.newDomain("again.example.com")
	f.as("admin").delete(f.org("domains", id)).bytes(http.StatusNoContent, "")
	f.as("admin").get(f.org("domains", id)).missing("Not found.")
	f.as("admin").delete(f.org("domains", id)).missing("Not found.")
	f.newDomain("again.example.com")
}

func TestFeaturesOfTheOrganization(t *testing.T) {
	f := newFake(t)
	path := "/api/organizations/" + f.known("known.featureless_organization.id") + "/domains/"
	domain := path + f.known("known.featureless_organization.domain_id") + "/"
	const (
		jit  = "Automatic provisioning is not enabled for this organization."
		scim = "SCIM provisioning is not available for this organization."
		xaa  = "XAA (ID-JAG) is not available for this organization."
		code = "feature_not_available"
	)
	admin := f.as("admin")
	admin.post(path, `{"domain": "x.example.com"}`).denied(jit)
	admin.post(path, `{"domain": "x"}`).invalid("invalid_input", "Please enter a valid domain or subdomain name.", "domain")
	admin.patch(domain, `{"jit_provisioning_enabled": true}`).invalid(code, jit, "jit_provisioning_enabled")
	admin.patch(domain, `{"jit_provisioning_enabled": false}`).status(200)
	admin.patch(domain, `{"scim_enabled": false}`).invalid(code, scim, "scim_enabled")
	admin.patch(domain, `{"id_jag_issuer_url": "https://idp.example.com"}`).invalid(code, xaa, "id_jag_issuer_url")
	admin.patch(domain, `{"id_jag_issuer_url": ""}`).status(200)
	f.session("admin").post(domain+"scim/token", "").denied("SCIM is not available for this organization")
	configs := strings.Replace(path, "domains", "identity_provider_configs", 1)
	admin.post(configs, `{"scim_enabled": true}`).invalid(code, scim, "scim_enabled")
	admin.post(configs, `{"id_jag_issuer_url": "https://idp.example.com"}`).invalid(code, xaa, "id_jag_issuer_url")
}

func TestVerifiedAtFollowsTheClock(t *testing.T) {
	f := newFake(t)
	created := f.as("admin").post(f.org("domains"), `{"domain": "later.example.com"}`).status(201)
	f.PublishTXT("_posthog-challenge.later.example.com", created.get("verification_challenge").String())
	f.Advance(90*time.Minute + 250*time.Microsecond)
	f.session("admin").post(f.org("domains", created.get("id").String(), "verify"), "").has("verified_at", `"2026-03-01T13:30:00.000250Z"`)
}
