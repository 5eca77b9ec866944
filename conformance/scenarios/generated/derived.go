package generated

import (
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// derivation is a derived property and what it takes: it is true where each of them has a value.
type derivation struct {
	name  string
	parts []string
}

// derivedFrom are the derived properties of domains and configs.
// Source: has_saml, has_scim and has_id_jag in posthog/models/organization_domain.py; has_oidc in
// posthog/api/identity_provider_config.py.
var derivedFrom = []derivation{
	{"has_saml", []string{"saml_entity_id", "saml_acs_url", "saml_x509_cert"}},
	{"has_scim", []string{"scim_enabled"}},
	{"has_id_jag", []string{"id_jag_issuer_url"}},
	{"has_oidc", []string{"oidc_issuer_url", "oidc_client_id", "oidc_client_secret"}},
	{"has_oidc_client_secret", []string{"oidc_client_secret"}},
}

// derivations set the parts of each derived property to each combination.
func derivations(d *spec.Document) []suite.Scenario {
	return family{
		name: "fields.everywhere_derived", title: "What derives from several properties follows each combination of them", rule: "requests.everywhere.derived",
		access: suite.Write, rich: true,
		about: func(o *spec.Operation) bool {
			return o.Method == http.MethodPatch && slices.Contains([]string{suite.Domains, suite.Configs}, o.Tag) && len(derivationsOf(d, o)) > 0
		},
		tell: func(s *suite.S, operations []*spec.Operation) {
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				for _, one := range derivationsOf(s.Document(), o) {
					g := richGround(s, o.Tag)
					if !slices.Contains(one.parts, "saml_entity_id") {
						g.verify(o.Tag) // the others need that
					}
					g.combine(o, one)
				}
			})
		},
	}.scenarios(d)
}

// derivationsOf are those whose parts an operation takes.
func derivationsOf(d *spec.Document, o *spec.Operation) (list []derivation) {
	schema, ok := d.Schema(o.Request)
	for _, one := range derivedFrom {
		if ok && hasAll(schema, one.parts) {
			list = append(list, one)
		}
	}
	return list
}

func hasAll(schema *spec.Schema, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		_, has := schema.Property(name)
		return !has
	})
}

// combine sets each combination of parts, in an order in which each step changes one of them: a part
// that is not there is null the first time, and blank the second time, where it may be. It ends
// where the plan of the organization, or an unverified domain, lacks what that takes.
func (g *ground) combine(o *spec.Operation, one derivation) {
	combinations := 1 << len(one.parts)
	for step := range 2 * combinations {
		chosen := (step ^ step>>1) % combinations // Gray's code
		body := suite.JSON{}
		for i, name := range one.parts {
			body[name] = partOf(name, chosen&(1<<i) != 0, step >= combinations)
			if strings.HasPrefix(name, "oidc_") {
				body[configScope] = "oidc" // no other has such settings
			}
		}
		answer := g.caller(o).Send(o.Method, g.path(o), body)
		if code := answer.Text("code"); code == "feature_not_available" || code == "verification_required" {
			return
		}
		whole := chosen == combinations-1
		for _, shown := range []*suite.Response{answer, g.now()} {
			shown.Status(http.StatusOK).Has(one.name, whole)
			if one.name == "has_scim" && o.Tag == suite.Domains {
				g.s.Expect(shown.Text("scim_base_url") != "").To(gomega.Equal(whole), "scim_base_url is there")
			}
		}
	}
}

// partOf is a value for a part of a derived property, or the one that it has when it has none.
func partOf(name string, filled, blank bool) any {
	switch {
	case name == "scim_enabled":
		return filled
	case !filled && (blank || strings.HasPrefix(name, "oidc_")):
		return ""
	case !filled:
		return nil
	}
	return "https://posthog.com/" + name
}
