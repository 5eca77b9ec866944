package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The roles of an organization.
// Source: ee/api/rbac/role.py, in the version that knows is_default: it came
// together with the organization's default_role_id, which this revision has.

// roleHandlers are the operations of roles and their members.
func roleHandlers() map[string]handler {
	return map[string]handler{
		"roles_list":                {do: (*call).listRoles},
		"roles_create":              {do: (*call).createRole},
		"roles_retrieve":            {do: (*call).retrieveRole},
		"roles_update":              {do: (*call).updateRole},
		"roles_partial_update":      {do: (*call).updateRole},
		"roles_destroy":             {do: (*call).deleteRole},
		"role_memberships_list":     {do: (*call).listRoleMemberships},
		"role_memberships_create":   {do: (*call).createRoleMembership},
		"role_memberships_retrieve": {do: (*call).retrieveRoleMembership},
		"role_memberships_destroy":  {do: (*call).deleteRoleMembership},
	}
}

// roleView is what a role is rendered from.
type roleView struct {
	*world.Role
	call *call
}

// writeRole writes a role with its members.
func (c *call) writeRole(r *world.Role) {
	c.api.roleSerializer.Write(&c.out, roleView{r, c})
}

// roleBindings are the properties of a role, with their rules.
func roleBindings() []rest.Binding[roleView, *call] {
	return []rest.Binding[roleView, *call]{
		{Name: "id", Write: func(w *rest.Writer, r roleView) { w.String(r.ID) }},
		{Name: "name", Check: checkRoleName, Write: func(w *rest.Writer, r roleView) { w.String(r.Name) }},
		{Name: "created_at", Write: func(w *rest.Writer, r roleView) { w.Time(r.CreatedAt) }},
		{Name: "created_by", Write: func(w *rest.Writer, r roleView) { r.writeCreator(w) }},
		{Name: "members", Computed: true, Write: func(w *rest.Writer, r roleView) { r.writeMembers(w) }},
		{Name: "is_default", Computed: true, Write: func(w *rest.Writer, r roleView) { w.Bool(r.call.organization.DefaultRole == r.ID) }},
	}
}

// writeCreator writes who made the role, or null.
func (r roleView) writeCreator(w *rest.Writer) {
	creator, ok := r.call.view.User(r.CreatedBy)
	if ok && !r.call.seesInRole(creator.ID) {
		creator = nil
	}
	writeBasicUser(w, creator)
}

// writeMembers writes the memberships of the role.
func (r roleView) writeMembers(w *rest.Writer) {
	w.Array()
	r.call.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		if r.call.seesInRole(m.User) {
			r.call.api.roleMembershipSerializer.Write(w, r.call.roleMembershipView(m))
		}
		return true
	})
	w.EndArray()
}

var errRoleName = rest.Invalid("unique", "There is already a role with this name.")

// checkRoleName wants a name that no other role of the organization has, whatever
// its case.
func checkRoleName(c *call, value any) (any, error) {
	name, taken := value.(string), false
	c.view.Roles(c.organization.ID).All(func(r *world.Role) bool {
		taken = strings.EqualFold(r.Name, name) && r.ID != c.id()
		return !taken
	})
	if taken {
		return nil, errRoleName
	}
	return name, nil
}

// listRoles lists the roles of the organization.
func (c *call) listRoles() (int, error) {
	return listPage(c, c.view.Roles(c.organization.ID), c.writeRole)
}

// role finds the role that the path names.
func (c *call) role() (*world.Role, error) {
	r, ok := c.view.Role(c.organization.ID, c.id())
	if !ok {
		return nil, rest.ErrNotFound
	}
	return r, nil
}

// createRole makes a role. The real server does not note who made it either.
func (c *call) createRole() (int, error) {
	attrs, err := validate(c, c.api.roleSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	r := &world.Role{ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, CreatedAt: c.now}
	rest.Set(attrs, "name", &r.Name)
	c.tx.PutRole(r)
	c.writeRole(r)
	return http.StatusCreated, nil
}

// retrieveRole shows one role.
func (c *call) retrieveRole() (int, error) {
	r, err := c.role()
	if err != nil {
		return 0, err
	}
	c.writeRole(r)
	return http.StatusOK, nil
}

// updateRole serves PUT and PATCH: a role has nothing but a name.
func (c *call) updateRole() (int, error) {
	found, err := c.role()
	if err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.roleSerializer, rest.Mode{Partial: c.request.Method == http.MethodPatch})
	if err != nil {
		return 0, err
	}
	r := *found
	rest.Set(attrs, "name", &r.Name)
	c.tx.PutRole(&r)
	c.writeRole(&r)
	return http.StatusOK, nil
}

// deleteRole deletes a role; its members stay in the organization.
func (c *call) deleteRole() (int, error) {
	r, err := c.role()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteRole(r)
	return c.noContent()
}

