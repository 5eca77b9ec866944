package api_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// What OPTIONS tells of a resource to callers who may write there.
func TestMetadataOfFields(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	domains := f.As("admin").Do("OPTIONS", f.Org("domains"), "", "").Status(200)
	g.Expect(domains.Keys("")).To(Equal(strings.Fields("name description renders parses actions")))
	g.Expect(domains.Keys("actions")).To(Equal([]string{"POST"}))
	g.Expect(domains.Keys("actions.POST")).To(Equal(strings.Fields(`id domain is_verified verified_at verification_challenge jit_provisioning_enabled
		sso_enforcement has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled scim_base_url scim_bearer_token has_id_jag
		id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients identity_provider_config`)))
	for field, want := range map[string]string{
		"id":                       `{"type":"string","required":false,"read_only":true,"label":"Id"}`,
		"domain":                   `{"type":"string","required":true,"read_only":false,"label":"Domain","max_length":128}`,
		"is_verified":              `{"type":"field","required":false,"read_only":true,"label":"Is verified"}`,
		"verified_at":              `{"type":"datetime","required":false,"read_only":true,"label":"Verified at"}`,
		"jit_provisioning_enabled": `{"type":"boolean","required":false,"read_only":false,"label":"Jit provisioning enabled"}`,
		"identity_provider_config": `{"type":"field","required":false,"read_only":false,"label":"Identity provider config"}`,
		"id_jag_allowed_clients": `{"type":"list","required":false,"read_only":false,"label":"Id jag allowed clients",` +
			`"child":{"type":"string","required":true,"read_only":false,"max_length":256}}`,
	} {
		domains.Has("actions.POST."+field, want)
	}
	configs := f.As("admin").Do("OPTIONS", f.Org("identity_provider_configs"), "", "").Status(200)
	g.Expect(configs.Keys("actions.POST")).To(HaveLen(15))

	invites := f.As("member").Do("OPTIONS", f.Org("invites"), "", "").Status(200).
		Has("actions.POST.target_email", `{"type":"email","required":true,"read_only":false,"label":"Target email","max_length":254}`).
		Has("actions.POST.level", `{"type":"choice","required":false,"read_only":false,"label":"Level","choices":[{"value":1,"display_name":"member"},`+
			`{"value":8,"display_name":"administrator"},{"value":15,"display_name":"owner"}]}`).
		Has("actions.POST.created_by.type", `"nested object"`).
		Has("actions.POST.created_by.children.id", `{"type":"integer","required":false,"read_only":true,"label":"ID"}`)
	g.Expect(invites.Keys("actions.POST")).To(HaveLen(13))

	f.As("admin").Do("OPTIONS", f.Org("domains", f.NewDomain("meta.example.com")), "", "").Status(200).
		Has("actions.PUT.domain.type", `"string"`).Has("actions.POST", "")
	f.As("admin").Do("OPTIONS", "/api/organizations/", "", "").Status(200).Has("actions.POST.name.max_length", "64").
		Has("actions.POST.default_experiment_stats_method.choices", `[{"value":"bayesian","display_name":"Bayesian"},{"value":"frequentist","display_name":"Frequentist"}]`)
	f.Anonymous().Do("OPTIONS", "/api/login/", "", "").Status(200).Has("actions.POST.email.type", `"email"`)
}

// OPTIONS lists as many fields as the serializer declares, write-only ones too: it is one of the
// reads by which a revision is told.
func TestMetadataOfRevisions(t *testing.T) {
	for revision, fields := range map[string]map[string]int{
		"2026-03": {"domains": 15},
		"2026-06": {"domains": 20, "identity_provider_configs": 15},
		"2026-09": {"domains": 8, "identity_provider_configs": 25},
	} {
		for resource, n := range fields {
			t.Run(revision+"/"+resource, func(t *testing.T) {
				f := mocktest.New(t, mock.WithRevision(revision))
				NewWithT(t).Expect(f.As("admin").Do("OPTIONS", f.Org(resource), "", "").Status(200).Keys("actions.POST")).To(HaveLen(n))
			})
		}
	}
	f := mocktest.New(t, mock.WithRevision("2026-03"))
	f.As("admin").Do("OPTIONS", f.Org("identity_provider_configs"), "", "").Status(404)
}

// Who may not write there is shown no fields, and nothing is changed by asking.
func TestMetadataForWhom(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	domains := f.Org("domains")
	for name, caller := range map[string]*mocktest.Caller{
		"a member":           f.As("member"),
		"a key that reads":   f.As("read_scopes"),
		"an old session":     f.SessionOf("admin", 12*time.Hour),
		"a member's session": f.Session("member"),
	} {
		answer := caller.Do("OPTIONS", domains, "", "").Status(200)
		g.Expect(answer.Keys("")).To(Equal(strings.Fields("name description renders parses")), name)
	}
	f.Session("admin").Do("OPTIONS", domains, "", "").Status(200).Has("actions.POST.domain.required", "true")
	f.As("admin").Do("OPTIONS", f.Org("domains", "nowhere"), "", "").Status(200).Has("actions", "")
	f.As("admin").Do("OPTIONS", f.Org("integrations"), "", "").Status(200).Has("actions", "")
	f.As("admin").Do("OPTIONS", f.Org(), "", "").Status(200).Has("actions.PUT.name.type", `"string"`)
	f.As("member").Do("OPTIONS", f.Org(), "", "").Status(200).Has("actions", "")
	f.As("outsider").Do("OPTIONS", domains, "", "").Denied(noPermission)
	f.As("unrelated_scope").Do("OPTIONS", domains, "", "").Denied("API key missing required scope 'organization:read'")
	f.As("read_scopes").Do("OPTIONS", f.Org("domains", "nowhere", "verify"), "", "").Status(200).Has("actions", "")
	f.Session("admin").Do("OPTIONS", f.Org("domains", "nowhere", "verify"), "", "").Status(200).Has("actions.POST.domain.type", `"string"`)
}
