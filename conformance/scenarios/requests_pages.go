package scenarios

import (
	"fmt"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func pages() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list,
			suite.Scenario{
				ID: c.name + ".pages.form", Title: "A page tells the count and links its neighbours",
				Rules: []string{"requests.pages.form"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Get(s.Org(c.name)).Status(200).Keys("", "count", "next", "previous", "results").Has("previous", nil)
					whole := settledPage(s, s.Org(c.name)+"?limit=100000", 100000)
					whole.Has("next", nil).Has("results.#", whole.Get("count").Int())
				},
			},
			suite.Scenario{
				ID: c.name + ".pages.beyond", Title: "Past the end a page is empty",
				Rules: []string{"requests.pages.beyond"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Get(s.Org(c.name)+"?limit=5&offset=1000000").Status(200).Has("results", []int{}).Has("next", nil).
						Links("previous", "limit=5&offset=999995")
					s.Admin().Get(s.Org(c.name)+"?offset=1000000").Status(200).Has("results", []int{}).Links("previous", "limit=100&offset=999900")
					s.Admin().Get(s.Org(c.name)+"?limit=5000&offset=1000000").Status(200).Links("previous", "limit=5000&offset=995000")
				},
			},
			suite.Scenario{
				ID: c.name + ".pages.bad_values", Title: "Bad limits and offsets fall back to the defaults",
				Rules: []string{"requests.pages.bad_values"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read, Tags: []string{suite.Robustness},
				Run: func(s *suite.S) {
					for _, query := range []string{"?limit=0", "?limit=-1", "?limit=x", "?offset=-1", "?offset=x", "?limit="} {
						page := settledPage(s, s.Org(c.name)+query, 100).Has("previous", nil)
						page.Has("results.#", min(100, page.Get("count").Int()))
					}
				},
			},
			suite.Scenario{
				ID: c.name + ".pages.end", Title: "The last page has no next, and what is before the first is none",
				Rules: []string{"requests.pages.end"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					s.Admin().Get(s.Org(c.name)+"?limit=5&offset=3").Status(200).Links("previous", "limit=5")
					for range 5 { // others may make and delete rows meanwhile
						count := s.Admin().Get(s.Org(c.name) + "?limit=1").Status(200).Get("count").Int()
						page := s.Admin().Get(fmt.Sprintf("%s?limit=%d", s.Org(c.name), max(1, count))).Status(200)
						if page.Get("count").Int() != count {
							continue
						}
						page.Has("results.#", count).Has("next", nil)
						break
					}
				},
			},
			suite.Scenario{
				ID: c.name + ".pages.slash", Title: "The final slash may be left out",
				Rules: []string{"requests.slash"}, Covers: []string{c.list}, Needs: admin, Access: suite.Read,
				Run: func(s *suite.S) {
					path := s.Org(c.name)
					s.Admin().Get(path[:len(path)-1]).Status(200)
				},
			})
	}
	return append(list,
		suite.Scenario{
			ID: configsPath + "pages.walk", Title: "Following next visits everything once, following previous leads back",
			Covers: []string{"identity_provider_configs_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				var mine []string
				for range 5 {
					mine = append(mine, s.NewConfig(nil).ID)
				}
				s.Expect(walk(s, mine)).To(gomega.Equal(mine))
				next := s.Admin().Get(s.Org(suite.Configs)+"?limit=2").Links("next", "limit=2&offset=2").Text("next")
				second := s.Admin().Get(next).Status(200).Links("previous", "limit=2")
				s.Admin().Get(second.Text("previous")).Status(200).Has("previous", nil)
			},
		},
		suite.Scenario{
			ID: configsPath + "pages.links_keep_query", Title: "Links keep the other parameters of the request",
			Covers: []string{"identity_provider_configs_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.NewConfig(nil)
				s.NewConfig(nil)
				s.Admin().Get(s.Org(suite.Configs)+"?limit=1&colour=blue").Status(200).Links("next", "colour=blue&limit=1&offset=1")
			},
		},
		suite.Scenario{
			ID: configsPath + "pages.count", Title: "The count is that of the whole list, on every page",
			Covers: []string{"identity_provider_configs_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				for range 3 {
					s.NewConfig(nil)
				}
				for _, query := range []string{"?limit=1", "?limit=2&offset=1", "?limit=1&offset=1000000"} {
					s.Admin().Get(s.Org(suite.Configs)+query).Status(200).That("count", gomega.BeNumerically(">=", 3))
				}
			},
		},
		suite.Scenario{
			ID: configsPath + "pages.size", Title: "A page holds as many rows as were asked for",
			Covers: []string{"identity_provider_configs_list"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				for range 3 {
					s.NewConfig(nil)
				}
				for _, limit := range []int{1, 2, 3} {
					page := s.Admin().Get(fmt.Sprintf("%s?limit=%d", s.Org(suite.Configs), limit)).Status(200)
					s.Expect(page.Get("results").Array()).To(gomega.HaveLen(limit))
				}
			},
		})
}

// settledPage is a first page of at most so many rows. The real server counts and reads one after
// the other (paginate_queryset in rest_framework/pagination.py), so that a row which others make
// or delete in between is in one of the two alone: where they differ, it asks a few times.
func settledPage(s *suite.S, address string, most int64) (page *suite.Response) {
	for range 5 {
		page = s.Admin().Get(address).Status(200)
		if page.Get("results.#").Int() == min(most, page.Get("count").Int()) {
			break
		}
	}
	return page
}

// walk returns which of the configs a walk in steps of two meets, in its order.
// Others may delete rows meanwhile and so move the pages under the walker: it
// tries a few times.
func walk(s *suite.S, mine []string) (met []string) {
	for range 5 {
		met = nil
		all := s.Admin().IDs(s.Org(suite.Configs) + "?limit=2")
		s.Expect(slices.Compact(slices.Sorted(slices.Values(all)))).To(gomega.HaveLen(len(all)), "rows of the walk that are there once")
		for _, id := range all {
			if slices.Contains(mine, id) {
				met = append(met, id)
			}
		}
		if slices.Equal(met, mine) {
			break
		}
	}
	return met
}
