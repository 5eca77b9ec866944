package control

import (
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// roleRow is a role as the control plane shows it.
type roleRow struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	IsDefault    bool      `json:"is_default"` // new members get it
	CreatedBy    string    `json:"created_by"` // an e-mail; "" is nobody
	CreatedAt    time.Time `json:"created_at"`
	Members      []string  `json:"members"` // their e-mails
}

func showRoleRow(e *edit, r *world.Role) roleRow {
	o, ok := e.view.Organization(r.Organization)
	row := roleRow{
		ID: r.ID, Organization: r.Organization, Name: r.Name, IsDefault: ok && o.DefaultRole == r.ID,
		CreatedBy: e.emailOf(r.CreatedBy), CreatedAt: r.CreatedAt, Members: []string{},
	}
	e.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		row.Members = append(row.Members, e.emailOf(m.User))
		return true
	})
	return row
}

var roleKind = kind[world.Role, roleRow]{
	name: "role", code: "no_such_role",
	list: (*world.World).Roles, find: (*world.World).RoleByID,
	row: showRoleRow, delete: (*world.Tx).DeleteRole,
}
