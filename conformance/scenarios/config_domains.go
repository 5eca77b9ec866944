package scenarios

import (
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	servedDomains = "organization_domain_ids"
	uuidForm      = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
	unscoped      = "This identity provider configuration cannot be deleted until it has a feature scope."
)

// servesOnly wants a config to serve these domains and no others, in whatever order.
func servesOnly(config *suite.Response, domains ...suite.Thing) *suite.Response {
	ids := []any{}
	for _, domain := range domains {
		ids = append(ids, domain.ID)
	}
	return config.That(servedDomains, gomega.ConsistOf(ids...))
}

// idsOfDomains are the ids of domains, as a config is told them.
func idsOfDomains(domains ...suite.Thing) []string {
	ids := []string{}
	for _, domain := range domains {
		ids = append(ids, domain.ID)
	}
	return ids
}

// configDomains: which domains a config serves, and for what.
func configDomains() []suite.Scenario {
	create, patch := []string{"identity_provider_configs_create"}, []string{"identity_provider_configs_partial_update"}
	return slices.Concat([]suite.Scenario{
		{
			ID: "identity_provider_configs.domains.defaults", Title: "A new config serves no domain, and whatever it is for",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				config.Has("domain_scope", nil).Has("config_scope", nil).Has(servedDomains, []string{})
				config.Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.domains.set", Title: "A config serves the domains that it names, verified or not, each once",
			Covers: append([]string{"identity_provider_configs_retrieve"}, create...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewDomain(), s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(one, two, one), "domain_scope": "selected", "config_scope": "scim"})
				servesOnly(config.Response, one, two).Has("domain_scope", "selected").Has("config_scope", "scim")
				servesOnly(s.Admin().Get(config.Path()).Status(200), one, two).Has("domain_scope", "selected").Has("config_scope", "scim")
			},
		},
		{
			ID: "identity_provider_configs.domains.replaced", Title: "The domains of a change replace those that a config had, by PATCH and by PUT",
			Covers: append([]string{"identity_provider_configs_update"}, patch...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewDomain(), s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(one)})
				servesOnly(s.Admin().Patch(config.Path(), suite.JSON{servedDomains: idsOfDomains(two)}).Status(200), two)
				servesOnly(s.Admin().Get(config.Path()).Status(200), two)
				servesOnly(s.Admin().Put(config.Path(), suite.JSON{servedDomains: idsOfDomains(one)}).Status(200), one)
				servesOnly(s.Admin().Get(config.Path()).Status(200), one)
			},
		},
		{
			ID: "identity_provider_configs.domains.kept", Title: "A change that names no domains keeps those of a config, by PATCH and by PUT",
			Covers: append([]string{"identity_provider_configs_update"}, patch...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain), "config_scope": "xaa"})
				servesOnly(s.Admin().Patch(config.Path(), suite.JSON{"name": s.Name()}).Status(200), domain).Has("config_scope", "xaa")
				servesOnly(s.Admin().Put(config.Path(), suite.JSON{"name": s.Name()}).Status(200), domain).Has("config_scope", "xaa")
				servesOnly(s.Admin().Get(config.Path()).Status(200), domain)
			},
		},
		{
			ID: "identity_provider_configs.domains.cleared", Title: "An empty list takes all domains from a config",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(s.NewDomain(), s.NewDomain())})
				s.Admin().Patch(config.Path(), suite.JSON{servedDomains: []string{}}).Status(200).Has(servedDomains, []string{}).
					Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.domains.all", Title: "A config for all domains shows every one, and keeps those that it names",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				named, other := s.NewDomain(), s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(named), "config_scope": "xaa"})
				s.Admin().Patch(config.Path(), suite.JSON{"domain_scope": "all"}).Status(200).Has("domain_scope", "all").
					That(servedDomains, gomega.ContainElements(named.ID, other.ID))
				s.Admin().Get(config.Path()).Status(200).That(servedDomains, gomega.ContainElements(named.ID, other.ID))
				servesOnly(s.Admin().Patch(config.Path(), suite.JSON{"domain_scope": "selected"}).Status(200), named)
				servesOnly(s.Admin().Patch(config.Path(), suite.JSON{"domain_scope": nil}).Status(200).Has("domain_scope", nil), named)
			},
		},
		{
			ID: "identity_provider_configs.domains.blank", Title: "What a config serves and is for may be blank, and stays so",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Admin().Patch(config.Path(), suite.JSON{"domain_scope": "", "config_scope": ""}).Status(200).Has("domain_scope", "").Has("config_scope", "").
					Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.domains.shared", Title: "A domain may be served by several configs",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				first := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain)})
				servesOnly(s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain)}).Response, domain)
				servesOnly(s.Admin().Get(first.Path()).Status(200), domain)
			},
		},
		{
			ID: "identity_provider_configs.domains.deleted", Title: "A domain that is deleted is no longer served, and its config stays",
			Covers: []string{"domains_destroy", "identity_provider_configs_retrieve"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				gone, stays := s.NewDomain(), s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(gone, stays)})
				s.Admin().Delete(gone.Path()).Empty()
				servesOnly(s.Admin().Get(config.Path()).Status(200), stays)
			},
		},
		{
			ID: "identity_provider_configs.delete.domains_stay", Title: "A config that is deleted leaves its domains",
			Covers: []string{"identity_provider_configs_destroy", "domains_retrieve"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				config := s.NewConfig(suite.JSON{servedDomains: idsOfDomains(domain), "config_scope": "saml"})
				s.Admin().Delete(config.Path()).Empty()
				domain.Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "identity_provider_configs.delete.unscoped", Title: "A config that is for anything cannot be deleted until it is for something, or for nothing",
			Covers: []string{"identity_provider_configs_destroy"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, scope := range []string{"scim", ""} {
					config := s.NewConfig(nil)
					s.Admin().Delete(config.Path()).Invalid("unscoped_config", unscoped, "")
					config.Lasts(s.Admin(), config.Path())
					s.Admin().Patch(config.Path(), suite.JSON{"config_scope": scope}).Status(200).Has("config_scope", scope)
					s.Admin().Delete(config.Path()).Empty()
					s.Admin().Get(config.Path()).NotFound()
				}
			},
		},
		{
			ID: "identity_provider_configs.relay_state.fixed", Title: "Every config has a relay state of its own, which nobody changes",
			Covers: append([]string{"identity_provider_configs_update", "identity_provider_configs_create"}, patch...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewConfig(suite.JSON{"saml_relay_state": suite.Nowhere}), s.NewConfig(nil)
				one.That("saml_relay_state", gomega.MatchRegexp("^"+uuidForm+"$"))
				s.Expect(one.Text("saml_relay_state")).NotTo(gomega.BeElementOf(two.Text("saml_relay_state"), suite.Nowhere, one.ID))
				for _, change := range []func(string, any) *suite.Response{s.Admin().Patch, s.Admin().Put} {
					change(one.Path(), suite.Together(samlSettings(), suite.JSON{"saml_relay_state": suite.Nowhere})).Status(200).
						Has("saml_relay_state", one.Text("saml_relay_state"))
				}
				s.Admin().Get(one.Path()).Status(200).Has("saml_relay_state", one.Text("saml_relay_state"))
			},
		},
		{
			ID: "identity_provider_configs.scim_base_url.fixed", Title: "Every config has the address of a SCIM server of its own, with SCIM or without, which stays",
			Covers: append([]string{"identity_provider_configs_create"}, patch...), Needs: with(admin, suite.Feature("scim")), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewConfig(nil), s.NewConfig(suite.JSON{"scim_base_url": "https://idp.example.com", "scim_enabled": true})
				for _, config := range []suite.Thing{one, two} {
					config.That("scim_base_url", gomega.MatchRegexp("/scim/v2/"+uuidForm+"$"))
					s.Expect(slugOf(config.Response)).NotTo(gomega.Equal(config.ID))
				}
				s.Expect(slugOf(one.Response)).NotTo(gomega.Equal(slugOf(two.Response)))
				for _, change := range []suite.JSON{{"scim_enabled": true}, {"name": s.Name(), "config_scope": "saml"}, {"scim_enabled": false}} {
					s.Admin().Patch(one.Path(), change).Status(200).Has("scim_base_url", one.Text("scim_base_url"))
				}
				s.Admin().Get(one.Path()).Status(200).Has("scim_base_url", one.Text("scim_base_url"))
			},
		},
	}, configDomainFields())
}

