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
