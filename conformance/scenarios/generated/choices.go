package generated

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// choices give each property that has few values all of them, one after the other: the choices
// that the document lists, and a truth value the other one and its own again.
func choices(d *spec.Document) (list []suite.Scenario) {
	for _, c := range []struct {
		name, title string
		takes       func(p spec.Property) bool
		values      func(now *suite.Response, p spec.Property) []any
	}{
		{
			name: "every_choice", title: "Every choice that the document has is taken",
			takes:  func(p spec.Property) bool { return p.Enum != nil },
			values: func(_ *suite.Response, p spec.Property) []any { return p.Enum },
		},
		{
			name: "there_and_back", title: "A truth value can be changed, and changed back",
			// To shut others out asks for a verified domain first.
			takes: func(p spec.Property) bool {
				return p.Type == "boolean" && !p.WriteOnly && p.Name != "enforce_verified_domains"
			},
			values: func(now *suite.Response, p spec.Property) []any {
				is := now.Get(p.Name).Bool()
				return []any{!is, is}
			},
		},
	} {
		k := kind{takes: func(o *spec.Operation, p spec.Property) bool { return o.Method == http.MethodPatch && c.takes(p) }}
		list = append(list, family{
			name: "fields.everywhere_" + c.name, title: c.title, rule: "requests.everywhere." + c.name,
			access: suite.Write, aspect: suite.Validation, rich: true,
			about: func(o *spec.Operation) bool { return len(k.propertiesOf(d, o)) > 0 },
			tell: func(s *suite.S, operations []*spec.Operation) {
				g := richGround(s, operations[0].Tag)
				g.verify(operations[0].Tag)
				suite.EachOffered(s, operations, func(o *spec.Operation) {
					for _, p := range k.propertiesOf(s.Document(), o) {
						if g.complete(o) {
							g.takeEach(o, p, c.values(g.now(), p))
						}
					}
				})
			},
		}.scenarios(d)...)
	}
	return list
}

// takeEach gives a property each of some values, and wants it to have it then. What the plan or
// the thing does not allow is passed over.
func (g *ground) takeEach(o *spec.Operation, p spec.Property, values []any) {
	for _, value := range values {
		if g.s.ShutsOut(p.Name, value) {
			continue
		}
		answer := g.caller(o).Send(o.Method, g.path(o), suite.Together(g.required(o), suite.JSON{p.Name: value}))
		if gated(answer, p) {
			return
		}
		answer.Status(http.StatusOK).Has(p.Name, value)
		g.now().Has(p.Name, value)
	}
}
