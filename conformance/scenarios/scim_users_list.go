package scenarios

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// filtered is a query with a filter.
func filtered(filter string) string { return "?filter=" + url.QueryEscape(filter) }

// texts are the values of a list as texts.
func texts(list gjson.Result) (texts []string) {
	for _, value := range list.Array() {
		texts = append(texts, value.String())
	}
	return texts
}

// badPages are queries that are refused, for users and groups alike.
var badPages = map[string]string{
	"startIndex=0": "Invalid startIndex (must be >= 1)", "startIndex=-1": "Invalid startIndex (must be >= 1)", "startIndex=x": "Invalid startIndex value",
	"count=-1": "Invalid count (must be >= 0)", "count=x": "Invalid count value",
}

func scimUsersList() []suite.Scenario {
	listed := []string{"scim_users_list"}
	list := []suite.Scenario{
		{
			ID: "scim.users.list", Title: "The list holds the members of the organization",
			Covers: listed, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				page := p.Get(p.Path("Users")).Status(200).Has("schemas", []string{suite.SCIMList}).Has("startIndex", 1)
				rows := page.Get("Resources").Array()
				page.Has("itemsPerPage", len(rows))
				if page.Get("totalResults").Int() <= 200 {
					page.That("Resources.#.id", gomega.ContainElement(user.ID))
				}
			},
		},
		{
			ID: "scim.users.pages", Title: "startIndex and count cut a page out of the list",
			Covers: listed, Needs: scimPeople, Access: suite.Write, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.NewUser()
				p.NewUser()
				p.Get(p.Path("Users")+"?count=2").Status(200).Has("itemsPerPage", 2).Has("Resources.#", 2).That("totalResults", gomega.BeNumerically(">=", 2))
				p.Get(p.Path("Users")+"?startIndex=2&count=1").Status(200).Has("startIndex", 2).Has("itemsPerPage", 1)
				p.Get(p.Path("Users")+"?count=0").Status(200).Has("Resources", []int{}).Has("itemsPerPage", 0).That("totalResults", gomega.BeNumerically(">=", 2))
				p.Get(p.Path("Users")+"?startIndex=1000000").Status(200).Has("Resources", []int{}).Has("startIndex", 1000000)
				p.Get(p.Path("Users")+"?count=100000").Status(200).That("itemsPerPage", gomega.BeNumerically("<=", 200))
			},
		},
		{
			ID: "scim.users.bad_pages", Title: "Pages out of range are refused",
			Covers: listed, Needs: scimKnown, Access: suite.Read, Aspect: suite.Pagination, Tags: []string{suite.Robustness},
			Run: func(s *suite.S) {
				p := s.SCIM()
				for query, detail := range badPages {
					p.Get(p.Path("Users")+"?"+query).SCIM(400, detail)
				}
			},
		},
		{
			ID: "scim.users.pages_follow", Title: "A page begins where the one before it ended",
			Rules: []string{"scim.users.pages"}, Covers: listed, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				p.NewUser()
				var parts, whole []string
				for range 5 { // others may come and go meanwhile
					whole = texts(p.Get(p.Path("Users") + "?count=3").Status(200).Get("Resources.#.id"))
					parts = nil
					for i := range whole {
						parts = append(parts, texts(p.Get(fmt.Sprintf("%s?count=1&startIndex=%d", p.Path("Users"), i+1)).Status(200).Get("Resources.#.id"))...)
					}
					if slices.Equal(parts, whole) {
						break
					}
				}
				s.Expect(parts).To(gomega.Equal(whole))
			},
		},
		{
			ID: "scim.users.attributes", Title: "attributes and excludedAttributes do not take the users away",
			Covers: listed, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				only := filtered(`userName eq "`+user.Text("userName")+`"`) + "&"
				p.Get(p.Path("Users")+only+"attributes=userName,emails").Status(200).Has("Resources.#.userName", []string{user.Text("userName")})
				p.Get(p.Path("Users")+only+"excludedAttributes=groups").Status(200).Has("Resources.#.userName", []string{user.Text("userName")})
			},
		},
		{
			ID: "scim.users.retrieve_unknown", Title: "A user who does not exist is not found",
			Covers: []string{"scim_users_retrieve", "scim_users_update", "scim_users_partial_update", "scim_users_destroy"}, Needs: scimKnown, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				p := s.SCIM()
				nobody := p.Path("Users", "2147483647")
				p.Get(nobody).SCIM(404, noSCIMUser)
				p.Put(nobody, suite.SCIMPerson(s.SCIMEmail())).SCIM(404, noSCIMUser)
				p.Patch(nobody, suite.JSON{"Operations": []int{}}).SCIM(404, noSCIMUser)
				p.Delete(nobody).SCIM(404, noSCIMUser)
			},
		},
	}
	for _, c := range []struct {
		id, title string
		filter    func(user suite.Thing) string
		found     bool
	}{
		{"username", "userName finds a user", func(u suite.Thing) string { return `userName eq "` + u.Text("userName") + `"` }, true},
		{"username_case", "userName is told apart without regard to case, and so are operators", func(u suite.Thing) string { return `userName EQ "` + upper(u.Text("userName")) + `"` }, true},
		{"email", "emails.value finds a user", func(u suite.Thing) string { return `emails.value eq "` + u.Text("userName") + `"` }, true},
		{"email_path", "A value path finds a user", func(u suite.Thing) string { return `emails[type eq "work" and value eq "` + u.Text("userName") + `"]` }, true},
		{"starts_with", "sw finds by a beginning", func(u suite.Thing) string { return `emails.value sw "` + u.Text("userName") + `"` }, true},
		{"and", "and wants both conditions", func(u suite.Thing) string {
			return `name.givenName eq "Ada" and emails.value eq "` + u.Text("userName") + `"`
		}, true},
		{"and_not", "and wants both conditions, even when one holds", func(u suite.Thing) string {
			return `name.givenName eq "Eve" and emails.value eq "` + u.Text("userName") + `"`
		}, false},
		{"or", "or wants one condition", func(u suite.Thing) string {
			return `name.givenName eq "nobody" or emails.value eq "` + u.Text("userName") + `"`
		}, true},
		{"family_name", "A family name is no given name", func(u suite.Thing) string {
			return `name.familyName eq "` + u.Text("name.givenName") + `" and emails.value eq "` + u.Text("userName") + `"`
		}, false},
		{"not_active", "Who is active is not found as inactive", func(u suite.Thing) string { return `emails.value eq "` + u.Text("userName") + `" and active eq false` }, false},
		{"nobody", "A filter that nobody meets finds nobody", func(u suite.Thing) string { return `userName eq "nobody-` + u.Text("userName") + `"` }, false},
		{"unknown", "An attribute that cannot be filtered by finds nobody", func(suite.Thing) string { return `nickName eq "Ada"` }, false},
		{"malformed", "A filter that cannot be read finds nobody", func(suite.Thing) string { return `userName eq` }, false},
		{"unquoted", "Texts need their quotes", func(u suite.Thing) string { return `userName eq ` + u.Text("userName") }, false},
		{"open", "A filter that does not end finds nobody", func(u suite.Thing) string { return `(userName eq "` + u.Text("userName") + `"` }, false},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.filter_" + c.id, Title: c.title, Covers: listed, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				user := p.NewUser()
				p.NewUser()
				ids := []string{}
				if c.found {
					ids = append(ids, user.ID)
				}
				p.Get(p.Path("Users")+filtered(c.filter(user))).Status(200).Has("totalResults", len(ids)).Has("itemsPerPage", len(ids)).Has("Resources.#.id", ids)
			},
		})
	}
	asking(suite.Validation, list, "filter_family_name", "filter_unknown")
	asking(suite.NotFound, list, "filter_not_active")
	robust(list, "filter_malformed")
	return list
}
