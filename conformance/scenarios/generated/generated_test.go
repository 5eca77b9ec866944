package generated_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/generated"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// TestEveryOperationIsAsked: who may call an operation is asked of each that the document has, in
// every revision.
func TestEveryOperationIsAsked(t *testing.T) {
	eachRevision(t, func(g *WithT, d *spec.Document, all []suite.Scenario) {
		for _, o := range d.Operations() {
			if o.IsSCIM() || o.Public {
				continue
			}
			g.Expect(tried(all, "callers.everywhere_nobody")).To(ContainElement(o.ID))
			_, below, inside := strings.Cut(o.Path, "{organization_id}/")
			if !inside || below == "" || o.Tag == "projects" || o.Tag == "organizations" {
				continue
			}
			g.Expect(append(tried(all, "callers.everywhere_stranger"), tried(all, "callers.everywhere_stranger_session")...)).To(ContainElement(o.ID))
			if !o.Reads() {
				g.Expect(tried(all, "callers.everywhere_no_csrf")).To(ContainElement(o.ID))
			}
		}
	})
}

// TestEveryPropertyIsSent: a property that may be written is sent with a value that is refused.
func TestEveryPropertyIsSent(t *testing.T) {
	eachRevision(t, func(g *WithT, d *spec.Document, all []suite.Scenario) {
		for _, o := range d.Operations() {
			schema, ok := d.Schema(o.Request)
			if !ok || !slices.Contains([]string{suite.Domains, suite.Configs, suite.Roles}, o.Tag) || o.SessionOnly {
				continue
			}
			if slices.ContainsFunc(schema.Properties, func(p spec.Property) bool { return p.Type == "boolean" && !p.ReadOnly }) {
				g.Expect(tried(all, "requests.everywhere.word")).To(ContainElement(o.ID))
			}
			if slices.ContainsFunc(schema.Properties, func(p spec.Property) bool { return p.Name == "name" }) {
				g.Expect(tried(all, "requests.everywhere.too_long")).To(ContainElement(o.ID))
			}
		}
	})
}

// TestScenariosAreOfTheirOwn: an id is there once, and each scenario says what it covers.
func TestScenariosAreOfTheirOwn(t *testing.T) {
	eachRevision(t, func(g *WithT, d *spec.Document, all []suite.Scenario) {
		seen := map[string]bool{}
		for i := range all {
			s := &all[i]
			g.Expect(seen[s.ID]).To(BeFalse(), "%s is there twice", s.ID)
			seen[s.ID] = true
			g.Expect(s.Covers).NotTo(BeEmpty(), s.ID)
			for _, id := range s.Covers {
				_, has := d.Operation(id)
				g.Expect(has).To(BeTrue(), "%s covers %s", s.ID, id)
			}
		}
	})
}

func eachRevision(t *testing.T, prove func(*WithT, *spec.Document, []suite.Scenario)) {
	revisions, err := spec.Revisions()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, about := range revisions {
		t.Run(string(about.Name), func(t *testing.T) {
			g := NewWithT(t)
			d, err := spec.LoadRevision(about.Name)
			g.Expect(err).NotTo(HaveOccurred())
			prove(g, d, generated.In(d))
		})
	}
}

// tried are the operations that scenarios try a rule on.
func tried(all []suite.Scenario, rule string) (ids []string) {
	for i := range all {
		if slices.Contains(all[i].Rules, rule) {
			ids = append(ids, all[i].Covers...)
		}
	}
	return ids
}
