package conformance_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// TestRunWithOptions runs parts of the suite as subtests: what cannot run and what
// is accepted does not fail a test, and what was not asked for is no subtest.
func TestRunWithOptions(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	full := kittest.ProfileOf(t, fake.Server, fake.URL)
	bare := &conformance.Target{
		Name: "bare", BaseURL: full.BaseURL, Organization: full.Organization,
		Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: full.Credentials["admin"].PersonalAPIKey}},
	}
	var events []conformance.Event
	t.Run("suite", func(t *testing.T) {
		conformance.Run(t, bare, conformance.Only("^users"), conformance.ReadOnly(), conformance.WithEvents(func(e conformance.Event) { events = append(events, e) }))
	})
	report, err := conformance.Summarise(events)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Interrupted).To(BeFalse())
	g.Expect(report.Access).To(Equal("read"))
	g.Expect(report.Totals).To(And(
		HaveKeyWithValue(conformance.Passed, 1), HaveKeyWithValue(conformance.CouldNotRun, 3), HaveKeyWithValue(conformance.Failed, 0)))
}

// A failure that the baseline accepts does not fail the test that meets it.
func TestRunWithBaseline(t *testing.T) {
	baseline := &conformance.Baseline{Accepted: []conformance.Accepted{
		{Scenario: "domains.create.no_name", Owner: "ada", Reason: "known", Expires: "2026-11-25"},
	}}
	conformance.Run(t, spoilt(t, replace("This field is required.", "Missing.")), conformance.With(conformance.Options{
		Run: "domains.create.(no_name|null_name)", Baseline: baseline, Now: func() time.Time { return noon },
	}))
}

// Rules about a feature do not apply to an organization without it.
func TestNotApplicable(t *testing.T) {
	g := NewWithT(t)
	profile := spoilt(t, nil)
	profile.Organization.Features = []string{"automatic_provisioning"}
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: "domains.scim.*"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Totals[conformance.NotApplicable]).To(BeNumerically(">", 3))
	g.Expect(report.Outcomes).To(ContainElement(And(
		HaveField("ID", "domains.scim.enable"), HaveField("Reason", "the organization does not have the feature scim"))))
}
