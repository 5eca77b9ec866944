package api

import (
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// scimLogMutants are about what the log of a domain shows.
func scimLogMutants() []planted {
	return []planted{
		{"scim.logs.unmasked", "The log shows addresses.", "scim.logs.request",
			always("ScimLog", "request_path", `"/scim/v2/person@example.com"`)},
		{"scim.logs.token", "The log shows the token.", "scim.logs.request",
			always("ScimLog", "request_headers", `{"Authorization":"Bearer secret"}`)},
		{"scim.logs.provider", "The log does not know who called.", "scim.logs.provider", always("ScimLog", "identity_provider", `"other"`)},
		{"scim.logs.status", "Every request in the log was answered 200.", "scim.logs.refused", always("ScimLog", "response_status", "200")},
		{"scim.logs.missing", "A row of the log lacks the answer.", "scim.logs.request", missing("ScimLog", "response_body")},
	}
}

// scimLogCorners are slips about the log in few cases.
func scimLogCorners() []planted {
	return []planted{
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
					c.api.scimLogSerializer.Write(&c.out, l)
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

// scimTokenMutants are the first half of mutants of the SCIM server, which lets old tokens
// in: they remember whose token an operation ended.
func scimTokenMutants() []planted {
	return []planted{
		{Name: "scim.auth.regenerated", Change: remembersToken("domains_scim_token_create")},
		{Name: "scim.auth.config_token", Change: remembersToken("identity_provider_configs_scim_token_create")},
		{Name: "scim.auth.disabled", Change: remembersToken("domains_partial_update")},
		{Name: "scim.auth.deleted", Change: remembersToken("domains_destroy")},
	}
}

// remembersToken remembers the domain that a SCIM token has opened, by the token, when an
// operation ends it.
func remembersToken(id string) defect {
	return func(t *Tables) {
		keep := func(d *world.Domain) {
			if d.SCIMBearerToken != "" {
				t.Memory.Store(mutant.SCIMToken(d.SCIMBearerToken), d)
			}
		}
		afterwards(id, func(c *call, was *world.World) {
			if d, ok := was.Domain(c.organization.ID, c.id()); ok {
				keep(d)
			}
			for _, d := range was.DomainsOf(c.id()) {
				keep(d)
			}
		})(t)
	}
}
