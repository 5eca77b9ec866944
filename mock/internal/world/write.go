package world

import "math"

// PutOrganization stores an organization.
func (tx *Tx) PutOrganization(o *Organization) { edit(tx, &tx.organizations).put(o) }

// DeleteOrganization deletes an organization and everything in it. Its members stay
// users; if it was their current organization, they have none.
func (tx *Tx) DeleteOrganization(o *Organization) {
	for _, d := range tx.Domains(o.ID).Rows() {
		tx.DeleteDomain(d)
	}
	for _, c := range tx.Configs(o.ID).Rows() {
		tx.DeleteConfig(c)
	}
	for _, i := range tx.Integrations(o.ID).Rows() {
		tx.DeleteIntegration(i)
	}
	for _, i := range tx.Invites(o.ID).Rows() {
		tx.DeleteInvite(i)
	}
	for _, r := range tx.Roles(o.ID).Rows() {
		tx.DeleteRole(r)
	}
	for _, p := range tx.Projects(o.ID).Rows() {
		tx.DeleteProject(p)
	}
	for _, m := range tx.Members(o.ID).Rows() {
		tx.DeleteMembership(m)
		if user, ok := tx.User(m.User); ok && user.CurrentOrganization == o.ID {
			left := *user
			left.CurrentOrganization = ""
			tx.PutUser(&left)
		}
	}
	edit(tx, &tx.organizations).remove(o)
}

// PutUser stores a user.
func (tx *Tx) PutUser(u *User) {
	tx.lastUser = max(tx.lastUser, u.ID)
	edit(tx, &tx.users).put(u)
}

// DeleteUser deletes a user with its keys, sessions, memberships and provisioning
// records. What the user created stays.
func (tx *Tx) DeleteUser(u *User) {
	for _, m := range tx.MembershipsOf(u.ID) {
		tx.DeleteMembership(m)
	}
	for _, k := range tx.keys.primary.page(0, math.MaxInt) {
		if k.User == u.ID {
			edit(tx, &tx.keys).remove(k)
		}
	}
	tx.EndSessions(u.ID)
	for _, p := range tx.provisioned.primary.page(0, math.MaxInt) {
		if p.User == u.ID {
			tx.DeleteProvisioned(p)
		}
	}
	edit(tx, &tx.users).remove(u)
}

// PutMembership stores a membership.
func (tx *Tx) PutMembership(m *Membership) { edit(tx, &tx.memberships).put(m) }

// DeleteMembership removes a user from an organization, its roles and its private
// projects. It leaves the user's current organization to the caller.
func (tx *Tx) DeleteMembership(m *Membership) {
	for _, role := range tx.RolesOf(m.Organization, m.User) {
		tx.DeleteRoleMembership(role)
	}
	for _, p := range tx.Projects(m.Organization).Rows() {
		if _, granted := p.Grant(m.User); granted {
			tx.PutProject(p.WithGrant(m.User, ""))
		}
	}
	edit(tx, &tx.memberships).remove(m)
}

// PutRole stores a role.
func (tx *Tx) PutRole(r *Role) { edit(tx, &tx.roles).put(r) }

// DeleteRole deletes a role and its memberships. If it is the organization's default
// role, there is none afterwards.
func (tx *Tx) DeleteRole(r *Role) {
	if o, ok := tx.Organization(r.Organization); ok && o.DefaultRole == r.ID {
		left := *o
		left.DefaultRole = ""
		tx.PutOrganization(&left)
	}
	for _, m := range tx.RoleMembers(r.ID).Rows() {
		tx.DeleteRoleMembership(m)
	}
	edit(tx, &tx.roles).remove(r)
}

// PutRoleMembership stores a role membership.
func (tx *Tx) PutRoleMembership(m *RoleMembership) { edit(tx, &tx.roleMembers).put(m) }

// DeleteRoleMembership deletes a role membership.
func (tx *Tx) DeleteRoleMembership(m *RoleMembership) { edit(tx, &tx.roleMembers).remove(m) }

// PutKey stores a personal API key.
func (tx *Tx) PutKey(k *Key) { edit(tx, &tx.keys).put(k) }

// DeleteKey deletes a personal API key.
func (tx *Tx) DeleteKey(k *Key) { edit(tx, &tx.keys).remove(k) }

