package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

func configs() []suite.Scenario {
	create, patch := []string{"identity_provider_configs_create"}, []string{"identity_provider_configs_partial_update"}
	return append([]suite.Scenario{
		{
			ID: "identity_provider_configs.create.defaults", Title: "A config can be made of nothing",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{})
				config.Keys("", s.Shown("IdentityProviderConfig")...)
				config.Has("name", "").Has("has_saml", false).Has("saml_entity_id", nil).Has("saml_acs_url", nil).Has("saml_x509_cert", nil).
					Has("has_scim", false).Has("scim_enabled", false).Has("scim_bearer_token", nil).
					Has("has_id_jag", false).Has("id_jag_issuer_url", nil).Has("id_jag_jwks_url", nil).Has("id_jag_allowed_clients", []string{})
			},
		},
		{
			ID: "identity_provider_configs.create.full", Title: "A config takes all its settings at once",
			Covers: create, Needs: with(admin, suite.Feature("xaa_authentication")), Access: suite.Write,
			Run: func(s *suite.S) {
				body := samlSettings()
				body["name"], body["id_jag_issuer_url"] = "  "+s.Name()+" ", "https://posthog.com//"
				body["id_jag_allowed_clients"] = []any{"a", 7}
				config := s.NewConfig(body)
				config.Has("has_saml", true).Has("has_id_jag", true).Has("id_jag_issuer_url", "https://posthog.com").
					Has("id_jag_allowed_clients", []string{"a", "7"}).That("name", gomega.Not(gomega.ContainSubstring(" ")))
				config.Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.create.read_only", Title: "Read-only fields are ignored",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"id": suite.Nowhere, "created_at": "2000-01-01T00:00:00Z", "has_saml": true})
				config.Has("has_saml", false).
					That("id", gomega.Not(gomega.Equal(suite.Nowhere))).That("created_at", gomega.Not(gomega.HavePrefix("2000")))
				config.Lasts(s.Admin(), config.Path())
				s.Admin().Get(s.Org(suite.Configs, suite.Nowhere)).NotFound()
			},
		},
		{
			ID: "identity_provider_configs.retrieve.as_created", Title: "A config reads as it was created",
			Covers: []string{"identity_provider_configs_retrieve"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Expect(s.Admin().Get(config.Path()).Status(200).Body()).To(gomega.MatchJSON(config.Body()))
			},
		},
		{
			ID: "identity_provider_configs.retrieve.times", Title: "Times are in UTC, with Z, and have no more than microseconds",
			Covers: []string{"identity_provider_configs_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.Admin().Get(s.NewConfig(nil).Path()).Status(200)
				for _, name := range []string{"created_at", "updated_at"} {
					config.That(name, gomega.MatchRegexp(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$`))
				}
			},
		},
		{
			ID: "identity_provider_configs.retrieve.unknown", Title: "A config that does not exist is not found",
			Covers: []string{"identity_provider_configs_retrieve"}, Needs: admin, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org(suite.Configs, suite.Nowhere)).NotFound()
				s.Admin().Get(s.Org(suite.Configs, "nothing")).NotFound()
			},
		},
		{
			ID: "identity_provider_configs.list.order", Title: "Configs are listed by creation",
			Covers: []string{"identity_provider_configs_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two, three := s.NewConfig(nil), s.NewConfig(nil), s.NewConfig(nil)
				var mine []string
				for _, id := range s.Admin().IDs(s.Org(suite.Configs)) {
					if id == one.ID || id == two.ID || id == three.ID {
						mine = append(mine, id)
					}
				}
				s.Expect(mine).To(gomega.Equal([]string{one.ID, two.ID, three.ID}))
			},
		},
		{
			ID: "identity_provider_configs.update.patch", Title: "PATCH changes what it names, and updated_at",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(samlSettings())
				s.NextMoment(config.Text("updated_at"))
				changed := s.Admin().Patch(config.Path(), suite.JSON{"name": "renamed"}).Status(200).Has("name", "renamed").
					Has("saml_entity_id", "urn:understudy").Has("created_at", config.Text("created_at"))
				s.Expect(changed.Get("updated_at").Time()).To(gomega.BeTemporally(">", config.Get("updated_at").Time()), "updated_at moves forward")
				changed.Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.update.touched", Title: "Whatever is changed of a config, its links alone among it, moves updated_at",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				changes := []suite.JSON{{"saml_entity_id": "urn:touched"}, {}, {"id_jag_allowed_clients": []string{"one"}}}
				if s.Has(spec.SCIMByConfig) {
					changes = append(changes, suite.JSON{servedDomains: []string{s.NewDomain().ID}}, suite.JSON{"domain_scope": "selected"}, suite.JSON{servedDomains: []string{}})
				}
				before := config.Response
				for _, change := range changes {
					s.NextMoment(before.Text("updated_at"))
					after := s.Admin().Patch(config.Path(), change).Status(200)
					s.Expect(after.Get("updated_at").Time()).To(gomega.BeTemporally(">", before.Get("updated_at").Time()), "updated_at moves forward")
					before = after
				}
				s.Admin().Get(config.Path()).Status(200).Has("updated_at", before.Get("updated_at").Value())
			},
		},
		{
			ID: "identity_provider_configs.create.refused_whole", Title: "A creation that is refused makes no config, be it by one field or by several together",
			Covers: append([]string{"identity_provider_configs_list"}, create...), Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				bodies := []suite.JSON{{"id_jag_issuer_url": "http://127.0.0.1"}, {"saml_entity_id": strings.Repeat("x", 513)}}
				if s.Has(spec.SCIMByConfig) {
					bodies = append(bodies, suite.JSON{servedDomains: []string{suite.Nowhere}})
				}
				if s.Has(spec.OIDC) {
					bodies = append(bodies, suite.JSON{"config_scope": "saml", clientField: "client"})
				}
				name := s.Name()
				for _, body := range bodies {
					s.Admin().Post(s.Org(suite.Configs), suite.Together(body, suite.JSON{"name": name})).Status(400)
				}
				s.Admin().All(s.Org(suite.Configs)).That("results.#.name", gomega.Not(gomega.ContainElement(name)))
			},
		},
		{
			ID: "identity_provider_configs.create.same_name", Title: "Configs may share a name",
			Rules: []string{"identity_provider_configs.create.full"}, Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				s.NewConfig(suite.JSON{"name": name})
				s.NewConfig(suite.JSON{"name": name}).Has("name", name)
			},
		},
		{
			ID: "identity_provider_configs.update.put", Title: "PUT keeps what it does not name",
			Covers: []string{"identity_provider_configs_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				body := samlSettings()
				body["name"] = s.Name()
				config := s.NewConfig(body)
				s.Admin().Put(config.Path(), suite.JSON{"saml_acs_url": nil}).Status(200).
					Has("saml_acs_url", nil).Has("saml_entity_id", "urn:understudy").Has("has_saml", false).Has("name", body["name"]).
					Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.update.blank_saml", Title: "SAML settings may be blank",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				config := s.NewConfig(samlSettings())
				for _, name := range []string{"saml_entity_id", "saml_acs_url", "saml_x509_cert"} {
					s.Admin().Patch(config.Path(), suite.JSON{name: ""}).Status(200).Has(name, "").Has("has_saml", false).Lasts(s.Admin(), config.Path())
				}
			},
		},
		{
			ID: "identity_provider_configs.update.refused_whole", Title: "A refused change changes nothing",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Admin().Patch(config.Path(), suite.JSON{"name": s.Name(), "saml_acs_url": []int{1}}).Invalid("invalid_input", notText, "saml_acs_url")
				config.Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.update.concurrent", Title: "Changes of different settings at the same time are all kept",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				config, sent := s.NewConfig(nil), samlSettings()
				names := slices.Sorted(maps.Keys(sent))
				for _, answer := range s.Parallel(len(names), func(i int) *suite.Response {
					return s.Admin().Patch(config.Path(), suite.JSON{names[i]: sent[names[i]]})
				}) {
					answer.Status(200)
				}
				kept := s.Admin().Get(config.Path()).Status(200)
				for _, name := range names {
					kept.Has(name, sent[name])
				}
			},
		},
		{
			ID: "identity_provider_configs.update.unknown", Title: "A config that does not exist cannot be changed",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Patch(s.Org(suite.Configs, suite.Nowhere), suite.JSON{"name": nil}).NotFound()
			},
		},
		{
			ID: "identity_provider_configs.delete.gone", Title: "A deleted config is gone",
			Covers: []string{"identity_provider_configs_destroy"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				if s.Has(spec.ScopesOfConfigs) {
					s.Admin().Patch(config.Path(), suite.JSON{"config_scope": "saml"}).Status(200)
				}
				s.Admin().Delete(config.Path()).Empty()
				s.Admin().Get(config.Path()).NotFound()
				s.Admin().Delete(config.Path()).NotFound()
				s.Lists(s.Admin(), s.Org(suite.Configs), config, false)
			},
		},
		{
			ID: "identity_provider_configs.features.scim", Title: "SCIM cannot be named without its feature",
			Covers: create, Needs: with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Post(featurelessConfigs(s), suite.JSON{"scim_enabled": false}).
					Invalid("feature_not_available", "SCIM provisioning is not available for this organization.", "scim_enabled")
			},
		},
		{
			ID: "identity_provider_configs.features.no_issuer", Title: "A blank issuer, and keys alone, need no feature",
			Rules: []string{"identity_provider_configs.features.xaa"}, Covers: create, Needs: with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				made := s.Admin().Post(featurelessConfigs(s), suite.JSON{"name": s.Name(), "id_jag_issuer_url": " ", "id_jag_jwks_url": "https://posthog.com/keys"}).
					Status(201)
				made.Has("id_jag_issuer_url", nil).Has("id_jag_jwks_url", "https://posthog.com/keys").Has("has_id_jag", false)
			},
		},
		{
			ID: "identity_provider_configs.features.xaa", Title: "An ID-JAG issuer needs its feature",
			Covers: create, Needs: with(admin, suite.Known("featureless_organization.id")), Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Post(featurelessConfigs(s), suite.JSON{"id_jag_issuer_url": "https://posthog.com"}).
					Invalid("feature_not_available", "XAA (ID-JAG) is not available for this organization.", "id_jag_issuer_url")
			},
		},
	}, configFields()...)
}

func featurelessConfigs(s *suite.S) string {
	return suite.OrgPath(s.Target().Known.FeaturelessOrganization.ID, suite.Configs)
}

func configFields() []suite.Scenario {
	long := func(n int) string { return strings.Repeat("x", n) }
	fetch := func(id, title, address, reason string) refusal {
		return refusal{id, title, suite.JSON{"id_jag_issuer_url": address}, "invalid_input", "URL is not allowed: " + reason, "id_jag_issuer_url"}
	}
	return robust(refusals("identity_provider_configs.fields", "identity_provider_configs_create", admin, []refusal{
		{"name_long", "A name has 255 characters at most", suite.JSON{"name": long(256)}, "max_length", "Ensure this field has no more than 255 characters.", "name"},
		{"name_null", "A name is not null", suite.JSON{"name": nil}, "null", null, "name"},
		{"name_object", "A name is a text", suite.JSON{"name": suite.JSON{}}, "invalid_input", notText, "name"},
		{"entity_long", "A SAML entity id has 512 characters at most", suite.JSON{"saml_entity_id": strings.Repeat("x", 513)}, "max_length", "Ensure this field has no more than 512 characters.", "saml_entity_id"},
		{"acs_list", "A SAML address is a text", suite.JSON{"saml_acs_url": []int{1}}, "invalid_input", notText, "saml_acs_url"},
		{"scim_null", "SCIM is not null", suite.JSON{"scim_enabled": nil}, "null", null, "scim_enabled"},
		{"scim_word", "SCIM is a boolean", suite.JSON{"scim_enabled": "perhaps"}, "invalid_input", notBoolean, "scim_enabled"},
		{"clients_text", "Allowed clients are a list", suite.JSON{"id_jag_allowed_clients": "x"}, "not_a_list", `Expected a list of items but got type "str".`, "id_jag_allowed_clients"},
		{"client_boolean", "An allowed client is a text", suite.JSON{"id_jag_allowed_clients": []any{"a", true}}, "invalid_input", notText, "id_jag_allowed_clients__1"},
		{"client_long", "An allowed client has 256 characters at most", suite.JSON{"id_jag_allowed_clients": []any{long(257)}}, "max_length", "Ensure this field has no more than 256 characters.", "id_jag_allowed_clients__0"},
		fetch("issuer_loopback", "An issuer is not on the server itself", "http://localhost/idp", "Local/Loopback host not allowed"),
		fetch("issuer_loopback_address", "An issuer is not at a loopback address", "http://127.0.0.1:8080", "Local/Loopback host not allowed"),
		fetch("issuer_private", "An issuer is not at a private address", "https://10.0.0.8", "Private IP address not allowed"),
		fetch("issuer_private_192", "An issuer is not in a home network", "https://192.168.1.1", "Private IP address not allowed"),
		fetch("issuer_link_local", "An issuer is not at a link-local address", "https://169.254.10.10", "Private IP address not allowed"),
		fetch("issuer_metadata", "An issuer is not the cloud's metadata service", "http://169.254.169.254/latest", "Local/metadata host"),
		fetch("issuer_loopback_ipv6", "An issuer is not at the loopback address of IPv6", "http://[::1]/idp", "Local/Loopback host not allowed"),
		fetch("issuer_metadata_name", "An issuer is not the metadata service by its name", "http://metadata.google.internal/computeMetadata/v1", "Local/metadata host"),
		fetch("issuer_behind_user", "An issuer is not on the server itself behind a user's name", "https://idp.example.com@127.0.0.1/idp", "Local/Loopback host not allowed"),
		{"jwks_private", "Keys are not at a private address", suite.JSON{"id_jag_jwks_url": "https://172.16.0.1/keys"}, "invalid_input", "URL is not allowed: Private IP address not allowed", "id_jag_jwks_url"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Post(s.Org(suite.Configs), body) }), "name_object", "acs_list", "client_boolean")
}
