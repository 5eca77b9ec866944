package conformance_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
)

// TestCoverage fails where the document of a revision says something that no scenario exercises and
// asserts, and no exception explains. 'understudy spec --coverage' prints the table.
func TestCoverage(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	eachRevision(t, func(s *site) {
		m, err := conformance.Measure(s.t.Context(), s.profile, 0)
		s.Expect(err).NotTo(HaveOccurred())
		s.Expect(m.Uncovered).To(BeEmpty(), "write a scenario, or an exception in conformance/coverage/exceptions.yaml")
		s.Expect(m.Stale).To(BeEmpty(), "take these exceptions out of conformance/coverage/exceptions.yaml, or say from and until which revision they hold")
		for operation, n := range m.Scenarios {
			s.Expect(n).To(BeNumerically(">", 0), operation)
		}
	})
}

// What a scenario that fails would have covered is not covered.
func TestFailuresCoverNothing(t *testing.T) {
	g := NewWithT(t)
	only := conformance.Options{Run: "domains.create.defaults"}
	covered := func(report *conformance.Report) int {
		for _, row := range report.Asserted {
			if row.Operation == "domains_create" {
				return row.Kinds[coverage.Property].Covered
			}
		}
		return -1
	}
	g.Expect(covered(runAgainst(t, nil, only))).To(BeNumerically(">", 10))
	g.Expect(covered(runAgainst(t, replace(`"is_verified":false`, `"is_verified":"no"`), only))).To(Equal(0))
}
