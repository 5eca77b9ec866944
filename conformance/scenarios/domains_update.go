package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

const notVerified = "This attribute cannot be updated until the domain is verified."

func domainsUpdate() []suite.Scenario {
	patch := []string{"domains_partial_update"}
	return append(append(domainsUnverified(), domainFields()...), []suite.Scenario{
		{
			ID: "domains.update.name_is_fixed", Title: "The name cannot be changed",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"domain": s.Domain()}).Status(200).Has("domain", domain.Text("domain")).
					Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.update.saml_unverified", Title: "SAML settings may be changed before verification",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_entity_id": "urn:understudy"}).Status(200).
					Has("saml_entity_id", "urn:understudy").Has("has_saml", false)
				s.Admin().Patch(domain.Path(), samlSettings()).Status(200).Has("has_saml", true)
			},
		},
		{
			ID: "domains.update.put_empty", Title: "PUT without fields changes nothing",
			Covers: []string{"domains_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Expect(s.Admin().Put(domain.Path(), suite.JSON{}).Status(200).Body()).To(gomega.MatchJSON(domain.Body()))
			},
		},
		{
			ID: "domains.update.put", Title: "PUT changes what it names",
			Covers: []string{"domains_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain(suite.JSON{"saml_acs_url": "https://idp.example.com/sso"})
				s.Admin().Put(domain.Path(), suite.JSON{"saml_entity_id": "urn:put"}).Status(200).
					Has("saml_entity_id", "urn:put").Has("saml_acs_url", "https://idp.example.com/sso").Has("domain", domain.Text("domain")).
					Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.update.refused_whole", Title: "A refused change changes nothing",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain(samlSettings())
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_entity_id": "urn:other", "saml_acs_url": []int{1}}).Invalid("invalid_input", notText, "saml_acs_url")
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_entity_id": "urn:other", "scim_enabled": true}).Status(400)
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.update.concurrent", Title: "Changes of different settings at the same time are all kept",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				sent := samlSettings()
				names := slices.Sorted(maps.Keys(sent))
				for _, answer := range s.Parallel(len(names), func(i int) *suite.Response {
					return s.Admin().Patch(domain.Path(), suite.JSON{names[i]: sent[names[i]]})
				}) {
					answer.Status(200)
				}
				kept := s.Admin().Get(domain.Path()).Status(200)
				for _, name := range names {
					kept.Has(name, sent[name])
				}
			},
		},
		{
			ID: "domains.update.unknown", Title: "A domain that does not exist cannot be changed, whatever the body",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Do("PATCH", s.Org(suite.Domains, suite.Nowhere), "application/json", []byte(`{"jit_provisioning_enabled": "x"}`)).NotFound()
			},
		},
		{
			ID: "domains.update.verified", Title: "A verified domain takes provisioning and SSO settings",
			Covers: patch, Needs: with(anyVerified, suite.Feature("automatic_provisioning")), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.VerifiedDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"jit_provisioning_enabled": true, "sso_enforcement": "saml"}).Status(200).
					Has("jit_provisioning_enabled", true).Has("sso_enforcement", "saml")
				s.Admin().Get(domain.Path()).Has("jit_provisioning_enabled", true).Has("sso_enforcement", "saml")
			},
		},
		{
			ID: "domains.update.boolean_texts", Title: "Booleans may be written as words",
			Covers: patch, Needs: with(verified, suite.Feature("automatic_provisioning")), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				for word, want := range map[string]bool{"true": true, "False": false, "1": true, "off": false, "yes": true, "N": false, "t": true} {
					s.Admin().Patch(domain.Path(), suite.JSON{"jit_provisioning_enabled": word}).Status(200).Has("jit_provisioning_enabled", want)
				}
			},
		},
		{
			ID: "domains.update.id_jag_urls", Title: "ID-JAG addresses are trimmed, lose trailing slashes, and blank is null",
			Covers: patch, Needs: with(verified, suite.Feature("xaa_authentication")), Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewVerifiedDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"id_jag_issuer_url": " https://posthog.com/ ", "id_jag_jwks_url": "  "}).Status(200).
					Has("id_jag_issuer_url", "https://posthog.com").Has("id_jag_jwks_url", nil).Has("has_id_jag", true)
				s.Admin().Patch(domain.Path(), suite.JSON{"id_jag_issuer_url": ""}).Status(200).Has("id_jag_issuer_url", nil).Has("has_id_jag", false)
				for _, address := range []string{"https://10.0.0.8", "https://192.168.1.1", "https://169.254.10.10", "http://localhost/idp", "https://172.16.0.1/keys"} {
					s.Admin().Patch(domain.Path(), suite.JSON{"id_jag_issuer_url": address}).Status(400).Has("code", "invalid_input").Has("attr", "id_jag_issuer_url")
				}
				s.Admin().Get(domain.Path()).Status(200).Has("id_jag_issuer_url", nil)
			},
		},
		{
			ID: "domains.update.without_provisioning", Title: "Provisioning can be turned off but not on without its feature",
			Covers: patch, Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Patch(featurelessDomain(s), suite.JSON{"jit_provisioning_enabled": true}).
					Invalid("feature_not_available", "Automatic provisioning is not enabled for this organization.", "jit_provisioning_enabled")
			},
		},
		{
			ID: "domains.update.provisioning_off", Title: "Without its feature provisioning may still be turned off",
			Rules: []string{"domains.features.provisioning"}, Covers: patch,
			Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Patch(featurelessDomain(s), suite.JSON{"jit_provisioning_enabled": false}).Status(200).Has("jit_provisioning_enabled", false)
			},
		},
		{
			ID: "domains.update.without_scim", Title: "SCIM cannot be named without its feature", Until: spec.June2026,
			Covers: patch, Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				for _, value := range []bool{true, false} {
					s.Admin().Patch(featurelessDomain(s), suite.JSON{"scim_enabled": value}).
						Invalid("feature_not_available", "SCIM provisioning is not available for this organization.", "scim_enabled")
				}
			},
		},
		{
			ID: "domains.update.without_xaa", Title: "An ID-JAG issuer needs its feature",
			Covers: patch, Needs: with(admin, suite.Known("featureless_organization.id", "featureless_organization.domain_id"), suite.LeaveToChange), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Patch(featurelessDomain(s), suite.JSON{"id_jag_issuer_url": "https://idp.example.com"}).
					Invalid("feature_not_available", "XAA (ID-JAG) is not available for this organization.", "id_jag_issuer_url")
			},
		},
	}...)
}

