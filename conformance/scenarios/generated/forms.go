package generated

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// formValues are what forms say in a way of their own: truth values by leaving them out.
func formValues(d *spec.Document) (list []suite.Scenario) {
	for _, c := range []struct {
		name, title string
		takes       func(o *spec.Operation, p spec.Property) bool
		try         func(g *ground, o *spec.Operation, properties []spec.Property)
	}{
		{
			name: "forms_keep", title: "A form that changes a text leaves the boxes that it does not have",
			takes: func(o *spec.Operation, p spec.Property) bool {
				return p.Type == "boolean" && !p.WriteOnly && p.Name != "enforce_verified_domains" && hasText(d)(o)
			},
			try: (*ground).keepBoxes,
		},
	} {
		k := kind{takes: func(o *spec.Operation, p spec.Property) bool { return o.Method == http.MethodPatch && c.takes(o, p) }}
		list = append(list, family{
			name: "bodies.everywhere_" + c.name, title: c.title, rule: "requests.everywhere." + c.name,
			access: suite.Write, aspect: suite.Protocol, rich: true,
			about: func(o *spec.Operation) bool { return len(k.propertiesOf(d, o)) > 0 },
			tell: func(s *suite.S, operations []*spec.Operation) {
				g := richGround(s, operations[0].Tag)
				g.verify(operations[0].Tag)
				suite.EachOffered(s, operations, func(o *spec.Operation) {
					if g.complete(o) {
						c.try(g, o, k.propertiesOf(s.Document(), o))
					}
				})
			},
		}.scenarios(d)...)
	}
	return list
}

// sendForm sends a form to an operation.
func (g *ground) sendForm(o *spec.Operation, form map[string][]string) *suite.Response {
	media, body := suite.Urlencoded(form)
	return g.caller(o).Do(o.Method, g.path(o), media, body)
}

// keepBoxes changes a text by a form where truth values are yes.
// Source: Field.get_value in rest_framework/fields.py: what a partial form leaves out is not
// sent.
func (g *ground) keepBoxes(o *spec.Operation, properties []spec.Property) {
	text, _ := textOf(g.s.Document(), o)
	for _, p := range properties {
		if g.s.ShutsOut(p.Name, true) {
			continue
		}
		ticked := g.caller(o).Send(o.Method, g.path(o), suite.JSON{p.Name: true})
		if gated(ticked, p) {
			continue
		}
		ticked.Status(http.StatusOK).Has(p.Name, true)
		name := g.s.Name()
		g.sendForm(o, map[string][]string{text.Name: {name}}).Status(http.StatusOK).Has(text.Name, name).Has(p.Name, true)
	}
}
