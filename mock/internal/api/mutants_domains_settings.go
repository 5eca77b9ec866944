package api

import (
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// domainSettingMutants are about the config of a domain, its verification, its SCIM
// token and log, and its end.
func domainSettingMutants() []planted {
	const domain = "OrganizationDomain"
	return []planted{
		{"domains.config.not_adopted", "A domain that is linked keeps its own settings.", "domains.config.link_adopts",
			afterwards("domains_partial_update", func(c *call, was *world.World) {
				old, found := was.Domain(c.organization.ID, c.id())
				if d, err := c.domain(); err == nil && found && d.Config != old.Config && d.Config != "" {
					own := *d
					own.Identity = old.Identity
					c.tx.PutDomain(&own)
				}
			})},
		{"domains.config.not_written_through", "What is written to a domain does not reach its config.", "domains.config.write_through",
			afterwards("domains_partial_update", func(c *call, was *world.World) {
				if d, err := c.domain(); err == nil {
					if old, ok := was.Config(c.organization.ID, d.Config); ok {
						c.tx.PutConfig(old)
					}
				}
			})},
		{"domains.config.not_shared", "What is written to a config does not reach its domains.", "domains.config.shared",
			afterwards("identity_provider_configs_partial_update", func(c *call, was *world.World) {
				for _, d := range was.DomainsOf(c.id()) {
					c.tx.PutDomain(d)
				}
			})},
		{"domains.config.not_made", "Settings on a domain without a config make none.", "domains.config.created",
			afterwards("domains_partial_update", func(c *call, was *world.World) {
				old, _ := was.Domain(c.organization.ID, c.id())
				if d, err := c.domain(); err == nil && old != nil && old.Config == "" && !c.sends("identity_provider_config") {
					if config, ok := c.view.Config(d.Organization, d.Config); ok {
						c.tx.DeleteConfig(config)
					}
				}
			})},
		{"domains.config.stuck", "null does not unlink.", "domains.config.unlink",
			check(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				if d, err := c.domain(); value == nil && err == nil {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						return config, nil
					}
				}
				return next(c, value)
			})},
		{"domains.config.empty", "An empty text as the config is no UUID.", "domains.config.unlink_empty",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				if c.value("identity_provider_config") == "" {
					return 0, rest.InvalidInput("“” is not a valid UUID.").On("identity_provider_config")
				}
				return next(c)
			})},
		{"domains.config.foreign", "A config of another organization can be linked.", "domains.config.own",
			check(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if key, ok := value.(rest.RelatedKey); err != nil && ok {
					if config, ok := c.view.ConfigByID(key.ID); ok {
						return config, nil
					}
				}
				return checked, err
			})},
		{"domains.config.cascade", "Deleting a config deletes its domains.", "domains.config.deleted",
			afterwards("identity_provider_configs_destroy", func(c *call, was *world.World) {
				for _, d := range was.DomainsOf(c.id()) {
					c.tx.DeleteDomain(d)
				}
			})},
		{"domains.config.dangling", "A domain keeps the link to a config that is gone.", "domains.config.deleted",
			afterwards("identity_provider_configs_destroy", func(c *call, was *world.World) {
				for _, d := range was.DomainsOf(c.id()) {
					c.tx.PutDomain(d)
				}
			})},

		{"domains.verify.unproven", "A domain is verified without its record.", "domains.verify.no_record",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil {
					return c.verifyWith([]string{d.VerificationChallenge})
				}
				return next(c)
			})},
		{"domains.verify.any_record", "Any record verifies a domain.", "domains.verify.wrong_record",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				d, err := c.domain()
				if err != nil {
					return next(c)
				}
				if records, _ := c.sandbox.LookupTXT(c.request.Context(), d.ChallengeName()); len(records) > 0 {
					return c.verifyWith([]string{d.VerificationChallenge})
				}
				return next(c)
			})},
		{"domains.verify.forgotten", "Verification is answered and not stored.", "domains.verify.record", pretend("domains_verify_create")},
		{"domains.verify.again", "A verified domain can be verified again.", "domains.verify.twice",
			around("domains_verify_create", func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && d.VerifiedAt != nil {
					return c.showDomain(200, d, "")
				}
				return next(c)
			})},
		{"domains.verify.no_time", "A verified domain does not tell since when.", "domains.verify.record", always(domain, "verified_at", "null")},
		{"domains.verify.by_key", "Keys can verify.", "callers.actions_need_session", keys("domains_verify_create", "organization:write")},
		{"domains.verify.by_member", "Members can verify.", "domains.levels.member_writes", level("domains_verify_create", world.Member)},

		{"domains.scim.silent", "Enabling SCIM shows no token.", "domains.scim.enable", always(domain, "scim_bearer_token", "null")},
		{"domains.scim.twice", "Enabling SCIM again shows the token again.", "domains.scim.enable_again",
			around("domains_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if d, missing := c.domain(); err == nil && missing == nil && c.value("scim_enabled") == true {
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
					fresh := d.SCIMBearerToken
					own := *d
					own.SCIMBearerToken = old.SCIMBearerToken
					c.saveDomain(&own, true)
					out := strings.ReplaceAll(string(c.out.Bytes()), fresh, old.SCIMBearerToken)
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
			plan("domains_scim_token_create", world.FeatureSCIM)},
		{"domains.scim.token_by_key", "Keys can replace a token.", "callers.actions_need_session", keys("domains_scim_token_create", "organization:write")},
		{"domains.scim.token_by_member", "Members can replace a token.", "domains.levels.member_writes", level("domains_scim_token_create", world.Member)},

		{"domains.scim_logs.by_key", "Keys can read the log.", "callers.actions_need_session", keys("domains_scim_logs_retrieve", "organization:read")},
		{"domains.scim_logs.by_member", "Members can read the log.", "domains.scim_logs.administrators",
			before("domains_scim_logs_retrieve", func(c *call) { own := *c.membership; own.Level = world.Administrator; c.membership = &own })},
		{"domains.scim_logs.oldest_first", "The log begins with the oldest.", "domains.scim_logs.page",
			rows("domains_scim_logs_retrieve", "results", mutant.Reversed)},
		{"domains.scim_logs.page_size", "page_size does nothing.", "domains.scim_logs.page_size",
			asked("domains_scim_logs_retrieve", func(q url.Values) { q.Del("page_size") })},
		{"domains.scim_logs.last_page", "A page that is not there is the last one.", "domains.scim_logs.bad_page",
			asked("domains_scim_logs_retrieve", func(q url.Values) {
				if q.Get("page") != "" && q.Get("page") != "2" {
					q.Set("page", "last")
				}
			})},
		{"domains.scim_logs.status", "status_min filters nothing.", "domains.scim_logs.status",
			asked("domains_scim_logs_retrieve", func(q url.Values) { q.Del("status_min") })},
		{"domains.scim_logs.time", "before filters nothing.", "domains.scim_logs.time",
			asked("domains_scim_logs_retrieve", func(q url.Values) { q.Del("before") })},
		{"domains.scim_logs.search", "The search finds everything.", "domains.scim_logs.search",
			asked("domains_scim_logs_retrieve", func(q url.Values) { q.Del("search") })},

		{"domains.delete.pretends", "Deleting a domain does nothing.", "domains.delete.gone", pretend("domains_destroy")},
		{"domains.delete.answers", "Deleting a domain answers 200.", "domains.delete.gone",
			answered("domains_destroy", 204, func(a *mutant.Response) { a.Status, a.Body = 200, []byte(`{}`) })},
		{"domains.delete.config_too", "Deleting a domain deletes its config.", "domains.delete.keeps_config",
			afterwards("domains_destroy", func(c *call, was *world.World) {
				if d, ok := was.Domain(c.organization.ID, c.id()); ok {
					if config, ok := c.view.Config(c.organization.ID, d.Config); ok {
						c.tx.DeleteConfig(config)
					}
				}
			})},
		{"domains.delete.name_kept", "The name of a deleted domain stays taken.", "domains.delete.frees_name",
			func(p *Tables) {
				var gone taken
				both(
					afterwards("domains_destroy", func(c *call, was *world.World) {
						if d, ok := was.Domain(c.organization.ID, c.id()); ok {
							gone.add(d.Domain)
						}
					}),
					check(domain, "domain", func(c *call, value any, next checker) (any, error) {
						if gone.has(value.(string)) {
							return nil, rest.Invalid("unique", "domain with this domain already exists.")
						}
						return next(c, value)
					}))(p)
			}},
	}
}
