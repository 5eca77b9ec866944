package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func domainsDelete() []suite.Scenario {
	destroy := []string{"domains_destroy"}
	return []suite.Scenario{
		{
			ID: "domains.delete.gone", Title: "A deleted domain is gone",
			Covers: destroy, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Delete(domain.Path()).Empty()
				s.Admin().Get(domain.Path()).NotFound()
				s.Admin().Patch(domain.Path(), suite.JSON{}).NotFound()
				s.Admin().Delete(domain.Path()).NotFound()
				s.Lists(s.Admin(), s.Org(suite.Domains), domain, false)
			},
		},
		{
			ID: "domains.delete.frees_name", Title: "The name of a deleted domain is free again",
			Covers: destroy, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Delete(domain.Path()).Empty()
				again := s.NewDomain(suite.JSON{"domain": domain.Text("domain")})
				s.Expect(again.ID == domain.ID).To(gomega.BeFalse(), "a new identifier")
			},
		},
		{
			ID: "domains.delete.keeps_config", Title: "The config of a deleted domain stays",
			Covers: destroy, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				domain := s.NewDomain(suite.JSON{"identity_provider_config": config.ID})
				s.Admin().Delete(domain.Path()).Empty()
				s.Admin().Get(config.Path()).Status(200)
			},
		},
		{
			ID: "domains.delete.leaves_config", Title: "The config of a deleted domain is as it was, with SCIM on",
			Rules: []string{"domains.delete.keeps_config"}, Covers: destroy, Needs: with(admin, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				config, domain := s.NewConfig(suite.JSON{"scim_enabled": true, "saml_entity_id": "urn:stays"}), s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: config.ID}).Status(200)
				s.Admin().Delete(domain.Path()).Empty()
				s.Admin().Get(config.Path()).Status(200).Has("has_scim", true).Has("saml_entity_id", "urn:stays")
			},
		},
		{
			ID: "domains.delete.keeps_serving", Title: "The configs that served a deleted domain stay, and serve the others",
			Covers: destroy, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain, other := s.NewDomain(), s.NewDomain()
				alone := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain), "config_scope": "xaa"})
				both := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain, other), "config_scope": "scim"})
				s.Admin().Delete(domain.Path()).Empty()
				servesOnly(s.Admin().Get(alone.Path()).Status(200))
				servesOnly(s.Admin().Get(both.Path()).Status(200), other)
			},
		},
		{
			ID: "domains.delete.verified", Title: "A verified domain can be deleted",
			Covers: destroy, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) { s.Admin().Delete(s.NewVerifiedDomain().Path()).Empty() },
		},
	}
}
