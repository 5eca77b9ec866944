package scimserver

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// foreignMutants are about the people and roles of other organizations, and about what a change
// leaves as it is.
func foreignMutants() []mutantRow {
	const retrieve, replace, patch, destroy = "scim_users_retrieve", "scim_users_update", "scim_users_partial_update", "scim_users_destroy"
	return []mutantRow{
		{"scim.isolation.group_read", "A role of another organization is a group.", "scim.isolation.foreign_groups", before("scim_groups_retrieve", enterOrganizationOfGroup)},
		{"scim.isolation.group_replaced", "PUT reaches a role of another organization.", "scim.isolation.foreign_groups", before("scim_groups_update", enterOrganizationOfGroup)},
		{"scim.isolation.group_patched", "A patch reaches a role of another organization.", "scim.isolation.foreign_groups", before("scim_groups_partial_update", enterOrganizationOfGroup)},
		{"scim.isolation.group_deleted", "A role of another organization is deleted as a group.", "scim.isolation.foreign_groups", before("scim_groups_destroy", enterOrganizationOfGroup)},
		{"scim.isolation.group_found", "A filter finds roles of other organizations.", "scim.isolation.foreign_groups", before("scim_groups_list", enterOrganizationOfRoleNamed)},
		{"scim.isolation.groups_of_user", "A user shows the roles that they have in other organizations.", "scim.isolation.groups_of_user",
			afterWithPrevious(retrieve, func(c *call, _ *world.World) { c.showForeignRoles() })},
		{"scim.isolation.user_read", "A member of another organization is a user.", "scim.isolation.foreign_users", before(retrieve, enterOrganizationOfUser)},
		{"scim.isolation.user_replaced", "PUT reaches a member of another organization.", "scim.isolation.foreign_users", before(replace, enterOrganizationOfUser)},
		{"scim.isolation.user_patched", "A patch reaches a member of another organization.", "scim.isolation.foreign_users", before(patch, enterOrganizationOfUser)},
		{"scim.isolation.user_deleted", "A member of another organization is deleted as a user.", "scim.isolation.foreign_users", before(destroy, enterOrganizationOfUser)},
		{"scim.isolation.user_found", "A filter finds members of other organizations.", "scim.isolation.foreign_users",
			before("scim_users_list", func(c *call) {
				if text, _ := c.query.Get("filter"); strings.HasPrefix(text, "emails.value eq ") {
					if u, ok := c.tx.UserByEmail(strings.Trim(strings.TrimPrefix(text, "emails.value eq "), `"`)); ok {
						c.enterOrganizationOf(u)
					}
				}
			})},
		{"scim.isolation.user_grouped", "Anybody may be put in a group.", "scim.isolation.foreign_users",
			afterWithPrevious("scim_groups_create", func(c *call, _ *world.World) {
				value, _ := pyjson.Decode(c.out.Bytes())
				made, ok := value.(*pyjson.Object)
				if !ok {
					return
				}
				id, _ := made.Get("id")
				text, _ := id.(string)
				role, found := c.tx.Role(c.organization.ID, text)
				data, err := c.groupData()
				if !found || err != nil {
					return
				}
				for _, user := range data.members {
					u, there := c.tx.User(user)
					if _, in := c.tx.RoleMembership(role.ID, user); there && !in && len(c.tx.MembershipsOf(u.ID)) > 0 {
						c.tx.PutRoleMembership(&world.RoleMembership{ID: c.sandbox.IDs.UUID(c.now), Role: role.ID, Organization: c.organization.ID, User: user, JoinedAt: c.now, UpdatedAt: c.now})
					}
				}
				c.out.Reset()
				c.writeGroup(role)
			})},

		{"scim.users.delete_locks", "Who is deleted cannot log in any more.", "scim.users.delete_keeps_account",
			before(destroy, func(c *call) {
				if u, err := c.scimUser(); err == nil {
					c.updateUser(u, func(u *world.User) { u.Password = "" })
				}
			})},
		{"scim.users.inactive_hidden", "Who was deactivated is not found by the number.", "scim.users.deactivated_found", hideInactive(retrieve)},
		{"scim.users.inactive_fixed", "Who was deactivated cannot be changed.", "scim.users.deactivated_found", hideInactive(patch)},
		{"scim.users.patch_leaves_groups", "A patch takes a user out of the groups.", "scim.users.patch_alone",
			afterWithPrevious(patch, func(c *call, _ *world.World) { c.leaveGroups() })},
		{"scim.users.patch_clears_name", "A patch of one name clears the other.", "scim.users.patch_names",
			before(patch, func(c *call) {
				body, err := scim.ReadPatch(c.body)
				u, missing := c.scimUser()
				if err != nil || missing != nil {
					return
				}
				_ = body.Each(func(operation scim.Operation) error {
					if operation.Path.Sub == "givenName" && operation.Op != scim.Remove {
						c.updateUser(u, func(u *world.User) { u.LastName = "" })
					}
					return nil
				})
			})},
		{"scim.users.patch_address_name", "A patch of the address changes the userName.", "scim.users.patch_keeps_user_name",
			afterWithPrevious(patch, func(c *call, previous *world.World) {
				u, _ := c.pathUser(&c.tx.World)
				if was, ok := c.pathUser(previous); ok && u != nil && was.Email != u.Email {
					c.setUserName(u, u.Email)
				}
			})},
		{"scim.users.name_patch_moves", "A patch of the userName moves the address, if the name is one.", "scim.users.patch_user_name_address",
			afterWithPrevious(patch, func(c *call, previous *world.World) { c.followUserName(previous) })},
		{"scim.users.replace_moves", "PUT takes the userName for the address, if it is one.", "scim.users.replace_keeps",
			afterWithPrevious(replace, func(c *call, previous *world.World) { c.followUserName(previous) })},
		{"scim.users.replace_leaves_groups", "PUT takes a user out of the groups.", "scim.users.replace_keeps",
			afterWithPrevious(replace, func(c *call, _ *world.World) { c.leaveGroups() })},
		{"scim.groups.remove_first", "remove takes out the first of a list alone.", "scim.groups.patch_remove",
			before("scim_groups_partial_update", func(c *call) { keepFirst(c.body) })},
		{"scim.groups.remove_value_all", "remove with a value empties a group.", "scim.groups.patch_remove",
			before("scim_groups_partial_update", dropRemovedValues)},
		{"scim.logs.microsoft", "The log knows Entra ID by that name alone.", "scim.logs.provider",
			before("scim_schemas_retrieve", func(c *call) {
				if agent := strings.ToLower(c.request.UserAgent()); strings.Contains(agent, "microsoft") && !strings.Contains(agent, "entra") {
					c.request = c.request.Clone(c.request.Context())
					c.request.Header.Set("User-Agent", "")
				}
			})},
		{"scim.logs.agent_case", "The log tells identity providers by the case of their names.", "scim.logs.provider",
			before("scim_schemas_retrieve", func(c *call) {
				if strings.Contains(c.request.UserAgent(), "OKTA") {
					c.request = c.request.Clone(c.request.Context())
					c.request.Header.Set("User-Agent", "")
				}
			})},
	}
}

