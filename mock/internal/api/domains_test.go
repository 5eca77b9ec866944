package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const unverifiedText = "This attribute cannot be updated until the domain is verified."

func TestNewDomain(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.As("admin").Post(f.Org("domains"), `{
		"domain": "new.example.com", "jit_provisioning_enabled": true, "sso_enforcement": "saml", "scim_enabled": true,
		"id_jag_issuer_url": "https://idp.example.com", "is_verified": true, "surprise": 1
	}`).Status(http.StatusCreated)
	g.Expect(created.Keys("")).To(Equal(strings.Fields(`id domain is_verified verified_at verification_challenge
		jit_provisioning_enabled sso_enforcement has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled
		scim_base_url scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients
		identity_provider_config`)))
	created.Has("domain", `"new.example.com"`).Has("is_verified", "false").Has("verified_at", "null").
		Has("jit_provisioning_enabled", "false").Has("sso_enforcement", `""`).Has("scim_enabled", "false").
		Has("id_jag_issuer_url", "null").Has("id_jag_allowed_clients", "[]").Has("identity_provider_config", "null").
		Has("scim_bearer_token", "null").Has("scim_base_url", "null")
	g.Expect(created.Get("verification_challenge").String()).To(MatchRegexp(`^[A-Za-z0-9_-]{43}$`))
	g.Expect(created.Get("id").String()).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
	f.As("member").Get(f.Org("domains", created.Get("id").String())).Bytes(http.StatusOK, string(created.Body))
}

