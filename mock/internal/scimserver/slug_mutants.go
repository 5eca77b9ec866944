package scimserver

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// closeConfigs refuses callers of configs that are chosen.
func closeConfigs(chosen func(w *world.World, config *world.IdentityProviderConfig) bool) defect {
	return aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		if config, ok := tx.ConfigBySlug(c.segment()); ok && chosen(&tx.World, config) {
			return scim.ErrAuthentication
		}
		return next(c, tx)
	})
}

// openConfigs lets in callers of whatever else names a config: what config finds, by the
// segment of the path.
func openConfigs(find func(w *world.World, segment string) []*world.IdentityProviderConfig) defect {
	return aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		err := next(c, tx)
		if err == nil {
			return nil
		}
		token := strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")
		for _, config := range find(&tx.World, c.segment()) {
			if p, ok := findConfig(&tx.World, config.Slug); ok && token != "" && p.token == token {
				c.letIn(p)
				return nil
			}
		}
		return err
	})
}

// slugMutants are about the SCIM servers of configs, which the newest revision has.
func slugMutants() []mutantRow {
	const create = "scim_users_create"
	return []mutantRow{
		{"scim.slug.location", "A user is not where the SCIM server says.", "scim.slug.opens", replaceText(create, "/Users/", "/People/")},
		{"scim.slug.domain", "A domain calls the SCIM server of its config.", "scim.slug.other_ids",
			openConfigs(func(w *world.World, segment string) []*world.IdentityProviderConfig {
				d, ok := w.DomainByID(segment)
				if !ok {
					return nil
				}
				return w.ConfigsServing(d)
			})},
		{"scim.slug.config", "A config calls its SCIM server by its id.", "scim.slug.other_ids",
			openConfigs(func(w *world.World, segment string) []*world.IdentityProviderConfig {
				config, ok := w.ConfigByID(segment)
				if !ok {
					return nil
				}
				return []*world.IdentityProviderConfig{config}
			})},
		{"scim.slug.unverified", "A config opens its SCIM server without a verified domain.", "scim.slug.unverified",
			authenticateIf(func(_ *call, _ *world.World, p *provisioner, token string) bool {
				return token != "" && p.token == token
			})},
		{"scim.slug.all_verified", "All domains of a config must be verified.", "scim.slug.unverified",
			closeConfigs(func(w *world.World, config *world.IdentityProviderConfig) bool {
				for _, d := range w.ServedDomains(config) {
					if d.VerifiedAt == nil {
						return true
					}
				}
				return false
			})},
		{"scim.slug.one_domain", "A config with two domains opens no SCIM server.", "scim.slug.shared",
			closeConfigs(func(w *world.World, config *world.IdentityProviderConfig) bool {
				return len(w.LinkedDomains(config)) > 1
			})},
		{"scim.slug.for_scim", "A config that is for something else opens no SCIM server.", "scim.slug.any_scope",
			closeConfigs(func(_ *world.World, config *world.IdentityProviderConfig) bool { return !config.IsFor(world.ScopeSCIM) })},
		{"scim.slug.named_only", "A config for all domains opens no SCIM server.", "scim.slug.for_all",
			closeConfigs(func(_ *world.World, config *world.IdentityProviderConfig) bool { return config.ServesAll() })},
		{"scim.slug.shared_records", "Whom one config made the others know too.", "scim.slug.own_records",
			before(create, func(c *call) {
				configs := c.tx.Configs(c.organization.ID)
				for _, config := range configs.Rows() {
					records := c.tx.Provisioned(config.ID)
					for _, record := range records.Rows() {
						c.tx.PutProvisioned(&world.ProvisionedUser{Provisioner: c.provisioner.id, User: record.User, UserName: record.UserName})
					}
				}
			})},
		{"scim.slug.deleted", "Deleting a config leaves its token valid.", "scim.slug.deleted", acceptTokenOfGone},
		{"scim.slug.forgotten", "Whom a deleted config made is forgotten.", "scim.slug.taken_over",
			aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
				if config, ok := tx.ConfigBySlug(c.segment()); ok {
					for _, d := range tx.ServedDomains(config) {
						records := tx.Provisioned(d.ID)
						for _, record := range records.Rows() {
							tx.DeleteProvisioned(record)
						}
					}
				}
				return next(c, tx)
			})},
	}
}

// acceptTokenOfGone lets in who has the token of a config that was deleted, which the API's half of
// the mutant remembers.
func acceptTokenOfGone(t *Tables) {
	aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
		err := next(c, tx)
		old, _ := t.Memory.Load(mutant.SCIMToken(strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")))
		config, known := old.(*world.IdentityProviderConfig)
		if err == nil || !known || config.Slug != c.segment() {
			return err
		}
		if _, there := tx.ConfigBySlug(config.Slug); there {
			return err
		}
		if o, found := tx.Organization(config.Organization); found {
			c.letIn(&provisioner{id: config.ID, segment: config.Slug, name: config.Name, organization: o, open: true})
			return nil
		}
		return err
	})(t)
}
