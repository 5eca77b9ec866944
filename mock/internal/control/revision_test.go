package control_test

import (
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// In the newest revision what a domain has of SCIM, and of everything else, is its configs'.
func TestControlOfTheNewestRevision(t *testing.T) {
	f := mocktest.New(t, mock.WithRevision("2026-09"))
	control, id := f.Anonymous(), f.NewVerifiedDomain("control.example.com")
	path := "/_understudy/domains/" + id
	control.Get(path).Status(200).Has("identity_provider_config", "null").Has("has_scim", "false").Has("scim_base_url", "null")
	on := control.Patch(path, `{"scim_enabled": true}`).Status(200).Has("has_scim", "true").Has("scim_enabled", "true")
	config := f.As("admin").Get(f.Org("identity_provider_configs", on.Get("identity_provider_config").String())).Status(200).
		Has("name", `"control.example.com"`).Has("config_scope", `"scim"`).Has("organization_domain_ids", `["`+id+`"]`).
		Has("scim_base_url", on.Get("scim_base_url").Raw)
	f.As("admin").Get(f.Org("domains", id)).Has("scim_base_url", on.Get("scim_base_url").Raw)
	provider := f.With("Authorization", "Bearer "+on.Get("scim_bearer_token").String())
	users := strings.TrimPrefix(on.Get("scim_base_url").String(), "http://fake.test") + "/Users"
	provider.Get(users).Status(200)
	again := control.Patch(path, `{"scim_enabled": true}`).Status(200)
	if again.Get("scim_bearer_token").Exists() {
		again.Fail("what is on gets no new token")
	}
	control.Get("/_understudy/organizations/"+f.Known("organization.id")+"/identity_provider_configs").
		Has(`results.#(id=="`+config.Get("id").String()+`").domains`, `["control.example.com"]`)
	control.Patch(path, `{"scim_enabled": false}`).Status(200).Has("has_scim", "false").Has("scim_base_url", "null")
	provider.Get(users).Status(403)
	n := control.Get("/_understudy/requests?limit=1").Get("requests.0.n").Raw
	control.Get("/_understudy/requests/"+n).Status(200).Has("explanation.sufficient",
		`"The SCIM token of the identity provider config as Authorization: Bearer TOKEN. SCIM must be on for it, with a token."`)
}
