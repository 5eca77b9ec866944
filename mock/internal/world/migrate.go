package world

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/understudy-dev/understudy/spec"
)

// migration is what becomes of the rows when a deployment is upgraded to a revision.
type migration struct {
	to      spec.Revision
	migrate func(tx *Tx, newID func() string)
}

// migrations are those that change rows, oldest first. Until June 2026 nobody could see the
// configs that domains have, but they were there in this fake: nothing is to be done for them.
var migrations = []migration{
	{spec.September2026, moveIdentityToConfigs},
}

// MigrateTo makes the world one of a later revision, with everything in it, as the upgrade of a
// deployment does. newID makes identifiers. It fails for an earlier revision: what a later one
// has may have no place there.
func (tx *Tx) MigrateTo(r spec.Revision, newID func() string) error {
	if !r.Since(tx.Revision) {
		return fmt.Errorf("a world of revision %s cannot go back to %s", tx.Revision, r)
	}
	for _, m := range migrations {
		if m.to.Since(r) && m.to != r || tx.Revision.Since(m.to) {
			continue
		}
		m.migrate(tx, newID)
	}
	tx.changed = tx.changed || tx.Revision != r
	tx.Revision = r
	return nil
}

// moveIdentityToConfigs makes the identity settings of domains those of their configs alone. A
// config serves the domains that named it, for everything. One that served a domain keeps its
// address: its slug is the id of the first of its domains.
// Source: pull requests #68795, #78527, #84673.
func moveIdentityToConfigs(tx *Tx, newID func() string) {
	for _, o := range rowsOf(tx.Organizations()) {
		for _, c := range rowsOf(tx.Configs(o.ID)) {
			served := tx.DomainsOf(c.ID)
			slices.SortFunc(served, func(a, b *Domain) int { return cmp.Compare(a.ID, b.ID) })
			config := *c
			var links []string
			for _, d := range served {
				links = append(links, d.ID)
			}
			if len(served) > 0 {
				config.Slug = served[0].ID
			} else {
				config.Slug = newID()
			}
			config.SAMLRelayState = newID()
			tx.PutConfig(&config)
			tx.LinkDomains(config.ID, links)
		}
		for _, d := range rowsOf(tx.Domains(o.ID)) {
			domain := *d
			domain.Identity, domain.Config = Identity{}, ""
			tx.PutDomain(&domain)
		}
	}
}
