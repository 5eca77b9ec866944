package conformance_test

import (
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Two runs on one organization at the same time do not disturb each other: what can be deleted
// once is taken by one of them.
func TestTwoRunsAtOnce(t *testing.T) {
	kittest.SkipUnderRace(t, "it plays the suite")
	s := newSite(t)
	before := kittest.Snapshot(s.fake, s.profile)
	vendor := *s.profile
	vendor.Control, vendor.Allow = "", target.Permissions
	reports := make([]*conformance.Report, 2)
	loans := filepath.Join(t.TempDir(), "loans")
	var wait sync.WaitGroup
	for i := range reports {
		wait.Go(func() {
			o := conformance.Options{ConfirmOrganization: vendor.Organization.ID, Preflight: true}
			o.Loans = loans
			var err error
			if reports[i], err = conformance.Execute(t.Context(), &vendor, o); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	took := 0
	for _, report := range reports {
		for _, o := range report.Outcomes {
			s.Expect(o.Wrong()).To(BeFalse(), "%s: %s", o.ID, o.Reason)
			if o.ID == "integrations.delete.gone" && o.Status == conformance.Passed {
				took++
			}
		}
		s.Expect(report.Leftovers).To(BeEmpty())
	}
	s.Expect(took).To(Equal(1))
	after := kittest.Snapshot(s.fake, s.profile)
	s.Expect(len(after)).To(BeNumerically("<", len(before)), "the disposable integrations alone are gone")
}
