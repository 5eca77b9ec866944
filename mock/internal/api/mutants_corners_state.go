package api

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func stateCorners() []planted {
	const domain, update = "OrganizationDomain", "domains_partial_update"
	return []planted{
		{"domains.delete.config_cleared", "Deleting a domain turns SCIM off in its config.", "domains.delete.keeps_config",
			afterwards("domains_destroy", func(c *call, was *world.World) {
				d, ok := was.Domain(c.organization.ID, c.id())
				if !ok {
					return
				}
				if config, ok := c.view.Config(d.Organization, d.Config); ok {
					own := *config
					own.SCIMEnabled, own.SCIMBearerToken = false, ""
					c.tx.PutConfig(&own)
				}
			})},
		{"domains.scim.change_unverifies", "A change of SAML settings takes the verification back.", "domains.scim.enable_again",
			after("domains_update", func(c *call) {
				if d, err := c.domain(); err == nil && c.sends("saml_entity_id") {
					own := *d
					own.VerifiedAt = nil
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.scim.enable_renews", "Enabling SCIM again makes a new token and shows none.", "domains.scim.enable_again",
			after(update, func(c *call) {
				if d, err := c.domain(); err == nil && c.value("scim_enabled") == true {
					own := *d
					own.Identity.ReplaceSCIMToken(c.sandbox.IDs)
					if own.Identity.SCIMBearerToken != d.SCIMBearerToken && !strings.Contains(string(c.out.Bytes()), d.SCIMBearerToken) {
						c.saveDomain(&own, true)
					}
				}
			})},
		{"domains.config.put_not_through", "What PUT writes to a domain does not reach its config.", "domains.config.write_through",
			afterwards("domains_update", func(c *call, was *world.World) {
				if d, err := c.domain(); err == nil {
					if old, ok := was.Config(c.organization.ID, d.Config); ok {
						c.tx.PutConfig(old)
					}
				}
			})},
		{"domains.unverified.jwks_null", "An unverified domain may name no keys.", "domains.unverified.jwks",
			unverifiedTakes("id_jag_jwks_url", func(v any) bool { return v == nil })},
		{"identity_provider_configs.create.unique", "Configs do not share names.", "identity_provider_configs.create.full",
			around("identity_provider_configs_create", func(c *call, next action) (int, error) {
				taken, name := false, c.sent("name")
				c.view.Configs(c.organization.ID).All(func(other *world.IdentityProviderConfig) bool {
					taken = taken || (name != "" && other.Name == name)
					return true
				})
				if taken {
					return 0, rest.Invalid("unique", "identity provider config with this name already exists.").On("name")
				}
				return next(c)
			})},
		{"invites.create.oneself", "One may invite oneself.", "invites.create.already_member",
			around("invites_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if refused(err, "invalid_input") && strings.EqualFold(c.sent("target_email"), c.User.Email) {
					c.out.Reset()
					c.out.Raw([]byte(`{}`))
					return 201, nil
				}
				return status, err
			})},
		{"domains.update.unplanned_off", "Without its feature provisioning cannot be turned off.", "domains.features.provisioning",
			around(update, func(c *call, next action) (int, error) {
				if c.sends("jit_provisioning_enabled") && !c.has(world.FeatureProvisioning) {
					return 0, errJITPlan
				}
				return next(c)
			})},
		{"domains.unverified.plan_first", "What the plan lacks is said before that a domain is not verified.", "domains.unverified.fields_first",
			around(update, func(c *call, next action) (int, error) {
				if c.sends("scim_enabled") && !c.has(world.FeatureSCIM) {
					return 0, errSCIMPlan
				}
				return next(c)
			})},
		{"domains.config.foreign_created", "A new domain can be linked to a config of another organization.", "domains.config.own",
			check(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if key, ok := value.(rest.RelatedKey); err != nil && ok && on("domains_create")(c) {
					if config, ok := c.view.ConfigByID(key.ID); ok {
						return config, nil
					}
				}
				return checked, err
			})},
		{"domains.config.first_stays", "A domain that is linked is not linked to another config.", "domains.config.link_adopts",
			check(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				if d, err := c.domain(); err == nil && value != nil {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						return config, nil
					}
				}
				return next(c, value)
			})},
		{"domains.config.link_tells", "Linking a config shows its token.", "domains.scim.enable", tellsToken(update, "identity_provider_config")},
		{"domains.scim.change_tells", "Changing a SAML setting shows the token.", "domains.scim.enable_again", tellsToken(update, "saml_entity_id")},
		{"identity_provider_configs.scim.change_tells", "Renaming a config shows its token.", "identity_provider_configs.scim.on_update",
			around("identity_provider_configs_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if config, missing := c.identityProviderConfig(); err == nil && missing == nil && c.sends("name") {
					c.out.Reset()
					c.api.configSerializer.Write(&c.out, configView{config, identityView{&config.Identity, &config.Identity, config.SCIMBearerToken}})
				}
				return status, err
			})},
		{"identity_provider_configs.features.keys", "Keys of ID-JAG need the feature.", "identity_provider_configs.features.xaa",
			around("identity_provider_configs_create", func(c *call, next action) (int, error) {
				if c.sent("id_jag_jwks_url") != "" && !c.has(world.FeatureXAA) {
					return 0, errXAAPlan
				}
				return next(c)
			})},
		{"integrations.environment_mapping.last_unchecked", "Only the project of production must be the organization's.", "integrations.environment_mapping.unknown_project",
			outside("integrations_environment_mapping_partial_update", func(c *call, ask func(*call) (action, error)) (action, error) {
				taken := func(c *call, err error) bool { return refused(err, "") && c.value("development") != nil }
				next, err := ask(c)
				switch {
				case err != nil && !taken(c, err):
					return nil, err
				case err != nil:
					next = (*call).saveMapping
				}
				return func(c *call) (int, error) {
					status, err := next(c)
					if found, missing := c.integration(); missing == nil && taken(c, err) {
						return c.showIntegration(found)
					}
					return status, err
				}, nil
			})},
		{"invites.replace.everywhere", "An invite replaces those of other organizations.", "invites.replace.same_address",
			after("invites_create", func(c *call) {
				c.view.Organizations().All(func(o *world.Organization) bool {
					if o.ID != c.organization.ID {
						for _, old := range c.view.InvitesTo(o.ID, strings.ToLower(c.sent("target_email"))) {
							c.tx.DeleteInvite(old)
						}
					}
					return true
				})
			})},
		{"invites.combine.earlier", "Combining keeps the level of the earlier invite.", "invites.combine.level",
			combined(func(invite, old *world.Invite) { invite.Level = old.Level })},
		{"invites.combine.message", "Combining takes over the message.", "invites.combine.level",
			combined(func(invite, old *world.Invite) { invite.Message = old.Message })},
	}
}

// tellsToken shows the SCIM token of a domain when a property is sent.
func tellsToken(id, property string) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if d, missing := c.domain(); err == nil && missing == nil && c.sends(property) && d.SCIMBearerToken != "" {
			c.out.Reset()
			c.api.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
		}
		return status, err
	})
}

// combined changes an invite that was combined with an earlier one, and shows it so.
func combined(change func(invite, old *world.Invite)) defect {
	return around("invites_create", func(c *call, next action) (int, error) {
		email := strings.ToLower(c.sent("target_email"))
		earlier := c.view.InvitesTo(c.organization.ID, email)
		status, err := next(c)
		if err != nil || c.value("combine_pending_invites") != true || len(earlier) == 0 {
			return status, err
		}
		for _, invite := range c.view.InvitesTo(c.organization.ID, email) {
			own := *invite
			own.Cache = nil
			change(&own, earlier[0])
			c.tx.PutInvite(&own)
			c.out.Reset()
			c.writeInvite(&own)
		}
		return status, nil
	})
}
