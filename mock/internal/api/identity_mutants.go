package api

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// identityMutants are about the identity settings of domains: how they are shared with a
// config, and the SCIM token that is among them.
func identityMutants() []mutantRow {
	const domain, update = "OrganizationDomain", "domains_partial_update"
	return []mutantRow{
		{"domains.config.not_adopted", "A domain that is linked keeps its own settings.", "domains.config.link_adopts",
			afterWithPrevious("domains_partial_update", func(c *call, previous *world.World) {
				old, found := previous.Domain(c.organization.ID, c.id())
				if d, err := c.domain(); err == nil && found && d.Config != old.Config && d.Config != "" {
					own := *d
					own.Identity = old.Identity
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.config.not_written_through", "What is written to a domain does not reach its config.", "domains.config.write_through",
			afterWithPrevious("domains_partial_update", func(c *call, previous *world.World) {
				if d, err := c.domain(); err == nil {
					if old, ok := previous.Config(c.organization.ID, d.Config); ok {
						c.tx.PutConfig(old)
					}
				}
			})},
		{"domains.config.not_shared", "What is written to a config does not reach its domains.", "domains.config.shared",
			afterWithPrevious("identity_provider_configs_partial_update", func(c *call, previous *world.World) {
				for _, d := range previous.DomainsOf(c.id()) {
					c.tx.PutDomain(d)
				}
			})},
		{"domains.config.not_made", "Settings on a domain without a config make none.", "domains.config.created",
			afterWithPrevious("domains_partial_update", func(c *call, previous *world.World) {
				old, _ := previous.Domain(c.organization.ID, c.id())
				if d, err := c.domain(); err == nil && old != nil && old.Config == "" && !c.bodyHas("identity_provider_config") {
					if config, ok := c.view.Config(d.Organization, d.Config); ok {
						c.tx.DeleteConfig(config)
					}
				}
			})},
		{"domains.config.stuck", "null does not unlink.", "domains.config.unlink",
			aroundCheck(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				if d, err := c.domain(); value == nil && err == nil {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						return config, nil
					}
				}
				return next(c, value)
			})},
		{"domains.config.empty", "An empty text as the config is no UUID.", "domains.config.unlink_empty",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				if c.bodyValue("identity_provider_config") == "" {
					return 0, rest.InvalidInput("“” is not a valid UUID.").On("identity_provider_config")
				}
				return next(c)
			})},
		{"domains.config.foreign", "A config of another organization can be linked.", "domains.config.own",
			aroundCheck(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if key, ok := value.(rest.RelatedKey); err != nil && ok {
					if config, ok := c.view.ConfigByID(key.ID); ok {
						return config, nil
					}
				}
				return checked, err
			})},
		{"domains.config.cascade", "Deleting a config deletes its domains.", "domains.config.deleted",
			afterWithPrevious("identity_provider_configs_destroy", func(c *call, previous *world.World) {
				for _, d := range previous.DomainsOf(c.id()) {
					c.tx.DeleteDomain(d)
				}
			})},
		{"domains.config.dangling", "A domain keeps the link to a config that is gone.", "domains.config.deleted",
			afterWithPrevious("identity_provider_configs_destroy", func(c *call, previous *world.World) {
				for _, d := range previous.DomainsOf(c.id()) {
					c.tx.PutDomain(d)
				}
			})},
		{"domains.config.put_not_through", "What PUT writes to a domain does not reach its config.", "domains.config.write_through",
			afterWithPrevious("domains_update", func(c *call, previous *world.World) {
				if d, err := c.domain(); err == nil {
					if old, ok := previous.Config(c.organization.ID, d.Config); ok {
						c.tx.PutConfig(old)
					}
				}
			})},
		{"domains.config.foreign_created", "A new domain can be linked to a config of another organization.", "domains.config.own",
			aroundCheck(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if key, ok := value.(rest.RelatedKey); err != nil && ok && isOperation("domains_create")(c) {
					if config, ok := c.view.ConfigByID(key.ID); ok {
						return config, nil
					}
				}
				return checked, err
			})},
		{"domains.config.first_stays", "A domain that is linked is not linked to another config.", "domains.config.link_adopts",
			aroundCheck(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				if d, err := c.domain(); err == nil && value != nil {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						return config, nil
					}
				}
				return next(c, value)
			})},
		{"domains.config.link_tells", "Linking a config shows its token.", "domains.scim.enable", showToken(update, "identity_provider_config")},

		{"domains.scim.silent", "Enabling SCIM shows no token.", "domains.scim.enable", writeAlways(domain, "scim_bearer_token", "null")},
		{"domains.scim.twice", "Enabling SCIM again shows the token again.", "domains.scim.enable_again",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if d, missing := c.domain(); err == nil && missing == nil && c.bodyValue("scim_enabled") == true {
					c.out.Reset()
					c.api.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
				}
				return status, err
			})},
		{"domains.scim.readable", "The token can be read later.", "domains.scim.enable",
			around("domains_retrieve", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil {
					c.api.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
					return 200, nil
				}
				return next(c)
			})},
		{"domains.scim.same_token", "Replacing the token gives the old one.", "domains.scim.token",
			around("domains_scim_token_create", func(c *call, next action) (int, error) {
				old, _ := c.domain()
				status, err := next(c)
				if d, missing := c.domain(); err == nil && missing == nil {
					replaced := d.SCIMBearerToken
					own := *d
					own.SCIMBearerToken = old.SCIMBearerToken
					c.saveDomain(&own, true)
					out := strings.ReplaceAll(string(c.out.Bytes()), replaced, old.SCIMBearerToken)
					c.out.Reset()
					c.out.Raw([]byte(out))
				}
				return status, err
			})},
		{"domains.scim.token_while_off", "A token can be made while SCIM is off.", "domains.scim.token_while_off",
			around("domains_scim_token_create", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && !d.SCIMEnabled {
					own := *d
					own.SCIMEnabled, own.SCIMBearerToken = true, "off"
					c.saveDomain(&own, true)
				}
				return next(c)
			})},
		{"domains.scim.unplanned_token", "Replacing a token needs no feature.", "domains.features.scim",
			grantFeature("domains_scim_token_create", world.FeatureSCIM)},
		{"domains.scim.token_by_key", "Keys can replace a token.", "callers.actions_need_session", allowKeys("domains_scim_token_create", "organization:write")},
		{"domains.scim.token_by_member", "Members can replace a token.", "domains.levels.member_writes", requireLevel("domains_scim_token_create", world.Member)},
		{"domains.scim.change_unverifies", "A change of SAML settings takes the verification back.", "domains.scim.enable_again",
			after("domains_update", func(c *call) {
				if d, err := c.domain(); err == nil && c.bodyHas("saml_entity_id") {
					own := *d
					own.VerifiedAt = nil
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.scim.enable_renews", "Enabling SCIM again makes a new token and shows none.", "domains.scim.enable_again",
			after(update, func(c *call) {
				if d, err := c.domain(); err == nil && c.bodyValue("scim_enabled") == true {
					own := *d
					own.Identity.ReplaceSCIMToken(c.sandbox.IDs)
					if own.Identity.SCIMBearerToken != d.SCIMBearerToken && !strings.Contains(string(c.out.Bytes()), d.SCIMBearerToken) {
						c.saveDomain(&own, true)
					}
				}
			})},
		{"domains.scim.change_tells", "Changing a SAML setting shows the token.", "domains.scim.enable_again", showToken(update, "saml_entity_id")},
	}
}

// showToken shows the SCIM token of a domain when a property is sent.
func showToken(id, property string) defect {
	return ofDomainProperty(property, around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if d, missing := c.domain(); err == nil && missing == nil && c.bodyHas(property) && d.SCIMBearerToken != "" {
			c.out.Reset()
			c.api.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
		}
		return status, err
	}))
}

