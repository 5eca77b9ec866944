package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

const servedDomains = "organization_domain_ids"

// changeConfig changes the config in the path, once an operation has succeeded.
func changeConfig(id string, change func(*call, *world.IdentityProviderConfig)) defect {
	return after(id, func(c *call) {
		if config, err := c.identityProviderConfig(); err == nil {
			own := *config
			change(c, &own)
			c.tx.PutConfig(&own)
		}
	})
}

// changeConfigBefore changes the config in the path first.
func changeConfigBefore(id string, change func(*call, *world.IdentityProviderConfig)) defect {
	return before(id, func(c *call) {
		if config, err := c.identityProviderConfig(); err == nil {
			own := *config
			change(c, &own)
			c.tx.PutConfig(&own)
		}
	})
}

// aroundServed does something in place of the rule of the domains that a config is told, with
// those that it has.
func aroundServed(do func(c *call, has []*world.Domain, keys []rest.RelatedKey, next checker) (any, error)) defect {
	return aroundCheck("IdentityProviderConfig", servedDomains, func(c *call, value any, next checker) (any, error) {
		var has []*world.Domain
		if config, err := c.identityProviderConfig(); err == nil {
			has = c.view.LinkedDomains(config)
		}
		keys, _ := value.([]rest.RelatedKey)
		return do(c, has, keys, next)
	})
}

// acceptServed takes those of the domains that a config is told which are found, and leaves
// out the others.
func acceptServed(find func(c *call, id string) (*world.Domain, bool)) defect {
	return aroundServed(func(c *call, _ []*world.Domain, keys []rest.RelatedKey, _ checker) (any, error) {
		domains := []*world.Domain{}
		for _, key := range keys {
			if d, ok := find(c, key.ID); ok {
				domains = append(domains, d)
			}
		}
		return domains, nil
	})
}

// namedDomains are the domains that the body of the request names.
func (c *call) namedDomains() (named []*world.Domain) {
	list, _ := c.bodyValue(servedDomains).([]any)
	for _, id := range list {
		text, _ := id.(string)
		if d, ok := c.view.Domain(c.organization.ID, text); ok {
			named = append(named, d)
		}
	}
	return named
}

// isOverlap reports whether an error is the refusal of configs that overlap.
func isOverlap(err error) bool {
	refusal, ok := errors.AsType[*rest.Error](err)
	return ok && refusal.Code == "invalid_input" && refusal.Attr == "domain_scope"
}

// ignoreOverlap makes an operation succeed with a status where it refuses an overlap, for the
// requests that are chosen.
func ignoreOverlap(id string, status int, chosen func(c *call, refusal string) bool) defect {
	return around(id, func(c *call, next action) (int, error) {
		got, err := next(c)
		if isOverlap(err) && chosen(c, err.Error()) {
			c.out.Reset()
			return status, nil
		}
		return got, err
	})
}

// refuseOverlap refuses a new config that names a domain which others serve, as chosen.
func refuseOverlap(chosen func(d *world.Domain, other *world.IdentityProviderConfig) bool) defect {
	return around("identity_provider_configs_create", func(c *call, next action) (int, error) {
		for _, d := range c.namedDomains() {
			if slices.ContainsFunc(c.view.ConfigsServing(d), func(other *world.IdentityProviderConfig) bool { return chosen(d, other) }) {
				return 0, errOverlap(protocolSAML)
			}
		}
		return next(c)
	})
}

