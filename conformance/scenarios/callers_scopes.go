package scenarios

import (
	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
)

func missingScope(scope string) string { return wording.MissingScope(scope) }

// ofOneObject are the operations of the collections whose objects can be read and
// changed one by one.
var ofOneObject = map[string][]string{
	suite.Domains: {"domains_retrieve", "domains_update", "domains_partial_update"},
	suite.Configs: {"identity_provider_configs_retrieve", "identity_provider_configs_update", "identity_provider_configs_partial_update"},
	suite.Roles:   {"roles_retrieve", "roles_update", "roles_partial_update"},
}

func scopes() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list,
			suite.Scenario{
				ID: c.name + ".scopes.read", Title: "Reading needs the scope " + c.object + ":read",
				Rules: []string{"callers.scope_read"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("unrelated_scope"), suite.KeyOf("read_scopes")}, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Key("unrelated_scope").Get(s.Org(c.name)).Denied(missingScope(c.object + ":read"))
					s.Key("read_scopes").Get(s.Org(c.name)).Status(200)
				},
			},
			suite.Scenario{
				ID: c.name + ".scopes.write_includes_read", Title: "Writing includes reading",
				Rules: []string{"callers.write_includes_read"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("write_scopes")}, Access: suite.Read,
				Run: func(s *suite.S) { s.Key("write_scopes").Get(s.Org(c.name)).Status(200) },
			},
			suite.Scenario{
				ID: c.name + ".scopes.delete", Title: "Deleting needs the scope " + c.object + ":write",
				Rules: []string{"callers.scope_delete"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("read_scopes")}, Access: suite.Write,
				Run: func(s *suite.S) {
					low := []string{} // invites look at the level first
					if c.name == suite.Invites {
						low = append(low, lowLevel)
					}
					s.Key("read_scopes").Delete(s.Org(c.name, suite.Nowhere)).Denied(missingScope(c.object+":write"), low...)
				},
			},
			suite.Scenario{
				ID: c.name + ".scopes.project_only", Title: "A key that is limited to projects reaches no organization",
				Rules: []string{"callers.project_key"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("project_only")}, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Key("project_only").Get(s.Org(c.name)).Denied("API keys with scoped projects are only supported on project-based endpoints.")
				},
			},
			suite.Scenario{
				ID: c.name + ".scopes.other_organization_only", Title: "A key that is limited to another organization does not reach this one",
				Rules: []string{"callers.other_organization_key"}, Covers: []string{c.list}, Needs: []suite.Need{suite.KeyOf("other_organization_only")}, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Key("other_organization_only").Get(s.Org(c.name)).
						Denied("API key does not have access to the requested organization: ID " + s.Target().Organization.ID + ".")
					s.Key("other_organization_only").Get(suite.OrgPath("@current", c.name)).Status(403)
				},
			})
		if c.create == "" {
			continue
		}
		if operations, ok := ofOneObject[c.name]; ok {
			list = append(list, suite.Scenario{
				ID: c.name + ".scopes.operations", Title: "Reading one asks for the scope of reading, changing it for that of writing",
				Covers: operations, Needs: []suite.Need{suite.KeyOf("unrelated_scope"), suite.KeyOf("read_scopes")}, Access: suite.Write,
				Run: func(s *suite.S) {
					path := s.Org(c.name, suite.Nowhere)
					s.Key("unrelated_scope").Get(path).Denied(missingScope(c.object + ":read"))
					s.Key("read_scopes").Get(path).NotFound()
					s.Key("read_scopes").Patch(path, suite.JSON{}).Denied(missingScope(c.object + ":write"))
					s.Key("read_scopes").Put(path, suite.JSON{}).Denied(missingScope(c.object + ":write"))
				},
			})
		}
		list = append(list, suite.Scenario{
			ID: c.name + ".scopes.create", Title: "Creating needs the scope " + c.object + ":write",
			Rules: []string{"callers.scope_create"}, Covers: []string{c.create}, Needs: []suite.Need{suite.KeyOf("read_scopes"), suite.KeyOf("write_scopes")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("read_scopes").Post(s.Org(c.name), suite.JSON{}).Denied(missingScope(c.object + ":write"))
				s.Key("write_scopes").Do("POST", s.Org(c.name), "application/json", []byte(`[]`)).Status(400)
			},
		})
	}
	return append(list, suite.Scenario{
		ID: "invites.scopes.last", Title: "Where invites are written, the scope is looked at after the membership and the level",
		Covers: []string{"invites_create", "invites_bulk_create", "invites_destroy"},
		Needs:  with(admin, suite.Minting("admin", "member", "outsider")), Access: suite.Write, Aspect: suite.Permission,
		Run: func(s *suite.S) {
			stranger, low := s.NewKey("outsider", "organization:read"), s.NewKey("member", "organization:read")
			for _, path := range []string{s.Org(suite.Invites), s.Org(suite.Invites, "bulk")} {
				stranger.Post(path, suite.JSON{}).Denied(noPermission)
				low.Post(path, suite.JSON{}).Denied(missingScope("organization_member:write"))
			}
			stranger.Delete(s.Org(suite.Invites, suite.Nowhere)).Denied(noPermission)
			low.Delete(s.Org(suite.Invites, suite.Nowhere)).Denied(lowLevel)
			s.NewKey("admin", "organization:read").Delete(s.Org(suite.Invites, suite.Nowhere)).Denied(missingScope("organization_member:write"))
		},
	}, suite.Scenario{
		ID: "invites.scopes.delegate_last", Title: "Where set-up is delegated, the scope is looked at after the membership", Rules: []string{"invites.scopes.last"},
		Covers: []string{"invites_delegate_create"},
		Needs:  with(admin, suite.Minting("member", "outsider")), Access: suite.Write, Aspect: suite.Permission,
		Run: func(s *suite.S) {
			s.NewKey("outsider", "organization:read").Post(delegatePath(s), suite.JSON{}).Denied(noPermission)
			s.NewKey("member", "organization:read").Post(delegatePath(s), suite.JSON{}).Denied(missingScope("organization_member:write"))
		},
	}, suite.Scenario{
		ID: "invites.scopes.single", Title: "A key with a single scope can do what that allows, and no more",
		Covers: []string{"invites_list", "domains_list"}, Needs: with(admin, suite.Minting("admin")), Access: suite.Write,
		Run: func(s *suite.S) {
			key := s.NewKey("admin", "organization_member:read")
			key.Get(s.Org(suite.Invites)).Status(200)
			key.Post(s.Org(suite.Invites), suite.JSON{}).Denied(missingScope("organization_member:write"))
			key.Get(s.Org(suite.Domains)).Denied(missingScope("organization:read"))
		},
	})
}
