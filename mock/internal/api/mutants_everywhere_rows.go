package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects of lists, and of what becomes of things, planted at every operation that has one.

func ofTags(tags ...string) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool { return slices.Contains(tags, o.Tag) }
}

func byMethod(methods ...string) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool { return slices.Contains(methods, o.Method) }
}

// isItem reports whether an operation is about one thing of a collection, and no action on it.
func isItem(o *spec.Operation) bool { return strings.HasSuffix(o.Path, "id}/") }

// isList reports whether an operation reads a list of an organization.
func isList(o *spec.Operation) bool {
	return o.Reads() && strings.HasSuffix(o.Path, "{organization_id}/"+o.Tag+"/")
}

// rowDefects are defects of rows: whose they are, in which order, how often.
func rowDefects() []everywhere {
	const foreign, list, twice = "callers.everywhere_foreign_object", "requests.everywhere.list", "requests.everywhere.twice"
	things := ofTags("domains", "identity_provider_configs", "roles", "role_memberships", "invites", "members")
	lists := bothOf(isList, ofTags("domains", "identity_provider_configs", "roles", "invites"))
	looked := bothOf(isList, ofTags("domains", "identity_provider_configs", "roles", "invites", "members"))
	named := func(o *spec.Operation) bool {
		below := strings.TrimPrefix(o.Path, "/api/organizations/{organization_id}/")
		asksOutside := o.ID == "domains_verify_create" // it looks its object up before its transaction
		return things(o) && inOrganization(o) && strings.Contains(below, "{") && !asksOutside && (o.Method != http.MethodPost || o.SessionOnly)
	}
	changeable := bothOf(isItem, ofTags("domains", "identity_provider_configs", "roles", "role_memberships"))
	identified := bothOf(bothOf(isItem, byMethod(http.MethodGet)), ofTags("domains", "identity_provider_configs", "roles"))
	return []everywhere{
		{"reaches_others", "what belongs to another organization is reached.", foreign, named, reachOthers},
		{"reaches_own_elsewhere", "what belongs to another organization of the caller is reached.", "callers.everywhere_both",
			bothOf(named, ofTags("domains", "identity_provider_configs", "roles", "invites")), reachOwnElsewhere},
		{"lists_others", "rows of other organizations are listed as well.", list, lists, func(o *spec.Operation) defect { return listOthers(o.ID) }},
		{"lists_others_who_are_looked_for", "who is looked for is found in other organizations as well.", "callers.everywhere_listed", looked, func(o *spec.Operation) defect {
			return listOthersWith(o.ID, "search")
		}},
		{"lists_others_in_order", "a list in another order has rows of other organizations as well.", "callers.everywhere_listed", looked, func(o *spec.Operation) defect {
			return listOthersWith(o.ID, "ordering")
		}},
		{"lists_whose_it_is_told", "the query says whose rows a list has.", "callers.everywhere_listed", looked, func(o *spec.Operation) defect {
			return before(o.ID, func(c *call) {
				told, _ := c.query.Get("organization_id")
				if o, ok := c.view.Organization(told); ok {
					c.organization = o
				}
			})
		}},
		{"repeats_a_row", "the last row of a list is there twice.", list, lists, func(o *spec.Operation) defect {
			return changeRows(o.ID, func(rows []any) []any { return append(rows, rows[max(0, len(rows)-1):]...) })
		}},
		{"turns_pages", "a page that is smaller than the list is in the reverse order.", list, lists, func(o *spec.Operation) defect { return turnPages(o.ID) }},
		{"counts_a_page", "the count of a list is that of the page.", list, lists, func(o *spec.Operation) defect {
			return changeBody(o.ID, func(page *pyjson.Object) {
				rows, _ := page.Get("results")
				if list, ok := rows.([]any); ok {
					page.Set("count", int64(len(list)))
				}
			})
		}},
		{"overlaps_pages", "a page begins a row too early.", list, lists, func(o *spec.Operation) defect { return oneRowEarlier(o.ID) }},
		{"fills_pages", "a page holds a row too many.", list, lists, func(o *spec.Operation) defect { return oneRowMore(o.ID) }},
		{"deletes_again", "what is gone can be deleted again.", twice, bothOf(byMethod(http.MethodDelete), bothOf(changeable, ofTags("domains", "identity_provider_configs", "roles"))), func(o *spec.Operation) defect {
			return around(o.ID, func(c *call, next action) (int, error) {
				status, err := next(c)
				if hasCode(err, "not_found") {
					return c.noContent()
				}
				return status, err
			})
		}},
		{"takes_others_along", "all that is of the kind is touched as well.", "requests.everywhere.bystanders", bothOf(byMethod(http.MethodPut, http.MethodPatch), bothOf(isItem, ofTags("domains", "identity_provider_configs", "roles"))), func(o *spec.Operation) defect {
			return after(o.ID, func(c *call) { c.touch(c.op.Tag, c.organization.ID) })
		}},
		{"shouts", "identifiers are in capitals.", "requests.everywhere.identifiers", identified, func(o *spec.Operation) defect {
			return changeBody(o.ID, func(shown *pyjson.Object) { shown.Set("id", strings.ToUpper(textIn(shown, "id"))) })
		}},
		{"wants_lower_case", "an identifier in capitals is unknown.", "requests.everywhere.identifiers", identified, func(o *spec.Operation) defect {
			return around(o.ID, func(c *call, next action) (int, error) {
				if c.param("id") != c.id() {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})
		}},
		{"deletes_for_show", "what was deleted stays.", twice, bothOf(byMethod(http.MethodDelete), bothOf(changeable, ofTags("domains", "identity_provider_configs", "roles"))), func(o *spec.Operation) defect { return discardChanges(o.ID) }},
	}
}

// reachOthers has an operation look for its object in the organization that it belongs to.
func reachOthers(o *spec.Operation) defect {
	return before(o.ID, func(c *call) {
		owner := c.ownerOf(cmp.Or(c.uuid("role_id"), c.uuid("user_uuid"), c.id()))
		if organization, ok := c.view.Organization(owner); ok {
			c.organization = organization
		}
	})
}

// reachOwnElsewhere is reachOthers where the caller is a member there.
func reachOwnElsewhere(o *spec.Operation) defect {
	return before(o.ID, func(c *call) {
		organization, ok := c.view.Organization(c.ownerOf(c.id()))
		if _, member := c.view.Membership(c.User.ID, c.ownerOf(c.id())); ok && member {
			c.organization = organization
		}
	})
}

// ownerOf is the organization that a thing belongs to.
func (c *call) ownerOf(id string) string {
	if domain, ok := c.view.DomainByID(id); ok {
		return domain.Organization
	}
	if config, ok := c.view.ConfigByID(id); ok {
		return config.Organization
	}
	if role, ok := c.view.RoleByID(id); ok {
		return role.Organization
	}
	if invite, ok := c.view.InviteByID(id); ok {
		return invite.Organization
	}
	if user, ok := c.view.UserByUUID(id); ok {
		for _, m := range c.view.MembershipsOf(user.ID) {
			return m.Organization
		}
	}
	return ""
}

// listOthers has a list end with the rows of other organizations.
func listOthers(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		own := c.organization
		status, err := next(c)
		if err != nil {
			return status, err
		}
		var page struct {
			Count, Next, Previous json.RawMessage
			Results               []json.RawMessage
		}
		_ = json.Unmarshal(c.out.Bytes(), &page) // it was written just now
		c.view.Organizations().All(func(other *world.Organization) bool {
			if other.ID != own.ID {
				c.organization = other
				c.out.Reset()
				if _, err := next(c); err == nil {
					var more struct{ Results []json.RawMessage }
					_ = json.Unmarshal(c.out.Bytes(), &more)
					page.Results = append(page.Results, more.Results...)
				}
			}
			return true
		})
		c.organization = own
		c.out.Reset()
		c.out.Object()
		c.out.Key("count").Raw(page.Count)
		c.out.Key("next").Raw(page.Next)
		c.out.Key("previous").Raw(page.Previous)
		rows, _ := json.Marshal(append([]json.RawMessage{}, page.Results...))
		c.out.Key("results").Raw(rows)
		c.out.End()
		return status, nil
	})
}

