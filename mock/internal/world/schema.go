package world

import (
	"strings"
	"time"
)

const organizationBySlug = 0

var organizationDefinition = &definition[Organization]{
	key: func(a, b *Organization) bool { return a.ID < b.ID },
	indexes: []func(a, b *Organization) bool{
		organizationBySlug: func(a, b *Organization) bool { return a.Slug < b.Slug },
	},
}

const (
	userByEmail = iota
	userByUUID
)

var userDefinition = &definition[User]{
	key: func(a, b *User) bool { return a.ID < b.ID },
	indexes: []func(a, b *User) bool{
		userByEmail: func(a, b *User) bool { return strings.ToLower(a.Email) < strings.ToLower(b.Email) },
		userByUUID:  func(a, b *User) bool { return a.UUID < b.UUID },
	},
}

const (
	membershipByID = iota
	membershipByOrganization
)

var membershipDefinition = &definition[Membership]{
	key: func(a, b *Membership) bool {
		if a.User != b.User {
			return a.User < b.User
		}
		return a.Organization < b.Organization
	},
	indexes: []func(a, b *Membership) bool{
		membershipByID: func(a, b *Membership) bool { return a.ID < b.ID },
		membershipByOrganization: func(a, b *Membership) bool {
			if a.Organization != b.Organization {
				return a.Organization < b.Organization
			}
			return a.User < b.User
		},
	},
	owner: func(m *Membership) string { return m.Organization },
	// Members are listed newest first (organization_member.py: order_by("-joined_at")).
	order: func(a, b *Membership) bool { return newestFirst(a.JoinedAt, b.JoinedAt, a.ID, b.ID) },
}

var keyDefinition = &definition[Key]{
	key:     func(a, b *Key) bool { return a.Value < b.Value },
	indexes: []func(a, b *Key) bool{func(a, b *Key) bool { return a.ID < b.ID }},
}

var sessionDefinition = &definition[Session]{key: func(a, b *Session) bool { return a.Key < b.Key }}

var projectDefinition = &definition[Project]{
	key:   func(a, b *Project) bool { return a.ID < b.ID },
	owner: func(p *Project) string { return p.Organization },
	order: func(a, b *Project) bool { return a.ID < b.ID },
}

const (
	domainByName = iota
	domainByConfig
)

var domainDefinition = &definition[Domain]{
	key: func(a, b *Domain) bool { return a.ID < b.ID },
	indexes: []func(a, b *Domain) bool{
		domainByName: func(a, b *Domain) bool { return a.Domain < b.Domain },
		domainByConfig: func(a, b *Domain) bool {
			if a.Config != b.Config {
				return a.Config < b.Config
			}
			return a.ID < b.ID
		},
	},
	owner: func(d *Domain) string { return d.Organization },
	order: func(a, b *Domain) bool { return a.Domain < b.Domain },
}

const (
	configBySlug = iota
	configForAll
)

var configDefinition = &definition[IdentityProviderConfig]{
	key: func(a, b *IdentityProviderConfig) bool { return a.ID < b.ID },
	indexes: []func(a, b *IdentityProviderConfig) bool{
		configBySlug: func(a, b *IdentityProviderConfig) bool {
			if a.Slug != b.Slug {
				return a.Slug < b.Slug
			}
			return a.ID < b.ID
		},
		configForAll: func(a, b *IdentityProviderConfig) bool {
			switch {
			case a.ServesAll() != b.ServesAll():
				return a.ServesAll()
			case a.Organization != b.Organization:
				return a.Organization < b.Organization
			}
			return oldestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID)
		},
	},
	owner: func(c *IdentityProviderConfig) string { return c.Organization },
	order: func(a, b *IdentityProviderConfig) bool { return oldestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) },
}

const linkByDomain = 0

var configLinkDefinition = &definition[ConfigLink]{
	key: func(a, b *ConfigLink) bool {
		if a.Config != b.Config {
			return a.Config < b.Config
		}
		return a.Domain < b.Domain
	},
	indexes: []func(a, b *ConfigLink) bool{
		linkByDomain: func(a, b *ConfigLink) bool {
			if a.Domain != b.Domain {
				return a.Domain < b.Domain
			}
			return a.Config < b.Config
		},
	},
}

var integrationDefinition = &definition[Integration]{
	key:   func(a, b *Integration) bool { return a.ID < b.ID },
	owner: func(i *Integration) string { return i.Organization },
	// The real queryset names no order; its time-ordered keys give creation order.
	order: func(a, b *Integration) bool { return a.ID < b.ID },
}