func TestDomainNames(t *testing.T) {
	const (
		pattern = "Please enter a valid domain or subdomain name."
		taken   = "domain with this domain already exists."
	)
	f := mocktest.New(t)
	f.NewDomain("taken.example.com")
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
		{"taken elsewhere", `{"domain": "` + f.Known("known.other_organization.domain") + `"}`, "unique", taken},
		{"given twice, the last counts", `{"domain": "fine.example.com", "domain": "taken.example.com"}`, "unique", taken},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Post(f.Org("domains"), tc.body).Invalid(tc.code, tc.detail, "domain")
		})
	}
	f.T = t
	f.As("admin").Post(f.Org("domains"), `{"domain": "  trimmed.example.com "}`).Status(201).Has("domain", `"trimmed.example.com"`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "`+strings.Repeat("a", 124)+`.com"}`).Status(201)
}

// An unverified domain cannot enforce SSO, nor anything else of these.
func TestUnverifiedDomain(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("domains", f.NewDomain("unverified.example.com"))
	before := f.As("admin").Get(path)
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
			f.T = t
			f.As("admin").Patch(path, tc.body).Invalid("verification_required", unverifiedText, tc.attr)
			f.As("admin").Get(path).Bytes(http.StatusOK, string(before.Body))
		})
	}
	f.T = t
	f.As("admin").Patch(path, `{"sso_enforcement": null}`).Invalid("null", "This field may not be null.", "sso_enforcement")
	f.As("admin").Patch(path, `{"saml_entity_id": "e", "domain": "other.example.com"}`).Status(200).
		Has("saml_entity_id", `"e"`).Has("domain", `"unverified.example.com"`).Has("identity_provider_config", "null")
	f.As("admin").Put(path, `{}`).Status(200).Has("saml_entity_id", `"e"`)
}

func TestDomainFields(t *testing.T) {
	const long = 513
	f := mocktest.New(t)
	path := f.Org("domains", f.NewVerifiedDomain("fields.example.com"))
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
		{"config of another organization", `{"identity_provider_config": "` + f.Known("known.other_organization.identity_provider_config_id") + `"}`, "does_not_exist",
			`Invalid pk "` + f.Known("known.other_organization.identity_provider_config_id") + `" - object does not exist.`, "identity_provider_config"},
		{"two wrong, the first in order", `{"identity_provider_config": 5, "sso_enforcement": null}`, "null", "This field may not be null.", "sso_enforcement"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Patch(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.T = t
	f.As("admin").Patch(path, `{"id_jag_issuer_url": "  https://idp.example.com// ", "id_jag_jwks_url": " ", "id_jag_allowed_clients": ["a", 7]}`).Status(200).
		Has("id_jag_issuer_url", `"https://idp.example.com"`).Has("id_jag_jwks_url", "null").Has("id_jag_allowed_clients", `["a","7"]`).Has("has_id_jag", "true")
	f.As("admin").Patch(path, `{"jit_provisioning_enabled": "yes"}`).Status(200).Has("jit_provisioning_enabled", "true")
}

func TestDomainSCIM(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	id := f.NewVerifiedDomain("scim.example.com")
	path, token := f.Org("domains", id), f.Org("domains", id, "scim", "token")
	f.Session("admin").Post(token, "").Bytes(http.StatusBadRequest, `{"detail":"SCIM is not enabled for this domain"}`)
	enabled := f.As("admin").Patch(path, `{"scim_enabled": true}`).Status(200).Has("has_scim", "true").
		Has("scim_base_url", `"http://fake.test/scim/v2/`+id+`"`)
	first := enabled.Get("scim_bearer_token").String()
	g.Expect(first).To(HaveLen(43))
	f.As("admin").Get(path).Has("scim_bearer_token", "null").Has("has_scim", "true")
	f.As("admin").Patch(path, `{"scim_enabled": true}`).Has("scim_bearer_token", "null")
	again := f.Session("admin").Post(token, "").Status(200).Has("scim_enabled", "true")
	g.Expect(again.Keys("")).To(Equal([]string{"scim_enabled", "scim_base_url", "scim_bearer_token"}))
	g.Expect(again.Get("scim_bearer_token").String()).NotTo(Equal(first))
	f.As("admin").Patch(path, `{"scim_enabled": false}`).Has("has_scim", "false").Has("scim_base_url", "null").Has("scim_bearer_token", "null")
	f.Session("admin").Post(token, "").Status(http.StatusBadRequest)
}

func TestDomainVerification(t *testing.T) {
	f := mocktest.New(t)
	created := f.As("admin").Post(f.Org("domains"), `{"domain": "verify.example.com"}`).Status(201)
	id, challenge := created.Get("id").String(), created.Get("verification_challenge").String()
	verify := f.Org("domains", id, "verify")
	f.Session("admin").Post(verify, "not even JSON").Bytes(http.StatusOK, string(created.Body))
	f.PublishTXT("_posthog-challenge.verify.example.com", "something else")
	f.Session("admin").Post(verify, "").Has("is_verified", "false")
	f.PublishTXT("_posthog-challenge.Verify.Example.com.", "something else", challenge)
	f.Session("admin").Post(verify, "").Status(200).Has("is_verified", "true").Has("verified_at", `"2026-03-01T12:00:00Z"`)
	f.Session("admin").Post(verify, "").Invalid("already_verified", "This domain has already been verified.", "")
	f.As("admin").Patch(f.Org("domains", id), `{"sso_enforcement": "saml"}`).Status(200).Has("sso_enforcement", `"saml"`)
}

type brokenResolver struct{}

func (brokenResolver) LookupTXT(context.Context, string) ([]string, error) {
	return nil, errors.New("the name server is on fire")
}

func TestDomainVerificationWithoutDNS(t *testing.T) {
	f := mocktest.New(t, mock.WithResolver(brokenResolver{}))
	id := f.NewDomain("verify.example.com")
	f.Session("admin").Post(f.Org("domains", id, "verify"), "").Refused(500, "server_error", "error", "A server error occurred.", "")
	f.As("admin").Get(f.Org("domains", id)).Has("is_verified", "false")
}

const saml = `"saml_entity_id": "e", "saml_acs_url": "https://idp.example.com/acs", "saml_x509_cert": "c"`

func TestDomainAndConfigMirrorEachOther(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	admin := f.As("admin")
	config := f.NewConfig(`{"name": "shared", ` + saml + `}`)
	one, two := f.Org("domains", f.NewVerifiedDomain("one.example.com")), f.Org("domains", f.NewVerifiedDomain("two.example.com"))
	configPath := f.Org("identity_provider_configs", config)

	admin.Patch(one, `{"identity_provider_config": "`+config+`"}`).Status(200).Has("has_saml", "true").Has("saml_entity_id", `"e"`)
	admin.Patch(two, `{"identity_provider_config": "`+strings.ToUpper(config)+`", "saml_entity_id": "wins"}`).Status(200).Has("saml_entity_id", `"wins"`)
	admin.Get(configPath).Has("saml_entity_id", `"wins"`)
	admin.Get(one).Has("saml_entity_id", `"wins"`)

	admin.Patch(configPath, `{"saml_entity_id": "from the config"}`).Status(200)
	admin.Get(one).Has("saml_entity_id", `"from the config"`)
	admin.Get(two).Has("saml_entity_id", `"from the config"`)

	admin.Patch(one, `{"scim_enabled": true}`).Status(200).Has("has_scim", "true")
	admin.Get(configPath).Has("has_scim", "true").Has("scim_bearer_token", "null")
	admin.Get(two).Has("has_scim", "true")

	admin.Patch(one, `{"identity_provider_config": null}`).Status(200).Has("identity_provider_config", "null").Has("has_saml", "false")
	admin.Delete(configPath).Bytes(http.StatusNoContent, "")
	admin.Get(two).Has("identity_provider_config", "null").Has("has_saml", "false").Has("has_scim", "false")

	own := admin.Patch(one, `{`+saml+`}`).Status(200).Has("has_saml", "true").Get("identity_provider_config").String()
	g.Expect(own).NotTo(Equal(config))
	admin.Get(f.Org("identity_provider_configs", own)).Status(200).Has("name", `"one.example.com"`).Has("has_saml", "true")
	admin.Delete(one).Bytes(http.StatusNoContent, "")
	admin.Get(f.Org("identity_provider_configs", own)).Status(200)
}

func TestNewDomainTakesTheSettingsOfItsConfig(t *testing.T) {
	f := mocktest.New(t)
	config := f.NewConfig(`{` + saml + `}`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "linked.example.com", "saml_entity_id": "loses", "identity_provider_config": "`+config+`"}`).
		Status(201).Has("saml_entity_id", `"e"`).Has("has_saml", "true").Has("identity_provider_config", `"`+config+`"`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "own.example.com", `+saml+`}`).Status(201).Has("has_saml", "true")
}

func TestDeletedDomainFreesItsName(t *testing.T) {
	f := mocktest.New(t)
	id := f.NewDomain("again.example.com")
	f.As("admin").Delete(f.Org("domains", id)).Bytes(http.StatusNoContent, "")
	f.As("admin").Get(f.Org("domains", id)).Missing("Not found.")
	f.As("admin").Delete(f.Org("domains", id)).Missing("Not found.")
	f.NewDomain("again.example.com")
}

func TestFeaturesOfTheOrganization(t *testing.T) {
	f := mocktest.New(t)
	path := "/api/organizations/" + f.Known("known.featureless_organization.id") + "/domains/"
	domain := path + f.Known("known.featureless_organization.domain_id") + "/"
	const (
		jit  = "Automatic provisioning is not enabled for this organization."
		scim = "SCIM provisioning is not available for this organization."
		xaa  = "XAA (ID-JAG) is not available for this organization."
		code = "feature_not_available"
	)
	admin := f.As("admin")
	admin.Post(path, `{"domain": "x.example.com"}`).Denied(jit)
	admin.Post(path, `{"domain": "x"}`).Invalid("invalid_input", "Please enter a valid domain or subdomain name.", "domain")
	admin.Patch(domain, `{"jit_provisioning_enabled": true}`).Invalid(code, jit, "jit_provisioning_enabled")
	admin.Patch(domain, `{"jit_provisioning_enabled": false}`).Status(200)
	admin.Patch(domain, `{"scim_enabled": false}`).Invalid(code, scim, "scim_enabled")
	admin.Patch(domain, `{"id_jag_issuer_url": "https://idp.example.com"}`).Invalid(code, xaa, "id_jag_issuer_url")
	admin.Patch(domain, `{"id_jag_issuer_url": ""}`).Status(200)
	f.Session("admin").Post(domain+"scim/token", "").Denied("SCIM is not available for this organization")
	configs := strings.Replace(path, "domains", "identity_provider_configs", 1)
	admin.Post(configs, `{"scim_enabled": true}`).Invalid(code, scim, "scim_enabled")
	admin.Post(configs, `{"id_jag_issuer_url": "https://idp.example.com"}`).Invalid(code, xaa, "id_jag_issuer_url")
}

func TestVerifiedAtFollowsTheClock(t *testing.T) {
	f := mocktest.New(t)
	created := f.As("admin").Post(f.Org("domains"), `{"domain": "later.example.com"}`).Status(201)
	f.PublishTXT("_posthog-challenge.later.example.com", created.Get("verification_challenge").String())
	f.Advance(90*time.Minute + 250*time.Microsecond)
	f.Session("admin").Post(f.Org("domains", created.Get("id").String(), "verify"), "").Has("verified_at", `"2026-03-01T13:30:00.000250Z"`)
}
