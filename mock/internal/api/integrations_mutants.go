package api

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// integrationMutants are about integrations.
func integrationMutants() []mutantRow {
	const integration = "OrganizationIntegration"
	const list, retrieve = "org_organizations_integrations_list", "org_organizations_integrations_retrieve"
	const destroy, mapping = "organization_integrations_destroy", "integrations_environment_mapping_partial_update"
	return []mutantRow{
		{"integrations.scopes.other_object", "Listing integrations asks for the scope of organizations.", "callers.scope_read", requireScope(list, "organization:read")},
		{"integrations.scopes.read_deletes", "A key that reads may disconnect.", "callers.scope_delete", requireScope(destroy, "organization_integration:read")},
		{"integrations.levels.member_deletes", "Members may disconnect.", "integrations.delete.member", requireLevel(destroy, world.Member)},
		{"integrations.levels.member_blind", "Members may not list integrations.", "integrations.list.member",
			aroundStage("level", func(c *call, next func(*call) error) error {
				if isOperation(list)(c) && c.membership.Level < world.Administrator {
					return errLevel
				}
				return next(c)
			})},
		{"integrations.isolation.stranger", "Strangers read the integrations of an organization.", "callers.membership_required", admitStrangers(list)},
		{"integrations.list.config_sorted", "The settings of an integration are sorted.", "integrations.list.config_order",
			changeBody(list, func(page *pyjson.Object) {
				results, _ := page.Get("results")
				for _, row := range results.([]any) {
					if config, _ := row.(*pyjson.Object).Get("config"); config != nil {
						row.(*pyjson.Object).Set("config", reverseMembers(config.(*pyjson.Object)))
					}
				}
			})},
		{"integrations.list.short", "The list lacks its last row.", "requests.pages.form",
			changeRows(list, func(list []any) []any { return list[:max(0, len(list)-1)] })},
		{"integrations.retrieve.creator_number", "Who installed an integration is a number.", "integrations.retrieve.creator", writeAlways(integration, "created_by", "1")},
		{"integrations.representation.secret", "An integration shows its credentials.", "integrations.retrieve.known", addProperty(integration, "sensitive_config", `{"access_token":"x"}`)},
		{"integrations.representation.missing", "An integration does not show its kind.", "integrations.retrieve.known", omitProperty(integration, "kind")},
		{"integrations.create.possible", "POST on the list answers 404.", "integrations.create.impossible",
			changeAnswerWithStatus("", 405, func(a *mutant.Response) {
				if a.Request.Method == http.MethodPost && a.Below("/api/organizations/") {
					a.Status = http.StatusNotFound
				}
			})},
		{"integrations.delete.connectable_stays", "Disconnecting a connectable integration does nothing.", "integrations.delete.gone", around(destroy, func(c *call, next action) (int, error) {
			if i, err := c.integration(); err == nil && i.Type == connectableType {
				return http.StatusNoContent, nil
			}
			return next(c)
		})},
		{"integrations.delete.unpaid", "Unpaid invoices do not matter.", "integrations.delete.unpaid", around(destroy, func(c *call, _ action) (int, error) { return c.deleteIntegration() })},
		{"integrations.delete.unpaid_status", "Unpaid invoices are a bad request.", "integrations.delete.unpaid", changeStatus(destroy, 409, 400)},
		{"integrations.delete.unpaid_deletes", "Unpaid invoices are refused and the integration is gone.", "integrations.delete.unpaid",
			commitRefused(destroy, func(c *call) {
				if i, err := c.integration(); err == nil {
					c.tx.DeleteIntegration(i)
				}
			})},
		{"integrations.delete.connectable_billed", "Connectable integrations are billed.", "integrations.delete.unpaid_connectable",
			around(destroy, func(c *call, next action) (int, error) {
				if i, err := c.integration(); err == nil && i.Type == connectableType && i.Upstream == world.UpstreamUnpaid {
					return c.refuseUnpaid()
				}
				return next(c)
			})},
		{"integrations.delete.pretends", "Disconnecting does nothing.", "integrations.delete.gone", discardChanges(destroy)},
		{"integrations.environment_mapping.forgotten", "A mapping is answered and not stored.", "integrations.environment_mapping.set", discardChanges(mapping)},
		{"integrations.environment_mapping.no_default", "Environments that are not named are refused.", "integrations.environment_mapping.defaults",
			around(mapping, func(c *call, next action) (int, error) {
				for _, name := range environments {
					if !c.bodyHas(name) {
						return 0, rest.Invalid("required", "This field is required.").On(name)
					}
				}
				return next(c)
			})},
		{"integrations.environment_mapping.touches", "A mapping is a change of the integration.", "integrations.environment_mapping.moment",
			after(mapping, func(c *call) {
				if found, err := c.integration(); err == nil {
					own := *found
					own.UpdatedAt = c.now
					c.tx.PutIntegration(&own)
				}
			})},
		{"integrations.environment_mapping.saved_first", "A mapping that is refused is stored.", "integrations.environment_mapping.refused_whole",
			saveRefusedMapping(mapping, func(c *call) (int64, bool) {
				number, ok := c.bodyValue("production").(int64)
				_, known := c.view.Project(int(number))
				return number, ok && known && c.bodyHas("preview")
			})},
		{"integrations.environment_mapping.foreign_saved", "A mapping to a project of another organization is refused and stored.", "integrations.environment_mapping.foreign_project",
			saveRefusedMapping(mapping, func(c *call) (int64, bool) {
				number, _ := c.bodyValue("production").(int64)
				project, known := c.view.Project(int(number))
				return number, known && project.Organization != c.organization.ID
			})},
		{"integrations.environment_mapping.by_key", "Keys can map environments.", "callers.actions_need_session", allowKeys(mapping, "organization_integration:write")},
		{"integrations.environment_mapping.by_member", "Members can map environments.", "integrations.environment_mapping.member_writes", requireLevel(mapping, world.Member)},
		{"integrations.environment_mapping.optional", "Production need not be named.", "integrations.environment_mapping.production_required", optional("PatchedEnvironmentMapping", "production")},
		{"integrations.environment_mapping.null", "Production may be null.", "integrations.environment_mapping.production_null", nullable("PatchedEnvironmentMapping", "production")},
		{"integrations.environment_mapping.foreign", "A project of another organization is mapped.", "integrations.environment_mapping.foreign_project", acceptForeignMapping(mapping)},
		{"integrations.environment_mapping.any_kind", "A marketplace integration has a mapping.", "integrations.environment_mapping.marketplace",
			aroundAsk(mapping, func(*call, func(*call) (action, error)) (action, error) {
				return func(c *call) (int, error) {
					if i, err := c.integration(); err == nil && i.Type != connectableType {
						own := *i
						own.Type = connectableType
						c.tx.PutIntegration(&own)
					}
					return c.saveMapping()
				}, nil
			})},
		{"integrations.environment_mapping.last_unchecked", "Only the project of production must be the organization's.", "integrations.environment_mapping.unknown_project",
			aroundAsk("integrations_environment_mapping_partial_update", func(c *call, ask func(*call) (action, error)) (action, error) {
				taken := func(c *call, err error) bool { return hasCode(err, "") && c.bodyValue("development") != nil }
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
	}
}

// saveRefusedMapping refuses a mapping as ever, and has production follow the project that a body
// names, if it is one of those.
func saveRefusedMapping(id string, which func(*call) (project int64, ok bool)) defect {
	return aroundAsk(id, func(c *call, ask func(*call) (action, error)) (action, error) {
		next, err := ask(c)
		if err == nil {
			return refusingAfter(next, which), nil
		}
		return func(c *call) (int, error) { return c.storeRefused(err, which) }, nil
	})
}

// refusingAfter is an operation that stores what it refuses.
func refusingAfter(next action, which func(*call) (int64, bool)) action {
	return func(c *call) (int, error) {
		status, err := next(c)
		if err != nil {
			return c.storeRefused(err, which)
		}
		return status, nil
	}
}

// storeRefused refuses a mapping once its project is stored.
func (c *call) storeRefused(refusal error, which func(*call) (int64, bool)) (int, error) {
	found, missing := c.integration()
	project, stored := which(c)
	if missing != nil || !stored {
		return 0, refusal
	}
	mapping := new(pyjson.Object)
	for _, name := range environments {
		mapping.Set(name, project)
	}
	own := *found
	var err error
	if own.Config, err = withMapping(found.Config, mapping); err != nil {
		return 0, err
	}
	c.tx.PutIntegration(&own)
	c.out.Reset()
	return c.refuse(refusal), nil
}

// acceptForeignMapping maps an environment to whatever project is named.
func acceptForeignMapping(id string) defect {
	return aroundAsk(id, func(c *call, ask func(*call) (action, error)) (action, error) {
		number, _ := c.bodyValue("production").(int64)
		project, ok := c.view.Project(int(number))
		if !ok || project.Organization == c.organization.ID {
			return ask(c)
		}
		return func(c *call) (int, error) {
			i, err := c.integration()
			if err != nil {
				return 0, err
			}
			return c.showIntegration(i)
		}, nil
	})
}

// reverseMembers returns an object with its members in the reverse order.
func reverseMembers(o *pyjson.Object) *pyjson.Object {
	var keys []string
	for key := range o.Keys() {
		keys = append(keys, key)
	}
	turned := new(pyjson.Object)
	for _, key := range slices.Backward(keys) {
		value, _ := o.Get(key)
		turned.Set(key, value)
	}
	return turned
}
