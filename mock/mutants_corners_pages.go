package mock

import (
	"math"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
