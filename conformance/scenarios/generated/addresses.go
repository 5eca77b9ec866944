package generated

import (
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// addresses are questions about how operations are called: by an id that is none, by HEAD, and in the
// organization that is current.
func addresses(d *spec.Document) []suite.Scenario {
	malformed := family{
		name: "paths.everywhere_malformed", title: "What is no identifier is not found, by no method", rule: "requests.everywhere.malformed",
		access: suite.Write, aspect: suite.NotFound,
		about: func(o *spec.Operation) bool { return harmless(o) && o.Scope != "" && namesThing(o) && !isCollection(o) },
		tell: func(s *suite.S, operations []*spec.Operation) {
			for _, id := range []string{"nothing", "0", suite.Nowhere + "0"} {
				suite.EachOffered(s, operations, func(o *spec.Operation) {
					g := nothing(s, s.Target().Organization.ID)
					for _, parameter := range pathParameter.FindAllStringSubmatch(o.Path, -1) {
						g.made[parameter[1]] = id
					}
					g.send(s.Admin(), o).NotFound()
				})
			}
		},
	}
	head := family{
		name: "methods.everywhere_head", title: "HEAD works as GET, without a body, on lists and on what is in them", rule: "requests.everywhere.head",
		access: suite.Write, aspect: suite.Protocol,
		about: func(o *spec.Operation) bool { return harmless(o) && o.Scope != "" && o.Method == http.MethodGet },
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := newGround(s, operations[0].Tag)
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				if g.complete(o) {
					s.Expect(s.Admin().Send(http.MethodHead, g.path(o), nil).Status(http.StatusOK).Body()).To(gomega.BeEmpty(), "body")
				} else {
					s.Admin().Send(http.MethodHead, g.path(o), nil).Status(http.StatusNotFound)
				}
			})
		},
	}
	return slices.Concat(malformed.scenarios(d), head.scenarios(d))
}
