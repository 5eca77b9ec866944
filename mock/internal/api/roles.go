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

// roleView is what a role is rendered from.
type roleView struct {
	*world.Role
	call *call
}

func (c *call) writeRole(r *world.Role) {
	c.api.roleSerializer.Write(&c.out, roleView{r, c})
}

func roleBindings() []rest.Binding[roleView, *call] {
	return []rest.Binding[roleView, *call]{
		{Name: "id", Write: func(w *rest.Writer, r roleView) { w.String(r.ID) }},
		{Name: "name", Check: checkRoleName, Write: func(w *rest.Writer, r roleView) { w.String(r.Name) }},
		{Name: "created_at", Write: func(w *rest.Writer, r roleView) { w.Time(r.CreatedAt) }},
		{Name: "created_by", Write: func(w *rest.Writer, r roleView) { r.writeCreator(w) }},
		{Name: "members", Write: func(w *rest.Writer, r roleView) { r.writeMembers(w) }},
		{Name: "is_default", Write: func(w *rest.Writer, r roleView) { w.Bool(r.call.organization.DefaultRole == r.ID) }},
	}
}

func (r roleView) writeCreator(w *rest.Writer) {
	creator, _ := r.call.view.User(r.CreatedBy)
	writeBasicUser(w, creator)
}

func (r roleView) writeMembers(w *rest.Writer) {
	w.Array()
	r.call.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		r.call.api.roleMembershipSerializer.Write(w, r.call.roleMembershipView(m))
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

func (c *call) retrieveRole() (int, error) {
	r, err := c.role()
	if err != nil {
		return 0, err
	}
	c.writeRole(r)
	return http.StatusOK, nil
}

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

func (c *call) deleteRole() (int, error) {
	r, err := c.role()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteRole(r)
	return c.none()
}
