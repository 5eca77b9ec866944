package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	badIssuer   = "Use an HTTPS issuer URL without credentials, a query, or a fragment."
	noOIDC      = "OIDC is not available for this organization."
	notForOIDC  = "Use an OIDC configuration for OIDC settings."
	clientField = "oidc_client_id"
	secretField = "oidc_client_secret"
)

// configOIDC: the OIDC settings of a config.
func configOIDC() []suite.Scenario {
	create, patch := []string{"identity_provider_configs_create"}, []string{"identity_provider_configs_partial_update"}
	needs := with(admin, suite.Feature("oidc"))
	featureless := with(admin, suite.Known("featureless_organization.id"))
	return append([]suite.Scenario{
		{
			ID: "identity_provider_configs.oidc.defaults", Title: "A new config has no OIDC settings",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				config.Has("has_oidc", false).Has("has_oidc_client_secret", false).Has("oidc_issuer_url", "").Has(clientField, "")
				s.Expect(config.Get(secretField).Exists()).To(gomega.BeFalse(), "the secret is not shown")
			},
		},
		{
			ID: "identity_provider_configs.oidc.complete", Title: "OIDC is complete with issuer, client and secret",
			Covers: append([]string{"identity_provider_configs_retrieve"}, create...), Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(completeOIDC())
				config.Has("has_oidc", true).Has("has_oidc_client_secret", true).Has("oidc_issuer_url", "https://posthog.com").Has(clientField, "client")
				config.Lasts(s.Admin(), config.Path())
				for _, missing := range []string{"oidc_issuer_url", clientField, secretField} {
					half := s.NewConfig(suite.Together(completeOIDC(), suite.JSON{missing: ""}))
					half.Has("has_oidc", false).Has("has_oidc_client_secret", missing != secretField).Has("config_scope", "oidc")
				}
			},
		},
		{
			ID: "identity_provider_configs.oidc.secret_hidden", Title: "No answer shows the secret of OIDC",
			Covers: append([]string{"identity_provider_configs_list", "identity_provider_configs_retrieve", "identity_provider_configs_update"}, create...), Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				secret := "secret of " + s.Name()
				config := s.NewConfig(suite.Together(completeOIDC(), suite.JSON{secretField: secret}))
				for _, answer := range []*suite.Response{
					config.Response, s.Admin().Get(config.Path()), s.Admin().Patch(config.Path(), suite.JSON{secretField: secret}),
					s.Admin().Put(config.Path(), suite.JSON{secretField: secret}), s.Admin().All(s.Org(suite.Configs)),
				} {
					s.Expect(answer.Body()).NotTo(gomega.Or(gomega.ContainSubstring(secret), gomega.ContainSubstring(`"`+secretField+`"`)))
				}
			},
		},
		{
			ID: "identity_provider_configs.oidc.secret_kept", Title: "A change that does not name the secret keeps it, an empty one removes it",
			Covers: append([]string{"identity_provider_configs_update"}, patch...), Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(completeOIDC())
				s.Admin().Patch(config.Path(), suite.JSON{clientField: "another"}).Status(200).Has("has_oidc", true).Has(clientField, "another")
				s.Admin().Put(config.Path(), suite.JSON{"name": s.Name()}).Status(200).Has("has_oidc", true).Has("has_oidc_client_secret", true)
				s.Admin().Patch(config.Path(), suite.JSON{secretField: ""}).Status(200).Has("has_oidc", false).Has("has_oidc_client_secret", false).
					Has("oidc_issuer_url", "https://posthog.com").Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.oidc.secret_verbatim", Title: "White space is a secret, and no client",
			Covers: patch, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"config_scope": "oidc"})
				s.Admin().Patch(config.Path(), suite.JSON{secretField: " ", clientField: " client "}).Status(200).
					Has("has_oidc_client_secret", true).Has(clientField, "client")
				s.Admin().Patch(config.Path(), suite.JSON{clientField: " "}).Status(200).Has(clientField, "").Has("has_oidc_client_secret", true)
			},
		},
		{
			ID: "identity_provider_configs.oidc.issuer_slash", Title: "The issuer of OIDC is trimmed, and keeps its final slash",
			Covers: create, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewConfig(suite.Together(completeOIDC(), suite.JSON{"oidc_issuer_url": " https://posthog.com/tenant/ "})).Has("oidc_issuer_url", "https://posthog.com/tenant/")
			},
		},
		{
			ID: "identity_provider_configs.oidc.longest", Title: "Client and secret may be as long as their limits",
			Covers: create, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				client := strings.Repeat("c", 512)
				s.NewConfig(suite.Together(completeOIDC(), suite.JSON{clientField: client, secretField: strings.Repeat("s", 4096)})).
					Has(clientField, client).Has("has_oidc", true)
			},
		},
		{
			ID: "identity_provider_configs.oidc.other_scope", Title: "A config that is not for OIDC takes no OIDC settings, except to remove them",
			Covers: append([]string{"identity_provider_configs_partial_update"}, create...), Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, scope := range []any{nil, "", "saml", "scim", "xaa"} {
					for field, value := range map[string]string{"oidc_issuer_url": "https://posthog.com", clientField: "client", secretField: "secret"} {
						s.Admin().Post(s.Org(suite.Configs), suite.JSON{"name": s.Name(), "config_scope": scope, field: value}).Invalid("invalid_input", notForOIDC, "config_scope")
					}
				}
				config := s.NewConfig(suite.JSON{"config_scope": "saml", "oidc_issuer_url": "", clientField: "", secretField: ""})
				s.Admin().Patch(config.Path(), suite.JSON{clientField: "client"}).Invalid("invalid_input", notForOIDC, "config_scope")
				s.Admin().Patch(config.Path(), suite.JSON{clientField: "client", "config_scope": "oidc"}).Status(200).Has(clientField, "client")
				s.Admin().Patch(config.Path(), suite.JSON{clientField: "another"}).Status(200).Has(clientField, "another")
			},
		},
		{
			ID: "identity_provider_configs.oidc.replaced", Title: "OIDC settings can be changed, by PATCH and by PUT",
			Covers: append([]string{"identity_provider_configs_update", "identity_provider_configs_retrieve"}, patch...), Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				sent := suite.JSON{"config_scope": "oidc", "domain_scope": "selected", "oidc_issuer_url": "https://posthog.com", clientField: "client"}
				for _, method := range []string{"PATCH", "PUT"} {
					config := s.NewConfig(nil)
					change := s.Admin().Patch
					if method == "PUT" {
						change = s.Admin().Put
					}
					hasAll(change(config.Path(), suite.Together(sent, suite.JSON{secretField: "secret"})).Status(200).Has("has_oidc", true), sent)
					hasAll(s.Admin().Get(config.Path()).Status(200).Has("has_oidc", true), sent)
				}
			},
		},
		{
			ID: "identity_provider_configs.oidc.feature_change", Title: "OIDC settings need their feature in every change",
			Covers: append([]string{"identity_provider_configs_update"}, patch...), Needs: ownOrganization, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				s.SetFeature(o.ID, "oidc", false)
				config := o.MadeIn(suite.Configs, o.Owner.Post(o.Path(suite.Configs), suite.JSON{"config_scope": "oidc"}))
				for _, change := range []func(string, any) *suite.Response{o.Owner.Patch, o.Owner.Put} {
					change(config.Path(), suite.JSON{clientField: "client"}).Invalid("feature_not_available", noOIDC, "oidc_issuer_url")
					change(config.Path(), suite.JSON{clientField: ""}).Status(200).Has(clientField, "")
				}
			},
		},
		{
			ID: "identity_provider_configs.oidc.feature", Title: "OIDC settings need their feature, whichever of them is sent",
			Covers: create, Needs: featureless, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				for field, value := range map[string]string{"oidc_issuer_url": "https://posthog.com", clientField: "client", secretField: "secret"} {
					s.Admin().Post(featurelessConfigs(s), suite.JSON{"config_scope": "oidc", field: value}).Invalid("feature_not_available", noOIDC, "oidc_issuer_url")
				}
				s.Admin().Post(featurelessConfigs(s), suite.JSON{clientField: "client"}).Invalid("feature_not_available", noOIDC, "oidc_issuer_url")
				s.Admin().Post(featurelessConfigs(s), suite.JSON{"scim_enabled": true, "id_jag_issuer_url": "https://posthog.com", clientField: "client"}).
					Invalid("feature_not_available", noOIDC, "oidc_issuer_url") // before other features
			},
		},
		{
			ID: "identity_provider_configs.oidc.feature_issuer", Title: "Without the feature an issuer is checked all the same",
			Rules:  []string{"identity_provider_configs.oidc.issuer"},
			Covers: create, Needs: featureless, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				s.Admin().Post(featurelessConfigs(s), suite.JSON{"oidc_issuer_url": "http://posthog.com"}).Invalid("invalid_input", badIssuer, "oidc_issuer_url")
			},
		},
	}, configOIDCFields()...)
}

