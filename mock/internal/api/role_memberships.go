package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Who is in a role.
// Source: RoleMembershipViewSet in ee/api/rbac/role.py.

// roleMembershipView is what a role membership is rendered from.
type roleMembershipView struct {
	*world.RoleMembership
	member memberView
	call   *call
}

func (c *call) roleMembershipView(m *world.RoleMembership) roleMembershipView {
	membership, _ := c.view.Membership(m.User, m.Organization)
	return roleMembershipView{m, c.memberView(membership), c}
}

func (c *call) writeRoleMembership(m *world.RoleMembership) {
	c.api.roleMembershipSerializer.Write(&c.out, c.roleMembershipView(m))
}

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
	return listPage(c, c.view.RoleMembers(r.ID), c.writeRoleMembership)
}

// roleMembership finds the role membership that the path names.
func (c *call) roleMembership() (*world.RoleMembership, error) {
	if r, ok := c.parentRole(); ok {
		if m, ok := c.view.RoleMembershipByID(c.id()); ok && m.Role == r.ID {
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

func (c *call) retrieveRoleMembership() (int, error) {
	m, err := c.roleMembership()
	if err != nil {
		return 0, err
	}
	c.writeRoleMembership(m)
	return http.StatusOK, nil
}

func (c *call) deleteRoleMembership() (int, error) {
	m, err := c.roleMembership()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteRoleMembership(m)
	return c.none()
}
