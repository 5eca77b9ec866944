package generated

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// queries ask every list for what is in another organization: by each parameter that the document
// has, and by those that a server may listen to all the same.
//
// Source: filter_queryset_by_parents_lookups in posthog/api/routing.py: the path filters first.
func queries(d *spec.Document) []suite.Scenario {
	return family{
		name: "isolation.everywhere_listed", title: "No query has a list show what is in another organization", rule: "callers.everywhere_listed",
		needs: []suite.Need{suite.Organizations}, access: suite.Write, aspect: suite.Isolation,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodGet && inside(o) && isCollection(o) && slices.Contains(elsewhere, o.Tag) && !namesThing(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			tag := operations[0].Tag
			o := placeFor(s, tag)
			names := namesOf(s, o, tag)
			suite.EachOffered(s, operations, func(op *spec.Operation) {
				for _, query := range queriesOf(op, o.ID, names[0]) {
					page := s.Admin().Get(s.Org(tag) + "?" + query).Status(http.StatusOK)
					rows := page.Get("results").Raw // links repeat the query
					for _, name := range names {
						// As a whole text of a row: other names begin alike.
						s.Expect(rows).NotTo(gomega.ContainSubstring(`"`+name+`"`), "a row of another organization, with ?%s", query)
					}
				}
			})
		},
	}.scenarios(d)
}

// namesOf make something in another organization, and tell by which texts it is known: the first
// is what somebody would look for.
func namesOf(s *suite.S, o suite.Organization, tag string) []string {
	switch tag {
	case suite.Members:
		me := o.Owner.Get("/api/users/@me/").Status(http.StatusOK)
		return []string{me.Text("email"), me.Text("uuid")}
	case suite.Projects:
		first := o.Owner.Get(o.Path(tag, foreignIn(s, o, tag))).Status(http.StatusOK)
		return []string{first.Text("uuid"), first.Text("api_token")}
	}
	made := makeIn(s, o, tag)
	for _, property := range []string{"domain", "target_email", "name"} {
		if text := made.Text(property); text != "" {
			return []string{text, made.ID}
		}
	}
	return []string{made.ID}
}

// notTexts are parameters that take something other than a text to look for.
var notTexts = []string{"limit", "offset", "updated_after", "order"}

// queriesOf are queries that look for what is in another organization.
func queriesOf(o *spec.Operation, organization, text string) []string {
	list := []string{"limit=100000", "offset=0", "ordering=-id", "order=-joined_at", "organization=" + organization, "organization_id=" + organization}
	look := []string{"search"}
	for _, p := range o.Spec.Parameters {
		if p.Value.In == "query" && !slices.Contains(notTexts, p.Value.Name) && !slices.Contains(look, p.Value.Name) {
			look = append(look, p.Value.Name)
		}
	}
	for _, name := range look {
		list = append(list, name+"="+url.QueryEscape(text))
	}
	return append(list, strings.Join([]string{"limit=100000", "offset=0", "search=" + url.QueryEscape(text), "ordering=id"}, "&"))
}
