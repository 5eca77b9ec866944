package api

import (
	"errors"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
