package world

import "time"

// ProvisionedUser says that the identity provider of a domain made a user or took it
// over. It outlives the membership: a deactivated user can still be found, and
// activated again.
type ProvisionedUser struct {
	Domain string
	User   int
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

// SCIMLogs lists the SCIM requests of a domain, newest first.
func (w *World) SCIMLogs(domain string) List[SCIMLog] { return w.scimLogs.of(domain) }

// PutSCIMLog stores a SCIM request.
func (tx *Tx) PutSCIMLog(l *SCIMLog) { edit(tx, &tx.scimLogs).put(l) }
