package world

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/spec"
)

// migration is what becomes of the rows when a deployment is upgraded over a change.
type migration struct {
	with    spec.ChangeID
	migrate func(tx *Tx)
}

// migrations are those that change rows, oldest first.
var migrations = []migration{
	{spec.ConfigsShown, showConfigs},
	{spec.IdentityOnConfigs, moveIdentityToConfigs},
}

// MigrateTo makes the world one of a later revision, with everything in it, as the upgrade of a
// deployment does. It fails for an earlier revision: what a later one
// has may have no place there.
func (tx *Tx) MigrateTo(r spec.Revision) error {
	if !r.Since(tx.Revision) {
		return fmt.Errorf("a world of revision %s cannot go back to %s", tx.Revision, r)
	}
	for _, m := range migrations {
		if r.Has(m.with) && !tx.Revision.Has(m.with) {
			m.migrate(tx)
		}
	}
	tx.changed = tx.changed || tx.Revision != r
	tx.Revision = r
	return nil
}

// showConfigs makes the configs of domains known. This fake has always kept them: one that no
// domain has is left from a domain that was deleted, and nobody has ever seen it.
func showConfigs(tx *Tx) {
	for _, o := range tx.Organizations().Rows() {
		for _, c := range tx.Configs(o.ID).Rows() {
			if len(tx.DomainsOf(c.ID)) == 0 {
				tx.DeleteConfig(c)
			}
		}
		for _, d := range tx.Domains(o.ID).Rows() {
			domain := *d // what was rendered of it has other fields
			tx.PutDomain(&domain)
		}
	}
}

// moveIdentityToConfigs makes the identity settings of domains those of their configs alone. A
// config serves the domains that named it, for everything. One that served a domain keeps its
// address: its slug is the id of the first of its domains.
// Source: pull requests #68795, #78527, #84673.
func moveIdentityToConfigs(tx *Tx) {
	for _, o := range tx.Organizations().Rows() {
		for _, c := range tx.Configs(o.ID).Rows() {
			served := tx.servedInOrder(c.ID)
			config := *c
			var links []string
			for _, d := range served {
				links = append(links, d.ID)
				tx.MoveProvisioned(d.ID, c.ID) // the log of before stays the domain's
			}
			if len(served) > 0 {
				config.Slug = served[0].ID
			} else {
				config.Slug = derivedID(c.ID, "slug")
			}
			config.SAMLRelayState = derivedID(c.ID, "relay state")
			tx.PutConfig(&config)
			tx.LinkDomains(config.ID, links)
		}
		for _, d := range tx.Domains(o.ID).Rows() {
			domain := *d
			domain.Identity, domain.Config = Identity{}, ""
			tx.PutDomain(&domain)
			for _, p := range tx.Provisioned(d.ID).Rows() {
				tx.leave(p, d) // for a config to come
			}
		}
	}
}

// servedInOrder are the domains that name a config. The upgrade makes the id of the first one its
// slug.
func (w *World) servedInOrder(config string) []*Domain {
	served := w.DomainsOf(config)
	slices.SortFunc(served, func(a, b *Domain) int { return cmp.Compare(a.ID, b.ID) })
	return served
}

// KeepsSCIMAddress reports whether the SCIM server of a domain, which is found by the domain's id,
// is found by it after the upgrade, too: one address is left of those of the domains that share a
// config.
func (w *World) KeepsSCIMAddress(d *Domain) bool {
	served := w.servedInOrder(d.Config)
	return d.Config != "" && len(served) > 0 && served[0].ID == d.ID
}

// derivedID is an identifier that follows from that of a row: wherever a world is migrated, it
// is the same.
func derivedID(row, use string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(row+"/"+use)).String()
}
