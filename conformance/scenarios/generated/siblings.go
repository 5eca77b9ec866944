package generated

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// siblings aim every operation on a thing that is in another one at the right thing in the wrong
// one, both of the story's own: a path is wrong where any part of it is.
//
// Source: filter_rewrite_rules and parents_query_dict in posthog/api/routing.py: every part of a
// path filters.
func siblings(d *spec.Document) []suite.Scenario {
	return family{
		name: "isolation.everywhere_siblings", title: "What is in one thing is not found in another of its kind", rule: "callers.everywhere_siblings",
		access: suite.Write, aspect: suite.Isolation,
		about: func(o *spec.Operation) bool { return o.Tag == suite.RoleMemberships && inside(o) && namesThing(o) },
		tell: func(s *suite.S, operations []*spec.Operation) {
			first, second := s.NewRole(), s.NewRole()
			place := s.Admin().Post(first.Path(suite.RoleMemberships), suite.JSON{"user_uuid": s.UUIDOf("admin")}).Status(http.StatusCreated)
			g := nothing(s, s.Target().Organization.ID)
			g.made = map[string]string{"role_id": second.ID, "id": place.Text("id")}
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				switch {
				case creates(o):
				case isCollection(o):
					g.send(s.Admin(), o).Status(http.StatusOK).Has("count", 0)
				default:
					g.send(s.Admin(), o).NotFound()
				}
			})
			s.Admin().Get(first.Path()).Status(http.StatusOK).Has("members.#.id", []string{place.Text("id")})
			s.Admin().Get(second.Path()).Status(http.StatusOK).Has("members", []string{})
		},
	}.scenarios(d)
}
