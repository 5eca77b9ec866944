package world

import (
	"sort"
	"strings"
	"time"
)

// ProvisionedUser records that an identity provider created a user or took it over, and
// what it calls the user. It outlives the membership: a deactivated user can still be
// found, and be activated again.
// Source: ee/models/scim_provisioned_user.py.
type ProvisionedUser struct {
	Provisioner string // the id of what has the SCIM token: a domain, later a config
	User        int
	UserName    string // as it was sent; apart from the address
	// LeftIn is the organization in which a config that is gone has left the record, with a
	// domain of it; "" while it is some provisioner's own.
	LeftIn string
}

// MaxUserName is how long a kept userName may be, in characters.
// Source: username in ee/models/scim_provisioned_user.py.
const MaxUserName = 255

// ProvisionedUser finds the record of a user whom a provisioner created or took over.
func (w *World) ProvisionedUser(provisioner string, user int) (*ProvisionedUser, bool) {
	return w.provisioned.primary.get(&ProvisionedUser{Provisioner: provisioner, User: user})
}

// Provisioned lists the users whom a provisioner created or took over, by number.
func (w *World) Provisioned(provisioner string) List[ProvisionedUser] {
	return w.provisioned.listOf(provisioner)
}

// ProvisionedAs lists those whom a provisioner calls by a name, in whatever case, by
// number. Nothing keeps it from calling two by one name.
func (w *World) ProvisionedAs(provisioner, userName string) (found []*ProvisionedUser) {
	first, wanted := &ProvisionedUser{Provisioner: provisioner, UserName: userName}, strings.ToLower(userName)
	w.provisioned.indexes[provisionedByName].from(first, func(p *ProvisionedUser) bool {
		same := p.Provisioner == provisioner && strings.ToLower(p.UserName) == wanted
		if same {
			found = append(found, p)
		}
		return same
	})
	return found
}

// PutProvisioned records that a provisioner created a user or took it over.
func (tx *Tx) PutProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).put(p) }

// DeleteProvisioned removes the record of a provisioned user, if there is one.
func (tx *Tx) DeleteProvisioned(p *ProvisionedUser) { edit(tx, &tx.provisioned).remove(p) }

// MoveProvisioned hands the records of one provisioner on to another. One that the other has
// of the same user stays as it is.
func (tx *Tx) MoveProvisioned(from, to string) {
	for _, p := range tx.Provisioned(from).Rows() {
		if _, known := tx.ProvisionedUser(to, p.User); !known {
			tx.PutProvisioned(&ProvisionedUser{Provisioner: to, User: p.User, UserName: p.UserName})
		}
		tx.DeleteProvisioned(p)
	}
}

// AdoptProvisioned gives a config the records of the domains that it serves: they are left from
// a config that is gone. Of any other provisioner it does nothing. Every request of SCIM asks
// for it, and most find nothing left.
// Source: the review of pull request #96940.
func (tx *Tx) AdoptProvisioned(provisioner string) {
	config, ok := tx.ConfigByID(provisioner)
	if !ok {
		return
	}
	for _, domain := range tx.domainsLeftIn(config.Organization) {
		if tx.Serves(config, domain) {
			tx.MoveProvisioned(domain, config.ID)
		}
	}
}

// domainsLeftIn are the domains of an organization with which records are left, each once.
func (w *World) domainsLeftIn(organization string) (domains []string) {
	w.provisioned.indexes[provisionedLeft].from(&ProvisionedUser{LeftIn: organization}, func(p *ProvisionedUser) bool {
		if p.LeftIn != organization {
			return false
		}
		if len(domains) == 0 || domains[len(domains)-1] != p.Provisioner {
			domains = append(domains, p.Provisioner)
		}
		return true
	})
	return domains
}

// leave leaves a record with a domain.
func (tx *Tx) leave(p *ProvisionedUser, d *Domain) {
	tx.PutProvisioned(&ProvisionedUser{Provisioner: d.ID, User: p.User, UserName: p.UserName, LeftIn: d.Organization})
}

// leaveProvisioned leaves the records of a config that goes to the domains of the people, and
// takes its log with it.
func (tx *Tx) leaveProvisioned(config *IdentityProviderConfig) {
	for _, p := range tx.Provisioned(config.ID).Rows() {
		if u, ok := tx.User(p.User); ok {
			if d, ok := tx.DomainByName(emailDomain(u.Email)); ok && d.Organization == config.Organization {
				tx.leave(p, d)
			}
		}
		tx.DeleteProvisioned(p)
	}
	for _, l := range tx.SCIMLogs(config.ID).Rows() {
		edit(tx, &tx.scimLogs).remove(l)
	}
}

// TrimSCIMLogs deletes the oldest requests of a provisioner: those from before a time,
// and those beyond the number to keep.
func (tx *Tx) TrimSCIMLogs(provisioner string, before time.Time, keep int) {
	for {
		list := tx.SCIMLogs(provisioner)
		oldest := list.Page(list.Len()-1, 1)
		if len(oldest) == 0 || (list.Len() <= keep && !oldest[0].CreatedAt.Before(before)) {
			return
		}
		edit(tx, &tx.scimLogs).remove(oldest[0])
	}
}

// SCIMLogs lists the SCIM requests of a provisioner, newest first.
func (w *World) SCIMLogs(provisioner string) List[SCIMLog] { return w.scimLogs.listOf(provisioner) }

// PutSCIMLog stores a SCIM request.
func (tx *Tx) PutSCIMLog(l *SCIMLog) { edit(tx, &tx.scimLogs).put(l) }

// SCIMLogRetention is how long a provisioner keeps its SCIM requests.
// Source: SCIM_REQUEST_LOG_RETENTION_DAYS in ee/models/scim_request_log.py.
const SCIMLogRetention = 180 * 24 * time.Hour

// KeptSCIMLogs counts the SCIM requests in a log that are not too old to be kept. They
// are the first, since the newest come first.
func KeptSCIMLogs(list List[SCIMLog], now time.Time) int {
	oldest := now.Add(-SCIMLogRetention)
	return sort.Search(list.Len(), func(i int) bool { return list.Page(i, 1)[0].CreatedAt.Before(oldest) })
}