// PutSession stores a session.
func (tx *Tx) PutSession(s *Session) { edit(tx, &tx.sessions).put(s) }

// DeleteSession deletes a session.
func (tx *Tx) DeleteSession(s *Session) { edit(tx, &tx.sessions).remove(s) }

// EndSessions deletes every session of a user.
func (tx *Tx) EndSessions(user int) {
	for _, s := range tx.sessions.primary.page(0, math.MaxInt) {
		if s.User == user {
			tx.DeleteSession(s)
		}
	}
}

// PutDomain stores a domain.
func (tx *Tx) PutDomain(d *Domain) {
	d.Cache = newJSONCache[string](d)
	edit(tx, &tx.domains).put(d)
}

// DeleteDomain deletes a domain, its SCIM log and its provisioning records. Its config
// stays, and so do the users.
func (tx *Tx) DeleteDomain(d *Domain) {
	edit(tx, &tx.domains).remove(d)
	tx.unlink(&ConfigLink{Domain: d.ID})
	for _, p := range tx.Provisioned(d.ID).Rows() {
		tx.DeleteProvisioned(p)
	}
	for _, log := range tx.SCIMLogs(d.ID).Rows() {
		edit(tx, &tx.scimLogs).remove(log)
	}
}

// PutConfig stores an identity provider config.
func (tx *Tx) PutConfig(c *IdentityProviderConfig) {
	c.Cache = newJSONCache[struct{}](c)
	edit(tx, &tx.configs).put(c)
}

// DeleteConfig deletes a config; the domains linked to it keep their own
// settings and lose the link.
func (tx *Tx) DeleteConfig(c *IdentityProviderConfig) {
	for _, linked := range tx.DomainsOf(c.ID) {
		d := *linked
		d.Config = ""
		tx.PutDomain(&d)
	}
	tx.leaveProvisioned(c)
	tx.unlink(&ConfigLink{Config: c.ID})
	edit(tx, &tx.configs).remove(c)
}

// PutIntegration stores an integration.
func (tx *Tx) PutIntegration(i *Integration) {
	i.Cache = newJSONCache[*User](i)
	edit(tx, &tx.integrations).put(i)
}

// DeleteIntegration deletes an integration and the project-level parts of its kind.
func (tx *Tx) DeleteIntegration(i *Integration) {
	for _, part := range tx.ProjectIntegrations(i.Organization, i.Kind) {
		edit(tx, &tx.projectParts).remove(part)
	}
	edit(tx, &tx.integrations).remove(i)
}

// PutProjectIntegration stores the part of an integration in a project.
func (tx *Tx) PutProjectIntegration(p *ProjectIntegration) { edit(tx, &tx.projectParts).put(p) }

// PutInvite stores an invite.
func (tx *Tx) PutInvite(i *Invite) {
	i.Cache = newJSONCache[InviteState](i)
	edit(tx, &tx.invites).put(i)
}

// DeleteInvite deletes an invite.
func (tx *Tx) DeleteInvite(i *Invite) { edit(tx, &tx.invites).remove(i) }

// PutTXT replaces the TXT records under a name.
func (tx *Tx) PutTXT(r *TXTRecord) {
	edit(tx, &tx.txt).put(&TXTRecord{Name: normalizeDNSName(r.Name), Values: r.Values})
}

// DeleteTXT removes the TXT records under a name.
func (tx *Tx) DeleteTXT(name string) {
	edit(tx, &tx.txt).remove(&TXTRecord{Name: normalizeDNSName(name)})
}

// Send adds a message to the outbox.
func (tx *Tx) Send(m Mail) {
	if tx.MailMode() == MailDown {
		return
	}
	m.Seq = 1
	if last, ok := tx.mail.primary.rows.Max(); ok {
		m.Seq = last.Seq + 1
	}
	edit(tx, &tx.mail).put(&m)
	tx.sent = append(tx.sent, &m)
}

// RestoreMail resets the outbox to that of an earlier world: mail that this transaction
// sent is not delivered.
func (tx *Tx) RestoreMail(was *World) { tx.mail, tx.sent = was.mail, nil }

// ClearMail empties the outbox.
func (tx *Tx) ClearMail() {
	tx.mail = newTable(mailDefinition)
	tx.changed = true
}
