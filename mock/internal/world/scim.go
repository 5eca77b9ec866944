package world

import (
	"sort"
	"time"
)

// ProvisionedUser records that the identity provider of a domain created a user or took
// it over. It outlives the membership: a deactivated user can still be found, and be
// activated again.
type ProvisionedUser struct {
	Domain string
	User   int
}

// IsProvisioned reports whether a domain created a user or took it over.
func (w *World) IsProvisioned(domain string, user int) bool {
	_, ok := w.provisioned.primary.get(&ProvisionedUser{domain, user})
	return ok
}

// Provisioned lists the users that a domain created or took over, by number.
func (w *World) Provisioned(domain string) List[ProvisionedUser] { return w.provisioned.listOf(domain) }

// PutProvisioned records that a domain provisioned a user.
func (tx *Tx) PutProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).put(p) }

// DeleteProvisioned removes the record of a provisioned user, if there is one.
func (tx *Tx) DeleteProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).remove(p) }

// TrimSCIMLogs deletes the oldest requests of a domain: those from before a time, and
// those beyond the number to keep.
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
func (w *World) SCIMLogs(domain string) List[SCIMLog] { return w.scimLogs.listOf(domain) }

// PutSCIMLog stores a SCIM request.
func (tx *Tx) PutSCIMLog(l *SCIMLog) { edit(tx, &tx.scimLogs).put(l) }

// SCIMLogRetention is how long a domain keeps its SCIM requests.
// Source: SCIM_REQUEST_LOG_RETENTION_DAYS in ee/models/scim_request_log.py.
const SCIMLogRetention = 180 * 24 * time.Hour

// KeptSCIMLogs counts the SCIM requests in a log that are not too old to be kept. They
// are the first, since the newest come first.
func KeptSCIMLogs(list List[SCIMLog], now time.Time) int {
	oldest := now.Add(-SCIMLogRetention)
	return sort.Search(list.Len(), func(i int) bool { return list.Page(i, 1)[0].CreatedAt.Before(oldest) })
}