// configDomainMutants are about which domains a config serves, and for what.
func configDomainMutants() []mutantRow {
	const config = "IdentityProviderConfig"
	const create, update = "identity_provider_configs_create", "identity_provider_configs_partial_update"
	const put, destroy = "identity_provider_configs_update", "identity_provider_configs_destroy"
	anyRequest := func(*call, string) bool { return true }
	return []mutantRow{
		{"identity_provider_configs.domains.selected", "A new config is for selected domains.", "identity_provider_configs.domains.defaults", writeInstead(config, "domain_scope", "null", `"selected"`)},
		{"identity_provider_configs.domains.verified_only", "A config serves no domain that is not verified.", "identity_provider_configs.domains.set",
			acceptServed(func(c *call, id string) (*world.Domain, bool) {
				d, ok := c.view.Domain(c.organization.ID, id)
				return d, ok && d.VerifiedAt != nil
			})},
		{"identity_provider_configs.domains.first_only", "A config serves one domain.", "identity_provider_configs.domains.set",
			aroundServed(func(c *call, _ []*world.Domain, keys []rest.RelatedKey, next checker) (any, error) {
				return next(c, keys[:min(1, len(keys))])
			})},
		{"identity_provider_configs.domains.scope_lost", "What a new config is for is not stored.", "identity_provider_configs.domains.set",
			after(create, func(c *call) {
				for _, config := range c.view.Configs(c.organization.ID).Rows() {
					if config.CreatedAt.Equal(c.now) && c.bodyHas("config_scope") {
						own := *config
						own.ConfigScope = nil
						c.tx.PutConfig(&own)
					}
				}
			})},
		{"identity_provider_configs.domains.added", "Domains are added to those that a config has.", "identity_provider_configs.domains.replaced",
			aroundServed(func(c *call, has []*world.Domain, keys []rest.RelatedKey, next checker) (any, error) {
				value, err := next(c, keys)
				if named, ok := value.([]*world.Domain); ok {
					return append(slices.Clone(has), named...), nil
				}
				return value, err
			})},
		{"identity_provider_configs.domains.put_clears", "PUT that names no domains takes all from a config.", "identity_provider_configs.domains.kept",
			before(put, func(c *call) {
				if !c.bodyHas(servedDomains) {
					c.tx.LinkDomains(c.id(), nil)
				}
			})},
		{"identity_provider_configs.domains.put_unscoped", "PUT that does not say what a config is for makes it one for anything.", "identity_provider_configs.domains.kept",
			changeConfigBefore(put, func(c *call, config *world.IdentityProviderConfig) {
				if !c.bodyHas("config_scope") {
					config.ConfigScope = nil
				}
			})},
		{"identity_provider_configs.domains.empty_ignored", "An empty list of domains changes nothing.", "identity_provider_configs.domains.cleared",
			aroundServed(func(c *call, has []*world.Domain, keys []rest.RelatedKey, next checker) (any, error) {
				if len(keys) == 0 {
					return has, nil
				}
				return next(c, keys)
			})},
		{"identity_provider_configs.domains.all_but_one", "A config for all domains shows one of them.", "identity_provider_configs.domains.all",
			changeBody(update, func(o *pyjson.Object) {
				scope, _ := o.Get("domain_scope")
				ids, _ := o.Get(servedDomains)
				if list, ok := ids.([]any); ok && scope == "all" {
					o.Set(servedDomains, list[:1])
				}
			})},
		{"identity_provider_configs.domains.all_forgets", "A config for all domains forgets those that it named.", "identity_provider_configs.domains.all",
			after(update, func(c *call) {
				if c.bodyText("domain_scope") == world.ScopeAll {
					c.tx.LinkDomains(c.id(), nil)
				}
			})},
		{"identity_provider_configs.domains.not_blank", "What a config is for may not be blank.", "identity_provider_configs.domains.blank",
			refuseValues(config, "config_scope", func(text string) bool { return text == "" }, "invalid_choice", `"" is not a valid choice.`)},
		{"identity_provider_configs.domains.blank_null", "Which domains a config serves is null where it is blank.", "identity_provider_configs.domains.blank", writeInstead(config, "domain_scope", `""`, "null")},
		{"identity_provider_configs.domains.exclusive", "A config takes its domains from others.", "identity_provider_configs.domains.shared",
			afterWithPrevious(create, func(c *call, previous *world.World) {
				for _, d := range c.namedDomains() {
					for _, other := range previous.ConfigsServing(d) {
						kept := slices.DeleteFunc(previous.LinkedDomains(other), func(linked *world.Domain) bool { return linked.ID == d.ID })
						c.tx.LinkDomains(other.ID, domainIDs(kept))
					}
				}
			})},
		{"identity_provider_configs.domains.config_too", "Deleting a domain deletes the configs that serve it.", "identity_provider_configs.domains.deleted",
			afterWithPrevious("domains_destroy", func(c *call, previous *world.World) {
				if d, ok := previous.Domain(c.organization.ID, c.id()); ok {
					for _, config := range previous.ConfigsServing(d) {
						c.tx.DeleteConfig(config)
					}
				}
			})},
		{"identity_provider_configs.delete.domains_too", "Deleting a config deletes its domains.", "identity_provider_configs.delete.domains_stay",
			afterWithPrevious(destroy, func(c *call, previous *world.World) {
				if config, ok := previous.Config(c.organization.ID, c.id()); ok {
					for _, d := range previous.LinkedDomains(config) {
						c.tx.DeleteDomain(d)
					}
				}
			})},
		{"identity_provider_configs.delete.anyway", "A config that is for anything is deleted.", "identity_provider_configs.delete.unscoped",
			around(destroy, func(c *call, next action) (int, error) {
				status, err := next(c)
				if config, missing := c.identityProviderConfig(); missing == nil && hasCode(err, "unscoped_config") {
					c.tx.DeleteConfig(config)
					return c.noContent()
				}
				return status, err
			})},
		{"identity_provider_configs.delete.blank", "A config that is for nothing cannot be deleted.", "identity_provider_configs.delete.unscoped",
			around(destroy, func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil && config.ConfigScope != nil && *config.ConfigScope == "" {
					return 0, errUnscopedConfig
				}
				return next(c)
			})},
		{"identity_provider_configs.delete.code", "The refusal to delete a config has the general code.", "identity_provider_configs.delete.unscoped",
			changeRefusal(destroy, "unscoped_config", func(e *rest.Error) { e.Code = "invalid_input" })},

		{"identity_provider_configs.fields.any_domain_scope", "Any word says which domains a config serves.", "identity_provider_configs.fields.domain_scope_choice",
			changeConstraint(config, "domain_scope", func(p *spec.Property) { p.Enum = nil })},
		{"identity_provider_configs.fields.any_config_scope", "Any word says what a config is for.", "identity_provider_configs.fields.config_scope_choice",
			changeConstraint(config, "config_scope", func(p *spec.Property) { p.Enum = nil })},
		{"identity_provider_configs.fields.domains_null", "The domains of a config may be null.", "identity_provider_configs.fields.domains_null", nullable(config, servedDomains)},
		{"identity_provider_configs.fields.domains_single", "A single domain need not be in a list.", "identity_provider_configs.fields.domains_list", ignoreRefusal(create, "not_a_list", 201)},
		{"identity_provider_configs.fields.domain_index", "The refusal of a domain names its place.", "identity_provider_configs.fields.domains_id",
			changeRefusal(create, "invalid_input", func(e *rest.Error) {
				if e.Attr == servedDomains {
					e.Attr += "__1"
				}
			})},
		{"identity_provider_configs.fields.domain_unknown", "A domain that does not exist is left out.", "identity_provider_configs.fields.domains_own",
			acceptServed(func(c *call, id string) (*world.Domain, bool) { return c.view.Domain(c.organization.ID, id) })},
		{"identity_provider_configs.fields.domain_foreign", "A config may serve a domain of another organization.", "identity_provider_configs.fields.domains_own",
			aroundServed(func(c *call, _ []*world.Domain, keys []rest.RelatedKey, next checker) (any, error) {
				domains := []*world.Domain{}
				for _, key := range keys {
					d, ok := c.view.DomainByID(key.ID)
					if !ok {
						return next(c, keys)
					}
					domains = append(domains, d)
				}
				return domains, nil
			})},
		{"identity_provider_configs.fields.domains_first", "Domains are looked at before what the config is for.", "identity_provider_configs.fields.scopes_in_order",
			around(create, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "invalid_choice") && c.bodyHas(servedDomains) {
					err = rest.Invalid("null", "This field may not be null.").On(servedDomains)
				}
				return status, err
			})},

		{"identity_provider_configs.relay_state.same", "All configs have the same relay state.", "identity_provider_configs.relay_state.fixed",
			writeAlways(config, "saml_relay_state", `"0190c0de-0000-4000-8000-000000000000"`)},
		{"identity_provider_configs.relay_state.chosen", "The relay state of a config can be changed.", "identity_provider_configs.relay_state.fixed",
			changeConfig(put, func(c *call, config *world.IdentityProviderConfig) {
				if state := c.bodyText("saml_relay_state"); state != "" {
					config.SAMLRelayState = state
				}
			})},
		{"identity_provider_configs.relay_state.new", "Every change gives a config another relay state.", "identity_provider_configs.relay_state.fixed",
			changeConfig(update, func(c *call, config *world.IdentityProviderConfig) { config.SAMLRelayState = c.sandbox.IDs.UUID(c.now) })},
		{"identity_provider_configs.scim_base_url.off", "A config without SCIM has no address of a SCIM server.", "identity_provider_configs.scim_base_url.fixed",
			changeBody(create, func(o *pyjson.Object) {
				if on, _ := o.Get("scim_enabled"); on == false {
					o.Set("scim_base_url", nil)
				}
			})},
		{"identity_provider_configs.scim_base_url.id", "A config is called by its id.", "identity_provider_configs.scim_base_url.fixed",
			changeBody(create, func(o *pyjson.Object) {
				id, _ := o.Get("id")
				base, _ := o.Get("scim_base_url")
				if text, ok := base.(string); ok {
					o.Set("scim_base_url", text[:strings.LastIndexByte(text, '/')+1]+id.(string))
				}
			})},
		{"identity_provider_configs.scim_base_url.moves", "A config that gets another purpose gets another address.", "identity_provider_configs.scim_base_url.fixed",
			changeConfig(update, func(c *call, config *world.IdentityProviderConfig) {
				if c.bodyHas("config_scope") {
					config.Slug = c.sandbox.IDs.UUID(c.now)
				}
			})},

		{"identity_provider_configs.overlap.allowed", "SAML configs may overlap when they are made.", "identity_provider_configs.overlap.named", ignoreOverlap(create, 201, anyRequest)},
		{"identity_provider_configs.overlap.attr", "The refusal of an overlap names the domains.", "identity_provider_configs.overlap.named",
			changeRefusal(create, "invalid_input", func(e *rest.Error) {
				if e.Attr == "domain_scope" {
					e.Attr = servedDomains
				}
			})},
		{"identity_provider_configs.overlap.itself", "A complete config overlaps with itself.", "identity_provider_configs.overlap.named",
			around(update, func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil && config.HasSAML() && len(c.view.LinkedDomains(config)) > 0 {
					return 0, errOverlap(protocolSAML)
				}
				return next(c)
			})},
		{"identity_provider_configs.overlap.put", "PUT does not look whether configs overlap.", "identity_provider_configs.overlap.named", ignoreOverlap(put, 200, anyRequest)},
		{"identity_provider_configs.overlap.completed", "Completing a config does not look whether configs overlap.", "identity_provider_configs.overlap.completed",
			ignoreOverlap(update, 200, func(c *call, _ string) bool { return !c.bodyHas(servedDomains) })},
		{"identity_provider_configs.overlap.unscoped", "A config that is for anything overlaps with none.", "identity_provider_configs.overlap.unscoped",
			ignoreOverlap(create, 201, func(c *call, _ string) bool { return !c.bodyHas("config_scope") })},
		{"identity_provider_configs.overlap.other_scope", "A config for SCIM alone overlaps with none, whatever it has for SAML.", "identity_provider_configs.overlap.other_scope",
			ignoreOverlap(create, 201, func(c *call, _ string) bool { return c.bodyText("config_scope") == "scim" })},
		{"identity_provider_configs.overlap.unverified", "Configs may not share a domain that is not verified.", "identity_provider_configs.overlap.unverified",
			refuseOverlap(func(d *world.Domain, other *world.IdentityProviderConfig) bool {
				return d.VerifiedAt == nil && hasSAMLFor(other)
			})},
		{"identity_provider_configs.overlap.incomplete", "A config that is not complete keeps others from its domain.", "identity_provider_configs.overlap.incomplete",
			refuseOverlap(func(_ *world.Domain, other *world.IdentityProviderConfig) bool {
				return other.IsFor(world.ScopeSAML) && !other.HasSAML()
			})},
		{"identity_provider_configs.overlap.any_protocol", "A config for OIDC keeps one for SAML from its domain.", "identity_provider_configs.overlap.other_protocol",
			refuseOverlap(func(_ *world.Domain, other *world.IdentityProviderConfig) bool { return other.HasOIDC() })},
		{"identity_provider_configs.overlap.any_scope", "SAML settings of a config for SCIM count.", "identity_provider_configs.overlap.other_protocol",
			refuseOverlap(func(_ *world.Domain, other *world.IdentityProviderConfig) bool {
				return other.HasSAML() && !other.IsFor(world.ScopeSAML)
			})},
		{"identity_provider_configs.overlap.oidc", "OIDC configs may overlap.", "identity_provider_configs.overlap.oidc",
			ignoreOverlap(update, 200, func(_ *call, refusal string) bool { return strings.Contains(refusal, protocolOIDC) })},
		{"identity_provider_configs.overlap.second_for_all", "A second config for all domains may be made.", "identity_provider_configs.overlap.for_all",
			ignoreOverlap(create, 201, func(c *call, _ string) bool { return c.bodyText("domain_scope") == world.ScopeAll })},
		{"identity_provider_configs.overlap.beside_all", "Beside a config for all domains others may name some.", "identity_provider_configs.overlap.for_all",
			ignoreOverlap(create, 201, func(c *call, _ string) bool {
				return slices.ContainsFunc(c.namedDomains(), func(d *world.Domain) bool {
					return !slices.ContainsFunc(c.view.ConfigsServing(d), func(other *world.IdentityProviderConfig) bool { return !other.ServesAll() })
				})
			})},
		{"identity_provider_configs.overlap.all_unverified", "A config for all domains stands alone, though none is verified.", "identity_provider_configs.overlap.all_unverified",
			around(create, func(c *call, next action) (int, error) {
				others := c.view.Configs(c.organization.ID)
				if c.bodyText("domain_scope") == world.ScopeAll && slices.ContainsFunc(others.Rows(), hasSAMLFor) {
					return 0, errOverlap(protocolSAML)
				}
				return next(c)
			})},
	}
}

