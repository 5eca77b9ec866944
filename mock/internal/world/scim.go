package world

import (
	"strings"
	"time"
)

// ProvisionedUser is what a domain remembers of a user that its identity provider
// made or took over. It outlives the membership: a deactivated user can still be
// found, and activated again.
type ProvisionedUser struct {
	Domain   string
	User     int
	Username string // the identity provider's name of the user
}

const provisionedByUsername = 0

var provisionedDefinition = &definition[ProvisionedUser]{
	key: func(a, b *ProvisionedUser) bool {
		if a.Domain != b.Domain {
			return a.Domain < b.Domain
		}
		return a.User < b.User
	},
	indexes: []func(a, b *ProvisionedUser) bool{
		provisionedByUsername: func(a, b *ProvisionedUser) bool {
			if a.Domain != b.Domain {
				return a.Domain < b.Domain
			}
			if x, y := strings.ToLower(a.Username), strings.ToLower(b.Username); x != y {
				return x < y
			}
			return a.User < b.User
		},
	},
	owner: func(p *ProvisionedUser) string { return p.Domain },
	order: func(a, b *ProvisionedUser) bool { return a.User < b.User },
}

// DomainByID finds a domain of any organization.
func (w *World) DomainByID(id string) (*Domain, bool) {
	return w.domains.primary.get(&Domain{ID: id})
}

// MembersByNumber visits the members of an organization by their users' numbers,
// until visit returns false.
func (w *World) MembersByNumber(organization string, visit func(*Membership) bool) {
	w.memberships.indexes[membershipByOrganization].from(&Membership{Organization: organization}, func(m *Membership) bool {
		return m.Organization == organization && visit(m)
	})
}

// ProvisionedUser finds what a domain remembers of a user.
func (w *World) ProvisionedUser(domain string, user int) (*ProvisionedUser, bool) {
	return w.provisioned.primary.get(&ProvisionedUser{Domain: domain, User: user})
}

// Provisioned lists the users that a domain remembers, by number.
func (w *World) Provisioned(domain string) List[ProvisionedUser] { return w.provisioned.of(domain) }

// ProvisionedAs returns the users that a domain remembers under a name, whatever
// its case.
func (w *World) ProvisionedAs(domain, username string) []*ProvisionedUser {
	var found []*ProvisionedUser
	name := strings.ToLower(username)
	pivot := &ProvisionedUser{Domain: domain, Username: username}
	w.provisioned.indexes[provisionedByUsername].from(pivot, func(p *ProvisionedUser) bool {
		if p.Domain != domain || strings.ToLower(p.Username) != name {
			return false
		}
		found = append(found, p)
		return true
	})
	return found
}

// PutProvisioned stores what a domain remembers of a user.
func (tx *Tx) PutProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).put(p) }

// DeleteProvisioned makes a domain forget a user.
func (tx *Tx) DeleteProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).remove(p) }

// TrimSCIMLogs deletes the oldest requests of a domain: those from before a moment,
// and those beyond the number to keep.
func (tx *Tx) TrimSCIMLogs(domain string, before time.Time, keep int) {
	for {
		list := tx.SCIMLogs(domain)
		oldest := list.Page(list.Len()-1, 1)
		if len(oldest) == 0 || (list.Len() <= keep && !oldest[0].CreatedAt.Before(before)) {
			return
		}
		edit(tx, &tx.scimLogs).remove(oldest[0])
	}
}

// Attempt runs change in a transaction within the transaction. Its changes become
// part of tx if it returns nil; otherwise they leave no trace, and tx goes on.
func (tx *Tx) Attempt(change func(*Tx) error) error {
	inner := &Tx{World: tx.World}
	if err := change(inner); err != nil {
		return err
	}
	tx.World, tx.changed = inner.World, tx.changed || inner.changed
	return nil
}
