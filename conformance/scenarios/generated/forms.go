package generated

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// formValues are what forms say in a way of their own: lists, and truth values by leaving them
// out.
func formValues(d *spec.Document) (list []suite.Scenario) {
	for _, c := range []struct {
		name, title string
		takes       func(o *spec.Operation, p spec.Property) bool
		try         func(g *ground, o *spec.Operation, properties []spec.Property)
	}{
		{
			name: "list_by_number", title: "A form may number the items of a list, or repeat its name",
			takes: func(_ *spec.Operation, p spec.Property) bool {
				return p.Type == "array" && strings.HasPrefix(p.Name, "id_jag_")
			},
			try: (*ground).numberItems,
		},
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

// numberItems sends lists with the number of each item, and by repeating their name.
// Source: ListField.get_value in rest_framework/fields.py, parse_html_list in
// rest_framework/utils/html.py.
func (g *ground) numberItems(o *spec.Operation, properties []spec.Property) {
	for _, p := range properties {
		numbered := g.sendForm(o, map[string][]string{p.Name + "[0]": {"first"}, p.Name + "[1]": {"second"}})
		if gated(numbered, p) {
			return
		}
		numbered.Status(http.StatusOK).Has(p.Name, []string{"first", "second"})
		g.sendForm(o, map[string][]string{p.Name: {"third", "fourth"}}).Status(http.StatusOK).Has(p.Name, []string{"third", "fourth"})
	}
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