var projectPartDefinition = &definition[ProjectIntegration]{
	key: func(a, b *ProjectIntegration) bool {
		if a.Organization != b.Organization {
			return a.Organization < b.Organization
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		return a.Project < b.Project
	},
}

const inviteByEmail = 0

var inviteDefinition = &definition[Invite]{
	key: func(a, b *Invite) bool { return a.ID < b.ID },
	indexes: []func(a, b *Invite) bool{
		inviteByEmail: func(a, b *Invite) bool {
			if a.Organization != b.Organization {
				return a.Organization < b.Organization
			}
			if a.TargetEmail != b.TargetEmail {
				return a.TargetEmail < b.TargetEmail
			}
			return newestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID)
		},
	},
	owner: func(i *Invite) string { return i.Organization },
	order: func(a, b *Invite) bool { return newestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) },
}

const roleByName = 0

var roleDefinition = &definition[Role]{
	key: func(a, b *Role) bool { return a.ID < b.ID },
	indexes: []func(a, b *Role) bool{
		// The database keeps names apart by case, so that SCIM can have "ops"
		// beside "Ops"; the API's own check does not.
		roleByName: func(a, b *Role) bool {
			if a.Organization != b.Organization {
				return a.Organization < b.Organization
			}
			return a.Name < b.Name
		},
	},
	owner: func(r *Role) string { return r.Organization },
	// The real queryset names no order; its time-ordered keys give creation order.
	order: func(a, b *Role) bool { return a.ID < b.ID },
}

const (
	roleMemberByRole = iota
	roleMemberByUser
)

var roleMemberDefinition = &definition[RoleMembership]{
	key: func(a, b *RoleMembership) bool { return a.ID < b.ID },
	indexes: []func(a, b *RoleMembership) bool{
		roleMemberByRole: func(a, b *RoleMembership) bool {
			if a.Role != b.Role {
				return a.Role < b.Role
			}
			return a.User < b.User
		},
		roleMemberByUser: func(a, b *RoleMembership) bool {
			if a.Organization != b.Organization {
				return a.Organization < b.Organization
			}
			if a.User != b.User {
				return a.User < b.User
			}
			return a.Role < b.Role
		},
	},
	owner: func(m *RoleMembership) string { return m.Role },
	// Source: RoleMembershipViewSet in ee/api/rbac/role.py.
	order: func(a, b *RoleMembership) bool { return oldestFirst(a.JoinedAt, b.JoinedAt, a.ID, b.ID) },
}

const (
	provisionedByName = iota
	provisionedLeft
)

// byProvisioner orders records by their key.
func byProvisioner(a, b *ProvisionedUser) bool {
	if a.Provisioner != b.Provisioner {
		return a.Provisioner < b.Provisioner
	}
	return a.User < b.User
}

var provisionedDefinition = &definition[ProvisionedUser]{
	key: byProvisioner,
	indexes: []func(a, b *ProvisionedUser) bool{
		provisionedByName: func(a, b *ProvisionedUser) bool {
			if a.Provisioner != b.Provisioner {
				return a.Provisioner < b.Provisioner
			}
			if x, y := strings.ToLower(a.UserName), strings.ToLower(b.UserName); x != y {
				return x < y
			}
			return a.User < b.User
		},
		provisionedLeft: func(a, b *ProvisionedUser) bool {
			if a.LeftIn != b.LeftIn {
				return a.LeftIn < b.LeftIn
			}
			return byProvisioner(a, b)
		},
	},
	owner: func(p *ProvisionedUser) string { return p.Provisioner },
	order: func(a, b *ProvisionedUser) bool { return a.User < b.User },
}

var scimLogDefinition = &definition[SCIMLog]{
	key:   func(a, b *SCIMLog) bool { return a.ID < b.ID },
	owner: func(l *SCIMLog) string { return l.Provisioner },
	order: func(a, b *SCIMLog) bool { return newestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) },
}

var txtDefinition = &definition[TXTRecord]{key: func(a, b *TXTRecord) bool { return a.Name < b.Name }}

var mailDefinition = &definition[Mail]{key: func(a, b *Mail) bool { return a.Seq < b.Seq }}

var upstreamDefinition = &definition[UpstreamCall]{key: func(a, b *UpstreamCall) bool { return a.Seq < b.Seq }}

func oldestFirst(a, b time.Time, aID, bID string) bool {
	if c := a.Compare(b); c != 0 {
		return c < 0
	}
	return aID < bID
}

func newestFirst(a, b time.Time, aID, bID string) bool { return oldestFirst(b, a, bID, aID) }
