package generated

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// identifiers look at the UUIDs in what the server says of a thing, and ask for the thing by its
// UUID in capitals: however a UUID is written, it is the same one.
//
// Source: UUIDField.to_python in django/db/models/fields/__init__.py, and UUIDField.to_representation in
// rest_framework/fields.py.
func identifiers(d *spec.Document) []suite.Scenario {
	named := []string{suite.Domains, suite.Configs, suite.Roles}
	return family{
		name: "formats.everywhere_identifiers", title: "An identifier is a UUID in lower case, and is found in capitals, too", rule: "requests.everywhere.identifiers",
		access: suite.Write, aspect: suite.Protocol,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodGet && slices.Contains(named, o.Tag) && namesThing(o) && !isAction(o)
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			g := newGround(s, operations[0].Tag)
			inLowerCase(s, g.thing.Response)
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				inCapitals := strings.Replace(g.path(o), g.thing.ID, strings.ToUpper(g.thing.ID), 1)
				answer := s.Admin().Get(inCapitals).Status(http.StatusOK)
				inLowerCase(s, answer)
				unchanged(answer, g.thing.Response)
			})
		},
	}.scenarios(d)
}

var anyUUID = regexp.MustCompile(`(?i)"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"`)

// inLowerCase wants an answer to have UUIDs, and all of them in lower case.
func inLowerCase(s *suite.S, answer *suite.Response) {
	found := anyUUID.FindAllString(answer.Body(), -1)
	s.Expect(found).NotTo(gomega.BeEmpty(), "the UUIDs of the answer")
	for _, id := range found {
		s.Expect(id).To(gomega.Equal(strings.ToLower(id)))
	}
}
