package scenarios

import "github.com/understudy-dev/understudy/conformance/suite"

func scimIsolation() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "scim.isolation.domains", Title: "Domains of an organization share its members and roles, not what they remember of users",
			Covers: []string{"scim_users_retrieve", "scim_groups_retrieve", "scim_users_list"}, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				_, other := newSCIMDomain(s)
				p := s.SCIM()
				user := p.NewUser()
				group := p.NewGroup(user)
				other.Get(other.Path("Users", user.ID)).Status(200).Has("active", true).Leads("meta.location", other.Path("Users", user.ID))
				other.Get(other.Path("Groups", group.ID)).Status(200).Has("members.#.value", []string{user.ID})
				p.Change(user, suite.JSON{"op": "replace", "path": "active", "value": false}).Status(200)
				p.Get(user.Path()).Status(200).Has("active", false)
				other.Get(other.Path("Users", user.ID)).SCIM(404, noSCIMUser)
			},
		},
		{
			ID: "scim.isolation.user_names", Title: "Each domain has its own name for a user",
			Covers: []string{"scim_users_create", "scim_users_retrieve", "scim_users_list"}, Needs: with(scimMade, suite.Colleagues), Access: suite.Write,
			Run: func(s *suite.S) {
				_, other := newSCIMDomain(s)
				p := s.SCIM()
				user := p.NewNamedUser()
				name, email := namesOf(user)
				theirs := s.Name()
				other.Get(other.Path("Users", user.ID)).Status(200).Has("userName", email)
				other.Post(other.Path("Users"), suite.JSON{"userName": theirs, "emails": emails(email)}).Status(201).Has("id", user.ID).Has("userName", theirs)
				p.Get(user.Path()).Status(200).Has("userName", name)
				p.Get(called(p, theirs)).Has("totalResults", 0)
				other.Get(called(other, theirs)).Has("Resources.#.id", []string{user.ID})
			},
		},
		{
			ID: "scim.isolation.other_organization", Title: "A domain of another organization cannot be entered",
			Covers: []string{"scim_users_list", "scim_groups_list"}, Needs: with(scimKnown, suite.Known("other_organization.domain_id")), Access: suite.Read,
			Run: func(s *suite.S) {
				p := s.SCIMOf(s.Target().Known.OtherOrganization.DomainID, s.Target().Known.SCIM.Token)
				p.Get(p.Path("Users")).SCIM(403, badBearer)
				p.Get(p.Path("Groups")).SCIM(403, badBearer)
			},
		},
		{
			ID: "scim.isolation.foreign_domain", Title: "Addresses in a domain of another organization are refused",
			Covers: []string{"scim_users_create"}, Needs: with(scimPeople, suite.Known("other_organization.domain")), Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.Post(p.Path("Users"), suite.SCIMPerson(s.Name()+"@"+s.Target().Known.OtherOrganization.Domain)).SCIM(400, badUser)
			},
		},
	}
}