// listOthersWith is listOthers for requests with a parameter in the query.
func listOthersWith(id, parameter string) defect {
	return func(t *Tables) {
		usual := t.handlers[id].do
		listOthers(id)(t)
		around(id, func(c *call, next action) (int, error) {
			if _, asked := c.query.Get(parameter); asked {
				return next(c)
			}
			return usual(c)
		})(t)
	}
}

// turnPages reverses the rows of a page that is not the whole list.
func turnPages(id string) defect {
	return changeAnswer(id, func(r *mutant.Response) {
		value, err := pyjson.Decode(r.Body)
		page, ok := value.(*pyjson.Object)
		if err != nil || !ok || !strings.Contains(r.Request.URL.RawQuery, "limit=") {
			return
		}
		found, _ := page.Get("results")
		if rows, ok := found.([]any); ok {
			page.Set("results", mutant.Reversed(rows))
			r.Body = pyjson.Append(nil, page)
		}
	})
}

// derivedMutants have a derived property ignore one of those that it derives from.
func derivedMutants() (rows []mutantRow) {
	for name, parts := range map[string][]string{
		"has_saml":               {"saml_entity_id", "saml_acs_url", "saml_x509_cert"},
		"has_oidc":               {"oidc_issuer_url", "oidc_client_id", "has_oidc_client_secret"},
		"has_scim":               {"scim_enabled"},
		"has_id_jag":             {"id_jag_issuer_url"},
		"has_oidc_client_secret": {"has_oidc_client_secret"},
	} {
		for _, o := range []struct{ tag, schema, operation string }{
			{"domains", "OrganizationDomain", "domains_partial_update"},
			{"identity_provider_configs", "IdentityProviderConfig", "identity_provider_configs_partial_update"},
		} {
			if o.tag == "domains" && strings.HasPrefix(name, "has_oidc") {
				continue
			}
			for _, ignored := range parts {
				rows = append(rows, mutantRow{
					o.tag + "." + name + "_without." + ignored, name + " does not look at " + ignored + ".", "requests.everywhere.derived",
					func(t *Tables) {
						if t.AimAtProperty(o.schema, name) && t.AimAtProperty(o.schema, ignored) && t.AimAtOperations(o.operation) {
							changeBody(o.operation, deriveWithout(name, parts, ignored))(t)
						}
					},
				})
			}
		}
	}
	slices.SortFunc(rows, func(a, b mutantRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

func deriveWithout(name string, parts []string, ignored string) func(*pyjson.Object) {
	return func(shown *pyjson.Object) {
		if _, has := shown.Get(name); !has {
			return
		}
		all := !slices.ContainsFunc(parts, func(part string) bool {
			value, _ := shown.Get(part)
			return part != ignored && (value == nil || value == "" || value == false)
		})
		shown.Set(name, all)
	}
}

// repeatMutants make a second change of something that a change has just had made.
func repeatMutants() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		changes := byMethod(http.MethodPut, http.MethodPatch)(o) && ofThings(o) && isItem(o) && readsObject(o)
		schema := schemaOf(o)
		if !changes || schema == nil {
			continue
		}
		if _, named := schema.Property("name"); named {
			rows = append(rows, mutantRow{
				o.Tag + ".changes_again." + o.ID, o.ID + ": a name that is there already is marked as a second one.", "requests.everywhere.twice", markSecond(o.ID),
			})
		}
	}
	return rows
}

// markSecond marks a name that was sent before.
func markSecond(id string) defect {
	return func(t *Tables) {
		var sent textSet // of this server
		before(id, func(c *call) {
			text, isText := c.bodyValue("name").(string)
			if !isText {
				return
			}
			key := c.request.URL.Path + " " + text
			if body, isObject := c.input.Value().(*pyjson.Object); isObject && sent.has(key) {
				body.Set("name", text+" (2)")
			}
			sent.add(key)
		})(t)
	}
}
