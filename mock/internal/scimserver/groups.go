package scimserver

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// SCIM groups: the roles of the organization.
// Source: ee/api/scim/group.py, ee/api/scim/views.py.

// maxRoleName is how long the real server's column is, in characters.
const maxRoleName = 200

// group finds the role of the path.
func (c *call) group() (*world.Role, error) {
	id, err := uuid.Parse(c.param("id"))
	if err != nil {
		return nil, scim.ErrGroupNotFound
	}
	role, ok := c.tx.Role(c.organization.ID, id.String())
	if !ok {
		return nil, scim.ErrGroupNotFound
	}
	return role, nil
}

// writeGroup shows a role as a group, with its members.
func (c *call) writeGroup(role *world.Role) {
	w := c.resourceWriter()
	w.Object()
	w.Key("schemas").Strings([]string{scim.SchemaGroup})
	w.Key("id").String(role.ID)
	w.Key("displayName").String(role.Name)
	w.Key("members").Array()
	c.tx.RoleMembers(role.ID).All(func(m *world.RoleMembership) bool {
		if user, ok := c.tx.User(m.User); ok {
			id := strconv.Itoa(user.ID)
			w.Object()
			w.Key("value").String(id)
			w.Key("$ref").String(c.resourcePath("Users", id))
			w.Key("display").String(user.Email)
			w.End()
		}
		return true
	})
	w.EndArray()
	c.writeMeta(w, "Group", "Groups", role.ID)
	w.End()
	c.writeProjected(w)
}

// retrieveGroup shows one group.
func (c *call) retrieveGroup() (int, error) {
	role, err := c.group()
	if err != nil {
		return 0, err
	}
	c.writeGroup(role)
	return http.StatusOK, nil
}

// listGroups lists the roles, or those that a filter finds by their name. A filter
// that cannot be read finds none.
func (c *call) listGroups() (int, error) {
	window, err := scim.ReadWindow(c.query)
	if err != nil {
		return 0, err
	}
	all := c.tx.Roles(c.organization.ID)
	roles := all.Rows()
	if text, _ := c.query.Get("filter"); text != "" {
		roles = filterRoles(roles, text)
	}
	scim.WriteList(&c.out, window, len(roles), scim.Page(window, roles), c.writeGroup)
	return http.StatusOK, nil
}

// filterRoles returns the roles that a filter finds.
func filterRoles(roles []*world.Role, text string) (found []*world.Role) {
	filter, err := scim.ParseFilter(text)
	if err != nil {
		return nil
	}
	for _, role := range roles {
		if filter.Matches(func(path string) (scim.Attribute, bool) {
			return scim.Attribute{Value: role.Name}, path == "displayName"
		}) {
			found = append(found, role)
		}
	}
	return found
}

// groupData is what the body of a POST or a PUT says of a group.
type groupData struct {
	name       string
	members    []int
	hasMembers bool // members were sent
}

// groupData reads the body of a POST or a PUT.
func (c *call) groupData() (groupData, error) {
	object, err := c.bodyObject(scim.ErrInvalidGroup)
	if err != nil {
		return groupData{}, err
	}
	data, err := readGroup(object)
	if err != nil || data.name == "" {
		return groupData{}, scim.ErrInvalidGroup
	}
	return data, nil
}

// readGroup reads a group from a JSON object.
func readGroup(o *pyjson.Object) (data groupData, err error) {
	if data.name, err = textMember(o, "displayName", maxRoleName); err != nil {
		return data, err
	}
	switch members, _ := o.Get("members"); members := members.(type) {
	case nil:
	case []any:
		data.hasMembers = true
		data.members, err = parseMembers(members)
	default:
		err = errors.New("members is no list")
	}
	return data, err
}

// createGroup makes a role, or takes the one of the same name. Its members are set
// when they were sent.
func (c *call) createGroup() (int, error) {
	data, err := c.groupData()
	if err != nil {
		return 0, err
	}
	role, ok := c.tx.RoleByName(c.organization.ID, data.name)
	if !ok {
		role = &world.Role{ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, Name: data.name, CreatedAt: c.now}
		c.tx.PutRole(role)
	}
	if data.hasMembers {
		c.setMembers(role, data.members)
	}
	c.writeGroup(role)
	return http.StatusCreated, nil
}

// replaceGroup serves PUT: members that were not sent are none.
func (c *call) replaceGroup() (int, error) {
	role, err := c.group()
	if err != nil {
		return 0, err
	}
	data, err := c.groupData()
	if err != nil {
		return 0, err
	}
	if role, err = c.rename(role, data.name); err != nil {
		return 0, scim.ErrInvalidGroup
	}
	c.setMembers(role, data.members)
	c.writeGroup(role)
	return http.StatusOK, nil
}

// deleteGroup deletes a role; who was in it stays a member of the organization.
func (c *call) deleteGroup() (int, error) {
	role, err := c.group()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteRole(role)
	return http.StatusNoContent, nil
}

