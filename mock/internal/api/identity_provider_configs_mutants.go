package api

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// enterOrganizationOfConfig gives the call the organization of the config in the path.
func enterOrganizationOfConfig(c *call) {
	if config, ok := c.view.ConfigByID(c.id()); ok {
		c.organization, _ = c.view.Organization(config.Organization)
	}
}

// untouchedBy has a change of one property alone leave the time of the last change.
func untouchedBy(property string) defect {
	untouched := afterWithPrevious("identity_provider_configs_partial_update", func(c *call, previous *world.World) {
		body, isObject := c.input.Value().(*pyjson.Object)
		old, known := previous.ConfigByID(c.id())
		if !isObject || !known || !c.bodyHas(property) || body.Len() > 1 {
			return
		}
		if config, err := c.identityProviderConfig(); err == nil {
			own := *config
			own.UpdatedAt = old.UpdatedAt
			c.tx.PutConfig(&own)
			c.out.Reset()
			_, _ = c.showConfig(http.StatusOK, &own, "")
		}
	})
	return func(t *Tables) {
		schema, known := t.Document.Schema("IdentityProviderConfig")
		if known {
			_, known = schema.Property(property)
		}
		if t.Aim(known) {
			untouched(t)
		}
	}
}

// configMutants are about identity provider configs, and what all lists and bodies share.
func configMutants() []mutantRow {
	const config = "IdentityProviderConfig"
	const create, update = "identity_provider_configs_create", "identity_provider_configs_partial_update"
	const put, list, retrieve = "identity_provider_configs_update", "identity_provider_configs_list", "identity_provider_configs_retrieve"
	clients := func(change func(list []string) []string) func(*call, any, checker) (any, error) {
		return func(c *call, value any, next checker) (any, error) {
			if list, ok := value.([]string); ok {
				value = change(slices.Clone(list))
			}
			return next(c, value)
		}
	}
	planFirst := func(field, feature string, refusal *rest.Error) defect {
		return forEach([]string{"identity_provider_configs_create", "identity_provider_configs_partial_update", "identity_provider_configs_update"}, func(id string) defect {
			return around(id, func(c *call, next action) (int, error) {
				if c.bodyHas(field) && !c.hasFeature(feature) {
					return 0, refusal
				}
				return next(c)
			})
		})
	}
	return []mutantRow{
		{"identity_provider_configs.update.links_untouched", "A change of links alone leaves updated_at.", "identity_provider_configs.update.touched",
			untouchedBy("organization_domain_ids")},
		{"identity_provider_configs.update.clients_untouched", "A change of the allowed clients alone leaves updated_at.", "identity_provider_configs.update.touched",
			untouchedBy("id_jag_allowed_clients")},
		{"identity_provider_configs.create.stays", "A config whose creation is refused is there all the same.", "identity_provider_configs.create.refused_whole",
			commitRefused("identity_provider_configs_create", func(c *call) {
				config := world.IdentityProviderConfig{ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID, Name: c.bodyText("name"), CreatedAt: c.now, UpdatedAt: c.now}
				c.tx.PutConfig(&config)
			})},
		{"identity_provider_configs.features.xaa_first", "A plan without ID-JAG is named before one without SCIM.", "identity_provider_configs.features.order",
			planFirst("id_jag_issuer_url", world.FeatureXAA, errXAAPlan)},
		{"identity_provider_configs.features.before_fields", "A plan without SCIM is named before a field that is wrong.", "identity_provider_configs.features.order",
			planFirst("scim_enabled", world.FeatureSCIM, errSCIMPlan)},
		{"identity_provider_configs.scim.off_first", "That SCIM is off is said before that the plan lacks it.", "identity_provider_configs.scim.token_plan_first",
			around("identity_provider_configs_scim_token_create", func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil && !config.SCIMEnabled {
					return 0, rest.Plain("SCIM is not enabled for this config")
				}
				return next(c)
			})},
		{"identity_provider_configs.authentication.not_found", "Who is nobody gets 404 instead of 401.", "callers.credentials_required",
			changeStatus(list, 401, 404)},
		{"identity_provider_configs.scopes.any", "Listing configs asks for no scope of a key.", "callers.scope_read", skipStageOf("scope", list)},
		{"identity_provider_configs.scopes.read_creates", "A key that reads may make configs.", "callers.scope_create", requireScope(create, "organization:read")},
		{"identity_provider_configs.scopes.read_updates", "A key that reads may change configs.", "callers.scope_operation", requireScope(update, "organization:read")},
		{"identity_provider_configs.levels.member_creates", "Members may make configs.", "identity_provider_configs.levels.member_writes", requireLevel(create, world.Member)},
		{"identity_provider_configs.levels.member_updates", "Members may change configs.", "identity_provider_configs.levels.member_writes", requireLevel(update, world.Member)},
		{"identity_provider_configs.recent_login.ignored", "Configs can be written in an old session.", "sessions.recent_login.required", skipRecentLogin(create, update, put)},
		{"identity_provider_configs.isolation.stranger", "Strangers read the configs of an organization.", "callers.membership_required", admitStrangers(list)},
		{"identity_provider_configs.isolation.foreign_read", "A config is read through another organization.", "callers.foreign_object", before(retrieve, enterOrganizationOfConfig)},
		{"identity_provider_configs.isolation.foreign_deleted", "A config is deleted through another organization.", "callers.foreign_object",
			before("identity_provider_configs_destroy", enterOrganizationOfConfig)},

		{"identity_provider_configs.create.name_needed", "A config needs a name.", "identity_provider_configs.create.defaults",
			changeConstraint(config, "name", func(p *spec.Property) { p.Required = true })},
		{"identity_provider_configs.create.clients_lost", "Allowed clients are not stored on creation.", "identity_provider_configs.create.full",
			aroundCheck(config, "id_jag_allowed_clients", func(c *call, value any, next checker) (any, error) {
				if c.op.ID == create {
					return []string{}, nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.create.chosen_id", "The identifier of a config can be chosen.", "identity_provider_configs.create.read_only",
			after(create, func(c *call) {
				if id := c.bodyText("id"); id != "" {
					c.tx.PutConfig(&world.IdentityProviderConfig{ID: id, Organization: c.organization.ID, CreatedAt: c.now, UpdatedAt: c.now})
				}
			})},
		{"identity_provider_configs.create.body_twice", "Of a key that is given twice, the first counts.", "requests.bodies.key_twice",
			aroundCheck(config, "name", func(c *call, value any, next checker) (any, error) {
				if first, ok := firstText(c.body.Data, "name"); ok {
					value = first
				}
				return next(c, value)
			})},
		{"identity_provider_configs.create.lower", "A SAML entity id is stored in lower case.", "identity_provider_configs.create.full",
			aroundCheck(config, "saml_entity_id", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return strings.ToLower(text), nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.one_line", "Line breaks in a certificate are lost.", "identity_provider_configs.create.full",
			aroundCheck(config, "saml_x509_cert", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return strings.ReplaceAll(text, "\n", ""), nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.cut", "A long certificate is cut.", "identity_provider_configs.create.full",
			aroundCheck(config, "saml_x509_cert", func(_ *call, value any, _ checker) (any, error) {
				if text, ok := value.(string); ok {
					return text[:min(len(text), 1024)], nil
				}
				return value, nil
			})},
		{"identity_provider_configs.create.clients_once", "An allowed client that is there twice is stored once.", "identity_provider_configs.create.full",
			aroundCheck(config, "id_jag_allowed_clients", clients(slices.Compact))},
		{"identity_provider_configs.create.clients_sorted", "Allowed clients are sorted.", "identity_provider_configs.create.full",
			aroundCheck(config, "id_jag_allowed_clients", clients(func(list []string) []string { slices.Sort(list); return list }))},
		{"identity_provider_configs.create.unique", "Configs do not share names.", "identity_provider_configs.create.full",
			around("identity_provider_configs_create", func(c *call, next action) (int, error) {
				taken, name := false, c.bodyText("name")
				c.view.Configs(c.organization.ID).All(func(other *world.IdentityProviderConfig) bool {
					taken = taken || (name != "" && other.Name == name)
					return true
				})
				if taken {
					return 0, rest.Invalid("unique", "identity provider config with this name already exists.").On("name")
				}
				return next(c)
			})},
		{"identity_provider_configs.list.order", "Configs are listed newest first.", "identity_provider_configs.list.order", changeRows(list, mutant.Reversed)},
		{"identity_provider_configs.retrieve.slow_copy", "A config reads as it was before its last change.", "identity_provider_configs.update.patch",
			func(p *Tables) {
				var before sync.Map // configs by their ids
				allOf(
					afterWithPrevious(update, func(c *call, previous *world.World) {
						if old, ok := previous.Config(c.organization.ID, c.id()); ok {
							before.Store(old.ID, old)
						}
					}),
					around(retrieve, func(c *call, next action) (int, error) {
						if old, ok := before.Load(c.id()); ok {
							return c.showConfig(http.StatusOK, old.(*world.IdentityProviderConfig), "")
						}
						return next(c)
					}))(p)
			}},
		{"identity_provider_configs.representation.missing", "A config does not show whether SCIM is usable.", "identity_provider_configs.create.defaults", omitProperty(config, "has_scim")},
		{"identity_provider_configs.representation.extra", "A config shows its organization.", "identity_provider_configs.create.defaults", addProperty(config, "organization_id", `"x"`)},
		{"identity_provider_configs.representation.type", "scim_enabled is a number.", "identity_provider_configs.create.defaults", writeAlways(config, "scim_enabled", "0")},
		{"identity_provider_configs.representation.time", "Times have an offset instead of Z.", "identity_provider_configs.retrieve.times",
			rewriteProperty(config, "created_at", func(json string) string { return json[:len(json)-2] + `+00:00"` })},

		{"identity_provider_configs.update.not_touched", "A change leaves updated_at alone.", "identity_provider_configs.update.patch",
			around(update, func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil {
					c.now = config.UpdatedAt
				}
				return next(c)
			})},
		{"identity_provider_configs.update.put_resets", "PUT resets what it does not name.", "identity_provider_configs.update.put",
			around(put, func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil && !c.bodyHas("name") {
					own := *config
					own.Name = ""
					c.tx.PutConfig(&own)
				}
				return next(c)
			})},
		{"identity_provider_configs.update.blank", "A blank SAML setting is refused.", "identity_provider_configs.update.blank_saml", blankable(config, "saml_entity_id", false)},
		{"identity_provider_configs.update.forgotten", "A change is answered and not stored.", "identity_provider_configs.update.patch", discardChanges(update)},
		{"identity_provider_configs.update.half", "A refused change keeps the fields that are fine.", "identity_provider_configs.update.refused_whole",
			commitRefused(update, func(c *call) {
				if config, err := c.identityProviderConfig(); err == nil && c.bodyText("name") != "" {
					own := *config
					own.Name = c.bodyText("name")
					c.tx.PutConfig(&own)
				}
			})},
		{"identity_provider_configs.update.clients_added", "Allowed clients are added to those that are there.", "identity_provider_configs.update.patch",
			aroundCheck(config, "id_jag_allowed_clients", func(c *call, value any, next checker) (any, error) {
				if found, err := c.identityProviderConfig(); err == nil {
					return append(slices.Clone(found.IDJAGAllowedClients), value.([]string)...), nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.update.clients_stay", "An empty list of clients changes nothing.", "identity_provider_configs.update.patch",
			aroundCheck(config, "id_jag_allowed_clients", func(c *call, value any, next checker) (any, error) {
				if found, err := c.identityProviderConfig(); err == nil && len(value.([]string)) == 0 {
					return found.IDJAGAllowedClients, nil
				}
				return next(c, value)
			})},
		{"identity_provider_configs.delete.pretends", "Deleting a config does nothing.", "identity_provider_configs.delete.gone", discardChanges("identity_provider_configs_destroy")},
		{"identity_provider_configs.features.scim", "SCIM needs no feature.", "identity_provider_configs.features.scim", allOf(grantFeature(create, world.FeatureSCIM), grantFeature(update, world.FeatureSCIM))},
		{"identity_provider_configs.features.xaa", "An ID-JAG issuer needs no feature.", "identity_provider_configs.features.xaa", allOf(grantFeature(create, world.FeatureXAA), grantFeature(update, world.FeatureXAA))},
		{"identity_provider_configs.features.code", "What the plan lacks is a 403.", "identity_provider_configs.features.scim",
			forEach([]string{create, update}, func(id string) defect {
				return changeRefusal(id, "feature_not_available", func(e *rest.Error) { e.Status = 403 })
			})},
		{"identity_provider_configs.features.keys", "Keys of ID-JAG need the feature.", "identity_provider_configs.features.xaa",
			around("identity_provider_configs_create", func(c *call, next action) (int, error) {
				if c.bodyText("id_jag_jwks_url") != "" && !c.hasFeature(world.FeatureXAA) {
					return 0, errXAAPlan
				}
				return next(c)
			})},

		{"identity_provider_configs.fields.name_long", "A name has any length.", "identity_provider_configs.fields.name_length", maxLength(config, "name", 0)},
		{"identity_provider_configs.fields.name_bytes", "The length of a name is counted in bytes.", "requests.bodies.characters",
			aroundCheck(config, "name", func(c *call, value any, next checker) (any, error) {
				if text, _ := value.(string); len(text) > 255 {
					return nil, rest.Invalid("max_length", "Ensure this field has no more than 255 characters.")
				}
				return next(c, value)
			})},
		{"identity_provider_configs.fields.name_null", "A name may be null.", "identity_provider_configs.fields.name_null", nullable(config, "name")},
		{"identity_provider_configs.fields.entity_long", "A SAML entity id has any length.", "identity_provider_configs.fields.entity_long", maxLength(config, "saml_entity_id", 0)},
		{"identity_provider_configs.fields.scim_null", "SCIM may be null.", "identity_provider_configs.fields.scim_null", nullable(config, "scim_enabled")},
		{"identity_provider_configs.fields.client_long", "An allowed client has any length.", "identity_provider_configs.fields.client_long",
			changeConstraint(config, "id_jag_allowed_clients", func(p *spec.Property) { item := *p.Items; item.MaxLength = 0; p.Items = &item })},
		{"identity_provider_configs.fields.issuer_anywhere", "An issuer may be at the server itself.", "identity_provider_configs.fields.issuer_loopback", aroundCheck(config, "id_jag_issuer_url", acceptAnyURL)},
		{"identity_provider_configs.fields.metadata", "An issuer may be the cloud's metadata service.", "identity_provider_configs.fields.issuer_metadata",
			acceptValues(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool {
				return slices.Contains([]string{"http://169.254.169.254", "http://169.254.169.254/"}, text) || len(text) > 22 && text[:22] == "http://169.254.169.254"
			})},
		{"identity_provider_configs.fields.jwks_anywhere", "Keys may be at a private address.", "identity_provider_configs.fields.jwks_private", aroundCheck(config, "id_jag_jwks_url", acceptAnyURL)},
		{"identity_provider_configs.fields.behind_user", "An issuer may be on the server itself behind a user's name.", "identity_provider_configs.fields.issuer_loopback",
			acceptValues(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "@") })},
		{"identity_provider_configs.fields.ipv6", "An issuer may be at the loopback address of IPv6.", "identity_provider_configs.fields.issuer_loopback",
			acceptValues(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "[") })},
		{"identity_provider_configs.fields.metadata_name", "An issuer may be the metadata service by its name.", "identity_provider_configs.fields.issuer_metadata",
			acceptValues(config, "id_jag_issuer_url", "invalid_input", func(_ *call, text string) bool { return strings.Contains(text, "metadata.google") })},

		{"identity_provider_configs.scim.silent", "Creation with SCIM shows no token.", "identity_provider_configs.scim.on_creation", writeAlways(config, "scim_bearer_token", "null")},
		{"identity_provider_configs.scim.readable", "The token can be read later.", "identity_provider_configs.scim.on_creation",
			around(retrieve, func(c *call, next action) (int, error) {
				if config, err := c.identityProviderConfig(); err == nil {
					c.api.configSerializer.Write(&c.out, c.configView(config, config.SCIMBearerToken))
					return http.StatusOK, nil
				}
				return next(c)
			})},
		{"identity_provider_configs.scim.again", "Enabling SCIM again makes another token.", "identity_provider_configs.scim.on_update",
			before(update, func(c *call) {
				if config, err := c.identityProviderConfig(); err == nil && c.bodyValue("scim_enabled") == true {
					own := *config
					own.SCIMEnabled, own.SCIMBearerToken = false, ""
					c.tx.PutConfig(&own)
				}
			})},
		{"identity_provider_configs.scim.token_while_off", "A token can be made while SCIM is off.", "identity_provider_configs.scim.token_while_off",
			before("identity_provider_configs_scim_token_create", func(c *call) {
				if config, err := c.identityProviderConfig(); err == nil {
					own := *config
					own.SCIMEnabled = true
					c.tx.PutConfig(&own)
				}
			})},
		{"identity_provider_configs.scim.token_by_key", "Keys can replace a token.", "callers.actions_need_session",
			allowKeys("identity_provider_configs_scim_token_create", "organization:write")},
		{"identity_provider_configs.scim.token_by_member", "Members can replace a token.", "identity_provider_configs.levels.member_writes",
			requireLevel("identity_provider_configs_scim_token_create", world.Member)},
		{"identity_provider_configs.scim.change_tells", "Renaming a config shows its token.", "identity_provider_configs.scim.on_update",
			around("identity_provider_configs_partial_update", func(c *call, next action) (int, error) {
				status, err := next(c)
				if config, missing := c.identityProviderConfig(); err == nil && missing == nil && c.bodyHas("name") {
					c.out.Reset()
					c.api.configSerializer.Write(&c.out, c.configView(config, config.SCIMBearerToken))
				}
				return status, err
			})},

		{"identity_provider_configs.pages.limit", "A page holds one row more than was asked for.", "requests.pages.size", oneRowMore(list)},
		{"identity_provider_configs.pages.offset", "The second page begins one row too early.", "requests.pages.walk", oneRowEarlier(list)},
		{"identity_provider_configs.pages.count", "The count is that of the page.", "identity_provider_configs.pages.count",
			changeBody(list, func(page *pyjson.Object) {
				results, _ := page.Get("results")
				rows, _ := results.([]any)
				page.Set("count", int64(len(rows)))
			})},
		{"identity_provider_configs.pages.no_next", "A page has no link to the next one.", "requests.pages.walk", changeBody(list, func(page *pyjson.Object) { page.Set("next", nil) })},
		{"identity_provider_configs.pages.no_previous", "A page has no link back.", "requests.pages.walk", changeBody(list, func(page *pyjson.Object) { page.Set("previous", nil) })},
		{"identity_provider_configs.pages.relative", "Links have no host.", "requests.pages.links_keep_query", replaceText(list, `"http://127.0.0.1:1/`, `"/`)},
		{"identity_provider_configs.pages.query_lost", "Links forget the other parameters.", "requests.pages.links_keep_query", replaceText(list, "colour=blue&", "")},
		{"identity_provider_configs.pages.bad_limit", "A limit that is no number is refused.", "requests.pages.bad_values", refuseBadLimit(list)},
		{"identity_provider_configs.pages.beyond", "Past the end a page is not found.", "requests.pages.beyond", refuseOffsetPastEnd(list)},
		{"identity_provider_configs.pages.at_most_100", "A page has at most a hundred rows.", "requests.pages.beyond", defaultLimit(list, 100, 100)},
		{"identity_provider_configs.pages.fifty", "A page has fifty rows where no limit is given.", "requests.pages.beyond", defaultLimit(list, math.MaxInt, 50)},
		{"identity_provider_configs.pages.zero", "A limit of 0 is an empty page.", "requests.pages.bad_values",
			around(list, func(c *call, next action) (int, error) {
				status, err := next(c)
				if limit, _ := c.query.Get("limit"); limit == "0" && err == nil {
					c.out.Reset()
					c.out.Raw([]byte(`{"count":1000,"next":null,"previous":null,"results":[]}`))
				}
				return status, err
			})},
		{"identity_provider_configs.pages.one_more", "A page that ends with the last row has a next.", "requests.pages.end",
			changePage(list, func(o *pyjson.Object, limit, offset, count int, here string) {
				if limit+offset == count {
					o.Set("next", here+"?limit=1&offset=1")
				}
			})},
		{"identity_provider_configs.pages.no_way_back", "Who begins within the first page finds no way back.", "requests.pages.end",
			changePage(list, func(o *pyjson.Object, limit, offset, _ int, _ string) {
				if offset < limit {
					o.Set("previous", nil)
				}
			})},
		{"identity_provider_configs.bodies.list", "A list is an empty body.", "requests.bodies.object", ignoreRefusal(create, "invalid_input", 201)},
		{"identity_provider_configs.bodies.media_type", "Any content type is JSON.", "requests.bodies.media_type",
			ofOperations([]string{create}, aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if c.resource.tag() == "identity_provider_configs" && c.body.ContentType == "text/plain" {
					c.body.ContentType = "application/json"
				}
				return next(c)
			}))},
		{"identity_provider_configs.bodies.parse_error", "A body that is cut off is a server error.", "requests.bodies.json",
			changeRefusal(create, "parse_error", func(e *rest.Error) { e.Status, e.Type, e.Code = 500, "server_error", "error" })},
		{"identity_provider_configs.bodies.object_late", "The body is read before the object is looked up.", "requests.bodies.object_first",
			around(update, func(c *call, next action) (int, error) {
				if _, err := c.parse(); err != nil {
					return 0, err
				}
				return next(c)
			})},
		{"identity_provider_configs.methods.allow", "405 does not say which methods there are.", "requests.methods.session",
			changeAnswerWithStatus("", 405, func(a *mutant.Response) {
				if a.Below("/api/") {
					a.Header.Del("Allow")
				}
			})},
		{"identity_provider_configs.methods.head_body", "HEAD is refused.", "requests.methods.head",
			changeAnswer(list, func(a *mutant.Response) {
				if a.Request.Method == http.MethodHead {
					a.Status = http.StatusMethodNotAllowed
				}
			})},
	}
}

// acceptAnyURL is a check that refuses no address.
func acceptAnyURL(c *call, value any, _ checker) (any, error) { return normalizeURL(c, value) }

// changePage changes the page that a list answers with.
func changePage(id string, change func(page *pyjson.Object, limit, offset, count int, here string)) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		value, broken := pyjson.Decode(c.out.Bytes())
		object, ok := value.(*pyjson.Object)
		if err != nil || broken != nil || !ok {
			return status, err
		}
		count, _ := object.Get("count")
		window := c.query.Window()
		change(object, window.Limit, window.Offset, int(count.(int64)), c.requestURL())
		c.out.Reset()
		c.out.Raw(pyjson.Append(nil, object))
		return status, nil
	})
}

// defaultLimit gives a list another limit where the query has none, or one above most.
func defaultLimit(id string, most, standard int) defect {
	return around(id, func(c *call, next action) (int, error) {
		asked := c.query
		defer func() { c.query = asked }()
		values := c.request.URL.Query()
		if window := asked.Window(); window.Limit > most || values.Get("limit") == "" {
			values.Set("limit", strconv.Itoa(standard))
			c.query = rest.ParseQuery(values.Encode())
		}
		return next(c)
	})
}
