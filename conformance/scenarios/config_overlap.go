package scenarios

import (
	"github.com/understudy-dev/understudy/conformance/suite"
)

// overlapping is the refusal of a config that would share a verified domain.
func overlapping(protocol string) string {
	return "This " + protocol + " configuration overlaps with another " + protocol + " configuration on one or more verified domains. Choose different domains before saving."
}

// completeOIDC are settings with which OIDC is complete.
func completeOIDC() suite.JSON {
	return suite.JSON{"config_scope": "oidc", "oidc_issuer_url": "https://posthog.com", "oidc_client_id": "client", "oidc_client_secret": "secret"}
}

// ownVerified are the needs of stories with verified domains in an organization of their own.
var ownVerified = []suite.Need{suite.Organizations, suite.FounderSession, suite.TXTRecords}

// ownDomains makes an organization with two verified domains, whose plan has features: what a
// config for all domains does to others would be seen all over the target's own.
func ownDomains(s *suite.S, features ...string) (o suite.Organization, one, two suite.Thing) {
	o = s.Equipped(features...)
	if s.Target().Control != "" {
		s.SetFeature(o.ID, "automatic_provisioning", true)
	}
	return o, verifiedIn(s, o, o.InSession(), s.Domain()), verifiedIn(s, o, o.InSession(), s.Domain())
}

// verifiedIn makes a verified domain in one of the story's organizations, in a session of somebody
// there.
func verifiedIn(s *suite.S, o suite.Organization, session *suite.Caller, name string) suite.Thing {
	domain := s.MakeIn(o, suite.Domains, suite.JSON{"domain": name})
	s.Publish(domain)
	session.Post(domain.Path("verify"), nil).Status(200).Has("is_verified", true)
	return domain
}