// rename gives a role a name that no other role has. The real server has its
// database refuse a name twice.
func (c *call) rename(role *world.Role, name string) (*world.Role, error) {
	if other, taken := c.tx.RoleByName(role.Organization, name); taken && other.ID != role.ID {
		return nil, errors.New("another group has the name")
	}
	renamed := *role
	renamed.Name = name
	c.tx.PutRole(&renamed)
	return &renamed, nil
}

// setMembers makes users the only ones in a role.
func (c *call) setMembers(role *world.Role, users []int) {
	wanted := map[int]bool{}
	for _, user := range users {
		wanted[user] = true
	}
	members := c.tx.RoleMembers(role.ID)
	for _, m := range members.Rows() {
		if !wanted[m.User] {
			c.tx.DeleteRoleMembership(m)
		}
	}
	c.addMembers(role, users)
}

// addMembers puts users into a role. Who is no member of the organization is
// passed over.
func (c *call) addMembers(role *world.Role, users []int) {
	for _, user := range users {
		if _, in := c.tx.RoleMembership(role.ID, user); in {
			continue
		}
		if _, member := c.tx.Membership(user, c.organization.ID); !member {
			continue
		}
		c.tx.PutRoleMembership(&world.RoleMembership{
			ID: c.sandbox.IDs.UUID(c.now), Role: role.ID, Organization: c.organization.ID, User: user,
			JoinedAt: c.now, UpdatedAt: c.now,
		})
	}
}

// removeMembers takes users out of a role. Who is not in it is passed over.
func (c *call) removeMembers(role *world.Role, users []int) {
	for _, user := range users {
		if m, in := c.tx.RoleMembership(role.ID, user); in {
			c.tx.DeleteRoleMembership(m)
		}
	}
}

// Patches of SCIM groups. Source: handle_add, handle_replace and handle_remove in
// ee/api/scim/group.py.

// patchGroup makes the changes of a patch, each by itself.
func (c *call) patchGroup() (int, error) {
	role, err := c.group()
	if err != nil {
		return 0, err
	}
	patch, err := c.bodyPatch(scim.ErrGroupNotUpdated)
	if err != nil {
		return 0, err
	}
	err = c.eachOperation(patch, func(operation scim.Operation) error {
		changed, err := c.changeGroup(role, operation)
		if err == nil {
			role = changed
		}
		return err
	})
	if err != nil {
		return c.refuse(scim.ErrGroupNotUpdated), nil //nolint:nilerr // what came before the error stays
	}
	c.writeGroup(role)
	return http.StatusOK, nil
}

// changeGroup makes one change of a patch and returns the role as changed. Attributes
// that are not kept are passed over.
func (c *call) changeGroup(role *world.Role, operation scim.Operation) (*world.Role, error) {
	switch operation.Path.Name {
	case "displayName":
		name, ok := operation.Value.(string)
		if operation.Op == scim.Remove || !ok || name == "" || checkText(name, maxRoleName) != nil {
			return nil, errors.New("a group needs a name")
		}
		return c.rename(role, name)
	case "members":
		return role, c.changeMembers(role, operation)
	}
	return role, nil
}

// changeMembers makes one change of the members.
func (c *call) changeMembers(role *world.Role, operation scim.Operation) error {
	if operation.Op == scim.Remove {
		return c.patchRemoveMembers(role, operation)
	}
	users, err := membersToPatch(operation)
	if err != nil {
		return err
	}
	if operation.Op == scim.Replace {
		c.setMembers(role, users)
	} else {
		c.addMembers(role, users)
	}
	return nil
}

// membersToPatch are the users whom adding or replacing names: in a list, in an
// object. Only adding also takes a text, and a path such as members[value eq "7"].
func membersToPatch(operation scim.Operation) ([]int, error) {
	adding := operation.Op == scim.Add
	switch value := operation.Value.(type) {
	case []any:
		if !operation.Path.Filtered {
			return parseMembers(value)
		}
	case *pyjson.Object:
		if !operation.Path.Filtered {
			return parseMembers([]any{value})
		}
	case string:
		if adding && !operation.Path.Filtered {
			return userIDsIn(value), nil
		}
	}
	if adding && operation.Path.Filtered && operation.Path.Value != "" {
		return userIDsIn(operation.Path.Value), nil
	}
	return nil, errors.New("there are no members in it")
}

// patchRemoveMembers takes users out of a role: those whom the path picks, those in the value
// (as Entra ID sends it), or all.
func (c *call) patchRemoveMembers(role *world.Role, operation scim.Operation) error {
	if operation.Path.Filtered {
		c.removeMembers(role, userIDsIn(operation.Path.Value))
		return nil
	}
	list, ok := operation.Value.([]any)
	if one, isObject := operation.Value.(*pyjson.Object); isObject {
		list, ok = []any{one}, true
	}
	if !ok {
		c.setMembers(role, nil)
		return nil
	}
	users, err := parseMembers(onlyObjects(list))
	c.removeMembers(role, users)
	return err
}

// onlyObjects leaves out what is no object: removing passes it over.
func onlyObjects(list []any) (objects []any) {
	for _, item := range list {
		if _, ok := item.(*pyjson.Object); ok {
			objects = append(objects, item)
		}
	}
	return objects
}
