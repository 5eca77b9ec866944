package generated

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// twice asks for the same change a second time: a change that was made stays as it is, and what
// is gone is gone. Things of other kinds and of the same stand by, and stay as they are.
func twice(d *spec.Document) []suite.Scenario {
	again := func(o *spec.Operation) bool {
		return slices.Contains(writable, o.Tag) && slices.Contains([]string{http.MethodPut, http.MethodPatch, http.MethodDelete}, o.Method) && !isAction(o)
	}
	return family{
		name: "lifecycle.everywhere_twice", title: "A change that is asked for twice is made once, and what was deleted is gone", rule: "requests.everywhere.twice requests.everywhere.bystanders",
		access: suite.Write, rich: true, about: again,
		tell: func(s *suite.S, operations []*spec.Operation) {
			others := bystanders(s)
			g := richGround(s, operations[0].Tag)
			slices.SortStableFunc(operations, func(a, b *spec.Operation) int { return stageOf(a) - stageOf(b) })
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				switch {
				case !g.complete(o):
				case o.Method != http.MethodDelete:
					g.changeTwice(o)
				case o.Tag != organizations && o.Tag != suite.Projects: // they go by and by
					g.deleteTwice(o)
				}
			})
			stand(s, others)
		},
	}.scenarios(d)
}

// changeTwice sends the same change twice.
func (g *ground) changeTwice(o *spec.Operation) {
	body := g.required(o)
	if text, has := textOf(g.s.Document(), o); has {
		body[text.Name] = g.s.Name()
	}
	send := func() *suite.Response {
		return g.caller(o).Send(o.Method, g.path(o), body).Status(http.StatusOK)
	}
	first := send()
	unchanged(send(), first)
	g.thing.Response = g.now()
	unchanged(g.thing.Response, first)
}

// deleteTwice deletes the same thing twice.
func (g *ground) deleteTwice(o *spec.Operation) {
	if g.made["id"] == "" {
		return
	}
	if g.now().Get(configScope).Raw == "null" {
		g.s.Admin().Patch(g.thing.Path(), suite.JSON{configScope: ""}).Status(http.StatusOK) // one without cannot be deleted
	}
	g.caller(o).Do(o.Method, g.path(o), "", nil).Empty()
	g.caller(o).Do(o.Method, g.path(o), "", nil).NotFound()
	g.s.Admin().Get(g.thing.Path()).NotFound()
	g.s.Lists(g.s.Admin(), g.s.Org(o.Tag), g.thing, false)
}
