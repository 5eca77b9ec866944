package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func organizations() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "organizations.list.own", Title: "The list holds the caller's organizations",
			Covers: []string{"organizations_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Expect(s.Admin().IDs("/api/organizations/")).To(gomega.ContainElement(s.Target().Organization.ID))
			},
		},
		{
			ID: "organizations.retrieve.by_id", Title: "A member can read the organization",
			Covers: []string{"organizations_retrieve"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org()).Status(200).Has("id", s.Target().Organization.ID).Has("membership_level", 8)
			},
		},
		{
			ID: "organizations.retrieve.current", Title: "@current is the caller's current organization",
			Covers: []string{"organizations_retrieve"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				current := s.Admin().Get("/api/organizations/@current/").Status(200)
				s.Expect(s.Admin().IDs("/api/organizations/")).To(gomega.ContainElement(current.Text("id")))
			},
		},
		{
			ID: "organizations.retrieve.unknown", Title: "An organization that does not exist is not found",
			Covers: []string{"organizations_retrieve"}, Needs: admin, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Get("/api/organizations/"+suite.Nowhere+"/").Status(404).Has("code", "not_found")
			},
		},
		{
			ID: "organizations.retrieve.stranger", Title: "An organization is not there for strangers",
			Covers: []string{"organizations_retrieve"}, Needs: []suite.Need{suite.KeyOf("outsider")}, Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				answer := s.Outsider().Get(s.Org())
				answer.NotFound()
			},
		},
		{
			ID: "organizations.list.others", Title: "The list holds none of others",
			Covers: []string{"organizations_list"}, Needs: with(admin, suite.KeyOf("outsider"), suite.Known("other_organization.id")), Access: suite.Read,
			Run: func(s *suite.S) {
				s.Expect(s.Admin().IDs("/api/organizations/")).NotTo(gomega.ContainElement(s.Target().Known.OtherOrganization.ID))
				s.Expect(s.Outsider().IDs("/api/organizations/")).NotTo(gomega.ContainElement(s.Target().Organization.ID))
			},
		},
		{
			ID: "organizations.retrieve.anonymous", Title: "Without credentials there is no organization to see",
			Covers: []string{"organizations_retrieve", "organizations_list"}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				s.Anonymous().Get("/api/organizations/").Unauthenticated()
				s.Anonymous().Get(s.Org()).Unauthenticated()
			},
		},
	}
}

func users() []suite.Scenario {
	return []suite.Scenario{
		{
			ID: "users.me.key", Title: "A key tells whose it is",
			Covers: []string{"users_me_retrieve"}, Needs: with(admin, suite.EmailOf("admin")), Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				me := s.Admin().Get("/api/users/@me/").Status(200).Has("email", s.Target().Credentials["admin"].Email)
				me.Has("organization.id", s.Admin().Get("/api/organizations/@current/").Status(200).Text("id"))
				for _, secret := range []string{"password", "temporary_token", "value"} {
					s.Expect(me.Get(secret).Exists()).To(gomega.BeFalse(), secret)
				}
			},
		},
		{
			ID: "users.me.session", Title: "A session tells who is logged in",
			Covers: []string{"users_me_retrieve"}, Needs: []suite.Need{suite.SessionOf("admin"), suite.EmailOf("admin")}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Session("admin").Get("/api/users/@me/").Status(200).Has("email", s.Target().Credentials["admin"].Email)
			},
		},
		{
			ID: "users.me.anonymous", Title: "Without credentials there is nobody",
			Covers: []string{"users_me_retrieve"}, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Get("/api/users/@me/").Unauthenticated() },
		},
	}
}