// scimTokenMutants are the API's half of mutants of the SCIM server that accept old tokens:
// they remember whose token an operation has ended.
func scimTokenMutants() []mutantRow {
	return []mutantRow{
		{Name: "scim.auth.regenerated", Change: rememberToken("domains_scim_token_create")},
		{Name: "scim.auth.config_token", Change: rememberToken("identity_provider_configs_scim_token_create")},
		{Name: "scim.auth.disabled", Change: allOf(rememberToken("domains_partial_update"), rememberToken("identity_provider_configs_partial_update"))},
		{Name: "scim.auth.deleted", Change: rememberToken("domains_destroy")},
		{Name: "scim.slug.deleted", Change: rememberToken("identity_provider_configs_destroy")},
	}
}

// rememberToken remembers the domain or the config that a SCIM token has opened, by the token, when an
// operation ends it.
func rememberToken(id string) defect {
	return func(t *Tables) {
		keep := func(d *world.Domain) {
			if d.SCIMBearerToken != "" {
				t.Memory.Store(mutant.SCIMToken(d.SCIMBearerToken), d)
			}
		}
		keepConfig := func(config *world.IdentityProviderConfig) {
			if config.Slug != "" && config.SCIMBearerToken != "" {
				t.Memory.Store(mutant.SCIMToken(config.SCIMBearerToken), config)
			}
		}
		afterWithPrevious(id, func(c *call, previous *world.World) {
			if d, ok := previous.Domain(c.organization.ID, c.id()); ok {
				keep(d)
				for _, config := range previous.ConfigsServing(d) {
					keepConfig(config)
				}
			}
			if config, ok := previous.Config(c.organization.ID, c.id()); ok {
				keepConfig(config)
			}
			for _, d := range previous.DomainsOf(c.id()) {
				keep(d)
			}
		})(t)
	}
}