// configOverlap: two complete configs of a protocol share no verified domain.
func configOverlap() []suite.Scenario {
	create, patch := []string{"identity_provider_configs_create"}, []string{"identity_provider_configs_partial_update"}
	serving := func(settings suite.JSON, domains ...suite.Thing) suite.JSON {
		return suite.Together(settings, suite.JSON{servedDomains: idsOfDomains(domains...)})
	}
	forAll := suite.JSON{"domain_scope": "all"}
	saml := func() suite.JSON { return suite.Together(samlFields, suite.JSON{"config_scope": "saml"}) }
	return []suite.Scenario{
		{
			ID: "identity_provider_configs.overlap.named", Title: "Two complete SAML configs do not name the same verified domain",
			Covers: append([]string{"identity_provider_configs_partial_update", "identity_provider_configs_update"}, create...), Needs: verified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				one, two := s.NewVerifiedDomain(), s.NewVerifiedDomain()
				s.NewConfig(serving(saml(), one))
				s.Admin().Post(s.Org(suite.Configs), suite.Together(serving(saml(), two, one), suite.JSON{"name": s.Name()})).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				second := s.NewConfig(serving(saml(), two))
				for _, change := range []func(string, any) *suite.Response{s.Admin().Patch, s.Admin().Put} {
					change(second.Path(), suite.JSON{servedDomains: idsOfDomains(one)}).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				}
				servesOnly(s.Admin().Get(second.Path()).Status(200), two)
				s.Admin().Patch(second.Path(), suite.JSON{"saml_entity_id": "urn:second"}).Status(200)
			},
		},
		{
			ID: "identity_provider_configs.overlap.completed", Title: "A config that names a domain of another one cannot be completed, nor become one for SAML",
			Covers: patch, Needs: verified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.NewConfig(serving(saml(), domain))
				half := s.NewConfig(serving(suite.JSON{"config_scope": "scim", "saml_entity_id": "urn:half"}, domain))
				s.Admin().Patch(half.Path(), suite.JSON{"saml_acs_url": "https://idp.example.com/sso"}).Status(200)
				s.Admin().Patch(half.Path(), suite.JSON{"saml_x509_cert": "MIIC", "config_scope": "saml"}).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				s.Admin().Get(half.Path()).Status(200).Has("saml_x509_cert", nil).Has("config_scope", "scim")
			},
		},
		{
			ID: "identity_provider_configs.overlap.unscoped", Title: "A config that is for anything is one for SAML",
			Covers: create, Needs: verified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.NewConfig(serving(samlFields, domain)).Has("config_scope", nil)
				for _, settings := range []suite.JSON{saml(), samlFields} {
					s.Admin().Post(s.Org(suite.Configs), suite.Together(serving(settings, domain), suite.JSON{"name": s.Name()})).
						Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				}
			},
		},
		{
			ID: "identity_provider_configs.overlap.other_scope", Title: "A config with complete SAML settings shares no verified domain with one for SAML, whatever it is for",
			Covers: create, Needs: verified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.NewConfig(serving(saml(), domain))
				for _, scope := range []string{"scim", "xaa"} {
					s.Admin().Post(s.Org(suite.Configs), suite.Together(serving(samlFields, domain), suite.JSON{"name": s.Name(), "config_scope": scope})).
						Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				}
			},
		},
		{
			ID: "identity_provider_configs.overlap.unverified", Title: "Configs may share a domain that is not verified",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.NewConfig(serving(saml(), domain))
				servesOnly(s.NewConfig(serving(saml(), domain)).Response, domain).Has("has_saml", true)
			},
		},
		{
			ID: "identity_provider_configs.overlap.incomplete", Title: "Configs may share a domain while one of them is not complete",
			Covers: create, Needs: verified, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.NewConfig(serving(suite.JSON{"config_scope": "saml", "saml_entity_id": "urn:half"}, domain))
				s.NewConfig(serving(saml(), domain)).Has("has_saml", true)
				servesOnly(s.NewConfig(serving(suite.JSON{"config_scope": "saml", "saml_entity_id": "urn:half"}, domain)).Response, domain)
			},
		},
		{
			ID: "identity_provider_configs.overlap.other_protocol", Title: "Configs for other protocols may share a verified domain, with each other and with SAML",
			Covers: create, Needs: with(verified, suite.Feature("oidc"), suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.NewConfig(serving(suite.JSON{"config_scope": "scim", "scim_enabled": true}, domain))
				s.NewConfig(serving(suite.JSON{"config_scope": "scim", "scim_enabled": true}, domain))
				s.NewConfig(serving(suite.JSON{"config_scope": "xaa"}, domain))
				s.NewConfig(serving(suite.Together(samlFields, suite.JSON{"config_scope": "scim"}), domain)).Has("has_saml", true)
				s.NewConfig(serving(completeOIDC(), domain)).Has("has_oidc", true)
				servesOnly(s.NewConfig(serving(saml(), domain)).Response, domain).Has("has_saml", true)
			},
		},
		{
			ID: "identity_provider_configs.overlap.oidc", Title: "Two complete OIDC configs do not name the same verified domain",
			Covers: create, Needs: with(verified, suite.Feature("oidc")), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				first := s.NewConfig(serving(completeOIDC(), domain))
				second := s.NewConfig(serving(suite.JSON{"config_scope": "oidc", "oidc_client_id": "client", "oidc_issuer_url": "https://posthog.com"}, domain))
				s.Admin().Patch(second.Path(), suite.JSON{"oidc_client_secret": "other"}).Invalid("invalid_input", overlapping("OIDC"), "domain_scope")
				s.Admin().Get(second.Path()).Status(200).Has("has_oidc_client_secret", false)
				s.Admin().Patch(first.Path(), suite.JSON{"oidc_client_secret": ""}).Status(200)
				s.Admin().Patch(second.Path(), suite.JSON{"oidc_client_secret": "other"}).Status(200).Has("has_oidc", true)
			},
		},
		{
			ID: "identity_provider_configs.overlap.for_all", Title: "A complete SAML config for all domains stands alone once a domain is verified",
			Covers: create, Needs: ownVerified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o, one, two := ownDomains(s)
				first := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), serving(saml(), one)))
				o.Owner.Post(o.Path(suite.Configs), suite.Together(saml(), forAll)).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				o.Owner.Patch(first.Path(), suite.JSON{servedDomains: []string{}}).Status(200)
				o.Owner.Post(o.Path(suite.Configs), suite.Together(saml(), forAll)).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				o.Owner.Patch(first.Path(), suite.JSON{"saml_x509_cert": ""}).Status(200)
				all := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), suite.Together(saml(), forAll)))
				o.Owner.Patch(all.Path(), suite.JSON{"name": s.Name()}).Status(200)
				o.Owner.Post(o.Path(suite.Configs), serving(saml(), two)).Invalid("invalid_input", overlapping("SAML"), "domain_scope")
				o.Owner.Post(o.Path(suite.Configs), serving(saml())).Status(201)
			},
		},
		{
			ID: "identity_provider_configs.overlap.all_unverified", Title: "Without a verified domain configs for all domains may stand beside others",
			Covers: create, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				if s.Target().Control != "" {
					s.SetFeature(o.ID, "automatic_provisioning", true)
				}
				domain := s.MakeIn(o, suite.Domains, suite.JSON{"domain": s.Domain()})
				o.Owner.Post(o.Path(suite.Configs), serving(saml(), domain)).Status(201)
				o.Owner.Post(o.Path(suite.Configs), suite.Together(saml(), forAll)).Status(201).Has("has_saml", true)
			},
		},
	}
}
