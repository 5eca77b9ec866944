package generated

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// mediaNobodyWrites is a type that no server answers these operations in: one that is set up for
// people may answer HTML.
const mediaNobodyWrites = "application/pdf"

// negotiation asks for answers in a form that there is not. The framework looks at that before
// anything else (perform_content_negotiation in rest_framework/views.py), and the server writes
// JSON alone (DEFAULT_RENDERER_CLASSES in posthog/settings/web.py).
func negotiation(d *spec.Document) []suite.Scenario {
	about := func(o *spec.Operation) bool {
		return slices.Contains(writable, o.Tag) && !o.Public && !isAction(o) && !isList(o)
	}
	return family{
		name: "answers.everywhere_not_acceptable", title: "Who takes no JSON gets no answer, and nothing happens", rule: "requests.everywhere.not_acceptable",
		access: suite.Write, aspect: suite.Protocol, rich: true, about: about,
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := richGround(s, operations[0].Tag)
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				g.caller(o).With("Accept", mediaNobodyWrites).Undocumented().Send(o.Method, g.path(o), g.bodyFor(o)).
					Status(http.StatusNotAcceptable).Has("code", "not_acceptable").Has("detail", "Could not satisfy the request Accept header.")
			})
			g.stands()
		},
	}.scenarios(d)
}

// bodyFor is a body that an operation takes and that changes a text; nil where it has none.
func (g *ground) bodyFor(o *spec.Operation) any {
	if !takesBody(o) {
		return nil
	}
	body := g.required(o)
	if text, has := textOf(g.s.Document(), o); has {
		body[text.Name] = g.s.Name()
	}
	return body
}
