// Package world holds the state of the fake: typed tables over copy-on-write
// ordered trees.
//
// A [World] is an immutable snapshot. Readers take one from a [Store] and never
// wait. A writer gets a [Tx] from [Store.Update]: it sees its own changes, and
// they become the store's next snapshot when the function returns nil, whole, or
// not at all. Taking a snapshot, resetting to one and starting a second store
// from one cost the same whatever the size of the world.
//
// Rows are shared between snapshots. A row that was read is never changed: copy
// the struct, change the copy, put it back.
package world

import (
	"strings"
	"time"
)

// World is one immutable version of everything the fake knows.
type World struct {
	organizations *table[Organization]
	users         *table[User]
	memberships   *table[Membership]
	keys          *table[Key]
	sessions      *table[Session]
	projects      *table[Project]
	domains       *table[Domain]
	configs       *table[IdentityProviderConfig]
	integrations  *table[Integration]
	projectParts  *table[ProjectIntegration]
	invites       *table[Invite]
	roles         *table[Role]
	roleMembers   *table[RoleMembership]
	scimLogs      *table[SCIMLog]
	provisioned   *table[ProvisionedUser]
	txt           *table[TXTRecord]
	mail          *table[Mail]
	upstreamCalls *table[UpstreamCall]
	upstreamMode  UpstreamMode

	lastUser, lastProject int // the highest numbers that one has had

	// SiteURL is where the deployment says that it lies; "" is where it was called.
	SiteURL string
	// OnCloud tells the vendor's cloud from an installation of one's own.
	OnCloud bool

	// Version counts the transactions since the world was built.
	Version uint64
}

// Empty returns a world with nothing in it.
func Empty() *World {
	return &World{
		organizations: newTable(organizationDefinition),
		users:         newTable(userDefinition),
		memberships:   newTable(membershipDefinition),
		keys:          newTable(keyDefinition),
		sessions:      newTable(sessionDefinition),
		projects:      newTable(projectDefinition),
		domains:       newTable(domainDefinition),
		configs:       newTable(configDefinition),
		integrations:  newTable(integrationDefinition),
		projectParts:  newTable(projectPartDefinition),
		invites:       newTable(inviteDefinition),
		roles:         newTable(roleDefinition),
		roleMembers:   newTable(roleMemberDefinition),
		scimLogs:      newTable(scimLogDefinition),
		provisioned:   newTable(provisionedDefinition),
		txt:           newTable(txtDefinition),
		mail:          newTable(mailDefinition),
		upstreamCalls: newTable(upstreamDefinition),
	}
}

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

var configDefinition = &definition[IdentityProviderConfig]{
	key:   func(a, b *IdentityProviderConfig) bool { return a.ID < b.ID },
	owner: func(c *IdentityProviderConfig) string { return c.Organization },
	order: func(a, b *IdentityProviderConfig) bool { return oldestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) },
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

var scimLogDefinition = &definition[SCIMLog]{
	key:   func(a, b *SCIMLog) bool { return a.ID < b.ID },
	owner: func(l *SCIMLog) string { return l.Domain },
	order: func(a, b *SCIMLog) bool { return newestFirst(a.CreatedAt, b.CreatedAt, a.ID, b.ID) },
}

var txtDefinition = &definition[TXTRecord]{key: func(a, b *TXTRecord) bool { return a.Name < b.Name }}

var mailDefinition = &definition[Mail]{key: func(a, b *Mail) bool { return a.Seq < b.Seq }}

func oldestFirst(a, b time.Time, aID, bID string) bool {
	if c := a.Compare(b); c != 0 {
		return c < 0
	}
	return aID < bID
}

func newestFirst(a, b time.Time, aID, bID string) bool { return oldestFirst(b, a, bID, aID) }

// Numbers are given to users and projects one after the other, and never again: what
// still names one that is gone must not come to mean another.

// LastUserID is the highest number that a user has had.
func (w *World) LastUserID() int { return w.lastUser }

// LastProjectID is the highest number that a project has had.
func (w *World) LastProjectID() int { return w.lastProject }

// NextUserID returns a number that no user has or ever had.
func (tx *Tx) NextUserID() int { return tx.lastUser + 1 }

// NextProjectID returns a number that no project has or ever had.
func (tx *Tx) NextProjectID() int { return tx.lastProject + 1 }

// AdvanceSequences makes the numbers up to these ones spent, whoever had them.
func (tx *Tx) AdvanceSequences(user, project int) {
	tx.lastUser, tx.lastProject = max(tx.lastUser, user), max(tx.lastProject, project)
	tx.changed = true
}
