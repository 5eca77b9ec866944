package spec_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

// What rows show of these schemas tells one revision from another.
var telling = []string{"OrganizationDomain", "IdentityProviderConfig"}

// The signs of changes are true of the documents, and none is forgotten: a row that has or lacks a property has it since a change.
func TestSignsOfRevisions(t *testing.T) {
	g := NewWithT(t)
	list, err := spec.Revisions()
	g.Expect(err).NotTo(HaveOccurred())
	for i, about := range list[1:] {
		before, after := thingsOf(t, list[i].Name), thingsOf(t, about.Name)
		signs := 0
		for _, change := range about.Changes {
			for _, sign := range change.Adds {
				g.Expect(after[sign]).To(BeTrue(), "%s adds %s, which it does not have", about.Name, sign)
			}
			for _, sign := range change.Removes {
				// What came after the revision before and went again is in neither document.
				g.Expect(after[sign]).To(BeFalse(), "%s removes %s, and has it", about.Name, sign)
			}
			signs += len(change.Adds) + len(change.Removes)
			if len(change.Adds)+len(change.Removes) > 0 {
				g.Expect(change.Since).To(MatchRegexp(`^\d{4}-\d{2}-\d{2}$`), change.What)
				g.Expect(change.Since[:7] <= string(about.Name)).To(BeTrue(), "%s: it held before %s began", change.What, about.Name)
				g.Expect(change.Since[:7] > string(list[i].Name)).To(BeTrue(), "%s: it is of an earlier revision", change.What)
			}
		}
		g.Expect(signs).NotTo(BeZero(), "%s cannot be told from %s", about.Name, list[i].Name)
		for _, sign := range slices.Sorted(maps.Keys(differing(before, after))) {
			named := slices.ContainsFunc(about.Changes, func(c spec.Change) bool {
				return slices.Contains(c.Adds, sign) || slices.Contains(c.Removes, sign)
			})
			g.Expect(named).To(BeTrue(), "%s and %s differ in %s: name it in adds or removes of the change, in revisions.yaml", list[i].Name, about.Name, sign)
		}
	}
}

// thingsOf are the properties of the schemas, and the paths that answer a GET.
func thingsOf(t *testing.T, revision spec.Revision) map[string]bool {
	t.Helper()
	document, err := spec.LoadRevision(revision)
	if err != nil {
		t.Fatal(err)
	}
	things := map[string]bool{}
	for name := range document.T.Components.Schemas {
		schema, _ := document.Schema(name)
		for _, property := range schema.Properties {
			things[name+"."+property.Name] = true
		}
	}
	for _, operation := range document.Operations() {
		if operation.Method == http.MethodGet {
			things[operation.Path] = true
		}
	}
	return things
}

// differing are the properties of rows that one of two revisions has, as far as both have the schema.
func differing(before, after map[string]bool) map[string]bool {
	found := map[string]bool{}
	for _, pair := range [][2]map[string]bool{{before, after}, {after, before}} {
		for thing := range pair[0] {
			schema, _, _ := strings.Cut(thing, ".")
			if slices.Contains(telling, schema) && pair[0][schema+".id"] && pair[1][schema+".id"] && !pair[1][thing] {
				found[thing] = true
			}
		}
	}
	return found
}