// configOIDCFields: what the fields of OIDC take. They are refused before the plan is
// looked at.
func configOIDCFields() []suite.Scenario {
	const issuer = "oidc_issuer_url"
	address := func(id, title, value, detail string) refusal {
		return refusal{id, title, suite.JSON{issuer: value}, "invalid_input", detail, issuer}
	}
	long := func(n int) string { return strings.Repeat("x", n) }
	made := refusals("identity_provider_configs.oidc", "identity_provider_configs_create", admin, []refusal{
		address("issuer_http", "An issuer of OIDC is called by HTTPS", "http://posthog.com", badIssuer),
		address("issuer_user", "An issuer of OIDC has no user", "https://user@posthog.com", badIssuer),
		address("issuer_password", "An issuer of OIDC has no password", "https://user:word@posthog.com", badIssuer),
		address("issuer_query", "An issuer of OIDC has no query", "https://posthog.com/?tenant=1", badIssuer),
		address("issuer_fragment", "An issuer of OIDC has no fragment", "https://posthog.com/#tenant", badIssuer),
		address("issuer_word", "An issuer of OIDC is an address", "posthog", badIssuer),
		address("issuer_loopback", "An issuer of OIDC is not on the server itself", "https://127.0.0.1/", "URL is not allowed: Local/Loopback host not allowed"),
		address("issuer_private", "An issuer of OIDC is not at a private address", "https://10.0.0.8", "URL is not allowed: Private IP address not allowed"),
		{"issuer_null", "An issuer of OIDC is not null", suite.JSON{issuer: nil}, "null", null, issuer},
		{"client_null", "A client of OIDC is not null", suite.JSON{clientField: nil}, "null", null, clientField},
		{"secret_null", "A secret of OIDC is not null", suite.JSON{secretField: nil}, "null", null, secretField},
		{"client_long", "A client of OIDC has 512 characters at most", suite.JSON{clientField: long(513)}, "max_length", "Ensure this field has no more than 512 characters.", clientField},
		{"secret_long", "A secret of OIDC has 4096 characters at most", suite.JSON{secretField: long(4097)}, "max_length", "Ensure this field has no more than 4096 characters.", secretField},
		{"secret_list", "A secret of OIDC is a text", suite.JSON{secretField: []int{1}}, "invalid_input", notText, secretField},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Admin().Post(s.Org(suite.Configs), suite.Together(body, suite.JSON{"name": s.Name(), "config_scope": "oidc"}))
	})
	return robust(made, "secret_list")
}
