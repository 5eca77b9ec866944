package generated

import (
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// moments look at every time that the server gives to what is made, changed or verified: it is
// that of the request, neither before it nor ahead, by the server's own clock.
func moments(d *spec.Document) []suite.Scenario {
	return family{
		name: "lifecycle.everywhere_moments", title: "What the server dates is dated by its clock, when it happens", rule: "requests.everywhere.moments",
		access: suite.Write, rich: true,
		about: func(o *spec.Operation) bool { return len(momentsOf(d, o)) > 0 },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := richGround(s, operations[0].Tag)
			if g.thing.ID != "" && g.thing.Response.Code() == http.StatusCreated && g.makes(operations) {
				dated(s.Document(), g.thing.Response, operations[0], nil)
			}
			suite.EachOffered(s, operations, g.date)
		},
	}.scenarios(d)
}

// makes reports whether the thing on the ground is what the operations are about.
func (g *ground) makes(operations []*spec.Operation) bool {
	return operations[0].Tag != suite.RoleMemberships && slices.ContainsFunc(operations, creates)
}

// momentsOf are the times that the server gives in the answer of an operation that makes,
// changes or verifies something.
func momentsOf(d *spec.Document, o *spec.Operation) (names []string) {
	whole := !isAction(o) && (creates(o) || o.Method == http.MethodPut || o.Method == http.MethodPatch)
	verifies := lastSegment(o.Path) == "verify"
	schema, known := answerOf(d, o)
	if !known || !slices.Contains(writable, o.Tag) || (!whole && !verifies) {
		return nil
	}
	for _, p := range schema.Properties {
		if p.ReadOnly && p.Format == "date-time" {
			names = append(names, p.Name)
		}
	}
	return names
}

// date carries an operation out, and looks at the times in its answer that were not there before.
func (g *ground) date(o *spec.Operation) {
	switch {
	case creates(o):
		if g.thing.ID == "" || o.Tag == suite.RoleMemberships {
			dated(g.s.Document(), g.caller(o).Send(o.Method, g.path(o), bodyOf(g.s, o)).Status(http.StatusCreated), o, nil)
		}
	case !g.complete(o) || g.thing.ID == "":
	case isAction(o):
		before := g.thing.Response
		if verified := g.verify(o.Tag); verified != nil {
			dated(g.s.Document(), verified, o, before)
			dated(g.s.Document(), g.thing.Response, o, verified)
		}
	default:
		before := g.now()
		was := before.Get("updated_at")
		if was.Exists() {
			g.s.NextMoment(was.String())
		}
		changed := g.caller(o).Send(o.Method, g.path(o), g.required(o)).Status(http.StatusOK)
		dated(g.s.Document(), changed, o, before)
		if was.Exists() {
			g.s.Expect(changed.Get("updated_at").Time()).To(gomega.BeTemporally(">=", was.Time()), "updated_at moves forward")
		}
	}
}

// dated wants the times in an answer to be that of its request, where they are not those of before.
func dated(d *spec.Document, answer *suite.Response, o *spec.Operation, before *suite.Response) {
	for _, name := range momentsOf(d, o) {
		now := answer.Get(name)
		if now.String() != "" && (before == nil || before.Get(name).String() != now.String()) {
			answer.IsNow(name)
		}
	}
}