// configLogMutants are about what the log of a config shows.
func configLogMutants() []mutantRow {
	const logs, domainLogs = "identity_provider_configs_scim_logs_retrieve", "domains_scim_logs_retrieve"
	without := func(key string) defect { return changeQuery(logs, func(q url.Values) { q.Del(key) }) }
	return []mutantRow{
		{"identity_provider_configs.scim_logs.neighbours", "The log of a config has the requests to others that serve its domains.", "identity_provider_configs.scim_logs.own",
			around(logs, func(c *call, next action) (int, error) {
				config, err := c.identityProviderConfig()
				if err != nil || c.membership.Level < world.Administrator {
					return next(c)
				}
				ids := []string{config.ID}
				for _, d := range c.view.ServedDomains(config) {
					ids = append(ids, configIDs(c.view.ConfigsServing(d))...)
				}
				slices.Sort(ids)
				return c.listLogsOf(slices.Compact(ids))
			})},
		{"identity_provider_configs.scim_logs.domain_alone", "The log of a domain lacks what its configs were asked.", "identity_provider_configs.scim_logs.own",
			around(domainLogs, func(c *call, next action) (int, error) {
				if d, err := c.domain(); err == nil && c.membership.Level >= world.Administrator {
					return c.listLogsOf([]string{d.ID})
				}
				return next(c)
			})},
		{"identity_provider_configs.scim_logs.status", "status_min does not filter the log of a config.", "identity_provider_configs.scim_logs.filters", without("status_min")},
		{"identity_provider_configs.scim_logs.search", "The log of a config cannot be searched.", "identity_provider_configs.scim_logs.filters", without("search")},
		{"identity_provider_configs.scim_logs.time", "after does not filter the log of a config.", "identity_provider_configs.scim_logs.filters", without("after")},
		{"identity_provider_configs.scim_logs.page_size", "page_size does not cut the log of a config.", "identity_provider_configs.scim_logs.filters", without("page_size")},
		{"identity_provider_configs.scim_logs.by_key", "Keys can read the log of a config.", "callers.actions_need_session", allowKeys(logs, "organization:read")},
		{"identity_provider_configs.scim_logs.by_member", "Members can read the log of a config.", "identity_provider_configs.scim_logs.administrators",
			before(logs, func(c *call) { own := *c.membership; own.Level = world.Administrator; c.membership = &own })},
		{"identity_provider_configs.scim_logs.level_first", "Members do not learn whether a config exists.", "identity_provider_configs.scim_logs.administrators",
			around(logs, func(c *call, next action) (int, error) {
				if c.membership.Level < world.Administrator {
					return 0, errLogLevel
				}
				return next(c)
			})},
		{"domains.scim_logs.object_first", "Members learn whether a domain exists.", "domains.scim_logs.level_first",
			around(domainLogs, func(c *call, next action) (int, error) {
				if _, err := c.domain(); err != nil {
					return 0, err
				}
				return next(c)
			})},
	}
}

