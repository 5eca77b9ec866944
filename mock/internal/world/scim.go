package world

import (
	"sort"
	"time"
)

// ProvisionedUser says that the identity provider of a domain made a user or took it
// over. It outlives the membership: a deactivated user can still be found, and
// activated again.
type ProvisionedUser struct {
	Domain string
	User   int
}

var provisionedDefinition = &definition[ProvisionedUser]{
	key: func(a, b *ProvisionedUser) bool {
		if a.Domain != b.Domain {
			return a.Domain < b.Domain
		}
		return a.User < b.User
	},
	owner: func(p *ProvisionedUser) string { return p.Domain },
	order: func(a, b *ProvisionedUser) bool { return a.User < b.User },
}

// ScanMembers visits the members of an organization by their users' numbers,
// until visit returns false.
func (w *World) ScanMembers(organization string, visit func(*Membership) bool) {
	w.memberships.indexes[membershipByOrganization].from(&Membership{Organization: organization}, func(m *Membership) bool {
		return m.Organization == organization && visit(m)
	})
}

// IsProvisioned tells whether a domain made a user or took it over.
func (w *World) IsProvisioned(domain string, user int) bool {
	_, ok := w.provisioned.primary.get(&ProvisionedUser{domain, user})
	return ok
}

// Provisioned lists the users that a domain made or took over, by number.
func (w *World) Provisioned(domain string) List[ProvisionedUser] { return w.provisioned.of(domain) }

// PutProvisioned makes a domain remember a user.
func (tx *Tx) PutProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).put(p) }

// DeleteProvisioned makes a domain forget a user, if it remembers it.
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

// Savepoint runs change in a transaction within the transaction. Its changes become
// part of tx if it returns nil; otherwise they leave no trace, and tx goes on.
func (tx *Tx) Savepoint(change func(*Tx) error) error {
	inner := &Tx{World: tx.World}
	if err := change(inner); err != nil {
		return err
	}
	tx.World, tx.changed = inner.World, tx.changed || inner.changed
	return nil
}

// SCIMLogRetention is how long a domain keeps its SCIM requests.
// Source: SCIM_REQUEST_LOG_RETENTION_DAYS in ee/models/scim_request_log.py.
const SCIMLogRetention = 180 * 24 * time.Hour

// KeptSCIMLogs counts the SCIM requests in a log that are not too old to be kept. They
// are the first, since the newest come first.
func KeptSCIMLogs(list List[SCIMLog], now time.Time) int {
	oldest := now.Add(-SCIMLogRetention)
	return sort.Search(list.Len(), func(i int) bool { return list.Page(i, 1)[0].CreatedAt.Before(oldest) })
}
