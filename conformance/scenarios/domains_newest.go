package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// domainsNewest: what domains do since the settings of identity providers are in configs
// alone.
func domainsNewest() []suite.Scenario {
	patch, put := []string{"domains_partial_update"}, []string{"domains_update"}
	settings := with(anyVerified, suite.Feature("automatic_provisioning"))
	const jit, sso = "jit_provisioning_enabled", "sso_enforcement"
	// gone are the fields that domains had, of types that they never had.
	gone := suite.JSON{
		"has_saml": 7, "saml_entity_id": 7, "saml_acs_url": []int{1}, "saml_x509_cert": true, "has_scim": "x", "scim_enabled": suite.JSON{},
		"scim_bearer_token": 1, "has_id_jag": nil, "id_jag_issuer_url": "http://127.0.0.1", "id_jag_jwks_url": 5, "id_jag_allowed_clients": "x",
		"identity_provider_config": "nothing",
	}
	return []suite.Scenario{
		{
			ID: "domains.fields.gone", Title: "Fields that domains had are ignored, whatever is in them, verified or not",
			Covers: []string{"domains_create", "domains_partial_update", "domains_update"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain(gone)
				domain.Keys("", s.Shown("OrganizationDomain")...)
				for _, change := range []func(string, any) *suite.Response{s.Admin().Patch, s.Admin().Put} {
					changed := change(domain.Path(), gone).Status(200)
					s.Expect(changed.Body()).To(gomega.MatchJSON(domain.Body()), "nothing changes")
				}
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.fields.eight", Title: "A domain shows eight fields, and none of an identity provider",
			Covers: []string{"domains_create", "domains_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				keys := strings.Fields("id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement scim_base_url")
				domain := s.NewDomain()
				domain.Keys("", keys...)
				s.Admin().Get(domain.Path()).Status(200).Keys("", keys...)
			},
		},
		{
			ID: "domains.scim.token_gone", Title: "A domain has no token of its own to replace, for keys and for sessions",
			Covers: []string{"domains_retrieve"}, Needs: adminSession, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				path := s.NewDomain().Path("scim", "token")
				for _, caller := range []*suite.Caller{s.Admin(), s.Session("admin")} {
					caller.Post(path, nil).Refused(404, "not_found", "Endpoint not found.", "")
				}
			},
		},
		{
			ID: "domains.update.put_settings", Title: "PUT changes what it names, and keeps the rest",
			Covers: put, Needs: settings, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				s.Admin().Put(domain.Path(), suite.JSON{jit: true, sso: "google-oauth2"}).Status(200)
				s.Admin().Put(domain.Path(), suite.JSON{sso: "saml"}).Status(200).Has(sso, "saml").Has(jit, true).Has("domain", domain.Text("domain"))
				s.Admin().Put(domain.Path(), suite.JSON{jit: false}).Status(200).Has(sso, "saml").Has(jit, false).Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.fields.replace_settings", Title: "Both settings of a verified domain can be replaced, and not its name",
			Covers: []string{"domains_update", "domains_retrieve"}, Needs: settings, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				sent := suite.JSON{jit: true, sso: "oidc"}
				hasAll(s.Admin().Put(domain.Path(), suite.Together(sent, suite.JSON{"domain": s.Domain()})).Status(200).Has("domain", domain.Text("domain")), sent)
				hasAll(s.Admin().Get(domain.Path()).Status(200).Has("domain", domain.Text("domain")), sent)
			},
		},
		{
			ID: "domains.update.settings_refused_whole", Title: "A refused change changes neither setting",
			Covers: patch, Needs: settings, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{jit: true, sso: strings.Repeat("x", 29)}).
					Invalid("max_length", "Ensure this field has no more than 28 characters.", sso)
				s.Admin().Patch(domain.Path(), suite.JSON{sso: "saml", jit: "x"}).Invalid("invalid_input", notBoolean, jit)
				s.Admin().Get(domain.Path()).Status(200).Has(jit, domain.Get(jit).Bool()).Has(sso, domain.Text(sso))
			},
		},
		{
			ID: "domains.update.settings_concurrent", Title: "Changes of both settings at the same time are both kept",
			Covers: patch, Needs: settings, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				changes := []suite.JSON{{jit: true}, {sso: "saml"}}
				for _, answer := range s.Parallel(len(changes), func(i int) *suite.Response { return s.Admin().Patch(domain.Path(), changes[i]) }) {
					answer.Status(200)
				}
				s.Admin().Get(domain.Path()).Status(200).Has(jit, true).Has(sso, "saml")
			},
		},
		{
			ID: "domains.fields.longest_sso", Title: "SSO enforcement is any text of up to 28 characters",
			Covers: patch, Needs: anyVerified, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				for _, value := range []string{strings.Repeat("x", 28), "oidc", ""} {
					s.Admin().Patch(domain.Path(), suite.JSON{sso: value}).Status(200).Has(sso, value).Lasts(s.Admin(), domain.Path())
				}
			},
		},
		{
			ID: "domains.features.replace_provisioning", Title: "PUT asks for the feature that PATCH asks for",
			Covers: put, Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Put(featurelessDomain(s), suite.JSON{jit: true}).Invalid("feature_not_available", noProvisioning, jit)
			},
		},
	}
}
