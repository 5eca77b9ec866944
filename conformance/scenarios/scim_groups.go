package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func scimGroups() []suite.Scenario {
	create, update := []string{"scim_groups_create"}, []string{"scim_groups_update"}
	return []suite.Scenario{
		{
			ID: "scim.groups.create", Title: "A new group has its members, and they have the group",
			Covers: []string{"scim_groups_create", "scim_groups_retrieve", "scim_users_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				group.Has("schemas", []string{suite.SCIMGroup}).Has("members.#", 1).Has("members.0.value", user.ID).Has("members.0.display", user.Text("userName")).
					Has("meta.resourceType", "Group").Leads("meta.location", p.Path("Groups", group.ID))
				group.Leads(`members.0.\$ref`, p.Path("Users", user.ID))
				s.Expect(p.Get(group.Path()).Status(200).Body()).To(gomega.MatchJSON(group.Body()))
				p.Get(user.Path()).Has("groups.#.value", []string{group.ID}).Has("groups.#.display", []string{group.Text("displayName")})
			},
		},
		{
			ID: "scim.groups.create_empty", Title: "A group may have no members",
			Covers: create, Needs: scimKnown, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.Post(p.Path("Groups"), suite.JSON{"displayName": s.Name()}).Status(201).Has("members", []int{})
			},
		},
		{
			ID: "scim.groups.create_again", Title: "A group of the same name is the same group, and keeps its members",
			Covers: create, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				name := group.Text("displayName")
				p.Post(p.Path("Groups"), suite.JSON{"displayName": name}).Status(201).Has("id", group.ID).Has("members.#", 1)
				p.Post(p.Path("Groups"), suite.JSON{"displayName": name, "members": []int{}}).Status(201).Has("id", group.ID).Has("members", []int{})
				other := p.Post(p.Path("Groups"), suite.JSON{"displayName": upper(name)}).Status(201)
				s.Expect(other.Text("id")).NotTo(gomega.Equal(group.ID), "case counts")
			},
		},
		{
			ID: "scim.groups.create_strangers", Title: "Who is no member of the organization is passed over",
			Covers: create, Needs: scimPeople, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user, gone := p.NewUser(), p.NewUser()
				p.Delete(gone.Path()).Empty()
				p.Post(p.Path("Groups"), suite.JSON{"displayName": s.Name(), "members": []suite.JSON{{"value": gone.ID}, {"value": user.ID}, {"value": user.ID}, {"value": "2147483647"}}}).
					Status(201).Has("members.#.value", []string{user.ID})
			},
		},
		{
			ID: "scim.groups.create_no_name", Title: "A group needs a name",
			Covers: create, Needs: scimKnown, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				for _, body := range []suite.JSON{{}, {"displayName": ""}, {"displayName": nil}, {"members": []int{}}} {
					p.Post(p.Path("Groups"), body).SCIM(400, badGroup)
				}
			},
		},
		{
			ID: "scim.groups.create_bad_member", Title: "What is no number of a user is passed over, such as a group within a group",
			Covers: []string{"scim_groups_create", "scim_groups_update"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				body := suite.JSON{"displayName": s.Name(), "members": []suite.JSON{{"value": suite.Nowhere, "type": "Group"}, {"value": "ada"}, {"value": user.ID}}}
				made := p.Post(p.Path("Groups"), body).Status(201).Has("members.#.value", []string{user.ID})
				p.Put(p.Path("Groups", made.Text("id")), body).Status(200).Has("members.#.value", []string{user.ID})
			},
		},
		{
			ID: "scim.groups.list", Title: "The list holds the roles of the organization",
			Covers: []string{"scim_groups_list"}, Needs: scimKnown, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				group := p.NewGroup()
				page := p.Get(p.Path("Groups")).Status(200).Has("schemas", []string{suite.SCIMList}).Has("startIndex", 1)
				if page.Get("totalResults").Int() <= 200 {
					page.That("Resources.#.id", gomega.ContainElement(group.ID))
				}
				p.Get(p.Path("Groups")+"?count=1").Has("itemsPerPage", 1).Has("Resources.#", 1)
				p.Get(p.Path("Groups")+"?count=0").Has("Resources", []int{}).That("totalResults", gomega.BeNumerically(">=", 1))
				for query, detail := range badPages {
					p.Get(p.Path("Groups")+"?"+query).SCIM(400, detail)
				}
			},
		},
		{
			ID: "scim.groups.filter", Title: "displayName finds a group",
			Covers: []string{"scim_groups_list"}, Needs: scimKnown, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				group := p.NewGroup()
				name := group.Text("displayName")
				p.Get(p.Path("Groups")+filtered(`displayName eq "`+name+`"`)).Status(200).Has("totalResults", 1).Has("Resources.#.id", []string{group.ID})
				for _, none := range []string{`displayName eq "` + name + `x"`, `displayName eq`, `externalId eq "x"`, `)`} {
					p.Get(p.Path("Groups")+filtered(none)).Status(200).Has("totalResults", 0).Has("Resources", []int{})
				}
			},
		},
		{
			ID: "scim.groups.replace", Title: "PUT sets name and members",
			Covers: update, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				a, b := p.NewUser(), p.NewUser()
				group, name := p.NewGroup(a), s.Name()
				p.Put(group.Path(), suite.JSON{"displayName": name, "members": suite.InGroup(b)}).Status(200).
					Has("id", group.ID).Has("displayName", name).Has("members.#.value", []string{b.ID}).Lasts(p.Caller, group.Path())
				p.Put(group.Path(), suite.JSON{"displayName": name}).Status(200).Has("members", []int{})
			},
		},
		{
			ID: "scim.groups.replace_no_name", Title: "PUT without a name is refused",
			Covers: update, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				p.Put(group.Path(), suite.JSON{"members": []int{}}).SCIM(400, badGroup)
				p.Get(group.Path()).Has("members.#", 1)
			},
		},
		{
			ID: "scim.groups.delete", Title: "A deleted group is gone, its members are not",
			Covers: []string{"scim_groups_destroy", "scim_groups_retrieve"}, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				p.Delete(group.Path()).Empty()
				p.Get(group.Path()).SCIM(404, noGroup)
				p.Delete(group.Path()).SCIM(404, noGroup)
				p.Get(user.Path()).Status(200).Has("active", true).Has("groups", []int{})
			},
		},
		{
			ID: "scim.groups.unknown", Title: "A group that does not exist is not found",
			Covers: []string{"scim_groups_retrieve", "scim_groups_update", "scim_groups_partial_update", "scim_groups_destroy"}, Needs: scimKnown, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				p := s.SCIM()
				nowhere := p.Path("Groups", suite.Nowhere)
				p.Get(nowhere).SCIM(404, noGroup)
				p.Put(nowhere, suite.JSON{"displayName": s.Name()}).SCIM(404, noGroup)
				p.Patch(nowhere, suite.JSON{"Operations": []int{}}).SCIM(404, noGroup)
				p.Delete(nowhere).SCIM(404, noGroup)
			},
		},
	}
}
