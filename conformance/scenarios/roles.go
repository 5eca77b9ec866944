package scenarios

import (
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// roleKeys are the properties of a role, in their order.
var roleKeys = strings.Fields("id name created_at created_by members is_default")

const roleTaken = "There is already a role with this name."

func roles() []suite.Scenario {
	create := []string{"roles_create"}
	list := []suite.Scenario{
		{
			ID: "roles.create.defaults", Title: "A new role has no members, and no maker but who made it",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				role.Keys("", roleKeys...)
				role.Has("members", []int{}).Has("is_default", false)
				if role.Get("created_by").Type != gjson.Null { // the real server leaves it so
					role.Keys("created_by", userKeys...).Has("created_by.uuid", s.UUIDOf("admin"))
				}
			},
		},
		{
			ID: "roles.create.same", Title: "A role reads back as it was created",
			Covers: []string{"roles_create", "roles_retrieve", "roles_list"}, Needs: admin, Access: suite.Write, Tags: []string{suite.Lifecycle},
			Run: func(s *suite.S) {
				role := s.NewRole()
				s.Admin().Get(role.Path()).Status(200).Has("@this", role.Get("@this").Value())
				s.Lists(s.Admin(), s.Org(suite.Roles), role, true)
			},
		},
		{
			ID: "roles.create.trimmed", Title: "White space around a name is dropped",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				s.Made(suite.Roles, s.Admin().Post(s.Org(suite.Roles), suite.JSON{"name": "  " + name + "\t"})).Has("name", name)
			},
		},
		{
			ID: "roles.create.read_only", Title: "What a role knows by itself cannot be sent",
			Covers: create, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				body := suite.JSON{"name": s.Name(), "id": suite.Nowhere, "is_default": true, "created_at": "2000-01-01T00:00:00Z", "members": []int{1}}
				s.Made(suite.Roles, s.Admin().Post(s.Org(suite.Roles), body)).
					That("id", gomega.Not(gomega.Equal(suite.Nowhere))).Has("is_default", false).Has("members", []int{})
			},
		},
		{
			ID: "roles.create.taken", Title: "No two roles of an organization have the same name, whatever its case",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				name := s.NewRole().Text("name")
				for _, again := range []string{name, strings.ToUpper(name), " " + name + " "} {
					s.Admin().Post(s.Org(suite.Roles), suite.JSON{"name": again}).Invalid("unique", roleTaken, "name")
				}
			},
		},
		{
			ID: "roles.create.elsewhere", Title: "Two organizations may have roles of one name",
			Covers: create, Needs: with(admin, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.NewRole().Text("name")}).Status(201)
			},
		},
		{
			ID: "roles.create.concurrent", Title: "Of many roles of one name at the same time, one is made",
			Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				name, made := s.Name(), 0
				for _, answer := range s.Parallel(8, func(int) *suite.Response {
					return s.Admin().Racing().Post(s.Org(suite.Roles), suite.JSON{"name": name})
				}) {
					if answer.Code() == 201 {
						made++
					} else if !crashed(answer) {
						answer.Status(400)
					}
				}
				s.Expect(made).To(gomega.Equal(1))
			},
		},
		{
			ID: "roles.list.oldest_first", Title: "Roles are listed in the order of their making",
			Covers: []string{"roles_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				mine := []string{s.NewRole().ID, s.NewRole().ID, s.NewRole().ID}
				all := s.Admin().IDs(s.Org(suite.Roles))
				s.Expect(slices.DeleteFunc(all, func(id string) bool { return !slices.Contains(mine, id) })).To(gomega.Equal(mine))
			},
		},
		{
			ID: "roles.levels.member_reads", Title: "Members can read roles",
			Covers: []string{"roles_list", "roles_retrieve"}, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				s.Member().Get(s.Org(suite.Roles)).Status(200)
				s.Member().Get(s.NewRole().Path()).Status(200)
			},
		},
		{
			ID: "roles.levels.member_writes", Title: "Members cannot write roles",
			Covers: []string{"roles_create", "roles_update", "roles_partial_update", "roles_destroy"}, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				role := s.NewRole()
				s.Member().Post(s.Org(suite.Roles), suite.JSON{"name": s.Name()}).Denied(lowLevel)
				s.Member().Put(role.Path(), suite.JSON{"name": s.Name()}).Denied(lowLevel)
				s.Member().Patch(role.Path(), suite.JSON{"name": s.Name()}).Denied(lowLevel)
				s.Member().Delete(role.Path()).Denied(lowLevel)
				s.Admin().Get(role.Path()).Status(200).Has("name", role.Text("name"))
			},
		},
		{
			ID: "roles.levels.before_object", Title: "The level is checked before the role and the body",
			Covers: []string{"roles_partial_update"}, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Write, Aspect: suite.Permission, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				s.Member().Do("PATCH", s.Org(suite.Roles, suite.Nowhere), "application/json", []byte(`{`)).Denied(lowLevel)
			},
		},
		{
			ID: "roles.recent_login.writes", Title: "Writing to roles needs a recent login",
			Covers: []string{"roles_create", "roles_list"}, Needs: with(admin, suite.OldSession), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				old := s.OldSession()
				old.Post(s.Org(suite.Roles), suite.JSON{"name": s.Name()}).Denied(notRecent)
				old.Delete(s.Org(suite.Roles, suite.Nowhere)).Denied(notRecent)
				old.Get(s.Org(suite.Roles)).Status(200)
			},
		},
	}
	list = append(list, refusals("roles.create", "roles_create", admin, []refusal{
		{"no_name", "A role needs a name", suite.JSON{}, "required", required, "name"},
		{"null_name", "The name is not null", suite.JSON{"name": nil}, "null", null, "name"},
		{"blank_name", "The name is not blank", suite.JSON{"name": " "}, "blank", blank, "name"},
		{"list_name", "The name is text", suite.JSON{"name": []string{"x"}}, "invalid_input", notText, "name"},
		{"long_name", "The name has at most 200 characters", suite.JSON{"name": strings.Repeat("ü", 201)}, "max_length", "Ensure this field has no more than 200 characters.", "name"},
		{"null_character", "The name has no null characters", suite.JSON{"name": "a\x00b"}, "null_characters_not_allowed", "Null characters are not allowed.", "name"},
	}, func(s *suite.S, body suite.JSON) *suite.Response { return s.Admin().Post(s.Org(suite.Roles), body) })...)
	asking(suite.Behaviour, list, "list_name")
	return robust(list, "null_character")
}

