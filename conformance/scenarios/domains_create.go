package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

const (
	domainPattern = "Please enter a valid domain or subdomain name."
	domainTaken   = "domain with this domain already exists."
)

func domainsCreate() []suite.Scenario {
	create := []string{"domains_create"}
	list := []suite.Scenario{
		{
			ID: "domains.create.defaults", Title: "A new domain is unverified and has no settings",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				domain.Keys("", s.Shown("OrganizationDomain")...)
				domain.Has("is_verified", false).Has("verified_at", nil).Has("jit_provisioning_enabled", false).Has("sso_enforcement", "").
					Has("scim_base_url", nil)
				if s.Has(spec.IdentityOnConfigs) {
					return
				}
				domain.Has("has_saml", false).Has("saml_entity_id", nil).Has("saml_acs_url", nil).Has("saml_x509_cert", nil).
					Has("has_scim", false).Has("scim_enabled", false).Has("scim_bearer_token", nil)
				if s.Has(spec.ConfigsShown) {
					domain.Has("has_id_jag", false).Has("id_jag_issuer_url", nil).Has("id_jag_jwks_url", nil).Has("id_jag_allowed_clients", []string{}).
						Has("identity_provider_config", nil)
				}
			},
		},
		{
			ID: "domains.create.challenge", Title: "Every domain gets a challenge of its own",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewDomain(), s.NewDomain()
				one.That("verification_challenge", gomega.MatchRegexp(`^[A-Za-z0-9_-]{43}$`))
				two.That("verification_challenge", gomega.Not(gomega.Equal(one.Text("verification_challenge"))))
			},
		},
		{
			ID: "domains.create.identifier", Title: "An identifier is a lower-case UUID",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewDomain().That("id", gomega.MatchRegexp(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))
			},
		},
		{
			ID: "domains.create.drops_gated_fields", Title: "Settings that need verification are accepted and dropped on creation",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain(suite.JSON{
					"jit_provisioning_enabled": true, "sso_enforcement": "saml", "scim_enabled": true,
					"id_jag_issuer_url": "https://idp.example.com", "id_jag_allowed_clients": []string{"a"},
				})
				domain.Has("jit_provisioning_enabled", false).Has("sso_enforcement", "")
				if !s.Has(spec.IdentityOnConfigs) {
					domain.Has("scim_enabled", false)
				}
				if s.Has(spec.ConfigsShown) && !s.Has(spec.IdentityOnConfigs) {
					domain.Has("id_jag_issuer_url", nil).Has("id_jag_allowed_clients", []string{})
				}
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.create.read_only_fields", Title: "Read-only and unknown fields are ignored",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain(suite.JSON{"is_verified": true, "verified_at": "2020-01-01T00:00:00Z", "id": suite.Nowhere, "has_saml": true, "surprise": 1})
				if !s.Has(spec.IdentityOnConfigs) {
					domain.Has("has_saml", false)
				}
				domain.Has("is_verified", false).Has("verified_at", nil).That("id", gomega.Not(gomega.Equal(suite.Nowhere)))
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.create.saml", Title: "SAML settings take effect on creation",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain(samlSettings())
				domain.Has("has_saml", true).Has("saml_entity_id", "urn:understudy")
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.create.refused_whole", Title: "A refused claim leaves the name free",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				name := s.Domain()
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": name, "sso_enforcement": strings.Repeat("x", 29)}).Status(400)
				s.NewDomain(suite.JSON{"domain": name}).Has("domain", name)
			},
		},
		{
			ID: "domains.create.trims", Title: "White space around a name is cut",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Domain()
				s.NewDomain(suite.JSON{"domain": "  " + name + " "}).Has("domain", name)
			},
		},
		{
			ID: "domains.create.longest", Title: "A name may have 128 characters",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Domain()
				name = strings.Repeat("a", 127-len(name)) + "." + name
				s.NewDomain(suite.JSON{"domain": name}).Has("domain", name)
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": "a" + name}).
					Invalid("max_length", "Ensure this field has no more than 128 characters.", "domain")
			},
		},
		{
			ID: "domains.create.taken", Title: "A name can be claimed once",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": domain.Text("domain")}).Invalid("unique", domainTaken, "domain")
			},
		},
		{
			ID: "domains.create.taken_elsewhere", Title: "A name that another organization has is taken",
			Covers: create, Needs: with(admin, suite.Known("other_organization.domain")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": s.Target().Known.OtherOrganization.Domain}).Invalid("unique", domainTaken, "domain")
			},
		},
		{
			ID: "domains.create.concurrent", Title: "Of many claims to one name at the same time, one succeeds",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				name := s.Domain()
				created := 0
				for _, answer := range s.Parallel(8, func(int) *suite.Response {
					return s.Admin().Racing().Post(s.Org(suite.Domains), suite.JSON{"domain": name})
				}) {
					if answer.Code() == 201 {
						s.Made(suite.Domains, answer)
						created++
					} else if !crashed(answer) {
						answer.Invalid("unique", domainTaken, "domain")
					}
				}
				s.Expect(created).To(gomega.Equal(1))
			},
		},
		{
			ID: "domains.create.without_feature", Title: "On the cloud, claiming a domain needs automatic provisioning",
			Covers: create, Needs: with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				path := suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Domains)
				claim := s.Admin().Post(path, suite.JSON{"domain": s.Domain()})
				if claim.Code() == 201 && s.Target().Control == "" { // only a fake says whether it plays the cloud
					s.NotOffered("a feature that domains need, as the cloud does")
				}
				claim.Denied("Automatic provisioning is not enabled for this organization.")
			},
		},
	}
	list = append(list, refusals("domains.create", "domains_create", admin, []refusal{
		{"no_name", "A domain needs a name", suite.JSON{}, "required", required, "domain"},
		{"null_name", "A name is not null", suite.JSON{"domain": nil}, "null", null, "domain"},
		{"empty_name", "A name is not empty", suite.JSON{"domain": ""}, "blank", blank, "domain"},
		{"blank_name", "A name is not blank", suite.JSON{"domain": "   "}, "blank", blank, "domain"},
		{"name_object", "A name is not an object", suite.JSON{"domain": suite.JSON{}}, "invalid_input", notText, "domain"},
		{"name_list", "A name is not a list", suite.JSON{"domain": []string{"a.com"}}, "invalid_input", notText, "domain"},
		{"name_boolean", "A name is not a boolean", suite.JSON{"domain": true}, "invalid_input", notText, "domain"},
		{"name_number", "A number is taken as text, which is no domain name", suite.JSON{"domain": 5}, "invalid_input", domainPattern, "domain"},
		{"one_label", "A name has at least two labels", suite.JSON{"domain": "localhost"}, "invalid_input", domainPattern, "domain"},
		{"capitals", "A name is in lower case", suite.JSON{"domain": "Understudy.Example.com"}, "invalid_input", domainPattern, "domain"},
		{"underscore", "A name has no underscores", suite.JSON{"domain": "a_b.example.com"}, "invalid_input", domainPattern, "domain"},
		{"double_dash", "A name has single dashes only", suite.JSON{"domain": "a--b.example.com"}, "invalid_input", domainPattern, "domain"},
		{"leading_dash", "A label does not begin with a dash", suite.JSON{"domain": "-a.example.com"}, "invalid_input", domainPattern, "domain"},
		{"trailing_dash", "A label does not end with a dash", suite.JSON{"domain": "a-.example.com"}, "invalid_input", domainPattern, "domain"},
		{"top_digits", "The last label has letters only", suite.JSON{"domain": "example.c0m"}, "invalid_input", domainPattern, "domain"},
		{"top_final_digit", "The last label does not end with a digit", suite.JSON{"domain": "example.co1"}, "invalid_input", domainPattern, "domain"},
		{"top_short", "The last label has two letters or more", suite.JSON{"domain": "example.c"}, "invalid_input", domainPattern, "domain"},
		{"final_dot", "A name has no final dot", suite.JSON{"domain": "understudy.example.com."}, "invalid_input", domainPattern, "domain"},
		{"address", "An address is no name", suite.JSON{"domain": "https://understudy.example.com"}, "invalid_input", domainPattern, "domain"},
		{"umlaut", "A name is plain ASCII", suite.JSON{"domain": "müller.example.com"}, "invalid_input", domainPattern, "domain"},
		{"null_character", "A name has no null characters", suite.JSON{"domain": "a\x00b.com"}, "null_characters_not_allowed", "Null characters are not allowed.", "domain"},
		{"config_unknown", "The linked config must exist", suite.JSON{"domain": "understudy-never.example.com", "identity_provider_config": suite.Nowhere},
			"does_not_exist", `Invalid pk "` + suite.Nowhere + `" - object does not exist.`, "identity_provider_config"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Post(s.Org(suite.Domains), body) })...)
	asking(suite.Behaviour, list,
		"one_label", "capitals", "underscore", "double_dash", "leading_dash", "trailing_dash", "top_digits", "top_final_digit",
		"top_short", "final_dot", "umlaut",
	)
	return robust(list, "name_object", "name_list", "name_boolean", "null_character")
}

// samlSettings are complete.
func samlSettings() suite.JSON {
	return suite.JSON{"saml_entity_id": "urn:understudy", "saml_acs_url": "https://idp.example.com/acs", "saml_x509_cert": "certificate"}
}
