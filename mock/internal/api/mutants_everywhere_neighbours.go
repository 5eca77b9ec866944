package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects that touch what a request is not about: neighbours, and what bodies and paths name
// wrongly.

// kindsOfRows are the things that stand by while one is changed.
var kindsOfRows = []string{"domains", "identity_provider_configs", "roles", "invites", "members", "projects"}

// neighbourDefects have an operation change what it is not about: others of each kind, here and
// elsewhere.
func neighbourDefects() (list []everywhere) {
	changes := func(o *spec.Operation) bool {
		whole := strings.HasPrefix(o.Path, "/api/organizations/{organization_id}/"+o.Tag+"/") && (isItem(o) || strings.HasSuffix(o.Path, "{organization_id}/"+o.Tag+"/"))
		if o.Tag == "projects" {
			return whole && o.Method == http.MethodPatch
		}
		return whole && !o.Reads() && ofTags("domains", "identity_provider_configs", "roles", "invites")(o)
	}
	const rule = "requests.everywhere.neighbours"
	for _, kind := range kindsOfRows {
		here := bothOf(changes, func(o *spec.Operation) bool { return kind != "projects" || o.Tag != kind }) // there is one alone
		list = append(list, everywhere{"touches_" + kind, "others of " + kind + " are changed as well.", rule, here, func(o *spec.Operation) defect {
			touch := after(o.ID, func(c *call) { c.touch(kind, c.organization.ID) })
			if kind == "identity_provider_configs" { // which the earliest revision has not
				return ofOperations([]string{kind + "_list"}, touch)
			}
			return touch
		}})
	}
	return append(list,
		everywhere{"touches_elsewhere", "things of other organizations are changed as well.", rule, changes, func(o *spec.Operation) defect {
			return after(o.ID, func(c *call) {
				c.view.Organizations().All(func(other *world.Organization) bool {
					for _, kind := range kindsOfRows {
						if other.ID != c.organization.ID {
							c.touch(kind, other.ID)
						}
					}
					return true
				})
			})
		}},
		everywhere{"reaches_siblings", "what is in another of its kind is reached.", "callers.everywhere_siblings", bothOf(ofTags("role_memberships"), isItem), func(o *spec.Operation) defect {
			return before(o.ID, func(c *call) {
				if m, ok := c.view.RoleMembershipByID(c.id()); ok {
					c.setParam("role_id", m.Role)
				}
			})
		}},
	)
}

// setParam gives a parameter of the path another value.
func (c *call) setParam(name, value string) {
	params := append(gin.Params{}, c.params...)
	for i, parameter := range c.resource.parameters {
		if parameter == name {
			params[i].Value = value
		}
	}
	c.params = params
}

// touch changes everything of a kind in an organization, but the thing that the call is about and
// what it has just made.
func (c *call) touch(kind, organization string) {
	untouched := func(id string) bool { return id == c.id() || strings.Contains(string(c.out.Bytes()), id) }
	for _, change := range c.touches(kind, organization) {
		if !untouched(change.id) {
			change.make()
		}
	}
}

// touch is a change of a row.
type touch struct {
	id   string
	make func()
}

// touches are changes of all rows of a kind in an organization, as they are now.
func (c *call) touches(kind, organization string) (all []touch) {
	w := c.tx.World
	switch kind {
	case "roles":
		w.Roles(organization).All(func(row *world.Role) bool {
			own := *row
			own.Name += " too"
			all = append(all, touch{row.ID, func() { c.tx.PutRole(&own) }})
			return true
		})
	case "identity_provider_configs":
		w.Configs(organization).All(func(row *world.IdentityProviderConfig) bool {
			own := *row
			own.UpdatedAt = c.now
			all = append(all, touch{row.ID, func() { c.tx.PutConfig(&own) }})
			return true
		})
	case "domains":
		w.Domains(organization).All(func(row *world.Domain) bool {
			own := *row
			own.VerificationChallenge += "x"
			all = append(all, touch{row.ID, func() { c.tx.PutDomain(&own) }})
			return true
		})
	case "invites":
		w.Invites(organization).All(func(row *world.Invite) bool {
			own := *row
			own.FirstName += "x"
			all = append(all, touch{row.ID, func() { c.tx.PutInvite(&own) }})
			return true
		})
	case "members":
		w.Members(organization).All(func(row *world.Membership) bool {
			own := *row
			own.UpdatedAt = c.now
			all = append(all, touch{row.ID, func() { c.tx.PutMembership(&own) }})
			return true
		})
	case "projects":
		w.Projects(organization).All(func(row *world.Project) bool {
			own := *row
			own.Name += " too"
			all = append(all, touch{own.UUID, func() { c.tx.PutProject(&own) }})
			return true
		})
	}
	return all
}

