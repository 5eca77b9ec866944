package conformance_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// TestLosses: what a target loses while it does something else is told, with what it was
// asked to do, and fails the run.
func TestLosses(t *testing.T) {
	for _, tc := range []struct {
		name, run, mutant string
		allow             []string
		want              []conformance.Loss
	}{
		{"a neighbour deleted with an organization", "organizations.delete.*", "organizations.delete.neighbour", []string{target.CreateOrganizations}, []conformance.Loss{
			{Thing: "known.other_organization (01900000-0001-7000-8000-000000000002)", What: "changed: name"},
			{Thing: "known.other_organization.project_id (3)", What: "gone"},
		}},
		{"a member gone with a role", "roles.delete.*", "roles.delete.members_too", nil, []conformance.Loss{
			{Thing: "the membership of credentials.member (member)", What: "gone"},
		}},
		{"the unpaid integration, lent", "integrations.delete.unpaid", "integrations.delete.unpaid", []string{target.ChangeKnown}, []conformance.Loss{
			{Thing: "known.integrations.unpaid (01900000-0006-7000-8000-000000000004)", What: "gone"},
		}},
		{"the disposable integration, lent", "integrations.delete.gone", "", []string{target.ChangeKnown}, nil},
		{"nothing", "domains.*", "", []string{target.ChangeKnown}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			fake := mock.Start(t, mock.WithMutant(tc.mutant))
			profile := kittest.ProfileOf(t, fake.Server, fake.URL)
			profile.Control, profile.Allow = "", tc.allow
			var events []conformance.Event
			report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Run: tc.run, Events: func(e conformance.Event) { events = append(events, e) }})
			g.Expect(err).NotTo(HaveOccurred())
			lost := []conformance.Loss{}
			for _, loss := range report.Losses { // what is gone is told at once, what is changed in the end
				g.Expect(loss.Scenario).To(ContainSubstring(strings.Split(tc.run, ".")[0]+"."), "who did it, or between whom it was")
				lost = append(lost, conformance.Loss{Thing: loss.Thing, What: loss.What})
			}
			g.Expect(lost).To(ConsistOf(tc.want))
			again, err := conformance.Summarise(events)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(again.Losses).To(Equal(report.Losses), "the log tells")
			if len(tc.want) > 0 {
				g.Expect(report.OK()).To(BeFalse())
				g.Expect(textOf(report)).To(HavePrefix("LOST  " + report.Losses[0].Thing))
			}
		})
	}
}

// TestLossOfSettings: what the target changes by itself is told too, whichever scenario it
// was; the properties are named, never their values.
func TestLossOfSettings(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	profile.Control, profile.Allow = "", nil
	done := false
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Run: "identity_provider_configs.create.*", Progress: func(int, int, *conformance.Outcome) {
		if done {
			return
		}
		done = true
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, profile.BaseURL+"/api/organizations/"+profile.Organization.ID+"/", strings.NewReader(`{"name": "Another"}`))
		g.Expect(err).NotTo(HaveOccurred())
		request.Header.Set("Authorization", "Bearer "+profile.Credentials["owner"].PersonalAPIKey)
		request.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(request)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(answer.Body.Close()).To(Succeed())
		g.Expect(answer.StatusCode).To(Equal(http.StatusOK))
	}})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Losses).To(HaveExactElements(And(
		HaveField("Thing", "organization ("+profile.Organization.ID+")"), HaveField("What", "changed: name"),
		HaveField("Scenario", HavePrefix("one between identity_provider_configs.create.")))))
	g.Expect(textOf(report)).NotTo(ContainSubstring("Another"))
}