// enter gives the call another organization.
func (c *call) enter(id string) {
	if o, ok := c.tx.Organization(id); ok {
		c.organization = o
	}
}

// enterOrganizationOfGroup gives the call the organization of the role in the path.
func enterOrganizationOfGroup(c *call) {
	c.tx.Organizations().All(func(o *world.Organization) bool {
		_, found := c.tx.Role(o.ID, strings.ToLower(c.param("id")))
		if found {
			c.enter(o.ID)
		}
		return !found
	})
}

// enterOrganizationOfRoleNamed gives the call the organization of the role that a filter names,
// where its own has none of that name.
func enterOrganizationOfRoleNamed(c *call) {
	text, _ := c.query.Get("filter")
	_, name, quoted := strings.Cut(strings.TrimSuffix(text, `"`), `"`)
	if _, own := c.tx.RoleByName(c.organization.ID, name); own || !quoted {
		return
	}
	c.tx.Organizations().All(func(o *world.Organization) bool {
		role, found := c.tx.RoleByName(o.ID, name)
		if found {
			c.enter(role.Organization)
		}
		return !found
	})
}

// enterOrganizationOfUser gives the call an organization of the user in the path, if that is no user
// of the SCIM server.
func enterOrganizationOfUser(c *call) {
	if u, ok := c.pathUser(&c.tx.World); ok && !c.provisioned(u) {
		c.enterOrganizationOf(u)
	}
}

