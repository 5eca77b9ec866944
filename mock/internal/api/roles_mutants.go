package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// enterOrganizationOfRole gives the call the organization of the role in the path.
func enterOrganizationOfRole(name string) func(*call) {
	return func(c *call) {
		if role, ok := c.view.RoleByID(c.uuid(name)); ok {
			c.organization, _ = c.view.Organization(role.Organization)
		}
	}
}

// roleMutants are about roles and who is in them.
func roleMutants() []mutantRow {
	const role, place = "Role", "RoleMembership"
	const join, part = "role_memberships_create", "role_memberships_destroy"
	return []mutantRow{
		{"role_memberships.scopes.read_writes", "A key that reads may put members into roles.", "role_memberships.scopes.read_only", requireScope(join, "organization:read")},
		{"role_memberships.levels.member", "Members may put themselves into roles.", "role_memberships.levels.member", requireLevel(join, world.Member)},
		{"role_memberships.recent_login.ignored", "Roles are filled in an old session.", "sessions.recent_login.required", skipRecentLogin(join, part)},
		{"role_memberships.isolation.foreign", "The roles of another organization are reached.", "callers.foreign_object",
			allOf(before("role_memberships_list", enterOrganizationOfRole("role_id")), before(join, enterOrganizationOfRole("role_id")))},
		{"role_memberships.isolation.other_role", "A place is found through any role.", "role_memberships.isolation.own_role",
			around("role_memberships_retrieve", func(c *call, next action) (int, error) {
				if m, ok := c.view.RoleMembershipByID(c.id()); ok {
					c.writeRoleMembership(m)
					return http.StatusOK, nil
				}
				return next(c)
			})},
		{"role_memberships.create.forgotten", "A place is answered and not given.", "role_memberships.create.same", discardChanges(join)},
		{"role_memberships.create.twice", "Somebody is in a role twice.", "role_memberships.create.twice", acceptRoleMembership(join, errRoleMember)},
		{"role_memberships.create.stranger", "Strangers are put into roles.", "role_memberships.create.no_member", acceptRoleMembership(join, errNoMember)},
		{"role_memberships.create.no_user", "A place needs no user.", "role_memberships.create.user_required", optional(place, "user_uuid")},
		{"role_memberships.create.null_user", "The user may be null.", "role_memberships.create.user_null", nullable(place, "user_uuid")},
		{"role_memberships.create.raced", "Places for one member at the same time are all given.", "role_memberships.create.concurrent", staleRead(join)},
		{"role_memberships.list.newest_first", "Who came last is listed first.", "role_memberships.list.longest_first", changeRows("role_memberships_list", mutant.Reversed)},
		{"role_memberships.delete.pretends", "Taking somebody out of a role does nothing.", "role_memberships.delete.gone", discardChanges(part)},
		{"role_memberships.delete.member_too", "Taking somebody out of a role takes them out of the organization.", "role_memberships.delete.gone",
			afterWithPrevious(part, func(c *call, previous *world.World) {
				if m, ok := previous.RoleMembershipByID(c.id()); ok {
					if membership, ok := c.view.Membership(m.User, m.Organization); ok {
						c.tx.DeleteMembership(membership)
					}
				}
			})},
		{"role_memberships.representation.missing", "A place does not show the membership.", "role_memberships.create.form", omitProperty(place, "organization_member")},

		{"roles.scopes.read_creates", "A key that reads may make roles.", "callers.scope_create", requireScope("roles_create", "organization:read")},
		{"roles.scopes.read_updates", "A key that reads may change roles.", "callers.scope_operation", requireScope("roles_partial_update", "organization:read")},
		{"roles.levels.member_creates", "Members may make roles.", "roles.levels.member_writes", requireLevel("roles_create", world.Member)},
		{"roles.levels.member_deletes", "Members may delete roles.", "roles.levels.member_writes", requireLevel("roles_destroy", world.Member)},
		{"roles.isolation.stranger", "Strangers read the roles of an organization.", "callers.membership_required", admitStrangers("roles_list")},
		{"roles.isolation.foreign", "A role is read through another organization.", "callers.foreign_object", before("roles_retrieve", enterOrganizationOfRole("id"))},
		{"roles.recent_login.ignored", "Roles are written in an old session.", "sessions.recent_login.required", skipRecentLogin("roles_create", "roles_update", "roles_partial_update", "roles_destroy")},
		{"roles.create.maker", "A new role names its maker.", "roles.create.defaults",
			changeBody("roles_create", setMember("created_by", map[string]string{"id": "x"}))},
		{"roles.create.taken", "Two roles have one name.", "roles.fields.name_unique",
			acceptValues(role, "name", "unique", func(*call, string) bool { return true })},
		{"roles.create.taken_case", "Names of roles are told apart by case.", "roles.fields.name_unique",
			acceptValues(role, "name", "unique", func(c *call, name string) bool {
				_, same := c.view.RoleByName(c.organization.ID, name)
				return !same
			})},
		{"roles.create.taken_everywhere", "A name is taken for all organizations.", "roles.create.elsewhere",
			aroundCheck(role, "name", func(c *call, value any, next checker) (any, error) {
				taken := false
				c.view.Organizations().All(func(o *world.Organization) bool {
					_, here := c.view.RoleByName(o.ID, value.(string))
					taken = taken || (here && o.ID != c.organization.ID)
					return true
				})
				if taken {
					return nil, errRoleName
				}
				return next(c, value)
			})},
		{"roles.create.raced", "Roles of one name at the same time are all made.", "roles.create.concurrent", staleRead("roles_create")},
		{"roles.create.untrimmed", "White space around a name is kept.", "roles.create.trimmed",
			aroundCheck(role, "name", func(c *call, _ any, next checker) (any, error) { return next(c, c.bodyText("name")) })},
		{"roles.create.no_name", "A role needs no name.", "roles.fields.name_required", optional(role, "name")},
		{"roles.create.blank_name", "A name may be blank.", "roles.fields.name_blank", blankable(role, "name", true)},
		{"roles.create.long_name", "A name has any length.", "roles.fields.name_length", maxLength(role, "name", 0)},
		{"roles.list.newest_first", "Roles are listed newest first.", "roles.list.oldest_first", changeRows("roles_list", mutant.Reversed)},
		{"roles.update.forgotten", "A new name is answered and not stored.", "roles.update.rename", discardChanges("roles_partial_update")},
		{"roles.update.own_name", "A role cannot keep its name.", "roles.update.own_name",
			aroundCheck(role, "name", func(c *call, value any, next checker) (any, error) {
				if r, err := c.role(); err == nil && strings.EqualFold(r.Name, value.(string)) {
					return nil, errRoleName
				}
				return next(c, value)
			})},
		{"roles.update.put_partial", "PUT needs no name.", "roles.update.nothing", treatAsMethod("roles_update", http.MethodPatch)},
		{"roles.update.empties", "Renaming empties a role.", "roles.update.rename",
			after("roles_partial_update", func(c *call) {
				list := c.view.RoleMembers(c.id())
				for _, m := range list.Rows() {
					c.tx.DeleteRoleMembership(m)
				}
			})},
		{"roles.delete.pretends", "Deleting a role does nothing.", "roles.delete.gone", discardChanges("roles_destroy")},
		{"roles.delete.members_too", "Deleting a role removes its members from the organization.", "roles.delete.members_stay",
			afterWithPrevious("roles_destroy", func(c *call, previous *world.World) {
				list := previous.RoleMembers(c.id())
				for _, m := range list.Rows() {
					if membership, ok := c.view.Membership(m.User, m.Organization); ok {
						c.tx.DeleteMembership(membership)
					}
				}
			})},
		{"roles.delete.still_default", "A deleted default role stays the default.", "roles.delete.default",
			afterWithPrevious("roles_destroy", func(c *call, previous *world.World) {
				o, _ := previous.Organization(c.organization.ID)
				c.tx.PutOrganization(o)
			})},
		{"roles.representation.missing", "A role does not show its members.", "roles.create.defaults", omitProperty(role, "members")},
		{"roles.representation.null", "A role without members shows null.", "roles.create.defaults", writeInstead(role, "members", "[]", "null")},
	}
}

// acceptRoleMembership answers as if a refused role membership had been made.
func acceptRoleMembership(id string, refusal *rest.Error) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		r, ok := c.parentRole()
		user, found := c.view.UserByUUID(c.bodyText("user_uuid"))
		if !errors.Is(err, refusal) || !ok || !found {
			return status, err
		}
		c.out.Object()
		c.out.Key("role_id").String(r.ID)
		c.out.Key("user")
		writeBasicUser(&c.out, user)
		c.out.End()
		return http.StatusCreated, nil
	})
}
