package conformance_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/mock"
)

// A plan without features breaks no rule: what the target says of its plan is believed, also
// where its organization does not list what it has.
func TestPlanWithoutFeatures(t *testing.T) {
	kittest.SkipUnderRace(t, "it plays the suite many times")
	eachRevision(t, func(s *site) {
		s.switchOff(s.features()...)
		for name, preflight := range map[string]bool{"listed": true, "hidden": false} {
			s.t.Run(name, func(t *testing.T) { s.expectNoFailure(t, preflight) })
		}
	})
	all := newSite(t, mock.WithRevision("2026-09"))
	for _, feature := range all.features() {
		t.Run("without "+feature, func(t *testing.T) {
			s := newSite(t, mock.WithRevision("2026-09"))
			s.profile.Revision = "2026-09"
			s.switchOff(feature)
			s.expectNoFailure(t, true)
		})
	}
}

// features are those of the organization's plan.
func (s *site) features() (keys []string) {
	s.ask(func(ask *suite.S) {
		for _, key := range ask.Admin().Get(ask.Org()).Get("available_product_features.#.key").Array() {
			keys = append(keys, key.String())
		}
	})
	s.Expect(keys).NotTo(BeEmpty())
	return keys
}

// switchOff takes features out of the organization's plan.
func (s *site) switchOff(features ...string) {
	s.ask(func(ask *suite.S) {
		for _, feature := range features {
			ask.SetFeature(s.profile.Organization.ID, feature, false)
		}
	})
}

func (s *site) ask(questions func(*suite.S)) {
	s.t.Helper()
	client, err := suite.NewClient(s.profile)
	s.Expect(err).NotTo(HaveOccurred())
	defer client.Close()
	s.Expect(suite.Ask(s.t.Context(), client, questions)).To(Succeed())
}

// expectNoFailure plays the suite, with a profile that says nothing of features.
func (s *site) expectNoFailure(t *testing.T, preflight bool) {
	t.Helper()
	g := NewWithT(t)
	profile := *s.profile
	profile.Organization.Features = nil
	report, err := conformance.Execute(t.Context(), &profile, conformance.Options{Preflight: preflight})
	g.Expect(err).NotTo(HaveOccurred())
	for _, o := range report.Outcomes {
		g.Expect(o.Wrong()).To(BeFalse(), "%s: %s", o.ID, o.Reason)
	}
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 400))
}