// configDomainFields: what the fields about domains take. The list is refused as a whole:
// no refusal says which of the domains it is about.
func configDomainFields() []suite.Scenario {
	list := func(id, title string, value any, code, detail string) refusal {
		return refusal{id, title, suite.JSON{servedDomains: value}, code, detail, servedDomains}
	}
	made := refusals("identity_provider_configs.fields", "identity_provider_configs_create", admin, []refusal{
		{"domain_scope_unknown", "A config serves all domains or selected ones", suite.JSON{"domain_scope": "some"}, "invalid_choice", notAChoice("some"), "domain_scope"},
		{"config_scope_unknown", "A config is for one of four protocols", suite.JSON{"config_scope": "id_jag"}, "invalid_choice", notAChoice("id_jag"), "config_scope"},
		{"config_scope_capitals", "Protocols are written in small letters", suite.JSON{"config_scope": "SAML"}, "invalid_choice", notAChoice("SAML"), "config_scope"},
		list("domains_null", "The domains of a config are not null", nil, "null", null),
		list("domains_text", "The domains of a config are a list", suite.Nowhere, "not_a_list", `Expected a list of items but got type "str".`),
		list("domains_number", "The domains of a config are no number", 5, "not_a_list", `Expected a list of items but got type "int".`),
		list("domains_malformed", "A domain of a config is named by a UUID", []any{"abc"}, "invalid_input", "“abc” is not a valid UUID."),
		list("domains_boolean", "A boolean names no domain", []any{true}, "incorrect_type", "Incorrect type. Expected pk value, received bool."),
		list("domains_unknown", "A domain of a config exists", []any{suite.Nowhere}, "does_not_exist", `Invalid pk "`+suite.Nowhere+`" - object does not exist.`),
		{"scopes_in_order", "Of several malformed fields the first in order is named", suite.JSON{servedDomains: nil, "domain_scope": "some", "config_scope": "some"}, "invalid_choice", notAChoice("some"), "domain_scope"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		if domains, ok := body[servedDomains].([]any); ok { // whichever of them is at fault
			body = suite.JSON{servedDomains: append([]any{s.NewDomain().ID}, domains...)}
		}
		return s.Admin().Post(s.Org(suite.Configs), body)
	})
	return append(robust(made, "domains_number", "domains_boolean"), suite.Scenario{
		ID: "identity_provider_configs.fields.domains_foreign", Title: "A config serves no domain of another organization",
		Covers: []string{"identity_provider_configs_create", "identity_provider_configs_partial_update"},
		Needs:  with(admin, suite.Foreign("domain_id")), Access: suite.Write, Aspect: suite.Isolation,
		Run: func(s *suite.S) {
			foreign, own := s.ForeignDomain().ID, s.NewDomain()
			body, detail := suite.JSON{servedDomains: []string{own.ID, foreign}}, `Invalid pk "`+foreign+`" - object does not exist.`
			s.Admin().Post(s.Org(suite.Configs), body).Invalid("does_not_exist", detail, servedDomains)
			config := s.NewConfig(nil)
			s.Admin().Patch(config.Path(), body).Invalid("does_not_exist", detail, servedDomains)
			config.Lasts(s.Admin(), config.Path())
		},
	})
}
