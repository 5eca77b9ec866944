package scenarios

import "github.com/understudy-dev/understudy/conformance/suite"

func isolation() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list,
			suite.Scenario{
				ID: c.name + ".isolation.stranger", Title: "Who is no member sees nothing of the organization",
				Rules: []string{"callers.membership_required"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("outsider")}, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Outsider().Get(s.Org(c.name)).Denied(noPermission)
					s.Outsider().Delete(s.Org(c.name, suite.Nowhere)).Denied(noPermission)
				},
			},
			suite.Scenario{
				ID: c.name + ".isolation.other_organization", Title: "An administrator is nobody in another organization",
				Rules: []string{"callers.membership_required"}, Covers: []string{c.list}, Needs: with(admin, suite.Known("other_organization.id")), Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Get(suite.OrgPath(s.Target().Known.OtherOrganization.ID, c.name)).Denied(noPermission)
				},
			},
			suite.Scenario{
				ID: c.name + ".isolation.unknown_organization", Title: "An organization that does not exist is not found",
				Rules: []string{"callers.organization_unknown"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					for _, id := range []string{suite.Nowhere, "nowhere"} {
						s.Admin().Get(suite.OrgPath(id, c.name)).Refused(404, "not_found", noOrganization, "")
					}
				},
			},
			suite.Scenario{
				ID: c.name + ".isolation.current", Title: "@current leads to an organization of the caller",
				Rules: []string{"callers.organization_current"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) { s.Admin().Get(suite.OrgPath("@current", c.name)).Status(200) },
			})
	}
	return append(list,
		suite.Scenario{
			ID: "domains.isolation.foreign_object", Title: "A domain of another organization is not found through one's own",
			Covers: []string{"domains_retrieve", "domains_partial_update", "domains_destroy"}, Needs: with(admin, suite.Foreign("domain_id")), Access: suite.Write, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				foreign := s.Org(suite.Domains, s.ForeignDomain().ID)
				s.Admin().Get(foreign).NotFound()
				s.Admin().Patch(foreign, suite.JSON{}).NotFound()
				s.Admin().Delete(foreign).NotFound()
			},
		},
		suite.Scenario{
			ID: "identity_provider_configs.isolation.foreign_object", Title: "A config of another organization is not found through one's own",
			Covers: []string{"identity_provider_configs_retrieve", "identity_provider_configs_partial_update", "identity_provider_configs_destroy"},
			Needs:  with(admin, suite.Foreign("identity_provider_config_id")), Access: suite.Write, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				foreign := s.Org(suite.Configs, s.ForeignConfig().ID)
				s.Admin().Get(foreign).NotFound()
				s.Admin().Patch(foreign, suite.JSON{}).NotFound()
				s.Admin().Delete(foreign).NotFound()
			},
		},
		suite.Scenario{
			ID: "domains.isolation.foreign_actions", Title: "Actions do not reach domains of another organization",
			Covers: []string{"domains_verify_create", "domains_scim_logs_retrieve"},
			Needs:  []suite.Need{suite.SessionOf("admin"), suite.Foreign("domain_id")}, Access: suite.Write,
			Run: func(s *suite.S) {
				id := s.ForeignDomain().ID
				s.Session("admin").Post(s.Org(suite.Domains, id, "verify"), nil).NotFound()
				s.Session("admin").Get(s.Org(suite.Domains, id, "scim", "logs")).NotFound()
			},
		},
		suite.Scenario{
			ID: "domains.isolation.foreign_token", Title: "The token of a domain of another organization cannot be replaced",
			Covers: []string{"domains_scim_token_create"}, Needs: []suite.Need{suite.SessionOf("admin"), suite.Foreign("domain_id")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.Org(suite.Domains, s.ForeignDomain().ID, "scim", "token"), nil).NotFound()
			},
		})
}
