package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// domainsConfig: a domain and the identity provider config that backs it.
func domainsConfig() []suite.Scenario {
	patch := []string{"domains_partial_update"}
	return []suite.Scenario{
		{
			ID: "domains.config.link_adopts", Title: "A domain that is linked to a config takes over its settings",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config, domain := s.NewConfig(samlSettings()), s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": config.ID}).Status(200).
					Has("identity_provider_config", config.ID).Has("saml_entity_id", "urn:understudy").Has("has_saml", true).
					Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.config.same_request_wins", Title: "Settings in the request that links win over the config's, and go through to it",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config, domain := s.NewConfig(samlSettings()), s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": config.ID, "saml_entity_id": "urn:mine"}).Status(200).
					Has("saml_entity_id", "urn:mine")
				s.Admin().Get(config.Path()).Has("saml_entity_id", "urn:mine").Has("saml_acs_url", "https://idp.example.com/acs")
			},
		},
		{
			ID: "domains.config.write_through", Title: "What is written to a linked domain shows on its config",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				domain := s.NewDomain(suite.JSON{"identity_provider_config": config.ID})
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_entity_id": "urn:through"}).Status(200)
				s.Admin().Get(config.Path()).Has("saml_entity_id", "urn:through")
				s.Admin().Put(domain.Path(), suite.JSON{"saml_entity_id": "urn:put"}).Status(200)
				s.Admin().Get(config.Path()).Has("saml_entity_id", "urn:put")
			},
		},
		{
			ID: "domains.config.shared", Title: "What is written to a config shows on every linked domain",
			Covers: []string{"identity_provider_configs_partial_update", "domains_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				one, two := s.NewDomain(suite.JSON{"identity_provider_config": config.ID}), s.NewDomain(suite.JSON{"identity_provider_config": config.ID})
				s.Admin().Patch(config.Path(), samlSettings()).Status(200)
				for _, domain := range []suite.Thing{one, two} {
					s.Admin().Get(domain.Path()).Has("has_saml", true).Has("saml_entity_id", "urn:understudy")
				}
				if !s.Has(spec.ConfigsShown) {
					return
				}
				s.Admin().Patch(config.Path(), suite.JSON{"id_jag_issuer_url": "https://posthog.com", "id_jag_allowed_clients": []string{"one"}}).Status(200)
				for _, domain := range []suite.Thing{one, two} {
					s.Admin().Get(domain.Path()).Has("has_id_jag", true).Has("id_jag_issuer_url", "https://posthog.com").Has("id_jag_allowed_clients", []string{"one"})
				}
			},
		},
		{
			ID: "domains.config.agree", Title: "A domain and its config always tell the same, whichever is written, and no other config does", From: spec.June2026, Until: spec.June2026,
			Covers: []string{"domains_partial_update", "domains_update", "identity_provider_configs_partial_update", "identity_provider_configs_update"},
			Needs:  with(verified, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				other, config, domain := s.NewConfig(suite.JSON{"saml_entity_id": "urn:other"}), s.NewConfig(samlSettings()), s.NewVerifiedDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: other.ID}).Status(200).Has("saml_entity_id", "urn:other")
				before := s.Admin().Get(other.Path()).Status(200)
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: config.ID, "scim_enabled": true}).Status(200).Has("has_scim", true)
				agree(s, domain, config)
				for _, change := range []struct {
					at   suite.Thing
					body suite.JSON
				}{
					{domain, suite.JSON{"scim_enabled": false}}, {config, suite.JSON{"scim_enabled": true}}, {domain, suite.JSON{"saml_x509_cert": nil}},
					{config, samlSettings()}, {config, suite.JSON{"scim_enabled": false}}, {config, suite.JSON{"saml_acs_url": nil}}, {domain, samlSettings()},
					{domain, suite.JSON{"id_jag_issuer_url": "https://posthog.com/one"}}, {config, suite.JSON{"id_jag_issuer_url": nil}}, {domain, suite.JSON{"id_jag_allowed_clients": []string{"one"}}},
				} {
					s.Admin().Patch(change.at.Path(), change.body).Status(200)
					agree(s, domain, config)
					s.Admin().Put(change.at.Path(), change.body).Status(200)
					agree(s, domain, config)
				}
				shows(s.Admin().Get(other.Path()).Status(200), "", whole(before, ""))
			},
		},
		{
			ID: "domains.config.created", Title: "Complete settings on a domain without a config make one, named after the domain",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				own := s.Admin().Patch(domain.Path(), samlSettings()).Status(200).Has("has_saml", true).Text("identity_provider_config")
				s.Admin().Get(s.Org(suite.Configs, own)).Status(200).Has("name", domain.Text("domain")).Has("has_saml", true)
			},
		},
		{
			ID: "domains.config.linked_on_creation", Title: "A domain that is created with a config has its settings",
			Covers: []string{"domains_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(samlSettings())
				s.NewDomain(suite.JSON{"identity_provider_config": config.ID}).Has("has_saml", true).Has("identity_provider_config", config.ID)
			},
		},
		{
			ID: "domains.config.unlink", Title: "null unlinks",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				domain := s.NewDomain(suite.JSON{"identity_provider_config": config.ID})
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": nil}).Status(200).Has("identity_provider_config", nil)
				s.Admin().Get(config.Path()).Status(200)
			},
		},
		{
			ID: "domains.config.unlink_empty", Title: "An empty text unlinks as null does",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				domain := s.NewDomain(suite.JSON{"identity_provider_config": config.ID})
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": ""}).Status(200).Has("identity_provider_config", nil)
			},
		},
		{
			ID: "domains.config.unknown", Title: "A config that does not exist cannot be linked",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Patch(s.NewDomain().Path(), suite.JSON{"identity_provider_config": suite.Nowhere}).
					Invalid("does_not_exist", `Invalid pk "`+suite.Nowhere+`" - object does not exist.`, "identity_provider_config")
			},
		},
		{
			ID: "domains.config.elsewhere_on_creation", Title: "Nor does it for a domain that is created",
			Rules: []string{"domains.config.own"}, Covers: []string{"domains_create"},
			Needs: with(admin, suite.Foreign("identity_provider_config_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				other := s.ForeignConfig().ID
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain(), "identity_provider_config": other}).
					Invalid("does_not_exist", `Invalid pk "`+other+`" - object does not exist.`, "identity_provider_config")
			},
		},
		{
			ID: "domains.config.relink", Title: "A domain that is linked to another config takes over the settings of that",
			Rules: []string{"domains.config.link_adopts"}, Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewConfig(suite.JSON{"saml_entity_id": "urn:one"}), s.NewConfig(suite.JSON{"saml_entity_id": "urn:two"})
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: one.ID}).Status(200).Has("saml_entity_id", "urn:one")
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: two.ID}).Status(200).
					Has("identity_provider_config", two.ID).Has("saml_entity_id", "urn:two")
				s.Admin().Get(one.Path()).Status(200).Has("saml_entity_id", "urn:one")
			},
		},
		{
			ID: "domains.config.link_hides_token", Title: "Linking a config that has SCIM on shows no token", From: spec.June2026,
			Rules: []string{"domains.scim.enable"}, Covers: patch, Needs: with(admin, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"scim_enabled": true})
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": config.ID}).Status(200).
					Has("identity_provider_config", config.ID).Has(scimToken, nil)
				if !s.Has(spec.SCIMByConfig) { // else a domain has none of its own
					s.Admin().Get(s.Org(suite.Domains, domain.ID)).Status(200).Has("scim_enabled", true).Has("has_scim", true)
				}
			},
		},
		{
			ID: "domains.config.elsewhere", Title: "A config of another organization does not exist",
			Covers: patch, Needs: with(admin, suite.Foreign("identity_provider_config_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				other := s.ForeignConfig().ID
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": other}).
					Invalid("does_not_exist", `Invalid pk "`+other+`" - object does not exist.`, "identity_provider_config")
				s.Admin().Get(domain.Path()).Has("identity_provider_config", nil)
			},
		},
		{
			ID: "domains.config.deleted", Title: "When its config is deleted a domain stays, without the link",
			Covers: []string{"identity_provider_configs_destroy", "domains_retrieve"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				config, domain := s.NewConfig(samlSettings()), s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{configLink: config.ID}).Status(200).Has("has_saml", true)
				s.Admin().Delete(config.Path()).Empty()
				s.Admin().Get(domain.Path()).Status(200).Has("identity_provider_config", nil).Has("has_saml", false)
			},
		},
		{
			ID: "domains.config.scim_goes_to_new_link", Title: "Enabling SCIM while linking applies to the config that is linked",
			Covers: patch, Needs: with(verified, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				config, domain := s.NewConfig(nil), s.NewVerifiedDomain()
				answer := s.Admin().Patch(domain.Path(), suite.JSON{"identity_provider_config": config.ID, "scim_enabled": true}).Status(200).
					Has("identity_provider_config", config.ID).Has("has_scim", true)
				s.Expect(answer.Text("scim_bearer_token")).NotTo(gomega.BeEmpty())
				s.Admin().Get(config.Path()).Has("has_scim", true).Has("scim_bearer_token", nil)
			},
		},
	}
}

// configLink is the property of a domain that names its config.
const configLink = "identity_provider_config"

// agree wants a domain and the config that it is linked to to show the same settings.
func agree(s *suite.S, domain, config suite.Thing) {
	of, its := s.Admin().Get(domain.Path()).Status(200), s.Admin().Get(config.Path()).Status(200)
	of.Has(configLink, config.ID)
	for _, name := range []string{
		"saml_entity_id", "saml_acs_url", "saml_x509_cert", "has_saml", "scim_enabled", "has_scim", "id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients", "has_id_jag",
	} {
		of.Has(name, its.Get(name).Value())
	}
}
