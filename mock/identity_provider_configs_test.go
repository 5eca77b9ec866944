package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

func TestNewConfig(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	created := f.as("admin").post(f.org("identity_provider_configs"), `{"name": " Okta ", "scim_enabled": 1, "has_saml": true,
		"id_jag_issuer_url": "https://idp.example.com/", "id_jag_allowed_clients": ["a"], "saml_entity_id": ""}`).status(http.StatusCreated)
	g.Expect(created.keys("")).To(Equal(strings.Fields(`id name created_at updated_at has_saml saml_entity_id saml_acs_url
		saml_x509_cert has_scim scim_enabled scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients`)))
	created.has("name", `"Okta"`).has("has_saml", "false").has("saml_entity_id", `""`).has("has_scim", "true").
		has("id_jag_issuer_url", `"https://idp.example.com"`).has("has_id_jag", "true")
	g.Expect(created.get("scim_bearer_token").String()).To(HaveLen(43))
	f.as("member").get(f.org("identity_provider_configs", created.get("id").String())).status(200).has("scim_bearer_token", "null")
}

func TestConfigFields(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"long name", `{"name": "` + strings.Repeat("n", 256) + `"}`, "max_length", "Ensure this field has no more than 255 characters.", "name"},
		{"null name", `{"name": null}`, "null", "This field may not be null.", "name"},
		{"null clients", `{"id_jag_allowed_clients": null}`, "null", "This field may not be null.", "id_jag_allowed_clients"},
		{"clients object", `{"id_jag_allowed_clients": {}}`, "not_a_list", `Expected a list of items but got type "dict".`, "id_jag_allowed_clients"},
		{"client boolean", `{"id_jag_allowed_clients": ["a", true]}`, "invalid_input", "Not a valid string.", "id_jag_allowed_clients__1"},
		{"scheme", `{"id_jag_issuer_url": "ftp://idp.example.com"}`, "invalid_input", "URL is not allowed: URL must start with http:// or https://", "id_jag_issuer_url"},
		{"metadata", `{"id_jag_jwks_url": "http://169.254.169.254/"}`, "invalid_input", "URL is not allowed: Local/metadata host", "id_jag_jwks_url"},
		{"loopback", `{"id_jag_issuer_url": "http://127.0.0.1:9"}`, "invalid_input", "URL is not allowed: Local/Loopback host not allowed", "id_jag_issuer_url"},
		{"private", `{"id_jag_issuer_url": "http://192.168.0.1"}`, "invalid_input", "URL is not allowed: Private IP address not allowed", "id_jag_issuer_url"},
		{"scim null", `{"scim_enabled": null}`, "null", "This field may not be null.", "scim_enabled"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.as("admin").post(f.org("identity_provider_configs"), tc.body).invalid(tc.code, tc.detail, tc.attr)
		})
	}
}

func TestConfigUpdate(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("identity_provider_configs", f.newConfig(`{"name": "before", "saml_entity_id": "e"}`))
	f.Advance(time.Minute)
	f.as("admin").patch(path, `{}`).status(200).has("name", `"before"`).
		has("created_at", `"2026-03-01T12:00:00Z"`).has("updated_at", `"2026-03-01T12:01:00Z"`)
	f.as("admin").put(path, `{"saml_entity_id": null, "created_at": "2000-01-01T00:00:00Z"}`).status(200).
		has("name", `"before"`).has("saml_entity_id", "null").has("created_at", `"2026-03-01T12:00:00Z"`)
	on := f.as("admin").patch(path, `{"scim_enabled": true}`).status(200).get("scim_bearer_token").String()
	again := f.session("admin").post(path+"scim/token/", "").status(200).has("scim_enabled", "true")
	g.Expect(again.keys("")).To(Equal([]string{"scim_enabled", "scim_bearer_token"}))
	g.Expect(again.get("scim_bearer_token").String()).NotTo(Equal(on))
	f.as("admin").patch(path, `{"scim_enabled": false}`).status(200).has("has_scim", "false")
	f.session("admin").post(path+"scim/token/", "").bytes(http.StatusBadRequest, `{"detail":"SCIM is not enabled for this config"}`)
}