// featurelessDomain is the path of the known domain without features.
func featurelessDomain(s *suite.S) string {
	return s.FeaturelessDomain().Path()
}

// domainsUnverified: an unverified domain cannot enforce SSO, nor anything else
// of these; being named in the body is enough.
func domainsUnverified() []suite.Scenario {
	return refusals("domains.unverified", "domains_partial_update", admin, []refusal{
		{"jit", "An unverified domain cannot provision people", suite.JSON{"jit_provisioning_enabled": true}, "verification_required", notVerified, "jit_provisioning_enabled"},
		{"jit_off", "Naming provisioning is refused even when nothing would change", suite.JSON{"jit_provisioning_enabled": false}, "verification_required", notVerified, "jit_provisioning_enabled"},
		{"sso", "An unverified domain cannot enforce SSO", suite.JSON{"sso_enforcement": "google-oauth2"}, "verification_required", notVerified, "sso_enforcement"},
		{"sso_empty", "Naming SSO enforcement is refused even when it is empty", suite.JSON{"sso_enforcement": ""}, "verification_required", notVerified, "sso_enforcement"},
		{"scim", "An unverified domain cannot enable SCIM", suite.JSON{"scim_enabled": true}, "verification_required", notVerified, "scim_enabled"},
		{"issuer", "An unverified domain cannot have an ID-JAG issuer", suite.JSON{"id_jag_issuer_url": "https://idp.example.com"}, "verification_required", notVerified, "id_jag_issuer_url"},
		{"jwks_null", "Naming the keys is refused even when they are null", suite.JSON{"id_jag_jwks_url": nil}, "verification_required", notVerified, "id_jag_jwks_url"},
		{"issuer_null", "Naming the issuer is refused even when it is null", suite.JSON{"id_jag_issuer_url": nil}, "verification_required", notVerified, "id_jag_issuer_url"},
		{"jwks", "An unverified domain cannot have ID-JAG keys", suite.JSON{"id_jag_jwks_url": "https://idp.example.com/keys"}, "verification_required", notVerified, "id_jag_jwks_url"},
		{"clients", "An unverified domain cannot allow ID-JAG clients", suite.JSON{"id_jag_allowed_clients": []string{}}, "verification_required", notVerified, "id_jag_allowed_clients"},
		{"order_jit", "Provisioning is named before SSO enforcement", suite.JSON{"sso_enforcement": "saml", "jit_provisioning_enabled": true}, "verification_required", notVerified, "jit_provisioning_enabled"},
		{"order", "The first of the refused fields is named", suite.JSON{"id_jag_allowed_clients": []string{}, "scim_enabled": true, "sso_enforcement": "saml"}, "verification_required", notVerified, "sso_enforcement"},
		{"fields_first", "Malformed fields are refused before that", suite.JSON{"jit_provisioning_enabled": true, "sso_enforcement": nil}, "null", null, "sso_enforcement"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		domain := s.NewDomain()
		refused := s.Admin().Patch(domain.Path(), body)
		s.Expect(s.Admin().Get(domain.Path()).Body()).To(gomega.MatchJSON(domain.Body()), "a refused change changes nothing")
		return refused
	})
}

// domainFields: what each field takes. Field errors come before everything
// else, so that an unverified domain will do.
func domainFields() []suite.Scenario {
	long := func(n int) string { return strings.Repeat("x", n) }
	return robust(refusals("domains.fields", "domains_partial_update", admin, []refusal{
		{"jit_word", "Provisioning is a boolean", suite.JSON{"jit_provisioning_enabled": "maybe"}, "invalid_input", notBoolean, "jit_provisioning_enabled"},
		{"jit_null", "Provisioning is not null", suite.JSON{"jit_provisioning_enabled": nil}, "null", null, "jit_provisioning_enabled"},
		{"jit_list", "Provisioning is not a list", suite.JSON{"jit_provisioning_enabled": []int{}}, "invalid_input", notBoolean, "jit_provisioning_enabled"},
		{"sso_null", "SSO enforcement is not null", suite.JSON{"sso_enforcement": nil}, "null", null, "sso_enforcement"},
		{"sso_long", "SSO enforcement has 28 characters at most", suite.JSON{"sso_enforcement": long(29)}, "max_length", "Ensure this field has no more than 28 characters.", "sso_enforcement"},
		{"sso_object", "SSO enforcement is a text", suite.JSON{"sso_enforcement": suite.JSON{}}, "invalid_input", notText, "sso_enforcement"},
		{"entity_long", "A SAML entity id has 512 characters at most", suite.JSON{"saml_entity_id": long(513)}, "max_length", "Ensure this field has no more than 512 characters.", "saml_entity_id"},
		{"entity_list", "A SAML entity id is a text", suite.JSON{"saml_entity_id": []string{"a"}}, "invalid_input", notText, "saml_entity_id"},
		{"jwks_long", "The address of keys has 512 characters at most", suite.JSON{"id_jag_jwks_url": "https://" + long(505)}, "max_length", "Ensure this field has no more than 512 characters.", "id_jag_jwks_url"},
		{"acs_long", "A SAML address has 512 characters at most", suite.JSON{"saml_acs_url": long(513)}, "max_length", "Ensure this field has no more than 512 characters.", "saml_acs_url"},
		{"cert_boolean", "A certificate is a text", suite.JSON{"saml_x509_cert": true}, "invalid_input", notText, "saml_x509_cert"},
		{"scim_null", "SCIM is not null", suite.JSON{"scim_enabled": nil}, "null", null, "scim_enabled"},
		{"scim_word", "SCIM is a boolean", suite.JSON{"scim_enabled": "enabled"}, "invalid_input", notBoolean, "scim_enabled"},
		{"issuer_long", "An issuer has 512 characters at most", suite.JSON{"id_jag_issuer_url": "https://" + long(512)}, "max_length", "Ensure this field has no more than 512 characters.", "id_jag_issuer_url"},
		{"clients_text", "Allowed clients are a list", suite.JSON{"id_jag_allowed_clients": "x"}, "not_a_list", `Expected a list of items but got type "str".`, "id_jag_allowed_clients"},
		{"clients_object", "Allowed clients are not an object", suite.JSON{"id_jag_allowed_clients": suite.JSON{}}, "not_a_list", `Expected a list of items but got type "dict".`, "id_jag_allowed_clients"},
		{"clients_null", "Allowed clients are not null", suite.JSON{"id_jag_allowed_clients": nil}, "null", null, "id_jag_allowed_clients"},
		{"client_null", "An allowed client is not null", suite.JSON{"id_jag_allowed_clients": []any{"a", nil}}, "null", null, "id_jag_allowed_clients__1"},
		{"client_blank", "An allowed client is not blank", suite.JSON{"id_jag_allowed_clients": []any{""}}, "blank", blank, "id_jag_allowed_clients__0"},
		{"client_long", "An allowed client has 256 characters at most", suite.JSON{"id_jag_allowed_clients": []any{"a", "b", long(257)}}, "max_length", "Ensure this field has no more than 256 characters.", "id_jag_allowed_clients__2"},
		{"config_text", "A linked config is named by a UUID", suite.JSON{"identity_provider_config": "abc"}, "invalid_input", "“abc” is not a valid UUID.", "identity_provider_config"},
		{"config_number", "A number names no config", suite.JSON{"identity_provider_config": 5}, "does_not_exist", `Invalid pk "5" - object does not exist.`, "identity_provider_config"},
		{"config_boolean", "A boolean names no config", suite.JSON{"identity_provider_config": true}, "incorrect_type", "Incorrect type. Expected pk value, received bool.", "identity_provider_config"},
		{"first_in_order", "Of several malformed fields the first in order is named", suite.JSON{"identity_provider_config": 5, "saml_acs_url": []int{}, "jit_provisioning_enabled": nil}, "null", null, "jit_provisioning_enabled"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Patch(s.NewDomain().Path(), body) }), "jit_list", "sso_object", "entity_list", "cert_boolean", "clients_object", "config_boolean")
}