// enterOrganizationOf gives the call an organization of a user who is no member of its own.
func (c *call) enterOrganizationOf(u *world.User) {
	if memberships := c.tx.MembershipsOf(u.ID); !c.active(u) && len(memberships) > 0 {
		c.enter(memberships[0].Organization)
	}
}

// showForeignRoles has the user in the path show the roles of all organizations.
func (c *call) showForeignRoles() {
	value, _ := pyjson.Decode(c.out.Bytes())
	shown, ok := value.(*pyjson.Object)
	u, found := c.pathUser(&c.tx.World)
	if !ok || !found {
		return
	}
	var groups []any
	for _, m := range c.tx.MembershipsOf(u.ID) {
		for _, in := range c.tx.RolesOf(m.Organization, u.ID) {
			group := &pyjson.Object{}
			group.Set("value", in.Role)
			groups = append(groups, group)
		}
	}
	shown.Set("groups", groups)
	c.out.Reset()
	c.out.Raw(pyjson.Append(nil, shown))
}

// hideInactive has an operation not find who is no member.
func hideInactive(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if u, ok := c.pathUser(&c.tx.World); ok && !c.active(u) {
			return 0, scim.ErrUserNotFound
		}
		return next(c)
	})
}

// leaveGroups takes the user in the path out of all groups.
func (c *call) leaveGroups() {
	u, ok := c.pathUser(&c.tx.World)
	if !ok {
		return
	}
	for _, m := range c.tx.RolesOf(c.organization.ID, u.ID) {
		c.tx.DeleteRoleMembership(m)
	}
	c.rewriteUser(u)
}

// followUserName gives the user in the path the address that the userName became.
func (c *call) followUserName(previous *world.World) {
	u, ok := c.pathUser(&c.tx.World)
	if !ok {
		return
	}
	now, _ := c.tx.ProvisionedUser(c.provisioner.id, u.ID)
	was, _ := previous.ProvisionedUser(c.provisioner.id, u.ID)
	if now != nil && was != nil && now.UserName != was.UserName && strings.Contains(now.UserName, "@") {
		c.rewriteUser(c.updateUser(u, func(u *world.User) { u.Email = now.UserName }))
	}
}

// eachRemoval visits the operations of a patch that remove something.
func eachRemoval(body any, do func(*pyjson.Object)) {
	object, _ := body.(*pyjson.Object)
	if object == nil {
		return
	}
	operations, _ := object.Get("Operations")
	list, _ := operations.([]any)
	for _, item := range list {
		operation, ok := item.(*pyjson.Object)
		if !ok {
			continue
		}
		if op, _ := operation.Get("op"); strings.EqualFold(textOf(op), "remove") {
			do(operation)
		}
	}
}

// textOf is a value as a text, "" if it is none.
func textOf(value any) string {
	text, _ := value.(string)
	return text
}

// keepFirst cuts the lists of what a patch removes.
func keepFirst(body any) {
	eachRemoval(body, func(operation *pyjson.Object) {
		value, _ := operation.Get("value")
		if list, ok := value.([]any); ok && len(list) > 1 {
			operation.Set("value", list[:1])
		}
	})
}

// dropRemovedValues forgets what a patch removes, so that it removes everything.
func dropRemovedValues(c *call) {
	eachRemoval(c.body, func(operation *pyjson.Object) {
		if value, _ := operation.Get("value"); value != nil {
			operation.Set("value", nil)
		}
	})
}
