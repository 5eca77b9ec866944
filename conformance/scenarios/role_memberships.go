package scenarios

import (
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// roleMembershipKeys are the properties of a role membership, in their order.
var roleMembershipKeys = strings.Fields("id role_id organization_member user joined_at updated_at")

const (
	noRole     = "Role does not exist."
	noUser     = "User does not exist."
	roleMember = "User is already part of the role."
	notUUID    = "Must be a valid UUID."
)

var withMember = with(admin, suite.KeyOf("member"))

// enrol puts the member of the profile into a role of the scenario.
func enrol(s *suite.S, role suite.Thing) suite.Thing {
	return s.Made(suite.Roles+"/"+role.ID+"/"+suite.RoleMemberships,
		s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": s.UUIDOf("member")}))
}

func roleMemberships() []suite.Scenario {
	create := []string{"role_memberships_create"}
	list := []suite.Scenario{
		{
			ID: "role_memberships.create.form", Title: "A place in a role shows the user, and the membership",
			Covers: create, Needs: withMember, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				place := enrol(s, role)
				place.Holds("", roleMembershipKeys...)
				place.Keys("user", userKeys...)
				place.Holds("organization_member", s.Shown("RoleMember")...) // a deployment may show what the members' list has, too
				place.Has("role_id", role.ID).Has("user.uuid", s.UUIDOf("member")).Has("organization_member.level", 1).
					Has("organization_member.user", place.Get("user").Value())
			},
		},
		{
			ID: "role_memberships.create.same", Title: "A place in a role reads back as it was created, alone, in its list and in the role",
			Covers: []string{"role_memberships_create", "role_memberships_retrieve", "role_memberships_list", "roles_retrieve"}, Needs: withMember, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				role := s.NewRole()
				place := enrol(s, role)
				whole := place.Get("@this").Value()
				s.Admin().Get(place.Path()).Status(200).Has("@this", whole)
				s.Admin().Get(role.Path(suite.RoleMemberships)).Status(200).Has("count", 1).Has("results.0", whole)
				s.Admin().Get(role.Path()).Status(200).Has("members.0", whole)
			},
		},
		{
			ID: "role_memberships.create.twice", Title: "Nobody is in a role twice",
			Covers: create, Needs: withMember, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				enrol(s, role)
				s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": s.UUIDOf("member")}).Invalid("invalid_input", roleMember, "")
				s.Admin().Get(role.Path()).Status(200).Has("members.#", 1)
			},
		},
		{
			ID: "role_memberships.create.no_member", Title: "Only members of the organization can be in its roles",
			Covers: create, Needs: with(admin, suite.KeyOf("outsider")), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				role := s.NewRole()
				for _, uuid := range []string{suite.Nowhere, s.UUIDOf("outsider")} {
					s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": uuid}).Invalid("invalid_input", noUser, "")
				}
			},
		},
		{
			ID: "role_memberships.create.no_role", Title: "Nobody can be put into a role that does not exist",
			Covers: create, Needs: withMember, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				nowhere := s.Org(suite.Roles, suite.Nowhere, suite.RoleMemberships)
				s.Admin().Post(nowhere, suite.JSON{"user_uuid": s.UUIDOf("member")}).Invalid("invalid_input", noRole, "")
				s.Admin().Post(nowhere, suite.JSON{}).Invalid("required", required, "user_uuid")
			},
		},
		{
			ID: "role_memberships.create.concurrent", Title: "Of many places for one member at the same time, one is given",
			Covers: create, Needs: withMember, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				role, uuid, made := s.NewRole(), s.UUIDOf("member"), 0
				for _, answer := range s.Parallel(8, func(int) *suite.Response {
					return s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": uuid})
				}) {
					if answer.Code() == 201 {
						made++
					} else {
						answer.Invalid("invalid_input", roleMember, "")
					}
				}
				s.Expect(made).To(gomega.Equal(1))
				s.Admin().Get(role.Path(suite.RoleMemberships)).Status(200).Has("count", 1)
			},
		},
		{
			ID: "role_memberships.delete.gone", Title: "Who is taken out of a role stays a member",
			Covers: []string{"role_memberships_destroy", "role_memberships_retrieve"}, Needs: with(withMember, suite.EmailOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				place := enrol(s, role)
				s.Admin().Delete(place.Path()).Empty()
				s.Admin().Get(place.Path()).NotFound()
				s.Admin().Delete(place.Path()).NotFound()
				s.Admin().Get(role.Path()).Status(200).Has("members", []int{})
				memberWith(s, s.Admin(), s.Target().Credentials["member"].Email).Has("count", 1)
				enrol(s, role)
			},
		},
		{
			ID: "role_memberships.list.longest_first", Title: "The longest in a role comes first, and pages follow",
			Covers: []string{"role_memberships_list"}, Needs: with(withMember, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				var places []string
				for _, who := range []string{"member", "owner", "admin"} {
					body := suite.JSON{"user_uuid": s.UUIDOf(who)}
					places = append(places, s.Admin().Post(role.Path(suite.RoleMemberships), body).Status(201).Text("id"))
				}
				s.Expect(s.Admin().IDs(role.Path(suite.RoleMemberships))).To(gomega.Equal(places))
				s.Expect(s.Admin().IDs(role.Path(suite.RoleMemberships) + "?limit=1")).To(gomega.Equal(places))
			},
		},
		{
			ID: "role_memberships.list.unknown_role", Title: "Nobody is in a role that does not exist",
			Covers: []string{"role_memberships_list"}, Needs: admin, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				nobody(s.Admin().Get(s.Org(suite.Roles, suite.Nowhere, suite.RoleMemberships)))
			},
		},
		{
			ID: "role_memberships.retrieve.unknown", Title: "A place that does not exist is not found",
			Covers: []string{"role_memberships_retrieve", "role_memberships_destroy"}, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				role := s.NewRole()
				for _, id := range []string{suite.Nowhere, "nothing"} {
					s.Admin().Get(role.Path(suite.RoleMemberships, id)).NotFound()
					s.Admin().Delete(role.Path(suite.RoleMemberships, id)).NotFound()
				}
			},
		},
	}
	list = append(list, refusals("role_memberships.create", "role_memberships_create", admin, []refusal{
		{"no_user", "A place needs a user", suite.JSON{}, "required", required, "user_uuid"},
		{"null_user", "The user is not null", suite.JSON{"user_uuid": nil}, "null", null, "user_uuid"},
		{"blank_user", "The user is not blank", suite.JSON{"user_uuid": ""}, "invalid_input", notUUID, "user_uuid"},
		{"user_no_uuid", "The user is named by a UUID", suite.JSON{"user_uuid": "ada"}, "invalid_input", notUUID, "user_uuid"},
		{"user_list", "The user is one", suite.JSON{"user_uuid": []string{suite.Nowhere}}, "invalid_input", notUUID, "user_uuid"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Admin().Post(s.NewRole().Path(suite.RoleMemberships), body)
	})...)
	asking(suite.Behaviour, list, "user_no_uuid")
	return robust(list, "user_list")
}

