package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// noOrganizations is what those hear who belong to none.
const noOrganizations = "You need to belong to an organization."

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
			ID: "organizations.list.levels", Title: "Each organization is listed with the caller's level in it", Rules: []string{"organizations.list.own"},
			Covers: []string{"organizations_list"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewOrganization(), s.NewOrganization()
				person := s.MemberOf(one, 8)
				s.Enlist(person, two, 1) // which is their current one now
				person.All("/api/organizations/").Has(row(one.ID)+".membership_level", 8).Has(row(two.ID)+".membership_level", 1)
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
			ID: "organizations.list.none", Title: "Who belongs to no organization has no list of them",
			Covers: []string{"organizations_list"}, Needs: with(admin, suite.OwnPeople), Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				person.Delete(s.Org(suite.Members, "@me")).Empty()
				person.Get(organizationsPath).Refused(404, "not_found", noOrganizations, "")
				o := s.NewOrganizationOf(person.Caller, suite.JSON{"name": s.Name()})
				person.Get(organizationsPath).Status(200).Has("count", 1).Has("results.0.id", o.ID)
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
