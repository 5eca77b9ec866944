package scimserver

import (
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// groupMutants are about SCIM groups.
func groupMutants() []planted {
	const create, list, retrieve = "scim_groups_create", "scim_groups_list", "scim_groups_retrieve"
	const replace, patch, destroy = "scim_groups_update", "scim_groups_partial_update", "scim_groups_destroy"
	return []planted{
		{"scim.groups.create_empty", "A new group has no members.", "scim.groups.create", emptied(create)},
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
		{"scim.groups.filter_case", "displayName does not care for case.", "scim.groups.filter",
			around(list, func(c *call, next action) (int, error) {
				text, _ := c.query.Get("filter")
				_, wanted, ok := strings.Cut(text, `"`)
				wanted = strings.TrimSuffix(wanted, `"`)
				all := c.tx.Roles(c.organization.ID)
				for _, role := range all.Page(0, all.Len()) {
					if ok && strings.EqualFold(role.Name, wanted) {
						c.query = rest.ParseQuery(queryOf("filter", `displayName eq "`+role.Name+`"`))
					}
				}
				return next(c)
			})},
		{"scim.groups.list_status", "The list has no total.", "scim.groups.list", without(list, "totalResults")},
		{"scim.groups.replace_adds", "PUT keeps members that are missing.", "scim.groups.replace", keepsMembers(replace)},
		{"scim.groups.replace_name", "PUT keeps the name.", "scim.groups.replace", keepsName(replace)},
		{"scim.groups.patch_name", "A patch keeps the name.", "scim.groups.patch_name", keepsName(patch)},
		{"scim.groups.patch_add", "add replaces.", "scim.groups.patch_add",
			before(patch, func(c *call) { replaceTexts(c.body, "add", "replace") })},
		{"scim.groups.patch_replace", "replace adds.", "scim.groups.patch_replace", keepsMembers(patch)},
		{"scim.groups.patch_remove_all", "remove empties a group.", "scim.groups.patch_remove",
			before(patch, func(c *call) { replacePaths(c.body) })},
		{"scim.groups.patch_half", "A refused patch keeps what came before.", "scim.groups.patch_atomic", half(patch)},
		{"scim.groups.patch_raced", "Patches at the same time undo each other.", "scim.groups.patch_at_once", forgetsEverySecond(patch)},
		{"scim.groups.delete_pretends", "Deleting a group does nothing.", "scim.groups.delete", after(destroy, func(c *call, was *world.World) { c.tx.World = *was })},
		{"scim.groups.delete_members", "Deleting a group takes its members out of the organization.", "scim.groups.delete",
			after(destroy, func(c *call, was *world.World) {
				members := was.RoleMembers(c.param("id"))
				for _, m := range members.Page(0, members.Len()) {
					if membership, ok := c.tx.Membership(m.User, m.Organization); ok {
						c.tx.DeleteMembership(membership)
					}
				}
			})},
		{"scim.groups.no_display", "The members of a group have no name.", "scim.groups.create", textual(create, `"display":`, `"shown":`)},
		{"scim.groups.unknown", "A group that is not there is empty.", "scim.groups.unknown", status(retrieve, 404, 200)},
	}
}

// emptied takes the members out of the group that was made.
func emptied(id string) defect {
	return after(id, func(c *call, was *world.World) {
		all := c.tx.Roles(c.organization.ID)
		for _, role := range all.Page(0, all.Len()) {
			if _, old := was.Role(role.Organization, role.ID); !old {
				c.setMembers(role, nil)
				c.out.Reset()
				c.writeGroup(role)
			}
		}
	})
}

// keepsMembers leaves the members of a group in it.
func keepsMembers(id string) defect {
	return after(id, func(c *call, was *world.World) {
		role, err := c.group()
		if err != nil {
			return
		}
		var users []int
		was.RoleMembers(role.ID).All(func(m *world.RoleMembership) bool { users = append(users, m.User); return true })
		c.addMembers(role, users)
		c.out.Reset()
		c.writeGroup(role)
	})
}

// keepsName leaves the name of a group.
func keepsName(id string) defect {
	return after(id, func(c *call, was *world.World) {
		if role, err := c.group(); err == nil {
			if old, ok := was.Role(role.Organization, role.ID); ok {
				c.tx.PutRole(old)
			}
		}
	})
}

// forgetsEverySecond undoes every second call, as an update that another one
// overtakes.
func forgetsEverySecond(id string) defect {
	var mu sync.Mutex
	calls := 0
	return after(id, func(c *call, was *world.World) {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls%2 == 0 {
			c.tx.World = *was
		}
	})
}

// replacePaths cuts the filters from the paths of a patch.
func replacePaths(value any) {
	switch value := value.(type) {
	case *pyjson.Object:
		for key, member := range value.All() {
			if text, ok := member.(string); ok && key == "path" {
				path, _, _ := strings.Cut(text, "[")
				value.Set(key, path)
			} else {
				replacePaths(member)
			}
		}
	case []any:
		for _, item := range value {
			replacePaths(item)
		}
	}
}
