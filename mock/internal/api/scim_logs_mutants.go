package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// scimLogMutants are about what the log of a domain shows.
func scimLogMutants() []mutantRow {
	return []mutantRow{
		{"scim.logs.unmasked", "The log shows addresses.", "scim.logs.request",
			writeAlways("ScimLog", "request_path", `"/scim/v2/person@example.com"`)},
		{"scim.logs.token", "The log shows the token.", "scim.logs.request",
			writeAlways("ScimLog", "request_headers", `{"Authorization":"Bearer secret"}`)},
		{"scim.logs.provider", "The log does not know who called.", "scim.logs.provider", writeAlways("ScimLog", "identity_provider", `"other"`)},
		{"scim.logs.status", "Every request in the log was answered 200.", "scim.logs.refused", writeAlways("ScimLog", "response_status", "200")},
		{"scim.logs.missing", "A row of the log lacks the answer.", "scim.logs.request", omitProperty("ScimLog", "response_body")},
		{"scim.logs.filter_unmasked", "The log shows addresses in filters.", "scim.logs.request",
			writeAlways("ScimLog", "request_path", `"/scim/v2/?filter=userName%20eq%20%22margaret@example.com%22"`)},
		{"scim.logs.cookies", "The log shows cookies.", "scim.logs.request",
			writeAlways("ScimLog", "request_headers", `{"Authorization":"***","X-Cookie":"flavour=oatmeal"}`)},

		{"scim.logs.refused_dropped", "What was refused is not in the log.", "scim.logs.refused",
			changeRows("domains_scim_logs_retrieve", func(rows []any) []any {
				return slices.DeleteFunc(slices.Clone(rows), func(row any) bool {
					status, _ := row.(*pyjson.Object).Get("response_status")
					number, _ := status.(int64)
					return number >= 400
				})
			})},
		{"domains.scim_logs.by_day", "after cuts the log by the day.", "domains.scim_logs.time",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) {
				if day, _, ok := strings.Cut(q.Get("after"), "T"); ok {
					q.Set("after", day+"T00:00:00Z")
				}
			})},

		{"domains.scim_logs.by_key", "Keys can read the log.", "callers.actions_need_session", allowKeys("domains_scim_logs_retrieve", "organization:read")},
		{"domains.scim_logs.by_member", "Members can read the log.", "domains.scim_logs.administrators",
			before("domains_scim_logs_retrieve", func(c *call) { own := *c.membership; own.Level = world.Administrator; c.membership = &own })},
		{"domains.scim_logs.oldest_first", "The log begins with the oldest.", "domains.scim_logs.page",
			changeRows("domains_scim_logs_retrieve", mutant.Reversed)},
		{"domains.scim_logs.page_size", "page_size does nothing.", "domains.scim_logs.page_size",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) { q.Del("page_size") })},
		{"domains.scim_logs.last_page", "A page that is not there is the last one.", "domains.scim_logs.bad_page",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) {
				if q.Get("page") != "" && q.Get("page") != "2" {
					q.Set("page", "last")
				}
			})},
		{"domains.scim_logs.from_zero", "Page one of the log is the second.", "domains.scim_logs.page_named",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) {
				if q.Get("page") == "1" {
					q.Set("page", "2")
				}
			})},
		{"domains.scim_logs.no_last", "The last page of the log is the first.", "domains.scim_logs.page_named",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) {
				if q.Get("page") == "last" {
					q.Set("page", "1")
				}
			})},
		{"domains.scim_logs.status", "status_min filters nothing.", "domains.scim_logs.status",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) { q.Del("status_min") })},
		{"domains.scim_logs.time", "before filters nothing.", "domains.scim_logs.time",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) { q.Del("before") })},
		{"domains.scim_logs.search", "The search finds everything.", "domains.scim_logs.search",
			changeQuery("domains_scim_logs_retrieve", func(q url.Values) { q.Del("search") })},
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
				for _, l := range list.Rows() {
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
