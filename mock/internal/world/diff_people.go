package world

import "strconv"

var userColumns = &columns[User]{
	table: "user", id: func(u *User) string { return strconv.Itoa(u.ID) },
	fields: []column[User]{
		{name: "uuid", value: func(u *User) any { return u.UUID }},
		{name: "distinct_id", value: func(u *User) any { return nullable(u.DistinctID) }},
		{name: "email", value: func(u *User) any { return u.Email }},
		{name: "first_name", value: func(u *User) any { return u.FirstName }},
		{name: "last_name", value: func(u *User) any { return u.LastName }},
		secret("password", func(u *User) any { return nullable(u.Password) }),
		{name: "is_email_verified", value: func(u *User) any { return u.EmailVerified }},
		{name: "current_organization", value: func(u *User) any { return nullable(u.CurrentOrganization) }},
		{name: "current_project", value: func(u *User) any { return nullable(u.CurrentProject) }},
		{name: "role_at_organization", value: func(u *User) any { return nullable(u.RoleAtOrganization) }},
		{name: "date_joined", value: func(u *User) any { return moment(u.JoinedAt) }},
		{name: "last_login", value: func(u *User) any { return optMoment(u.LastLogin) }},
	},
}

var membershipColumns = &columns[Membership]{
	table: "organization_member", id: func(m *Membership) string { return m.ID },
	fields: []column[Membership]{
		{name: "id", value: func(m *Membership) any { return m.ID }},
		{name: "organization", value: func(m *Membership) any { return m.Organization }},
		{name: "user", value: func(m *Membership) any { return m.User }},
		{name: "level", value: func(m *Membership) any { return int(m.Level) }},
		{name: "joined_at", value: func(m *Membership) any { return moment(m.JoinedAt) }},
		{name: "updated_at", value: func(m *Membership) any { return moment(m.UpdatedAt) }},
	},
}

var keyColumns = &columns[Key]{
	table: "personal_api_key", id: func(k *Key) string { return k.ID },
	fields: []column[Key]{
		{name: "id", value: func(k *Key) any { return k.ID }},
		{name: "label", value: func(k *Key) any { return k.Label }},
		secret("value", func(k *Key) any { return k.Value }),
		{name: "user", value: func(k *Key) any { return k.User }},
		{name: "scopes", value: func(k *Key) any { return items(k.Scopes) }},
		{name: "scoped_organizations", value: func(k *Key) any { return items(k.Organizations) }},
		{name: "scoped_teams", value: func(k *Key) any { return items(k.Projects) }},
		{name: "created_at", value: func(k *Key) any { return moment(k.CreatedAt) }},
	},
}

var sessionColumns = &columns[Session]{
	table: "session", id: func(s *Session) string { return fingerprint(s.Key) },
	fields: []column[Session]{
		secret("key", func(s *Session) any { return s.Key }),
		{name: "user", value: func(s *Session) any { return s.User }},
		{name: "logged_in_at", value: func(s *Session) any { return moment(s.LoggedInAt) }},
	},
}

var roleColumns = &columns[Role]{
	table: "role", id: func(r *Role) string { return r.ID },
	fields: []column[Role]{
		{name: "organization", value: func(r *Role) any { return r.Organization }},
		{name: "name", value: func(r *Role) any { return r.Name }},
		{name: "created_by", value: func(r *Role) any { return nullable(r.CreatedBy) }},
		{name: "created_at", value: func(r *Role) any { return moment(r.CreatedAt) }},
	},
}

var roleMemberColumns = &columns[RoleMembership]{
	table: "role_membership", id: func(m *RoleMembership) string { return m.ID },
	fields: []column[RoleMembership]{
		{name: "role_id", value: func(m *RoleMembership) any { return m.Role }},
		{name: "organization", value: func(m *RoleMembership) any { return m.Organization }},
		{name: "user", value: func(m *RoleMembership) any { return m.User }},
		{name: "joined_at", value: func(m *RoleMembership) any { return moment(m.JoinedAt) }},
		{name: "updated_at", value: func(m *RoleMembership) any { return moment(m.UpdatedAt) }},
	},
}

var provisionedColumns = &columns[ProvisionedUser]{
	table: "provisioned_user", id: func(p *ProvisionedUser) string { return p.Domain + "/" + strconv.Itoa(p.User) },
	fields: []column[ProvisionedUser]{
		{name: "domain", value: func(p *ProvisionedUser) any { return p.Domain }},
		{name: "user", value: func(p *ProvisionedUser) any { return p.User }},
	},
}
