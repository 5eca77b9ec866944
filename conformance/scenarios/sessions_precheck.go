package scenarios

import (
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

const precheckPath = "/api/login/precheck/"

// offersSAML wants to hear of an address on a domain whether SAML is available to it.
func offersSAML(s *suite.S, domain suite.Thing, is bool) {
	s.Anonymous().Post(precheckPath, suite.JSON{"email": "ada@" + domain.Text("domain")}).Status(200).Has("saml_available", is)
}

// likeDomain are names that are like that of a domain, and not it: one below it, and ones that
// begin or end alike.
func likeDomain(name string) []string { return []string{"sub." + name, "x" + name, name + ".example"} }

// domainWithSAML is a verified domain whose SAML is set up.
func domainWithSAML(s *suite.S) suite.Thing {
	settings := suite.Together(samlFields, suite.JSON{"saml_entity_id": "https://idp.example.com/" + s.Name()})
	domain := s.NewVerifiedDomain()
	if s.Has(spec.SCIMByConfig) {
		s.NewConfig(suite.Together(settings, suite.JSON{"config_scope": "saml", servedDomains: []string{domain.ID}})).Has("has_saml", true)
	} else {
		s.Admin().Patch(domain.Path(), settings).Status(200).Has("has_saml", true)
	}
	return domain
}

// sessionsPrecheck: what anybody is told of how the holder of an address signs in.
func sessionsPrecheck() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "sessions.precheck.anybody", Title: "How somebody signs in is told of every address, whether there is anybody or not",
			Covers: []string{"login_precheck_create"}, Needs: []suite.Need{suite.EmailOf("member")}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := s.Anonymous().Post(precheckPath, suite.JSON{"email": s.Email()}).Status(200).Has("sso_enforcement", nil).Has("saml_available", false)
				answer.Holds("", "sso_enforcement", "saml_available")
				s.Anonymous().Post(precheckPath, suite.JSON{"email": s.Target().Credentials["member"].Email}).Status(200).Holds("", "sso_enforcement", "saml_available")
			},
		},
		{
			ID: "sessions.precheck.saml", Title: "A verified domain whose SAML is set up, and one that demands it, say so",
			Covers: []string{"login_precheck_create", "domains_partial_update"},
			Needs:  with(verified, suite.Feature("sso_enforcement"), suite.Feature("saml")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				ask := func() *suite.Response {
					return s.Anonymous().Post(precheckPath, suite.JSON{"email": "Ada@" + strings.ToUpper(domain.Text("domain"))}).Status(200)
				}
				ask().Has("sso_enforcement", nil).Has("saml_available", false)
				settings := suite.JSON{"saml_entity_id": "https://idp.example.com/" + s.Name(), "saml_acs_url": "https://idp.example.com/acs"}
				s.Admin().Patch(domain.Path(), settings).Status(200)
				ask().Has("saml_available", false)
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_x509_cert": "certificate"}).Status(200)
				ask().Has("sso_enforcement", nil).Has("saml_available", true)
				s.Admin().Patch(domain.Path(), suite.JSON{"sso_enforcement": "saml"}).Status(200)
				ask().Has("sso_enforcement", "saml").Has("saml_available", true)
			},
		},
		{
			ID: "sessions.precheck.unverified", Title: "A domain that is not verified offers no single sign-on, though its SAML is set up",
			Covers: []string{"login_precheck_create", "domains_create"}, Needs: with(admin, suite.Feature("saml")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				settings := suite.Together(samlFields, suite.JSON{"saml_entity_id": "https://idp.example.com/" + s.Name()})
				var domain suite.Thing
				if s.Has(spec.SCIMByConfig) {
					domain = s.NewDomain()
					s.NewConfig(suite.Together(settings, suite.JSON{"config_scope": "saml", servedDomains: []string{domain.ID}})).Has("has_saml", true)
				} else {
					domain = s.NewDomain(settings)
					domain.Has("has_saml", true)
				}
				s.Anonymous().Post(precheckPath, suite.JSON{"email": "ada@" + domain.Text("domain")}).Status(200).Has("sso_enforcement", nil).Has("saml_available", false)
			},
		},
		{
			ID: "sessions.precheck.own_domain", Title: "Only addresses on the very domain are offered its SAML, none below it or on one that is like it",
			Covers: []string{"login_precheck_create", "domains_partial_update"}, Needs: with(verified, suite.Feature("saml")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				domain := domainWithSAML(s)
				demands := s.Admin().Patch(domain.Path(), suite.JSON{"sso_enforcement": "saml"}).Status(200)
				offersSAML(s, domain, true)
				for _, name := range likeDomain(demands.Text("domain")) {
					s.Anonymous().Post(precheckPath, suite.JSON{"email": "ada@" + name}).Status(200).Has("saml_available", false).Has("sso_enforcement", nil)
				}
			},
		},
		{
			ID: "sessions.precheck.address", Title: "How somebody signs in is told of addresses alone",
			Covers: []string{"login_precheck_create"}, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Anonymous().Post(precheckPath, suite.JSON{}).Invalid("required", required, "email")
				s.Anonymous().Post(precheckPath, suite.JSON{"email": "ada"}).Invalid("invalid_input", badEmail, "email")
				s.Anonymous().Post(precheckPath, suite.JSON{"email": nil}).Invalid("null", null, "email")
				s.Anonymous().Post(precheckPath, suite.JSON{"email": ""}).Invalid("blank", blank, "email")
			},
		},
		{
			ID: "sessions.precheck.csrf", Title: "In a session, asking how to sign in needs the CSRF token",
			Covers: []string{"login_precheck_create"}, Needs: []suite.Need{suite.SessionOf("admin")}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				sent := suite.JSON{"email": s.Email()}
				s.Anonymous().Post(precheckPath, sent).Status(200) // a path that is not there asks a session for the token, too
				s.Session("admin").With("X-CSRFToken", "").Post(precheckPath, sent).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "sessions.precheck.config", Title: "Only a config with every setting of SAML offers it to the domains that it serves",
			Covers: []string{"login_precheck_create", "identity_provider_configs_partial_update"}, Needs: with(verified, suite.Feature("saml")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				config := s.NewConfig(suite.Together(samlFields, suite.JSON{"config_scope": "saml", servedDomains: []string{domain.ID}}))
				offersSAML(s, domain, true)
				change := suite.JSON{}
				for _, setting := range []string{"saml_entity_id", "saml_acs_url", "saml_x509_cert"} {
					change[setting] = nil
					s.Admin().Patch(config.Path(), change).Status(200).Has("has_saml", false)
					offersSAML(s, domain, false)
					change = suite.JSON{setting: samlFields[setting]}
				}
				s.Admin().Patch(config.Path(), change).Status(200).Has("has_saml", true)
				offersSAML(s, domain, true)
			},
		},
		{
			ID: "sessions.precheck.for_all", Title: "A config for all domains offers SAML to each that is verified, and none any more once it is gone",
			Covers: []string{"login_precheck_create", "identity_provider_configs_create"}, Needs: ownVerified, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				o, one, two := ownDomains(s, "saml")
				unverified := s.MakeIn(o, suite.Domains, suite.JSON{"domain": s.Domain()})
				offersSAML(s, one, false)
				config := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), suite.Together(samlFields, suite.JSON{"config_scope": "saml", "domain_scope": "all"})))
				offersSAML(s, one, true)
				offersSAML(s, two, true)
				offersSAML(s, unverified, false)
				o.Owner.Delete(config.Path()).Empty()
				offersSAML(s, one, false)
			},
		},
		{
			ID: "sessions.precheck.foreign", Title: "A config of another organization offers SAML to none of one's own domains, be it for all",
			Covers: []string{"login_precheck_create", "identity_provider_configs_create"}, Needs: with(verified, suite.Feature("saml"), suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				domain, o := s.NewVerifiedDomain(), s.NewOrganization()
				if s.Target().Control != "" {
					s.SetFeature(o.ID, "saml", true)
				}
				settings := suite.Together(samlFields, suite.JSON{"name": s.Name(), "config_scope": "saml", "domain_scope": "all"})
				o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), settings)).Has("has_saml", true)
				offersSAML(s, domain, false)
			},
		},
	}
}
