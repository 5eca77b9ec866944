package scenarios

import "github.com/understudy-dev/understudy/conformance/suite"

func levels() []suite.Scenario {
	member := with(admin, suite.KeyOf("member"))
	return []suite.Scenario{
		{
			ID: "domains.levels.member_reads", Title: "Members can read domains",
			Covers: []string{"domains_list", "domains_retrieve"}, Needs: member, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Member().Get(s.Org(suite.Domains)).Status(200)
				s.Member().Get(s.NewDomain().Path()).Status(200)
			},
		},
		{
			ID: "domains.levels.member_writes", Title: "Members cannot write domains",
			Covers: []string{"domains_create", "domains_update", "domains_partial_update", "domains_destroy"}, Needs: member, Access: suite.Write,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Member().Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain()}).Denied(lowLevel)
				s.Member().Put(domain.Path(), suite.JSON{}).Denied(lowLevel)
				s.Member().Patch(domain.Path(), suite.JSON{}).Denied(lowLevel)
				s.Member().Delete(domain.Path()).Denied(lowLevel)
				s.Admin().Get(domain.Path()).Status(200)
			},
		},
		{
			ID: "identity_provider_configs.levels.member_reads", Title: "Members can read configs",
			Covers: []string{"identity_provider_configs_list", "identity_provider_configs_retrieve"}, Needs: member, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Member().Get(s.Org(suite.Configs)).Status(200)
				s.Member().Get(s.NewConfig(nil).Path()).Status(200)
			},
		},
		{
			ID: "identity_provider_configs.levels.member_writes", Title: "Members cannot write configs",
			Covers: []string{"identity_provider_configs_create", "identity_provider_configs_update", "identity_provider_configs_partial_update", "identity_provider_configs_destroy"},
			Needs:  member, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(nil)
				s.Member().Post(s.Org(suite.Configs), suite.JSON{}).Denied(lowLevel)
				s.Member().Put(config.Path(), suite.JSON{}).Denied(lowLevel)
				s.Member().Patch(config.Path(), suite.JSON{}).Denied(lowLevel)
				s.Member().Delete(config.Path()).Denied(lowLevel)
				s.Admin().Get(config.Path()).Status(200)
			},
		},
		{
			ID: "integrations.levels.member_deletes", Title: "Members cannot disconnect integrations",
			Covers: []string{"organization_integrations_destroy"}, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Member().Delete(s.Org(suite.Integrations, suite.Nowhere)).Denied(lowLevel)
				if s.Target().Control != "" { // elsewhere there is none that may be lost
					installed := s.NewIntegration(nil)
					s.Member().Delete(installed.Path()).Denied(lowLevel)
					s.Member().Get(installed.Path()).Status(200)
				}
			},
		},
		{
			ID: "domains.levels.before_object", Title: "The level is checked before the object and the body",
			Covers: []string{"domains_partial_update"}, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Write, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				s.Member().Do("PATCH", s.Org(suite.Domains, suite.Nowhere), "application/json", []byte(`{`)).Denied(lowLevel)
			},
		},
		{
			ID: "domains.levels.scope_before_level", Title: "Of a scope and a level that are both missing, the scope is named",
			Covers: []string{"domains_create"}, Needs: []suite.Need{suite.KeyOf("admin"), suite.Minting("member")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewKey("member", "organization:read").Post(s.Org(suite.Domains), suite.JSON{"domain": s.Domain()}).Denied(missingScope("organization:write"))
			},
		},
		{
			ID: "domains.levels.scope_first", Title: "The scope is checked before the level",
			Covers: []string{"domains_create"}, Needs: []suite.Need{suite.KeyOf("read_scopes")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("read_scopes").Do("POST", s.Org(suite.Domains), "application/json", []byte(`{`)).Denied(missingScope("organization:write"))
			},
		},
	}
}
