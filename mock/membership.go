package mock

import (
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Joining and leaving an organization, by whatever way.
// Source: User.join and User.leave in posthog/models/user.py.

// join makes a user a member of an organization, which becomes the user's current
// one, and gives the organization's default role. It returns the user as changed.
func (b *Sandbox) join(tx *world.Tx, now time.Time, user *world.User, o *world.Organization, level world.Level) *world.User {
	b.admit(tx, now, user, o, level)
	moved := enter(tx, user, o)
	b.giveDefaultRole(tx, now, user, o)
	return moved
}

// admit makes a user a member of an organization, and nothing more.
func (b *Sandbox) admit(tx *world.Tx, now time.Time, user *world.User, o *world.Organization, level world.Level) {
	tx.PutMembership(&world.Membership{
		ID: b.ids.UUID(now), Organization: o.ID, User: user.ID, Level: level, JoinedAt: now, UpdatedAt: now,
	})
}

// enter makes an organization the current one of a user, with its first project that
// is open to the user. It returns the user as changed.
func enter(tx *world.Tx, user *world.User, o *world.Organization) *world.User {
	moved := *user
	moved.CurrentOrganization, moved.CurrentProject = o.ID, 0
	if open := visibleProjects(&tx.World, user.ID, o.ID); len(open) > 0 {
		moved.CurrentProject = open[0].ID
	}
	tx.PutUser(&moved)
	return &moved
}

// giveDefaultRole puts a new member into the role that the organization gives to
// new members, if it has one.
func (b *Sandbox) giveDefaultRole(tx *world.Tx, now time.Time, user *world.User, o *world.Organization) {
	if role, ok := tx.Role(o.ID, o.DefaultRole); ok {
		tx.PutRoleMembership(&world.RoleMembership{
			ID: b.ids.UUID(now), Role: role.ID, Organization: o.ID, User: user.ID, JoinedAt: now, UpdatedAt: now,
		})
	}
}

// leave ends a membership. Where the organization was the user's current one,
// another of the user's becomes it. Keys and sessions stay: they are the user's. Who
// may not leave is for the caller to say.
func leave(tx *world.Tx, m *world.Membership) {
	tx.DeleteMembership(m)
	user, ok := tx.User(m.User)
	if !ok || user.CurrentOrganization != m.Organization {
		return
	}
	moved := *user
	moved.CurrentOrganization, moved.CurrentProject = "", 0
	if o, ok := tx.CurrentOrganization(&moved); ok {
		moved.CurrentOrganization = o.ID
	}
	tx.PutUser(&moved)
}
