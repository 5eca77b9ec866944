package world

import "time"

// Joining and leaving an organization, by whatever way.
// Source: User.join and User.leave in posthog/models/user.py.

// Join makes a user a member of an organization, which becomes the user's current
// one, and gives the organization's default role. It returns the user as changed.
func (tx *Tx) Join(user *User, o *Organization, level Level, now time.Time, ids IDs) *User {
	tx.AddMember(user, o, level, now, ids)
	moved := tx.MakeCurrent(user, o)
	if role, ok := tx.Role(o.ID, o.DefaultRole); ok {
		tx.PutRoleMembership(&RoleMembership{
			ID: ids.UUID(now), Role: role.ID, Organization: o.ID, User: user.ID, JoinedAt: now, UpdatedAt: now,
		})
	}
	return moved
}

// AddMember makes a user a member of an organization, and nothing more.
func (tx *Tx) AddMember(user *User, o *Organization, level Level, now time.Time, ids IDs) {
	tx.PutMembership(&Membership{
		ID: ids.UUID(now), Organization: o.ID, User: user.ID, Level: level, JoinedAt: now, UpdatedAt: now,
	})
}

// MakeCurrent makes an organization the current one of a user, with its first project
// that is open to the user. It returns the user as changed.
func (tx *Tx) MakeCurrent(user *User, o *Organization) *User {
	moved := *user
	moved.CurrentOrganization, moved.CurrentProject = o.ID, 0
	if open := tx.VisibleProjects(user.ID, o.ID); len(open) > 0 {
		moved.CurrentProject = open[0].ID
	}
	tx.PutUser(&moved)
	return &moved
}

// Leave ends a membership. Where the organization was the user's current one,
// another of the user's becomes it. Keys and sessions stay: they are the user's. Who
// may not leave is for the caller to say.
func (tx *Tx) Leave(m *Membership) {
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

// ShowsMembers reports whether plain members see one another.
func (o *Organization) ShowsMembers() bool { return o.MembersSeeMembers == nil || *o.MembersSeeMembers }