func rolesUpdate() []suite.Scenario {
	patch := []string{"roles_partial_update"}
	return []suite.Scenario{
		{
			ID: "roles.update.rename", Title: "A role can be renamed, and nothing else of it changes",
			Covers: []string{"roles_partial_update", "roles_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				role, name, again := s.NewRole(), s.Name(), s.Name()
				me := s.Admin().Get("/api/users/@me/").Status(200).Text("uuid")
				s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": me}).Status(201)
				s.Admin().Patch(role.Path(), suite.JSON{"name": name}).Status(200).Has("name", name).Has("id", role.ID).Has("created_at", role.Text("created_at")).
					Has("members.#", 1).Lasts(s.Admin(), role.Path())
				s.Admin().Put(role.Path(), suite.JSON{"name": again}).Status(200).Has("name", again).Has("members.#", 1).Lasts(s.Admin(), role.Path())
			},
		},
		{
			ID: "roles.update.nothing", Title: "PATCH with nothing changes nothing, PUT needs the name",
			Covers: []string{"roles_partial_update", "roles_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				s.Admin().Patch(role.Path(), suite.JSON{}).Status(200).Has("name", role.Text("name"))
				s.Admin().Put(role.Path(), suite.JSON{}).Invalid("required", required, "name")
			},
		},
		{
			ID: "roles.update.own_name", Title: "A role may keep its name, or change its case",
			Covers: patch, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				upper := strings.ToUpper(role.Text("name"))
				s.Admin().Patch(role.Path(), suite.JSON{"name": role.Text("name")}).Status(200)
				s.Admin().Patch(role.Path(), suite.JSON{"name": upper}).Status(200).Has("name", upper)
			},
		},
		{
			ID: "roles.update.taken", Title: "A role cannot take the name of another",
			Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				one, two := s.NewRole(), s.NewRole()
				s.Admin().Patch(two.Path(), suite.JSON{"name": strings.ToUpper(one.Text("name"))}).Invalid("unique", roleTaken, "name")
				s.Admin().Get(two.Path()).Status(200).Has("name", two.Text("name"))
			},
		},
		{
			ID: "roles.delete.gone", Title: "A deleted role is gone, and its name free",
			Covers: []string{"roles_destroy", "roles_retrieve"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				s.Admin().Delete(role.Path()).Empty()
				s.Admin().Get(role.Path()).NotFound()
				s.Admin().Patch(role.Path(), suite.JSON{}).NotFound()
				s.Admin().Delete(role.Path()).NotFound()
				s.Made(suite.Roles, s.Admin().Post(s.Org(suite.Roles), suite.JSON{"name": role.Text("name")}))
			},
		},
		{
			ID: "roles.delete.members_stay", Title: "Who was in a deleted role stays a member",
			Covers: []string{"roles_destroy", "members_list"}, Needs: with(admin, suite.KeyOf("member"), suite.EmailOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				role := s.NewRole()
				place := s.Admin().Post(role.Path(suite.RoleMemberships), suite.JSON{"user_uuid": s.UUIDOf("member")}).Status(201).Text("id")
				s.Admin().Delete(role.Path()).Empty()
				s.Admin().Get(role.Path(suite.RoleMemberships, place)).NotFound()
				memberWith(s, s.Admin(), s.Target().Credentials["member"].Email).Has("count", 1)
			},
		},
		{
			ID: "roles.delete.default", Title: "A deleted default role is the default no longer",
			Covers: []string{"roles_destroy", "organizations_retrieve"}, Needs: []suite.Need{suite.Organizations}, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				role := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				o.Owner.Patch(o.Path(), suite.JSON{"default_role_id": role.ID}).Status(200)
				o.Owner.Delete(role.Path()).Empty()
				o.Owner.Get(o.Path()).Status(200).Has("default_role_id", nil)
			},
		},
		{
			ID: "roles.retrieve.unknown", Title: "A role that does not exist is not found",
			Covers: []string{"roles_retrieve", "roles_partial_update", "roles_destroy"}, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				for _, id := range []string{suite.Nowhere, "nothing"} {
					s.Admin().Get(s.Org(suite.Roles, id)).NotFound()
					s.Admin().Patch(s.Org(suite.Roles, id), suite.JSON{}).NotFound()
					s.Admin().Delete(s.Org(suite.Roles, id)).NotFound()
				}
			},
		},
		{
			ID: "roles.isolation.foreign_object", Title: "A role of another organization is not found through one's own",
			Covers: []string{"roles_retrieve", "roles_partial_update", "roles_destroy"}, Needs: with(admin, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				foreign := o.MadeIn(suite.Roles, o.Owner.Post(o.Path(suite.Roles), suite.JSON{"name": s.Name()}))
				s.Admin().Get(s.Org(suite.Roles, foreign.ID)).NotFound()
				s.Admin().Patch(s.Org(suite.Roles, foreign.ID), suite.JSON{"name": s.Name()}).NotFound()
				s.Admin().Delete(s.Org(suite.Roles, foreign.ID)).NotFound()
				s.Admin().Get(foreign.Path()).Denied(noPermission)
				o.Owner.Get(foreign.Path()).Status(200).Has("name", foreign.Text("name"))
			},
		},
	}
}
