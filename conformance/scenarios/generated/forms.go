package generated

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// formValues are what forms say in a way of their own: truth values by leaving them out.
func formValues(d *spec.Document) []suite.Scenario {
	text := hasText(d)
	k := kind{takes: func(o *spec.Operation, p spec.Property) bool { return switches(p) && text(o) }}
	return k.changes(d, family{
		name: "bodies.everywhere_forms_keep", title: "A form that changes a text leaves the boxes that it does not have", rule: "requests.everywhere.forms_keep",
		aspect: suite.Protocol,
	}, (*ground).keepBox)
}

// sendForm sends a form to an operation.
func (g *ground) sendForm(o *spec.Operation, form map[string][]string) *suite.Response {
	media, body := suite.Urlencoded(form)
	return g.caller(o).Do(o.Method, g.path(o), media, body)
}

// keepBox changes a text by a form where a truth value is yes.
// Source: Field.get_value in rest_framework/fields.py: what a partial form leaves out is not
// sent.
func (g *ground) keepBox(o *spec.Operation, p spec.Property) {
	if g.s.ShutsOut(p.Name, true) {
		return
	}
	ticked := g.caller(o).Send(o.Method, g.path(o), suite.JSON{p.Name: true})
	if gated(ticked, p) {
		return
	}
	ticked.Status(http.StatusOK).Has(p.Name, true)
	text, _ := textOf(g.s.Document(), o)
	name := g.s.Name()
	g.sendForm(o, map[string][]string{text.Name: {name}}).Status(http.StatusOK).Has(text.Name, name).Has(p.Name, true)
}
