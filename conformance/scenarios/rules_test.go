package scenarios

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// TestSharedRulesNameScenarios: a row that names what is not there would leave a
// scenario with a rule of its own, or a rule with fewer scenarios than meant.
func TestSharedRulesNameScenarios(t *testing.T) {
	g := NewWithT(t)
	all := All()
	seen := map[string]bool{}
	for _, row := range shared {
		g.Expect(seen[row.rule]).To(BeFalse(), "%s has two rows", row.rule)
		seen[row.rule] = true
		for name := range strings.FieldsSeq(row.scenarios) {
			id := fullID(row.rule, name)
			i := slices.IndexFunc(all, func(s suite.Scenario) bool { return s.ID == id })
			g.Expect(i).To(BeNumerically(">=", 0), "%s: there is no scenario %s", row.rule, id)
			g.Expect(all[i].Rules).To(ContainElement(row.rule), id)
		}
	}
}

// TestRulesOfARevisionHaveScenariosThere: a rule that no story of a revision tries is one that a
// server of the revision may break, and no defect that breaks it is noticed.
func TestRulesOfARevisionHaveScenariosThere(t *testing.T) {
	set, err := rules.Load()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	revisions, err := spec.Revisions()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, about := range revisions {
		t.Run(string(about.Name), func(t *testing.T) {
			g := NewWithT(t)
			document, err := spec.LoadRevision(about.Name)
			g.Expect(err).NotTo(HaveOccurred())
			tried := map[string]bool{}
			for _, s := range In(about.Name) {
				for _, rule := range s.Rules {
					tried[rule] = true
				}
			}
			has := func(operation string) bool { _, found := document.Operation(operation); return found }
			for _, rule := range set.All() {
				if rule.HoldsIn(about.Name) && (rule.Everywhere || slices.ContainsFunc(rule.Operations, has)) && !tried[rule.ID] {
					t.Errorf("%s: write a scenario that holds in the revision, or say from and until which the rule holds", rule.ID)
				}
			}
		})
	}
}

// TestOwnDecisionsAreProvisional: nobody fails for doing otherwise than we chose.
func TestOwnDecisionsAreProvisional(t *testing.T) {
	g := NewWithT(t)
	var provisional []string
	for _, s := range All() {
		if s.Provisional {
			provisional = append(provisional, s.ID)
		}
	}
	g.Expect(provisional).To(ContainElements("scim.users.filter_or", "scim.users.filter_starts_with", "scim.discovery.methods"))
	g.Expect(provisional).NotTo(ContainElement("scim.users.filter_and"))
}
