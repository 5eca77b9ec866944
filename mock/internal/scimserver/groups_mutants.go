package scimserver

import (
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// groupMutants are about SCIM groups.
func groupMutants() []mutantRow {
	const create, list, retrieve = "scim_groups_create", "scim_groups_list", "scim_groups_retrieve"
	const replace, patch, destroy = "scim_groups_update", "scim_groups_partial_update", "scim_groups_destroy"
	return []mutantRow{
		{"scim.groups.create_empty", "A new group has no members.", "scim.groups.create", emptyNewGroup(create)},
		{"scim.groups.create_again", "A group of the same name loses its members.", "scim.groups.create_again",
			before(create, func(c *call) {
				if object, ok := c.body.(*pyjson.Object); ok {
					name, _ := object.Get("displayName")
					text, _ := name.(string)
					if role, ok := c.tx.RoleByName(c.organization.ID, text); ok {
						c.setMembers(role, nil)
					}
				}
			})},
		{"scim.groups.create_no_name", "A group needs no name.", "scim.groups.name_required",
			before(create, func(c *call) {
				if object, ok := c.body.(*pyjson.Object); ok {
					if name, _ := object.Get("displayName"); name == nil || name == "" {
						object.Set("displayName", "nameless")
					}
				}
			})},
		{"scim.groups.list_status", "The list has no total.", "scim.groups.list", omitMember(list, "totalResults")},
		{"scim.groups.replace_adds", "PUT keeps members that are missing.", "scim.groups.replace", keepMembers(replace)},
		{"scim.groups.replace_name", "PUT keeps the name.", "scim.groups.replace", keepName(replace)},
		{"scim.groups.patch_name", "A patch keeps the name.", "scim.groups.patch_name", keepName(patch)},
		{"scim.groups.patch_add", "add replaces.", "scim.groups.patch_add",
			before(patch, func(c *call) { replaceValues(c.body, "add", "replace") })},
		{"scim.groups.patch_replace", "replace adds.", "scim.groups.patch_replace", keepMembers(patch)},
		{"scim.groups.patch_remove_all", "remove empties a group.", "scim.groups.patch_remove",
			before(patch, func(c *call) { dropPathFilters(c.body) })},
		{"scim.groups.patch_undone", "A patch that fails undoes what came before.", "scim.groups.patch_each", undoRefused(patch)},
		{"scim.groups.create_bad_member", "A new group's member that is no number is refused.", "scim.groups.member_number", refuseOddMembers(create, scim.ErrInvalidGroup)},
		{"scim.groups.replace_bad_member", "PUT refuses a member that is no number.", "scim.groups.member_number", refuseOddMembers(replace, scim.ErrInvalidGroup)},
		{"scim.groups.patch_bad_member", "A patch refuses a member that is no number.", "scim.groups.member_number", refuseOddMembers(patch, scim.ErrGroupNotUpdated)},
		{"scim.groups.patch_raced", "Patches at the same time undo each other.", "scim.groups.patch_at_once", discardEverySecond(patch)},
		{"scim.groups.delete_pretends", "Deleting a group does nothing.", "scim.groups.delete", afterWithPrevious(destroy, func(c *call, previous *world.World) { c.tx.World = *previous })},
		{"scim.groups.delete_members", "Deleting a group takes its members out of the organization.", "scim.groups.delete",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				members := previous.RoleMembers(c.param("id"))
				for _, m := range members.Rows() {
					if membership, ok := c.tx.Membership(m.User, m.Organization); ok {
						c.tx.DeleteMembership(membership)
					}
				}
			})},
		{"scim.groups.no_display", "The members of a group have no name.", "scim.groups.create", replaceText(create, `"display":`, `"shown":`)},
		{"scim.groups.unknown", "A group that is not there is empty.", "scim.groups.unknown", changeStatus(retrieve, 404, 200)},
	}
}

// refuseOddMembers refuses a body in which a value is a text that is no number.
func refuseOddMembers(id string, refusal error) defect {
	return around(id, func(c *call, next action) (int, error) {
		if namesNobody(c.body) {
			return 0, refusal
		}
		return next(c)
	})
}

// namesNobody reports whether a member in a body has a value that is no number of a user.
func namesNobody(value any) (found bool) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			text, isText := member.(string)
			_, isNumber := parseUserID(text)
			found = found || (key == "value" && isText && !isNumber) || namesNobody(member)
		}
	case []any:
		for _, item := range value {
			found = found || namesNobody(item)
		}
	}
	return found
}

// emptyNewGroup takes the members out of the group that was made.
func emptyNewGroup(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		all := c.tx.Roles(c.organization.ID)
		for _, role := range all.Rows() {
			if _, old := previous.Role(role.Organization, role.ID); !old {
				c.setMembers(role, nil)
				c.out.Reset()
				c.writeGroup(role)
			}
		}
	})
}

// keepMembers leaves the members of a group in it.
func keepMembers(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		role, err := c.group()
		if err != nil {
			return
		}
		var users []int
		previous.RoleMembers(role.ID).All(func(m *world.RoleMembership) bool { users = append(users, m.User); return true })
		c.addMembers(role, users)
		c.out.Reset()
		c.writeGroup(role)
	})
}

// keepName leaves the name of a group.
func keepName(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		if role, err := c.group(); err == nil {
			if old, ok := previous.Role(role.Organization, role.ID); ok {
				c.tx.PutRole(old)
			}
		}
	})
}

// discardEverySecond undoes every second call, as an update that another one
// overtakes.
func discardEverySecond(id string) defect {
	var mu sync.Mutex
	calls := 0
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls%2 == 0 {
			c.tx.World = *previous
		}
	})
}

// dropPathFilters cuts the filters from the paths of a patch.
func dropPathFilters(value any) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			if text, ok := member.(string); ok && key == "path" {
				path, _, _ := strings.Cut(text, "[")
				value.Set(key, path)
			} else {
				dropPathFilters(member)
			}
		}
	case []any:
		for _, item := range value {
			dropPathFilters(item)
		}
	}
}
