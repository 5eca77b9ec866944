package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

const scimToken = "scim_bearer_token"

func domainsSCIM() []suite.Scenario {
	patch, token := []string{"domains_partial_update"}, []string{"domains_scim_token_create"}
	return []suite.Scenario{
		{
			ID: "domains.scim.enable", Title: "Enabling SCIM shows a new token, once",
			Covers: patch, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				enabled := s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200).Has("scim_enabled", true).Has("has_scim", true)
				s.Expect(enabled.Text(scimToken)).NotTo(gomega.BeEmpty())
				enabled.That("scim_base_url", gomega.And(gomega.HavePrefix("http"), gomega.HaveSuffix("/scim/v2/"+domain.ID)))
				s.Admin().Get(domain.Path()).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Put(domain.Path(), suite.JSON{"scim_enabled": false}).Status(200).Has("has_scim", false).Has(scimToken, nil)
				again := s.Admin().Put(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200).Has("has_scim", true).Text(scimToken)
				s.Expect(again).NotTo(gomega.Or(gomega.BeEmpty(), gomega.Equal(enabled.Text(scimToken))))
			},
		},
		{
			ID: "domains.scim.enable_again", Title: "Enabling SCIM again shows no token",
			Covers: patch, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200)
				s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Patch(domain.Path(), samlSettings()).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Put(domain.Path(), suite.JSON{"saml_entity_id": "urn:put"}).Status(200).Has(scimToken, nil).Has("has_scim", true)
				s.Admin().Get(domain.Path()).Status(200).Has("is_verified", true)
			},
		},
		{
			ID: "domains.scim.disable", Title: "Disabling SCIM clears the token",
			Covers: patch, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				first := s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Text(scimToken)
				s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": false}).Status(200).
					Has("has_scim", false).Has("scim_base_url", nil).Has(scimToken, nil)
				again := s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Text(scimToken)
				s.Expect(again).NotTo(gomega.Equal(first))
			},
		},
		{
			ID: "domains.scim.token", Title: "A token can be replaced while SCIM is on",
			Covers: token, Needs: anyVerified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				first := s.Admin().Patch(domain.Path(), suite.JSON{"scim_enabled": true}).Text(scimToken)
				answer := s.Session("admin").Post(domain.Path("scim", "token"), nil).Status(200).
					Keys("", "scim_enabled", "scim_base_url", scimToken).Has("scim_enabled", true)
				answer.That("scim_base_url", gomega.HaveSuffix("/scim/v2/"+domain.ID))
				answer.That(scimToken, gomega.And(gomega.Not(gomega.Equal(first)), gomega.Not(gomega.BeEmpty())))
			},
		},
		{
			ID: "domains.scim.token_shared", Title: "A token that is replaced at a domain is that of its config, and of the domains that share it", From: spec.June2026, Until: spec.June2026,
			Covers: append([]string{"scim_users_list"}, token...), Needs: with(verified, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				one, two := s.NewVerifiedDomain(), s.NewVerifiedDomain()
				for _, domain := range []suite.Thing{one, two} {
					s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": config.ID}).Status(200)
				}
				first := s.Admin().Patch(one.Path(), suite.JSON{"scim_enabled": true}).Status(200).Text(scimToken)
				second := s.Session("admin").Post(one.Path("scim", "token"), nil).Status(200).Text(scimToken)
				for _, domain := range []suite.Thing{one, two} {
					fresh, old := s.SCIMOf(domain.ID, second), s.SCIMOf(domain.ID, first)
					fresh.Get(fresh.Path("Users")).Status(200)
					old.Get(old.Path("Users")).SCIM(403, badBearer)
				}
			},
		},
		{
			ID: "domains.scim.token_while_off", Title: "Without SCIM there is no token to replace",
			Covers: token, Needs: adminSession, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.NewDomain().Path("scim", "token"), nil).Plain(400, "SCIM is not enabled for this domain")
			},
		},
		{
			ID: "domains.scim.token_without_feature", Title: "Replacing a token needs the feature",
			Covers: token, Needs: with(adminSession, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Session("admin").Post(featurelessDomain(s)+"scim/token/", nil).Denied("SCIM is not available for this organization")
			},
		},
		{
			ID: "domains.scim.token_key", Title: "Personal API keys cannot replace a token, whatever their scopes",
			Covers: token, Needs: admin, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Admin().Post(s.NewDomain().Path("scim", "token"), nil).Denied(noKeyAccess) },
		},
		{
			ID: "domains.scim.token_member", Title: "Members cannot replace a token",
			Covers: token, Needs: with(admin, suite.SessionOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Session("member").Post(s.NewDomain().Path("scim", "token"), nil).Denied(lowLevel) },
		},
		{
			ID: "domains.scim.token_unknown", Title: "A domain that does not exist has no token",
			Covers: token, Needs: adminSession, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.Org(suite.Domains, suite.Nowhere, "scim", "token"), nil).NotFound()
			},
		},
	}
}
