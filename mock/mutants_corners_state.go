package mock

import (
	"math"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func stateCorners() []Mutant {
	const domain, update = "OrganizationDomain", "domains_partial_update"
	return []Mutant{
		{"domains.update.unplanned_off", "Without its feature provisioning cannot be turned off.", "domains.features.provisioning",
			around(update, func(c *call, next action) (int, error) {
				if c.sends("jit_provisioning_enabled") && !c.has(featureProvisioning) {
					return 0, errJITPlan
				}
				return next(c)
			})},
		{"domains.unverified.plan_first", "What the plan lacks is said before that a domain is not verified.", "domains.unverified.fields_first",
			around(update, func(c *call, next action) (int, error) {
				if c.sends("scim_enabled") && !c.has(featureSCIM) {
					return 0, errSCIMPlan
				}
				return next(c)
			})},
		{"domains.config.foreign_created", "A new domain can be linked to a config of another organization.", "domains.config.own",
			check(domain, "identity_provider_config", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if key, ok := value.(rest.RelatedKey); err != nil && ok && on("domains_create")(c) {
					if config, ok := c.view.AnyConfig(key.ID); ok {
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
					c.server.configSerializer.Write(&c.out, configView{config, identityView{&config.Identity, &config.Identity, config.SCIMBearerToken}})
				}
				return status, err
			})},
		{"identity_provider_configs.features.keys", "Keys of ID-JAG need the feature.", "identity_provider_configs.features.xaa",
			around("identity_provider_configs_create", func(c *call, next action) (int, error) {
				if c.sent("id_jag_jwks_url") != "" && !c.has(featureXAA) {
					return 0, errXAAPlan
				}
				return next(c)
			})},
		{"integrations.environment_mapping.last_unchecked", "Only the project of production must be the organization's.", "integrations.environment_mapping.unknown_project",
			func(p *parts) {
				const id = "integrations_environment_mapping_partial_update"
				h := p.handlers[id]
				ask, do := h.ask, h.do
				taken := func(c *call, err error) bool { return refused(err, "") && c.value("development") != nil }
				h.ask = func(c *call) error {
					if err := ask(c); !taken(c, err) {
						return err
					}
					return nil
				}
				h.do = func(c *call) (int, error) {
					status, err := do(c)
					if found, missing := c.integration(); missing == nil && taken(c, err) {
						return c.showIntegration(found)
					}
					return status, err
				}
				p.handlers[id] = h
			}},
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
			c.server.domainSerializer.Write(&c.out, c.domainView(d, d.SCIMBearerToken))
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
			own.Shown = nil
			change(&own, earlier[0])
			c.tx.PutInvite(&own)
			c.out.Reset()
			c.writeInvite(&own)
		}
		return status, nil
	})
}

func pageCorners() []Mutant {
	const list = "identity_provider_configs_list"
	paged := func(change func(o *pyjson.Object, limit, offset, count int, here string)) defect {
		return around(list, func(c *call, next action) (int, error) {
			status, err := next(c)
			value, broken := pyjson.Decode(c.out.Bytes())
			object, ok := value.(*pyjson.Object)
			if err != nil || broken != nil || !ok {
				return status, err
			}
			count, _ := object.Get("count")
			window := c.query.Window()
			change(object, window.Limit, window.Offset, int(count.(int64)), c.here())
			c.out.Reset()
			c.out.Raw(pyjson.Append(nil, object))
			return status, nil
		})
	}
	most := func(limit, standard int) defect {
		return around(list, func(c *call, next action) (int, error) {
			asked := c.query
			defer func() { c.query = asked }()
			values := c.request.URL.Query()
			if window := asked.Window(); window.Limit > limit || values.Get("limit") == "" {
				values.Set("limit", map[bool]string{true: "50", false: "100"}[standard == 50])
				c.query = rest.ParseQuery(values.Encode())
			}
			return next(c)
		})
	}
	return []Mutant{
		{"identity_provider_configs.pages.at_most_100", "A page has at most a hundred rows.", "requests.pages.beyond", most(100, 100)},
		{"identity_provider_configs.pages.fifty", "A page has fifty rows where no limit is given.", "requests.pages.beyond", most(math.MaxInt, 50)},
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
			paged(func(o *pyjson.Object, limit, offset, count int, here string) {
				if limit+offset == count {
					o.Set("next", here+"?limit=1&offset=1")
				}
			})},
		{"identity_provider_configs.pages.no_way_back", "Who begins within the first page finds no way back.", "requests.pages.end",
			paged(func(o *pyjson.Object, limit, offset, _ int, _ string) {
				if offset < limit {
					o.Set("previous", nil)
				}
			})},
	}
}

func scimCorners() []Mutant {
	return []Mutant{
		{"scim.users.create_json", "A new user comes as JSON.", "scim.users.create", header("scim_users_create", "Content-Type", "application/json")},
		{"scim.users.comes_back_admin", "Who comes back is an administrator.", "scim.users.patch_reactivate",
			afterSCIM("scim_users_partial_update", func(c *scimCall, was *world.World) {
				user, err := c.scimUser()
				if err != nil {
					return
				}
				_, before := was.Membership(user.ID, c.organization.ID)
				if m, now := c.tx.Membership(user.ID, c.organization.ID); now && !before {
					own := *m
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				}
			})},
		{"scim.users.filter_family", "A family name is compared with the given one.", "scim.users.filter_and",
			beforeSCIM("scim_users_list", func(c *scimCall) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(queryOf("filter", strings.ReplaceAll(text, "familyName", "givenName")))
				}
			})},
		{"scim.users.filter_active", "Whether somebody is active does not matter to a filter.", "scim.users.filter_and",
			beforeSCIM("scim_users_list", func(c *scimCall) {
				if text, ok := c.query.Get("filter"); ok {
					c.query = rest.ParseQuery(queryOf("filter", strings.ReplaceAll(text, " and active eq false", "")))
				}
			})},
		{"scim.logs.filter_unmasked", "The log shows addresses in filters.", "scim.logs.request",
			always("ScimLog", "request_path", `"/scim/v2/?filter=userName%20eq%20%22margaret@example.com%22"`)},
		{"scim.logs.cookies", "The log shows cookies.", "scim.logs.request",
			always("ScimLog", "request_headers", `{"Authorization":"***","X-Cookie":"flavour=oatmeal"}`)},
		{"domains.scim_logs.endless_page", "A page of the log may have any size.", "domains.scim_logs.page_size",
			around("domains_scim_logs_retrieve", func(c *call, next action) (int, error) {
				if size, _ := c.query.Get("page_size"); size != "1000" {
					return next(c)
				}
				list := c.view.SCIMLogs(c.id())
				c.out.Object()
				c.out.Key("count").Int(list.Len())
				c.out.Key("next").Null()
				c.out.Key("previous").Null()
				c.out.Key("results").Array()
				for _, l := range list.Page(0, list.Len()) {
					c.server.scimLogSerializer.Write(&c.out, l)
				}
				c.out.EndArray()
				c.out.End()
				return 200, nil
			})},
		{"domains.scim_logs.more_than", "status_min leaves out the status itself.", "domains.scim_logs.status",
			around("domains_scim_logs_retrieve", func(c *call, next action) (int, error) {
				low, _ := c.query.Get("status_min")
				high, _ := c.query.Get("status_max")
				if low != "" && low == high {
					c.query = rest.ParseQuery("status_min=999")
				}
				return next(c)
			})},
	}
}