// isRefusalOf reports whether an error refuses a field.
func isRefusalOf(err error, field string) bool {
	refusal, ok := errors.AsType[*rest.Error](err)
	return ok && refusal.Attr == field
}

// oidcMutants are about the OIDC settings of a config.
func oidcMutants() []mutantRow {
	const config, issuer, client, secret = "IdentityProviderConfig", "oidc_issuer_url", "oidc_client_id", "oidc_client_secret"
	const create, update, put = "identity_provider_configs_create", "identity_provider_configs_partial_update", "identity_provider_configs_update"
	acceptIssuer := func(which func(text string) bool) defect {
		return acceptValues(config, issuer, "invalid_input", func(_ *call, text string) bool { return which(text) })
	}
	containing := func(parts ...string) func(string) bool {
		return func(text string) bool {
			for _, part := range parts {
				if !strings.Contains(text, part) {
					return false
				}
			}
			return true
		}
	}
	ignoreScope := func(id string, status int, field string) defect {
		return around(id, func(c *call, next action) (int, error) {
			got, err := next(c)
			if isRefusalOf(err, "config_scope") && c.bodyHas(field) {
				c.out.Reset()
				return status, nil
			}
			return got, err
		})
	}
	return []mutantRow{
		{"identity_provider_configs.oidc.null", "A config without a client of OIDC shows null.", "identity_provider_configs.oidc.defaults", writeInstead(config, client, `""`, "null")},
		{"identity_provider_configs.oidc.no_secret", "OIDC is complete without a secret.", "identity_provider_configs.oidc.complete",
			changeBody(create, func(o *pyjson.Object) {
				address, _ := o.Get(issuer)
				name, _ := o.Get(client)
				if scope, _ := o.Get("config_scope"); scope == world.ScopeOIDC {
					o.Set("has_oidc", address != "" && name != "")
				}
			})},
		{"identity_provider_configs.oidc.no_client", "OIDC is complete without a client.", "identity_provider_configs.oidc.complete",
			changeBody(create, func(o *pyjson.Object) {
				address, _ := o.Get(issuer)
				if has, ok := o.Get("has_oidc_client_secret"); ok {
					o.Set("has_oidc", address != "" && has == true)
				}
			})},
		{"identity_provider_configs.oidc.secret_shown", "A config shows that it hides a secret.", "identity_provider_configs.oidc.secret_hidden",
			changeBody("identity_provider_configs_retrieve", func(o *pyjson.Object) { o.Set(secret, "***") })},
		{"identity_provider_configs.oidc.put_forgets", "PUT without a secret removes it.", "identity_provider_configs.oidc.secret_kept",
			changeConfigBefore(put, func(c *call, config *world.IdentityProviderConfig) {
				if !c.bodyHas(secret) {
					config.OIDCClientSecret = ""
				}
			})},
		{"identity_provider_configs.oidc.secret_stays", "An empty secret changes nothing.", "identity_provider_configs.oidc.secret_kept",
			aroundCheck(config, secret, func(c *call, value any, next checker) (any, error) {
				if found, err := c.identityProviderConfig(); err == nil && value == "" {
					return found.OIDCClientSecret, nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.oidc.secret_trimmed", "A secret is trimmed.", "identity_provider_configs.oidc.secret_verbatim",
			aroundCheck(config, secret, func(c *call, value any, next checker) (any, error) {
				text, _ := value.(string)
				return next(c, strings.TrimSpace(text))
			})},
		{"identity_provider_configs.oidc.slash", "The issuer of OIDC loses its final slash.", "identity_provider_configs.oidc.issuer_slash",
			aroundCheck(config, issuer, func(c *call, value any, next checker) (any, error) {
				text, _ := value.(string)
				return next(c, strings.TrimRight(strings.TrimSpace(text), "/"))
			})},
		{"identity_provider_configs.oidc.issuer_http", "The issuer of OIDC need not be called by HTTPS.", "identity_provider_configs.oidc.issuer", acceptIssuer(containing("http://"))},
		{"identity_provider_configs.oidc.issuer_user", "The issuer of OIDC may have a user.", "identity_provider_configs.oidc.issuer", acceptIssuer(containing("@"))},
		{"identity_provider_configs.oidc.issuer_query", "The issuer of OIDC may have a query.", "identity_provider_configs.oidc.issuer", acceptIssuer(containing("?"))},
		{"identity_provider_configs.oidc.issuer_fragment", "The issuer of OIDC may have a fragment.", "identity_provider_configs.oidc.issuer", acceptIssuer(containing("#"))},
		{"identity_provider_configs.oidc.issuer_word", "The issuer of OIDC may be any word.", "identity_provider_configs.oidc.issuer",
			acceptIssuer(func(text string) bool { return !strings.Contains(text, "/") })},
		{"identity_provider_configs.oidc.issuer_unplanned", "Without the feature nobody looks at the issuer of OIDC.", "identity_provider_configs.oidc.issuer",
			aroundCheck(config, issuer, func(c *call, value any, next checker) (any, error) {
				if !c.hasFeature(world.FeatureOIDC) {
					return value, nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.oidc.issuer_anywhere", "The issuer of OIDC may be on the server itself.", "identity_provider_configs.oidc.issuer_fetchable", acceptIssuer(containing("127.0.0.1"))},
		{"identity_provider_configs.oidc.issuer_private", "The issuer of OIDC may be at a private address.", "identity_provider_configs.oidc.issuer_fetchable", acceptIssuer(containing("10.0.0.8"))},
		{"identity_provider_configs.oidc.client_null", "The client of OIDC may be null.", "identity_provider_configs.oidc.not_null", nullable(config, client)},
		{"identity_provider_configs.oidc.secret_null", "The secret of OIDC may be null.", "identity_provider_configs.oidc.not_null", nullable(config, secret)},
		{"identity_provider_configs.oidc.client_long", "The client of OIDC has any length.", "identity_provider_configs.oidc.client_long", maxLength(config, client, 0)},
		{"identity_provider_configs.oidc.secret_long", "The secret of OIDC has any length.", "identity_provider_configs.oidc.secret_long", maxLength(config, secret, 0)},
		{"identity_provider_configs.oidc.client_short", "The client of OIDC has 511 characters at most.", "identity_provider_configs.oidc.longest", maxLength(config, client, 511)},
		{"identity_provider_configs.oidc.secret_short", "The secret of OIDC has 4095 characters at most.", "identity_provider_configs.oidc.longest", maxLength(config, secret, 4095)},
		{"identity_provider_configs.oidc.secret_any", "The secret of OIDC may be anything.", "identity_provider_configs.oidc.secret_text",
			around(create, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "invalid_input") && isRefusalOf(err, secret) {
					c.out.Reset()
					return 201, nil
				}
				return status, err
			})},
		{"identity_provider_configs.oidc.any_scope", "A config that is not for OIDC takes a client.", "identity_provider_configs.oidc.other_scope", ignoreScope(create, 201, client)},
		{"identity_provider_configs.oidc.any_scope_secret", "A config that is not for OIDC takes a secret.", "identity_provider_configs.oidc.other_scope", ignoreScope(create, 201, secret)},
		{"identity_provider_configs.oidc.any_scope_later", "A config that is not for OIDC takes a client later.", "identity_provider_configs.oidc.other_scope", ignoreScope(update, 200, client)},
		{"identity_provider_configs.oidc.no_removal", "A config that is not for OIDC may not even name its settings.", "identity_provider_configs.oidc.other_scope",
			around(create, func(c *call, next action) (int, error) {
				if c.bodyHas(client) && c.bodyText("config_scope") != world.ScopeOIDC {
					return 0, errOIDCScope
				}
				return next(c)
			})},
		{"identity_provider_configs.oidc.put_ignored", "PUT does not change OIDC settings.", "identity_provider_configs.oidc.replaced",
			changeConfig("identity_provider_configs_update", func(_ *call, config *world.IdentityProviderConfig) { config.OIDCIssuerURL = "" })},
		{"identity_provider_configs.oidc.unplanned_later", "Changes of OIDC need no feature.", "identity_provider_configs.oidc.feature_change",
			allOf(grantFeature("identity_provider_configs_partial_update", world.FeatureOIDC), grantFeature("identity_provider_configs_update", world.FeatureOIDC))},
		{"identity_provider_configs.oidc.unplanned", "OIDC needs no feature.", "identity_provider_configs.oidc.feature", grantFeature(create, world.FeatureOIDC)},
		{"identity_provider_configs.oidc.scope_first", "What a config is for is looked at before the plan.", "identity_provider_configs.oidc.feature",
			around(create, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "feature_not_available") && isRefusalOf(err, issuer) && c.bodyText("config_scope") != world.ScopeOIDC {
					err = errOIDCScope
				}
				return status, err
			})},
		{"identity_provider_configs.oidc.feature_attr", "The refusal names the field that was sent.", "identity_provider_configs.oidc.feature",
			around(create, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "feature_not_available") && isRefusalOf(err, issuer) && c.bodyHas(client) {
					err = rest.Invalid("feature_not_available", errOIDCPlan.Detail).On(client)
				}
				return status, err
			})},
	}
}
