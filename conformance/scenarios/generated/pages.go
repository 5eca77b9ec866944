package generated

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// lists walk the list of every collection in an organization where nobody else is, so that what
// must be in it is known to the row.
func lists(d *spec.Document) []suite.Scenario {
	return family{
		name: "pages.everywhere_whole", title: "A list holds the rows of its organization alone, each once, in an order that stays", rule: "requests.everywhere.list",
		needs: []suite.Need{suite.Organizations}, access: suite.Write, aspect: suite.Pagination,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodGet && slices.Contains(listed, o.Tag) && isCollection(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag := operations[0].Tag
			mine := newGround(s, tag)
			if tag == suite.Invites {
				mine.thing = s.NewInvite(nil)
			}
			o := placeFor(s, tag)
			path := o.Path(tag)
			before := o.Owner.IDs(path)
			var made []suite.Thing
			for range 4 {
				made = append(made, makeIn(s, o, tag))
			}
			order := walkIn(s, o.Owner, path, len(before)+len(made))
			s.Expect(order).NotTo(gomega.ContainElement(mine.thing.ID), "a row of another organization")
			s.Expect(s.Admin().IDs(s.Org(tag))).NotTo(gomega.ContainElement(made[0].ID), "a row of another organization")
			if tag == suite.Configs {
				o.Owner.Patch(made[0].Path(), suite.JSON{"name": s.Name()}).Status(http.StatusOK)
				s.Expect(walkIn(s, o.Owner, path, len(order))).To(gomega.Equal(order), "the order of rows after one was changed")
			}
			o.Owner.Delete(made[1].Path()).Empty()
			made[1] = makeIn(s, o, tag)
			after := walkIn(s, o.Owner, path, len(order))
			s.Expect(after).To(gomega.ContainElement(made[1].ID))
			s.Expect(common(after, order)).To(gomega.Equal(common(order, after)), "the order of rows that were there before and after")
		},
	}.scenarios(d)
}

// listed are the resources whose lists a story can fill in an organization of its own.
var listed = []string{suite.Domains, suite.Configs, suite.Roles, suite.Invites}

func isCollection(o *spec.Operation) bool { return lastSegment(o.Path) == o.Tag }

// pages read the list of every collection in an organization where nobody else is, in pages of every
// size from every row on, with odd values too, and want its documented order.
func pages(d *spec.Document) []suite.Scenario {
	return family{
		name: "pages.everywhere_pages", title: "Every page of a list holds the rows that it says, in the documented order, and leads to its neighbours",
		rule:  "requests.everywhere.pages requests.everywhere.order requests.everywhere.odd_pages",
		needs: []suite.Need{suite.Organizations}, access: suite.Write, aspect: suite.Pagination,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodGet && slices.Contains(listed, o.Tag) && isCollection(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag := operations[0].Tag
			o := placeFor(s, tag)
			path := o.Path(tag)
			before := o.Owner.IDs(path)
			for _, letter := range []string{"n", "b", "x"} {
				makeNamed(s, o, tag, letter+"-")
			}
			whole := o.Owner.Get(path).Status(http.StatusOK)
			inOrder(s, tag, whole)
			rows := idsOf(whole)
			s.Expect(rows).To(gomega.HaveLen(len(before)+3), "rows of the list")
			last := len(rows) + 1
			for size := 1; size <= min(last, mostPages); size++ {
				for offset := max(0, last-mostPages); offset <= last; offset++ {
					turn(s, o.Owner, path, rows, size, offset)
				}
			}
			for _, odd := range oddPages {
				page := o.Owner.Get(path+odd).Status(http.StatusOK).Has("count", len(rows)).Has("previous", nil).Has("next", nil)
				s.Expect(idsOf(page)).To(gomega.Equal(rows), "the rows with "+odd)
			}
		},
	}.scenarios(d)
}

// mostPages is how many sizes, and rows before the end, are tried of a list that was there before.
const mostPages = 6

// oddPages are queries that ask for no page that there is: the whole list is shown.
// Source: _positive_int and get_limit in rest_framework/pagination.py.
var oddPages = []string{
	"?limit=0", "?limit=-1", "?limit=one", "?limit=1.5", "?limit=", "?offset=-1", "?offset=one", "?offset=0.5", "?offset=", "?limit=100000",
	"?limit=-1&offset=-1", "?page=2", "?page_size=1",
}

// turn reads one page, and wants its rows and its neighbours.
func turn(s *suite.S, by *suite.Caller, path string, rows []string, size, offset int) {
	page := by.Get(fmt.Sprintf("%s?limit=%d&offset=%d", path, size, offset)).Status(http.StatusOK).Has("count", len(rows))
	from := min(offset, len(rows))
	s.Expect(idsOf(page)).To(gomega.Equal(append([]string{}, rows[from:min(from+size, len(rows))]...)), "the rows of the page")
	if offset+size < len(rows) {
		page.Links("next", fmt.Sprintf("limit=%d&offset=%d", size, offset+size))
	} else {
		page.Has("next", nil)
	}
	switch back := offset - size; {
	case offset == 0:
		page.Has("previous", nil)
	case back <= 0:
		page.Links("previous", fmt.Sprintf("limit=%d", size))
	default:
		page.Links("previous", fmt.Sprintf("limit=%d&offset=%d", size, back))
	}
}

// idsOf are the identifiers of the rows of a page.
func idsOf(page *suite.Response) []string {
	ids := []string{}
	for _, id := range page.Get("results.#.id").Array() {
		ids = append(ids, id.String())
	}
	return ids
}

// inOrder wants the rows of a list in the documented order, where there is one.
// Sources: posthog/api/organization_domain.py (order_by("domain")),
// posthog/api/identity_provider_config.py (order_by("created_at")) and
// posthog/api/organization_invite.py (order_by("-created_at")).
func inOrder(s *suite.S, tag string, page *suite.Response) {
	after := map[string]func(a, b gjson.Result) bool{
		suite.Domains: func(a, b gjson.Result) bool { return a.Get("domain").String()[:1] > b.Get("domain").String()[:1] },
		suite.Configs: func(a, b gjson.Result) bool { return a.Get("created_at").Time().After(b.Get("created_at").Time()) },
		suite.Invites: func(a, b gjson.Result) bool { return a.Get("created_at").Time().Before(b.Get("created_at").Time()) },
	}[tag]
	rows := page.Get("results").Array()
	for i := 1; after != nil && i < len(rows); i++ {
		s.Expect(after(rows[i-1], rows[i])).To(gomega.BeFalse(), "row %d of the list stands before one that belongs in front of it", i-1)
	}
}

// walkIn reads a list whole and in pages of several sizes, wants the same rows each time, and
// returns them.
func walkIn(s *suite.S, by *suite.Caller, path string, total int) []string {
	whole := by.IDs(path)
	s.Expect(whole).To(gomega.HaveLen(total), "rows of the list")
	for _, size := range []string{"1", "3"} {
		s.Expect(by.IDs(path+"?limit="+size)).To(gomega.Equal(whole), "the rows in pages of "+size)
	}
	by.Get(path+"?limit=2").Status(http.StatusOK).Has("count", total).Has("results.#", min(2, total))
	by.Get(path+"?limit=2&offset=1").Status(http.StatusOK).Has("count", total).Has("results.0.id", whole[1])
	return whole
}

// common are those of a list that are in another as well.
func common(list, other []string) (both []string) {
	for _, id := range list {
		if slices.Contains(other, id) {
			both = append(both, id)
		}
	}
	return both
}
