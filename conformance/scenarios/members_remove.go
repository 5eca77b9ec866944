package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func membersRemove() []suite.Scenario {
	remove := []string{"members_destroy"}
	return []suite.Scenario{
		{
			ID: "members.remove.by_admin", Title: "An administrator removes a member, who sees nothing any more",
			Covers: remove, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				person.Get(s.Org(suite.Members)).Status(200)
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).Empty()
				memberWith(s, s.Admin(), person.Email).Has("count", 0)
				person.Get(s.Org(suite.Members)).Denied(noPermission)
				person.Get(s.Org()).NotFound()
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).NotFound()
			},
		},
		{
			ID: "members.remove.by_member", Title: "Members do not remove others",
			Covers: remove, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Colleague(1), s.Colleague(1)
				one.Delete(s.Org(suite.Members, two.UUID)).Denied(adminsOnly, noEditing)
				memberWith(s, s.Admin(), two.Email).Has("count", 1)
			},
		},
		{
			ID: "members.remove.peer", Title: "An administrator removes another administrator",
			Covers: remove, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Colleague(8), s.Colleague(8)
				one.Delete(s.Org(suite.Members, two.UUID)).Empty()
			},
		},
		{
			ID: "members.remove.higher", Title: "Administrators do not remove owners",
			Covers: remove, Needs: with(colleagues, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				owner, low := s.Colleague(15), s.Colleague(8)
				low.Delete(s.Org(suite.Members, owner.UUID)).Denied(higherMember, noEditing)
				memberWith(s, s.Admin(), owner.Email).Has("results.0.level", 15)
			},
		},
		{
			ID: "members.remove.owner_by_owner", Title: "An owner is removed only after being lowered",
			Covers: []string{"members_destroy", "members_partial_update"}, Needs: with(colleagues, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				path := s.Org(suite.Members, s.Colleague(15).UUID)
				s.Owner().Delete(path).Invalid("invalid_input", ownerLeaves, "")
				s.Owner().Patch(path, suite.JSON{"level": 8}).Status(200)
				s.Owner().Delete(path).Empty()
			},
		},
		{
			ID: "members.remove.roles_too", Title: "Who leaves the organization leaves its roles",
			Covers: []string{"members_destroy", "role_memberships_list", "roles_retrieve"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				role, person := s.NewRole(), s.Colleague(1)
				place := s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": person.UUID}).Status(201).Text("id")
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).Empty()
				s.Admin().Get(role.Path(suite.RoleMemberships)).Status(200).Has("count", 0)
				s.Admin().Get(role.Path(suite.RoleMemberships, place)).NotFound()
				s.Admin().Get(role.Path()).Status(200).Has("members", []int{})
			},
		},
		{
			ID: "members.remove.rejoin", Title: "Who comes back is a new member, in no role",
			Covers: []string{"members_destroy", "members_list", "roles_retrieve"}, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				role, person := s.NewRole(), s.NewMember(s.Target().Organization.ID, 8)
				s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": person.UUID}).Status(201)
				before := memberWith(s, s.Admin(), person.Email).Text("results.0.id")
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).Empty()
				person.Join(s.Target().Organization.ID, 1)
				memberWith(s, s.Admin(), person.Email).Has("results.0.level", 1).That("results.0.id", gomega.Not(gomega.Equal(before)))
				s.Admin().Get(role.Path()).Status(200).Has("members", []int{})
			},
		},
		{
			ID: "members.remove.grants_too", Title: "Who leaves the organization leaves their access to its projects",
			Covers: []string{"members_destroy", "signup_create", "projects_retrieve"},
			Needs:  with(projectGrants, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				made := s.NewProject(nil)
				robin := s.RecruitWith(suite.JSON{accessField: []suite.JSON{{"id": made.Get("id").Int(), "level": "member"}}})
				robin.Get(made.Root()).Status(200).Has("effective_membership_level", 1)
				s.Admin().Delete(s.Org(suite.Members, robin.UUID)).Empty()
				s.Accept(robin.Caller, s.NewInvite(suite.JSON{"target_email": robin.Email}), suite.JSON{}).Status(201)
				robin.Get(made.Root()).Status(200).Has("effective_membership_level", 8)
			},
		},
		{
			ID: "members.remove.foreign", Title: "Members of another organization cannot be removed through one's own",
			Covers: remove, Needs: with(admin, suite.OwnPeople), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.MemberOf(o, 1)
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).NotFound()
				s.Admin().Delete(o.Path(suite.Members, person.UUID)).Denied(noPermission)
				s.Expect(levelIn(o.Owner, o.ID, person.UUID)).To(gomega.Equal(int64(1)))
			},
		},
		{
			ID: "members.remove.concurrent", Title: "Of many removals at the same time one succeeds, and the others harm nothing",
			Covers: remove, Needs: colleagues, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				removed := 0
				for _, answer := range s.Parallel(6, func(int) *suite.Response { return s.Admin().Racing().Delete(s.Org(suite.Members, person.UUID)) }) {
					if answer.Code() == 204 { // also who finds the member still there: deleting again deletes nothing
						removed++
					} else if !crashed(answer) { // User.leave in posthog/models/user.py finds nobody
						answer.NotFound()
					}
				}
				s.Expect(removed).To(gomega.BeNumerically(">", 0))
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).NotFound()
			},
		},
	}
}

