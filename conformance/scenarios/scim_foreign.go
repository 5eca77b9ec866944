package scenarios

import (
	"fmt"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// scimForeign: a SCIM server knows the people and the roles of its own organization alone. It is
// tried on a role and on somebody whom the run made in another one.
func scimForeign() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "scim.isolation.foreign_groups", Title: "A role of another organization is no group here",
			Covers: []string{"scim_groups_retrieve", "scim_groups_update", "scim_groups_partial_update", "scim_groups_destroy", "scim_groups_list"},
			Needs:  with(scimKnown, suite.Abroad), Access: suite.Write,
			Run: func(s *suite.S) {
				o, p, name := s.Elsewhere(), s.SCIM(), s.Name()
				role := s.MakeIn(o, suite.Roles, suite.JSON{"name": name})
				path := p.Path("Groups", role.ID)
				p.Get(path).SCIM(404, noGroup)
				p.Put(path, suite.JSON{"displayName": s.Name()}).SCIM(404, noGroup)
				p.Patch(path, patchOf(suite.JSON{"op": "replace", "path": "displayName", "value": s.Name()})).SCIM(404, noGroup)
				p.Delete(path).SCIM(404, noGroup)
				p.Get(p.Path("Groups")+filtered(`displayName eq "`+name+`"`)).Status(200).Has("totalResults", 0)
				p.Get(p.Path("Groups")).Status(200).That("Resources.#.id", gomega.Not(gomega.ContainElement(role.ID)))
				made := p.Post(p.Path("Groups"), suite.JSON{"displayName": name}).Status(201)
				s.Expect(made.Text("id")).NotTo(gomega.Equal(role.ID), "a group of its own")
				o.Owner.Get(role.Path()).Status(200).Has("name", name)
			},
		},
		{
			ID: "scim.isolation.groups_of_user", Title: "A user shows the groups of this organization, and none of the roles that they have in another",
			Covers: []string{"scim_users_retrieve", "scim_users_list", "role_memberships_create"},
			Needs:  with(scimKnown, suite.Organizations, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				person, o, p := s.Colleague(1), s.NewOrganization(), s.SCIM()
				s.Enlist(person, o, 1)
				role := s.MakeIn(o, suite.Roles, suite.JSON{"name": s.Name()})
				o.Owner.Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": person.UUID}).Status(201)
				number := numberOf(o.Owner.Get(o.Path(suite.Members)), person.UUID)
				none := gomega.Not(gomega.ContainElement(role.ID))
				p.Get(p.Path("Users", number)).Status(200).That("groups.#.value", none)
				p.Get(p.Path("Users")+filtered(fmt.Sprintf("emails.value eq %q", person.Email))).Status(200).Has("totalResults", 1).That("Resources.0.groups.#.value", none)
			},
		},
		{
			ID: "scim.isolation.foreign_user", Title: "The outsider is no user here",
			Rules: []string{"scim.isolation.foreign_users"}, Covers: []string{"scim_users_retrieve"},
			Needs: with(scimKnown, suite.KeyOf("outsider"), suite.Known("other_organization.id")), Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				uuid := s.UUIDOf("outsider")
				members := s.Outsider().Get(suite.OrgPath(s.Target().Known.OtherOrganization.ID, suite.Members)).Status(200)
				if number := members.Text(`results.#(user.uuid=="` + uuid + `").user.id`); number != "" {
					p := s.SCIM()
					p.Get(p.Path("Users", number)).SCIM(404, noSCIMUser)
				}
			},
		},
		{
			ID: "scim.isolation.foreign_users", Title: "Who belongs to another organization alone is no user here, and is put in no group",
			Covers: []string{"scim_users_retrieve", "scim_users_update", "scim_users_partial_update", "scim_users_destroy", "scim_users_list", "scim_groups_create", "scim_groups_partial_update"},
			Needs:  with(scimKnown, suite.Organizations, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				o, p := s.NewOrganization(), s.SCIM()
				person := s.RecruitInto(o, 1)
				number := numberOf(o.Owner.Get(o.Path(suite.Members)), person.UUID)
				path, before := p.Path("Users", number), person.Get("/api/users/@me/").Status(200)
				p.Get(path).SCIM(404, noSCIMUser)
				p.Put(path, suite.SCIMPerson(s.NewSCIMEmail())).SCIM(404, noSCIMUser)
				p.Patch(path, patchOf(suite.JSON{"op": "replace", "path": "name.givenName", "value": "Eve"})).SCIM(404, noSCIMUser)
				p.Delete(path).SCIM(404, noSCIMUser)
				for _, filter := range []string{"userName", "emails.value"} {
					p.Get(p.Path("Users")+filtered(fmt.Sprintf("%s eq %q", filter, person.Email))).Status(200).Has("totalResults", 0)
				}
				members := []suite.JSON{{"value": number}}
				group := p.Post(p.Path("Groups"), suite.JSON{"displayName": s.Name(), "members": members}).Status(201).Has("members", []int{})
				p.Patch(p.Path("Groups", group.Text("id")), patchOf(suite.JSON{"op": "add", "path": "members", "value": members})).Status(200).Has("members", []int{})
				person.Get("/api/users/@me/").Status(200).Has("first_name", before.Text("first_name")).Has("email", person.Email).Has("organization.id", o.ID)
			},
		},
		{
			ID: "scim.users.delete_keeps_account", Title: "Who is deleted keeps the account, and can log in",
			Covers: []string{"scim_users_destroy", "scim_users_retrieve"}, Needs: with(admin, suite.Colleagues, suite.SCIMDomain), Access: suite.Write,
			Run: func(s *suite.S) {
				p, person := s.SCIM(), s.Recruit(1)
				path := p.Path("Users", numberOf(s.Admin().Get(s.Org(suite.Members)+"?email="+person.Email), person.UUID))
				p.Get(path).Status(200).Has("active", true)
				p.Delete(path).Empty()
				p.Get(path).SCIM(404, noSCIMUser)
				s.Anonymous().Post("/api/login/", suite.JSON{"email": person.Email, "password": person.Password}).Status(200).Has("success", true)
			},
		},
	}
}

// patchOf is the body of a SCIM patch.
func patchOf(operations ...suite.JSON) suite.JSON {
	return suite.JSON{"schemas": []string{suite.SCIMPatch}, "Operations": operations}
}

// numberOf is the number of somebody in a list of members, by which SCIM servers call them.
func numberOf(members *suite.Response, uuid string) string {
	return members.Status(200).Text(`results.#(user.uuid=="` + uuid + `").user.id`)
}
