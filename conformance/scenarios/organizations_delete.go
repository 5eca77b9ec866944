package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func organizationsDelete() []suite.Scenario {
	remove := []string{"organizations_destroy"}
	return []suite.Scenario{
		{
			ID: "organizations.delete.gone", Title: "A deleted organization is gone with all that was in it",
			Covers: []string{"organizations_destroy", "organizations_retrieve", "organizations_list"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}).Status(201)
				o.Owner.Delete(o.Path()).Empty()
				o.Owner.Get(o.Path()).NotFound()
				o.Owner.Delete(o.Path()).NotFound()
				if left := o.Owner.Get(organizationsPath); left.Code() == 404 { // it was the only one
					left.Refused(404, "not_found", noOrganizations, "")
				} else {
					s.Expect(o.Owner.IDs(organizationsPath)).NotTo(gomega.ContainElement(o.ID))
				}
				for _, collection := range []string{suite.Members, suite.Roles, suite.Domains, suite.Invites} {
					o.Owner.Get(o.Path(collection)).Refused(404, "not_found", noOrganization, "")
				}
			},
		},
		{
			ID: "organizations.delete.levels", Title: "Only owners delete an organization",
			Covers: remove, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				for _, level := range []int{1, 8} {
					s.MemberOf(o, level).Delete(o.Path()).Denied(lowLevel)
				}
				s.MemberOf(o, 15).Delete(o.Path()).Empty()
			},
		},
		{
			ID: "organizations.delete.unknown", Title: "An organization that does not exist cannot be deleted",
			Covers: remove, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Delete(suite.OrgPath(suite.Nowhere)).NotFound()
				s.Admin().Delete(suite.OrgPath("nothing")).NotFound()
			},
		},
		{
			ID: "organizations.delete.current", Title: "Members of a deleted organization are in another of theirs, or in none",
			Covers: []string{"organizations_destroy", "organizations_retrieve", "users_me_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o, other := s.NewOrganization(), s.NewOrganization()
				one, two := s.MemberOf(o, 1), s.MemberOf(other, 1)
				s.Enlist(two, o, 8)
				o.Owner.Delete(o.Path()).Empty()
				one.Get("/api/organizations/@current/").Status(404).Has("code", "not_found")
				one.Get("/api/users/@me/").Status(200).Has("organization", nil).Has("organizations", []int{})
				two.Get("/api/organizations/@current/").Status(200).Has("id", other.ID)
				two.Get("/api/users/@me/").Status(200).Has("organization.id", other.ID).Has("organizations.#", 1)
			},
		},
		{
			ID: "organizations.delete.frees_domains", Title: "The domains of a deleted organization are free again",
			Covers: []string{"organizations_destroy", "domains_create"}, Needs: with(admin, suite.Organizations), Access: suite.Write,
			Run: func(s *suite.S) {
				o, name := s.Elsewhere(), s.Domain()
				s.MakeIn(o, suite.Domains, suite.JSON{"domain": name})
				s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": name}).Invalid("unique", "domain with this domain already exists.", "domain")
				o.Owner.Delete(o.Path()).Empty()
				s.Made(suite.Domains, s.Admin().Post(s.Org(suite.Domains), suite.JSON{"domain": name}))
			},
		},
		{
			ID: "organizations.delete.frees_slug", Title: "The slug of a deleted organization is free again",
			Covers: []string{"organizations_destroy", "organizations_create"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Delete(o.Path()).Empty()
				s.NewOrganizationOf(o.Owner, suite.JSON{"name": o.Text("name")}).Has("slug", o.Text("slug"))
			},
		},
		{
			ID: "organizations.delete.neighbour", Title: "Deleting an organization leaves others alone",
			Covers: []string{"organizations_destroy", "members_list", "roles_list"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				other := s.NewOrganizationOf(o.Owner, suite.JSON{"name": s.Name()})
				role := other.MadeIn(suite.Roles, other.Owner.Post(other.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				before := other.Owner.Get(other.Path()).Status(200)
				o.Owner.Delete(o.Path()).Empty()
				before.Lasts(other.Owner, other.Path())
				other.Owner.Get(role.Path()).Status(200)
				other.Owner.Get(other.Path(suite.Members)).Status(200).Has("count", 1)
			},
		},
	}
}
