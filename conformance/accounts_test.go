package conformance_test

import (
	"context"
	"errors"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// mostAccounts is how many user accounts a run may leave where nothing deletes them. It is
// what conformance/README.md says, and no more than a few dozen.
const mostAccounts = 45

// TestAccountsThatStay: a run leaves few user accounts behind, no more than its plan said,
// and none where the profile does not allow it.
func TestAccountsThatStay(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	for _, tc := range []struct {
		name  string
		allow []string
		most  int
	}{
		{"allowed", []string{target.CreateOrganizations, target.CreateProjects, target.CreateUsers, target.ChangeKnown}, mostAccounts},
		{"not allowed", []string{target.CreateOrganizations, target.CreateProjects, target.ChangeKnown}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			fake := mock.Start(t)
			full := kittest.ProfileOf(t, fake.Server, fake.URL)
			profile := asVendor(kittest.ProfileOf(t, fake.Server, fake.URL))
			profile.Allow = tc.allow
			before := worldOf(t, fake).Get("users.#").Int()
			estimated := 0
			report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Connection: conformance.Connection{Hooks: hooksOf(fake.Server)}, Parallel: 2, Planned: func(plan *conformance.Plan) error {
				rehearsed := mock.Start(t)
				estimate, err := plan.Rehearse(context.Background(), kittest.ProfileOf(t, rehearsed.Server, rehearsed.URL), 1)
				if err == nil {
					estimated, plan.Estimate = estimate.Accounts, estimate
				}
				return err
			}})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Failing).To(BeEmpty(), textOf(report))
			g.Expect(report.Leftovers).To(BeEmpty())
			left := int(worldOf(t, fake).Get("users.#").Int() - before)
			t.Logf("%d accounts left, %d planned", left, estimated)
			g.Expect(left).To(BeNumerically("<=", estimated))
			g.Expect(left).To(BeNumerically("<=", tc.most))
			g.Expect(report.AccountsLeft).To(HaveLen(left), "the report names them")
			g.Expect(report.AccountsPlanned).To(Equal(estimated), "and says what the plan said")
			g.Expect(kittest.List(fake, full, "members")).To(ContainSubstring(`"count":3`), "nobody stays a member")
			if tc.most > 0 {
				g.Expect(estimated).To(BeNumerically(">", 0))
			}
		})
	}
}

// errOnlyPlanned ends a run after its plan.
var errOnlyPlanned = errors.New("only planned")

// Where a control plane deletes users, none stays.
func TestNoAccountStaysOnAFake(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	_, err := conformance.Execute(t.Context(), kittest.ProfileOf(t, fake.Server, fake.URL), conformance.Options{Run: `^scim\.users\.create$`, Planned: func(plan *conformance.Plan) error {
		rehearsed := mock.Start(t)
		estimate, err := plan.Rehearse(context.Background(), kittest.ProfileOf(t, rehearsed.Server, rehearsed.URL), 1)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(estimate.Accounts).To(BeZero())
		g.Expect(estimate.Created).To(HaveKeyWithValue("SCIM user", 1))
		return errOnlyPlanned
	}})
	g.Expect(err).To(MatchError(errOnlyPlanned))
}