// ofUser is what names a member in a path: the UUID of the user.
func ofUser(person suite.Person) string { return person.UUID }

func membersLeave() []suite.Scenario {
	leave := []string{"members_destroy"}
	return []suite.Scenario{
		{
			ID: "members.leave.me", Title: "Anybody may leave",
			Covers: leave, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, who := range []struct {
					level int
					by    func(suite.Person) string
				}{{1, func(suite.Person) string { return "@me" }}, {1, ofUser}, {8, ofUser}} {
					person := s.Colleague(who.level)
					person.Delete(s.Org(suite.Members, who.by(person))).Empty()
					memberWith(s, s.Admin(), person.Email).Has("count", 0)
				}
			},
		},
		{
			ID: "members.leave.owner", Title: "An owner cannot leave, even beside another one",
			Covers: leave, Needs: with(colleagues, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				owner := s.Colleague(15)
				owner.Delete(s.Org(suite.Members, owner.UUID)).Invalid("invalid_input", ownerLeaves, "")
				memberWith(s, s.Admin(), owner.Email).Has("results.0.level", 15)
			},
		},
		{
			ID: "members.leave.only_owner", Title: "The only owner cannot leave", Rules: []string{"members.leave.owner"},
			Covers: leave, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Delete(o.Path(suite.Members, "@me")).Invalid("invalid_input", ownerLeaves, "")
				o.Owner.Get(o.Path(suite.Members)).Status(200).Has("count", 1)
			},
		},
		{
			ID: "members.leave.current", Title: "Who leaves their current organization gets another of theirs",
			Covers: []string{"members_destroy", "organizations_retrieve", "users_me_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewOrganization(), s.NewOrganization()
				person := s.MemberOf(one, 1)
				s.Enlist(person, two, 1)
				person.Get("/api/organizations/@current/").Status(200).Has("id", two.ID)
				person.Delete(two.Path(suite.Members, "@me")).Empty()
				person.Get("/api/organizations/@current/").Status(200).Has("id", one.ID)
				person.Get("/api/users/@me/").Status(200).Has("organization.id", one.ID)
				person.Get(one.Path(suite.Members)).Status(200)
			},
		},
		{
			ID: "members.leave.other", Title: "Leaving another organization does not move the current one",
			Covers: []string{"members_destroy", "organizations_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.NewOrganization(), s.NewOrganization()
				person := s.MemberOf(one, 1)
				s.Enlist(person, two, 1)
				person.Delete(one.Path(suite.Members, "@me")).Empty()
				person.Get("/api/organizations/@current/").Status(200).Has("id", two.ID)
			},
		},
		{
			ID: "members.leave.last", Title: "Who has left their only organization has none, and stays a user",
			Covers: []string{"members_destroy", "organizations_list", "organizations_retrieve", "users_me_retrieve"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				person.Delete(s.Org(suite.Members, "@me")).Empty()
				person.Get(organizationsPath).Refused(404, "not_found", noOrganizations, "")
				person.Get("/api/organizations/@current/").Status(404).Has("code", "not_found")
				person.Get(suite.OrgPath("@current", suite.Members)).Refused(404, "not_found", noOrganization, "")
				person.Get("/api/users/@me/").Status(200).Has("organization", nil).Has("team", nil).Has("organizations", []int{})
			},
		},
		{
			ID: "members.leave.session", Title: "A session outlives the membership, and reaches the organization no more",
			Covers: []string{"members_destroy", "users_me_retrieve"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				page := person.InSession()
				page.Get(s.Org(suite.Members)).Status(200)
				s.Admin().Delete(s.Org(suite.Members, person.UUID)).Empty()
				page.Get("/api/users/@me/").Status(200).Has("email", person.Email)
				page.Get(s.Org(suite.Members)).Denied(noPermission)
			},
		},
		{
			ID: "members.join.default_role", Title: "New members get the default role",
			Covers: []string{"organizations_partial_update", "roles_retrieve"}, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				role := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				o.Owner.Patch(o.Path(), suite.JSON{"default_role_id": role.ID}).Status(200).Has("default_role_id", role.ID)
				person := s.MemberOf(o, 1)
				o.Owner.Get(role.Path()).Status(200).Has("is_default", true).Has("members.0.user.uuid", person.UUID).Has("members.#", 1)
			},
		},
	}
}