func roleMembershipsIsolation() []suite.Scenario {
	writes := []string{"role_memberships_create", "role_memberships_destroy"}
	return []suite.Scenario{
		{
			ID: "role_memberships.levels.member", Title: "Members read who is in a role, and change nothing",
			Covers: append(writes, "role_memberships_list"), Needs: withMember, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				role := s.NewRole()
				place := enrol(s, role)
				s.Member().Get(role.Path(suite.RoleMemberships)).Status(200).Has("count", 1)
				s.Member().Get(place.Path()).Status(200)
				s.Member().Post(role.Path(suite.RoleMemberships), suite.JSON{}).Denied(lowLevel)
				s.Member().Delete(place.Path()).Denied(lowLevel)
			},
		},
		{
			ID: "role_memberships.scopes.read_only", Title: "Reading needs organization:read, changing organization:write",
			Covers: append(writes, "role_memberships_list"), Needs: with(admin, suite.KeyOf("read_scopes"), suite.KeyOf("unrelated_scope")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				path := s.NewRole().Path(suite.RoleMemberships)
				s.Key("unrelated_scope").Get(path).Denied(missingScope("organization:read"))
				s.Key("read_scopes").Get(path).Status(200)
				s.Key("read_scopes").Post(path, suite.JSON{}).Denied(missingScope("organization:write"))
			},
		},
		{
			ID: "role_memberships.methods.update", Title: "A place cannot be changed",
			Covers: []string{"role_memberships_retrieve"}, Needs: with(withMember, suite.SessionOf("admin")), Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				place := enrol(s, s.NewRole())
				s.Session("admin").Patch(place.Path(), suite.JSON{}).Refused(405, "method_not_allowed", `Method "PATCH" not allowed.`, "")
				s.Admin().Put(place.Path(), suite.JSON{}).Denied(noKeyAccess)
			},
		},
		{
			ID: "role_memberships.recent_login.writes", Title: "Changing who is in a role needs a recent login",
			Covers: writes, Needs: with(admin, suite.OldSession), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				old, path := s.OldSession(), s.NewRole().Path(suite.RoleMemberships)
				old.Post(path, suite.JSON{}).Denied(notRecent)
				old.Get(path).Status(200)
			},
		},
		{
			ID: "role_memberships.isolation.other_role", Title: "A place is found through its own role alone",
			Covers: []string{"role_memberships_retrieve", "role_memberships_destroy"}, Needs: withMember, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				one, two := s.NewRole(), s.NewRole()
				place := enrol(s, one)
				s.Admin().Get(two.Path(suite.RoleMemberships, place.ID)).NotFound()
				s.Admin().Delete(two.Path(suite.RoleMemberships, place.ID)).NotFound()
				s.Admin().Get(place.Path()).Status(200)
			},
		},
		{
			ID: "role_memberships.isolation.foreign_role", Title: "Roles of another organization are not reached through one's own",
			Covers: append(writes, "role_memberships_list", "role_memberships_retrieve"), Needs: with(withMember, suite.OwnPeople), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				role := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				place := o.Owner.Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": s.MemberOf(o, 1).UUID}).Status(201).Text("id")
				through := s.Org(suite.Roles, role.ID, suite.RoleMemberships)
				nobody(s.Admin().Get(through))
				s.Admin().Get(through + place + "/").NotFound()
				s.Admin().Delete(through + place + "/").NotFound()
				s.Admin().Post(through, suite.JSON{"user_uuid": s.UUIDOf("member")}).Invalid("invalid_input", noRole, "")
				s.Admin().Get(role.Path(suite.RoleMemberships)).Denied(noPermission)
			},
		},
	}
}

// nobody wants a list of who is in a role that is not there to have no row, or not to be there either:
// the real server filters the list by the role, and looks for none.
func nobody(list *suite.Response) {
	if list.Code() == http.StatusNotFound {
		list.NotFound()
		return
	}
	list.Status(200).Has("count", 0).Has("results", []int{})
}
