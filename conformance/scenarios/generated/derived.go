package generated

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// parts are what a derived property takes: it is true where each of them has a value.
// Source: has_saml in posthog/models/organization_domain.py.
var parts = map[string][]string{
	"has_saml": {"saml_entity_id", "saml_acs_url", "saml_x509_cert"},
}

// derivations set the parts of a derived property to each combination.
func derivations(d *spec.Document) []suite.Scenario {
	derives := func(o *spec.Operation) bool {
		schema, ok := d.Schema(o.Request)
		return ok && o.Method == http.MethodPatch && slices.Contains([]string{suite.Domains, suite.Configs}, o.Tag) && hasAll(schema, parts["has_saml"])
	}
	return family{
		name: "fields.everywhere_derived", title: "What derives from several properties follows each combination of them", rule: "requests.everywhere.derived",
		access: suite.Write, rich: true, about: derives,
		tell: func(s *suite.S, operations []*spec.Operation) {
			for derived, from := range parts {
				g := richGround(s, operations[0].Tag)
				suite.EachOffered(s, operations, func(o *spec.Operation) { g.combine(o, derived, from) })
			}
		},
	}.scenarios(d)
}

func hasAll(schema *spec.Schema, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		_, has := schema.Property(name)
		return !has
	})
}

// combine sets each combination of parts, in an order in which each step changes one of them.
func (g *ground) combine(o *spec.Operation, derived string, from []string) {
	for step := range 1 << len(from) {
		chosen := step ^ step>>1 // Gray's code
		body := suite.JSON{}
		for i, name := range from {
			if body[name] = nil; chosen&(1<<i) != 0 {
				body[name] = "https://idp.example.com/" + name
			}
		}
		g.caller(o).Send(o.Method, g.path(o), body).Status(http.StatusOK).Has(derived, chosen == 1<<len(from)-1)
	}
}
