package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestNewConfig(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	created := f.As("admin").Post(f.Org("identity_provider_configs"), `{"name": " Okta ", "scim_enabled": 1, "has_saml": true,
		"id_jag_issuer_url": "https://idp.example.com/", "id_jag_allowed_clients": ["a"], "saml_entity_id": ""}`).Status(http.StatusCreated)
	g.Expect(created.Keys("")).To(Equal(strings.Fields(`id name created_at updated_at has_saml saml_entity_id saml_acs_url
		saml_x509_cert has_scim scim_enabled scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients`)))
	created.Has("name", `"Okta"`).Has("has_saml", "false").Has("saml_entity_id", `""`).Has("has_scim", "true").
		Has("id_jag_issuer_url", `"https://idp.example.com"`).Has("has_id_jag", "true")
	g.Expect(created.Get("scim_bearer_token").String()).To(HaveLen(43))
	f.As("member").Get(f.Org("identity_provider_configs", created.Get("id").String())).Status(200).Has("scim_bearer_token", "null")
}

func TestConfigFields(t *testing.T) {
	f := mocktest.New(t)
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
			f.T = t
			f.As("admin").Post(f.Org("identity_provider_configs"), tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
}

func TestConfigUpdate(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("identity_provider_configs", f.NewConfig(`{"name": "before", "saml_entity_id": "e"}`))
	f.Advance(time.Minute)
	f.As("admin").Patch(path, `{}`).Status(200).Has("name", `"before"`).
		Has("created_at", `"2026-03-01T12:00:00Z"`).Has("updated_at", `"2026-03-01T12:01:00Z"`)
	f.As("admin").Put(path, `{"saml_entity_id": null, "created_at": "2000-01-01T00:00:00Z"}`).Status(200).
		Has("name", `"before"`).Has("saml_entity_id", "null").Has("created_at", `"2026-03-01T12:00:00Z"`)
	on := f.As("admin").Patch(path, `{"scim_enabled": true}`).Status(200).Get("scim_bearer_token").String()
	again := f.Session("admin").Post(path+"scim/token/", "").Status(200).Has("scim_enabled", "true")
	g.Expect(again.Keys("")).To(Equal([]string{"scim_enabled", "scim_bearer_token"}))
	g.Expect(again.Get("scim_bearer_token").String()).NotTo(Equal(on))
	f.As("admin").Patch(path, `{"scim_enabled": false}`).Status(200).Has("has_scim", "false")
	f.Session("admin").Post(path+"scim/token/", "").Bytes(http.StatusBadRequest, `{"detail":"SCIM is not enabled for this config"}`)
}
