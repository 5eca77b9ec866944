package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

func configsSCIM() []suite.Scenario {
	token := []string{"identity_provider_configs_scim_token_create"}
	return []suite.Scenario{
		{
			ID: "identity_provider_configs.scim.on_creation", Title: "A config that is created with SCIM shows its token, once",
			Covers: []string{"identity_provider_configs_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"scim_enabled": true})
				config.Has("has_scim", true).That(scimToken, gomega.Not(gomega.BeEmpty()))
				s.Admin().Get(config.Path()).Has(scimToken, nil).Has("has_scim", true)
			},
		},
		{
			ID: "identity_provider_configs.scim.on_update", Title: "Enabling SCIM shows a token, enabling it again does not",
			Covers: []string{"identity_provider_configs_partial_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Expect(s.Admin().Patch(config.Path(), suite.JSON{"scim_enabled": true}).Status(200).Text(scimToken)).NotTo(gomega.BeEmpty())
				s.Admin().Patch(config.Path(), suite.JSON{"scim_enabled": true}).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Patch(config.Path(), suite.JSON{"name": s.Name()}).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Put(config.Path(), samlSettings()).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Patch(config.Path(), suite.JSON{"scim_enabled": false}).Status(200).Has(scimToken, nil).Has("has_scim", false)
				again := s.Admin().Put(config.Path(), suite.JSON{"scim_enabled": true}).Status(200).Has("has_scim", true)
				s.Expect(again.Text(scimToken)).NotTo(gomega.BeEmpty())
				s.Admin().Put(config.Path(), suite.JSON{"scim_enabled": false}).Status(200).Has(scimToken, nil).Has("has_scim", false)
			},
		},
		{
			ID: "identity_provider_configs.scim.token", Title: "A token can be replaced while SCIM is on",
			Covers: token, Needs: adminSession, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"scim_enabled": true})
				s.Session("admin").Post(config.Path("scim", "token"), nil).Status(200).Keys("", "scim_enabled", scimToken).Has("scim_enabled", true).
					That(scimToken, gomega.And(gomega.Not(gomega.BeEmpty()), gomega.Not(gomega.Equal(config.Text(scimToken)))))
			},
		},
		{
			ID: "identity_provider_configs.scim.token_while_off", Title: "Without SCIM there is no token to replace",
			Covers: token, Needs: adminSession, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.NewConfig(nil).Path("scim", "token"), nil).Plain(400, "SCIM is not enabled for this config")
			},
		},
		{
			ID: "identity_provider_configs.scim.token_plan_first", Title: "That the plan lacks SCIM is said before that it is off",
			Covers: token, Needs: with(adminSession, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				config := featurelessConfig(s)
				s.Session("admin").Post(config.Path("scim", "token"), nil).Denied("SCIM is not available for this organization")
			},
		},
		{
			ID: "identity_provider_configs.features.order", Title: "Of several features that the plan lacks the first in the order of the fields is named",
			Covers: []string{"identity_provider_configs_create", "identity_provider_configs_partial_update", "identity_provider_configs_update"},
			Needs:  with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				config, body := featurelessConfig(s), suite.JSON{}
				ask := func(field string, value any, detail, attr string) {
					body[field] = value
					for _, change := range []func(string, any) *suite.Response{s.Admin().Patch, s.Admin().Put} {
						change(config.Path(), body).Invalid("feature_not_available", detail, attr)
					}
					s.Admin().Post(featurelessConfigs(s), body).Invalid("feature_not_available", detail, attr)
				}
				ask("id_jag_issuer_url", "https://posthog.com", noXAA, "id_jag_issuer_url")
				ask("scim_enabled", false, noSCIMPlan, "scim_enabled")
				if s.Has(spec.OIDC) {
					ask(clientField, "client", noOIDC, "oidc_issuer_url")
				}
				s.Admin().Patch(config.Path(), suite.Together(body, suite.JSON{"name": strings.Repeat("x", 256)})).Invalid("max_length", wording.TooLong(255), "name")
			},
		},
		{
			ID: "identity_provider_configs.scim.token_key", Title: "Personal API keys cannot replace a token, whatever their scopes",
			Covers: token, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Admin().Post(s.NewConfig(suite.JSON{"scim_enabled": true}).Path("scim", "token"), nil).Denied(noKeyAccess)
			},
		},
		{
			ID: "identity_provider_configs.scim.token_member", Title: "Members cannot replace a token",
			Covers: token, Needs: with(admin, suite.SessionOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Session("member").Post(s.NewConfig(nil).Path("scim", "token"), nil).Denied(lowLevel)
			},
		},
		{
			ID: "identity_provider_configs.scim.token_unknown", Title: "A config that does not exist has no token",
			Covers: token, Needs: adminSession, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.Org(suite.Configs, suite.Nowhere, "scim", "token"), nil).NotFound()
			},
		},
	}
}

// featurelessConfig is a config in the organization without features.
func featurelessConfig(s *suite.S) suite.Thing {
	id := s.Target().Known.FeaturelessOrganization.ID
	body := suite.JSON{"name": s.Name()}
	if s.Has(spec.SCIMByConfig) {
		body["config_scope"] = "" // one without cannot be deleted
	}
	return s.MakeIn(suite.Organization{Thing: suite.Thing{ID: id}, Owner: s.Admin()}, suite.Configs, body)
}
