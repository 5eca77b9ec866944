package generated

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// choices give each property that has few values all of them, one after the other: the choices
// that the document lists, and a truth value the other one and its own again.
func choices(d *spec.Document) []suite.Scenario {
	listed := kind{takes: func(_ *spec.Operation, p spec.Property) bool { return p.Enum != nil }}
	switched := kind{takes: func(_ *spec.Operation, p spec.Property) bool { return switches(p) }}
	return slices.Concat(
		listed.changes(d, family{
			name: "fields.everywhere_every_choice", title: "Every choice that the document has is taken", rule: "requests.everywhere.every_choice",
			aspect: suite.Validation,
		}, func(g *ground, o *spec.Operation, p spec.Property) { g.takeEach(o, p, p.Enum) }),
		switched.changes(d, family{
			name: "fields.everywhere_there_and_back", title: "A truth value can be changed, and changed back", rule: "requests.everywhere.there_and_back",
			aspect: suite.Validation,
		}, func(g *ground, o *spec.Operation, p spec.Property) {
			is := g.now().Get(p.Name).Bool()
			g.takeEach(o, p, []any{!is, is})
		}))
}

// switches reports whether a property is a truth value that can be read. To shut others out asks
// for a verified domain first.
func switches(p spec.Property) bool {
	return p.Type == "boolean" && !p.WriteOnly && p.Name != needsOwnDomain
}

// changes is a family that changes each property of a kind by PATCH, one after the other.
func (k kind) changes(d *spec.Document, f family, change func(*ground, *spec.Operation, spec.Property)) []suite.Scenario {
	takes := k.takes
	k.takes = func(o *spec.Operation, p spec.Property) bool { return o.Method == http.MethodPatch && takes(o, p) }
	f.access, f.rich = suite.Write, true
	f.about = func(o *spec.Operation) bool { return len(k.propertiesOf(d, o)) > 0 }
	f.tell = func(s *suite.S, operations []*spec.Operation) {
		g := richGround(s, operations[0].Tag)
		g.verify(operations[0].Tag)
		suite.EachOffered(s, operations, func(o *spec.Operation) {
			for _, p := range k.propertiesOf(s.Document(), o) {
				if g.complete(o) {
					change(g, o, p)
				}
			}
		})
	}
	return f.scenarios(d)
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