// referenceMutants have an operation not look up what its body names.
func referenceMutants() (rows []mutantRow) {
	for _, o := range operationsEverywhere() {
		schema := schemaOf(o)
		founds := o.Tag == "organizations" && o.Method == http.MethodPost
		if schema == nil || !readsObject(o) || !ofThings(o) || founds {
			continue
		}
		for _, name := range []string{"identity_provider_config", "organization_domain_ids", "default_role_id", "user_uuid", "private_project_access"} {
			p, has := schema.Property(name)
			if !has || p.ReadOnly {
				continue
			}
			rows = append(rows, mutantRow{
				o.Tag + ".never_looks_up_" + name + "." + o.ID, o.ID + ": what " + name + " names is not looked up.", "callers.everywhere_referred",
				ofProperty(o, p, forget(func(_ spec.Property, sent any) bool { return sent != nil })),
			})
		}
	}
	return rows
}

// pageDefects are defects of the pages of lists.
func pageDefects() []everywhere {
	const pages, odd = "requests.everywhere.pages", "requests.everywhere.odd_pages"
	lists := bothOf(isList, ofTags("domains", "identity_provider_configs", "roles", "invites"))
	ordered := bothOf(isList, ofTags("domains", "identity_provider_configs", "invites"))
	setLink := func(name string, change func(link string) any) func(o *spec.Operation) defect {
		return func(o *spec.Operation) defect {
			return changeBody(o.ID, func(page *pyjson.Object) {
				if link := textIn(page, name); link != "" {
					page.Set(name, change(link))
				}
			})
		}
	}
	none := func(string) any { return nil }
	return []everywhere{
		{"reverses", "the list is in the reverse order.", "requests.everywhere.order", ordered, reverseList},
		{"forgets_previous", "no page leads back.", pages, lists, setLink("previous", none)},
		{"forgets_next", "no page leads on.", pages, lists, setLink("next", none)},
		{"leads_on_and_on", "the last page leads on.", pages, lists, func(o *spec.Operation) defect {
			return changeBody(o.ID, func(page *pyjson.Object) {
				if previous := textIn(page, "previous"); previous != "" && textIn(page, "next") == "" {
					page.Set("next", previous)
				}
			})
		}},
		{"keeps_offsets", "the way back to the first page has an offset.", pages, lists, setLink("previous", func(link string) any {
			if !strings.Contains(link, "offset=") {
				link += "&offset=0"
			}
			return link
		})},
		{"starts_over", "a page past the end begins from the start.", pages, lists, func(o *spec.Operation) defect {
			return changeWindow(o.ID, func(limit, offset int) (int, int) {
				if offset == 4 {
					offset = 0
				}
				return limit, offset
			})
		}},
		{"refuses_odd_limits", "a limit that is no number is refused.", odd, lists, func(o *spec.Operation) defect { return refuseBadLimit(o.ID) }},
		{"shortens_odd_pages", "a limit that is no number is one.", odd, lists, func(o *spec.Operation) defect { return oneForBad(o.ID, "limit") }},
		{"skips_for_odd_offsets", "an offset that is no number is one.", odd, lists, func(o *spec.Operation) defect { return oneForBad(o.ID, "offset") }},
	}
}

// reverseList reverses the order of a whole list, and of its pages.
func reverseList(o *spec.Operation) defect {
	return changeRows(o.ID, mutant.Reversed)
}

// oneForBad takes a parameter of a list for 1 that is no number.
func oneForBad(id, name string) defect {
	return changeQuery(id, func(values url.Values) {
		if n, err := strconv.Atoi(values.Get(name)); values.Has(name) && (err != nil || n < 0) {
			values.Set(name, "1")
		}
	})
}
