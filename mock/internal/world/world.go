// Package world holds the state of the fake: typed tables over copy-on-write
// ordered trees, and the transactions that change them. It knows nothing of HTTP,
// permissions or representations, and never reads a clock or makes an identifier.
//
// A [World] is an immutable snapshot. Readers get one from a [Store] and never
// wait. A writer gets a [Tx] from [Store.Update]: it sees its own changes, which
// become the store's next snapshot as a whole when the function returns nil, and
// are dropped otherwise. Taking a snapshot, resetting to one and starting a second
// store from one take constant time.
//
// Rows are shared between snapshots and must not be modified: copy the struct,
// change the copy, put it back.
package world

import (
	"time"

	"github.com/understudy-dev/understudy/spec"
)

// World is one immutable version of the whole state.
type World struct {
	organizations *table[Organization]
	users         *table[User]
	memberships   *table[Membership]
	keys          *table[Key]
	sessions      *table[Session]
	projects      *table[Project]
	domains       *table[Domain]
	configs       *table[IdentityProviderConfig]
	configLinks   *table[ConfigLink]
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
	dnsMode       DNSMode
	mailMode      MailMode

	lastUser, lastProject int       // the highest numbers given so far
	projectDue            time.Time // when the first project goes that is being deleted; zero is none

	// SiteURL is the configured address of the deployment; "" is the address that was called.
	SiteURL string
	// OnCloud reports whether this is the vendor's cloud rather than a self-hosted installation.
	OnCloud bool
	// NewFeatures are the features of organizations that are made from here on.
	NewFeatures []string

	// Revision is the revision of the API that the state is of: rows mean what they mean there.
	Revision spec.Revision
	// Version counts the transactions that changed something since the world was built.
	Version uint64
}

// Empty returns a world without rows.
func Empty() *World {
	return &World{
		Revision:      spec.DefaultRevision,
		organizations: newTable(organizationDefinition),
		users:         newTable(userDefinition),
		memberships:   newTable(membershipDefinition),
		keys:          newTable(keyDefinition),
		sessions:      newTable(sessionDefinition),
		projects:      newTable(projectDefinition),
		domains:       newTable(domainDefinition),
		configs:       newTable(configDefinition),
		configLinks:   newTable(configLinkDefinition),
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

// Users and projects are numbered by sequences. A number is never reused: a reference to
// a deleted row must not come to mean another one.

// LastUserID is the highest user number given so far.
func (w *World) LastUserID() int { return w.lastUser }

// LastProjectID is the highest project number given so far.
func (w *World) LastProjectID() int { return w.lastProject }

// NextUserID returns a user number that was never used.
func (tx *Tx) NextUserID() int { return tx.lastUser + 1 }

// NextProjectID returns a project number that was never used.
func (tx *Tx) NextProjectID() int { return tx.lastProject + 1 }

// AdvanceSequences marks all numbers up to user and project as used.
func (tx *Tx) AdvanceSequences(user, project int) {
	tx.lastUser, tx.lastProject = max(tx.lastUser, user), max(tx.lastProject, project)
	tx.changed = true
}
