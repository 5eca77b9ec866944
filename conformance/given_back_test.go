package conformance_test

import (
	"io"
	"net/http"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// TestRefusedAndStoredIsGivenBack: a target that refuses a mapping and stores it all the same fails
// the first time that it is tried, however often stories that borrow are told; the known integration
// has its mapping again in the end.
func TestRefusedAndStoredIsGivenBack(t *testing.T) {
	for _, tc := range []struct{ name, run, mutant string }{
		{"an unknown project", "integrations.environment_mapping.unknown_project", "integrations.environment_mapping.saved_first"},
		{"malformed", "integrations.environment_mapping.refused_whole", "integrations.environment_mapping.saved_first"},
		{"a foreign project", "integrations.environment_mapping.foreign_project", "integrations.environment_mapping.foreign_saved"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			fake := mock.Start(t, mock.WithMutant(tc.mutant))
			profile := kittest.ProfileOf(t, fake.Server, fake.URL)
			profile.Control, profile.Allow = "", []string{target.ChangeKnown}
			before := knownIntegration(t, profile)
			report, err := conformance.Execute(t.Context(), profile, conformance.Options{Run: tc.run, ConfirmOrganization: profile.Organization.ID})
			g.Expect(err).NotTo(HaveOccurred())
			told := slices.IndexFunc(report.Outcomes, func(o conformance.Outcome) bool { return o.ID == tc.run })
			g.Expect(told).To(BeNumerically(">=", 0))
			g.Expect(report.Outcomes[told].Status).To(Equal(conformance.Failed), report.Outcomes[told].Reason)
			g.Expect(report.OK()).To(BeFalse())
			g.Expect(report.Losses).To(BeEmpty())
			g.Expect(knownIntegration(t, profile)).To(MatchJSON(before))
		})
	}
}

// knownIntegration is the connectable integration of a profile as it reads.
func knownIntegration(t *testing.T, profile *conformance.Target) []byte {
	t.Helper()
	g := NewWithT(t)
	address := profile.BaseURL + "/api/organizations/" + profile.Organization.ID + "/integrations/" + profile.Known.Integrations.Connectable + "/"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	g.Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Authorization", "Bearer "+profile.Credentials["admin"].PersonalAPIKey)
	answer, err := http.DefaultClient.Do(request)
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { g.Expect(answer.Body.Close()).To(Succeed()) }()
	g.Expect(answer.StatusCode).To(Equal(http.StatusOK))
	body, err := io.ReadAll(answer.Body)
	g.Expect(err).NotTo(HaveOccurred())
	return body
}
