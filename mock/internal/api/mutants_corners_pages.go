package api

import (
	"math"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

func pageCorners() []planted {
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
	return []planted{
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