// Who is in a role.
// Source: RoleMembershipViewSet in ee/api/rbac/role.py.

// roleMembershipView is what a role membership is rendered from.
type roleMembershipView struct {
	*world.RoleMembership
	member memberView
	call   *call
}

// roleMembershipView gathers what a role membership is rendered from.
func (c *call) roleMembershipView(m *world.RoleMembership) roleMembershipView {
	membership, _ := c.view.Membership(m.User, m.Organization)
	return roleMembershipView{m, c.memberView(membership), c}
}

// writeRoleMembership writes a role membership.
func (c *call) writeRoleMembership(m *world.RoleMembership) {
	c.api.roleMembershipSerializer.Write(&c.out, c.roleMembershipView(m))
}

// roleMembershipBindings are the properties of a role membership, with their rules.
func roleMembershipBindings() []rest.Binding[roleMembershipView, *call] {
	return []rest.Binding[roleMembershipView, *call]{
		{Name: "id", Write: func(w *rest.Writer, m roleMembershipView) { w.String(m.ID) }},
		{Name: "role_id", Write: func(w *rest.Writer, m roleMembershipView) { w.String(m.Role) }},
		{Name: "organization_member", Write: func(w *rest.Writer, m roleMembershipView) {
			m.call.api.roleMemberSerializer.Write(w, m.member)
		}},
		{Name: "user", Write: func(w *rest.Writer, m roleMembershipView) { writeBasicUser(w, m.member.user) }},
		{Name: "joined_at", Write: func(w *rest.Writer, m roleMembershipView) { w.Time(m.JoinedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, m roleMembershipView) { w.Time(m.UpdatedAt) }},
		{Name: "user_uuid", As: rest.UUID},
	}
}

// parentRole finds the role in the middle of the path.
func (c *call) parentRole() (*world.Role, bool) {
	return c.view.Role(c.organization.ID, c.uuid("role_id"))
}

// listRoleMemberships lists who is in the role; nobody is in one that is not there.
func (c *call) listRoleMemberships() (int, error) {
	r, ok := c.parentRole()
	if !ok {
		return listPage(c, world.List[world.RoleMembership]{}, c.writeRoleMembership)
	}
	if c.seesMembers() {
		return listPage(c, c.view.RoleMembers(r.ID), c.writeRoleMembership)
	}
	var seen []*world.RoleMembership
	c.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		if c.seesInRole(m.User) {
			seen = append(seen, m)
		}
		return true
	})
	return listRows(c, seen, c.writeRoleMembership)
}

// seesInRole reports whether the caller sees a user in roles: where members do not see one
// another, those who share a project with the caller.
func (c *call) seesInRole(user int) bool {
	return c.seesMembers() || user == c.User.ID || c.view.ShareProject(c.organization.ID, c.User.ID, user)
}

// roleMembership finds the role membership that the path names.
func (c *call) roleMembership() (*world.RoleMembership, error) {
	if r, ok := c.parentRole(); ok {
		if m, ok := c.view.RoleMembershipByID(c.id()); ok && m.Role == r.ID && c.seesInRole(m.User) {
			return m, nil
		}
	}
	return nil, rest.ErrNotFound
}

// What is refused of new role memberships. All of it is about no field.
var (
	errNoRole     = rest.InvalidInput("Role does not exist.")
	errNoMember   = rest.InvalidInput("User does not exist.")
	errRoleMember = rest.InvalidInput("User is already part of the role.")
)

// createRoleMembership puts a member of the organization into the role.
func (c *call) createRoleMembership() (int, error) {
	attrs, err := validate(c, c.api.roleMembershipSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	r, ok := c.parentRole()
	if !ok {
		return 0, errNoRole
	}
	id, _ := rest.Value[string](attrs, "user_uuid")
	user, ok := c.view.UserByUUID(id)
	if !ok {
		return 0, errNoMember
	}
	if _, member := c.view.Membership(user.ID, c.organization.ID); !member {
		return 0, errNoMember
	}
	if _, already := c.view.RoleMembership(r.ID, user.ID); already {
		return 0, errRoleMember
	}
	m := &world.RoleMembership{
		ID: c.sandbox.IDs.UUID(c.now), Role: r.ID, Organization: c.organization.ID, User: user.ID, JoinedAt: c.now, UpdatedAt: c.now,
	}
	c.tx.PutRoleMembership(m)
	c.writeRoleMembership(m)
	return http.StatusCreated, nil
}

// retrieveRoleMembership shows one role membership.
func (c *call) retrieveRoleMembership() (int, error) {
	m, err := c.roleMembership()
	if err != nil {
		return 0, err
	}
	c.writeRoleMembership(m)
	return http.StatusOK, nil
}

// deleteRoleMembership takes a member out of the role.
func (c *call) deleteRoleMembership() (int, error) {
	m, err := c.roleMembership()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteRoleMembership(m)
	return c.noContent()
}
