package runner_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// TestOutcomes plays one scenario for each way to end, against a server that says
// 418 to everything but logging in, which it refuses.
func TestOutcomes(t *testing.T) {
	g := NewWithT(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/login/" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	profile := &target.Profile{
		BaseURL: server.URL, Organization: target.Organization{ID: suite.Nowhere, Features: []string{}},
		Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: "phx_secret", Email: "a@example.com", Password: "correct horse"}},
		Hooks:       target.Hooks{PublishTXT: []string{"false"}},
	}
	ask := func(want int) func(*suite.S) {
		return func(s *suite.S) { s.Admin().Get("/teapot").Status(want) }
	}
	all := []suite.Scenario{
		{ID: "a.b.passed", Run: ask(418)},
		{ID: "a.b.failed", Run: ask(200)},
		{ID: "a.b.failed_too", Run: ask(200), Provisional: true},
		{ID: "a.b.crashed", Run: func(*suite.S) { panic("a bug") }},
		{ID: "a.b.refused_login", Run: func(s *suite.S) { s.Session("admin") }},
		{ID: "a.b.failed_hook", Run: func(s *suite.S) { s.PublishTXT("name", "value") }},
		{ID: "a.b.no_owner", Needs: []suite.Need{suite.KeyOf("owner")}, Run: ask(418)},
		{ID: "a.b.no_feature", Needs: []suite.Need{suite.KeyOf("owner"), suite.Feature("scim")}, Run: ask(418)},
		{ID: "x.y.left_out", Run: ask(418)},
	}
	r, err := runner.Execute(t.Context(), all, profile, runner.Config{Filter: plan.Filter{Run: "a.*"}})
	g.Expect(err).NotTo(HaveOccurred())
	for id, want := range map[string]struct {
		status report.Status
		reason string
	}{
		"a.b.passed":        {report.Passed, ""},
		"a.b.failed":        {report.Failed, "expected status 200, got 418"},
		"a.b.failed_too":    {report.Failed, "expected status 200, got 418"},
		"a.b.crashed":       {report.Errored, "the scenario crashed: a bug"},
		"a.b.refused_login": {report.CouldNotRun, "the target refuses the email and password of credentials.admin with status 400"},
		"a.b.failed_hook":   {report.CouldNotRun, "the hook false failed: exit status 1: "},
		"a.b.no_owner":      {report.CouldNotRun, "the target profile has no credentials.owner.personal_api_key"},
		"a.b.no_feature":    {report.NotApplicable, "the organization does not have the feature scim"},
		"x.y.left_out":      {report.NotSelected, "not selected by --run a.*"},
	} {
		g.Expect(r.Outcomes).To(ContainElement(And(
			HaveField("ID", id), HaveField("Status", want.status), HaveField("Reason", want.reason))), id)
	}
	g.Expect(r.VerdictReasons).To(Equal([]string{
		"1 required check failed", "1 required check ended in an error of the suite or of the connection",
		"3 required checks could not run", "1 required check not selected",
	}))
	g.Expect(r.Counts()).To(HaveSuffix("1 provisional in all"))

	again, err := runner.Execute(t.Context(), all, profile, runner.Config{Filter: plan.Filter{Run: "a.*"}, Seed: r.Seed})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Run).To(Equal(r.Run), "the label comes from the seed")
	for i := range r.Outcomes {
		g.Expect(again.Outcomes[i].FailureID).To(Equal(r.Outcomes[i].FailureID))
		g.Expect(r.Outcomes[i].FailureID != "").To(Equal(r.Outcomes[i].Wrong()))
	}
}

// A scenario that is cut short says nothing about the target, nor about us.
func TestInterruptionInAScenario(t *testing.T) {
	g := NewWithT(t)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	all := []suite.Scenario{{ID: "a.b.c", Run: func(s *suite.S) {
		interrupt()
		s.Admin().Get("/")
	}}}
	r, err := runner.Execute(ctx, all, &target.Profile{BaseURL: server.URL}, runner.Config{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Outcomes[0].Status).To(Equal(report.CouldNotRun))
	g.Expect(r.Outcomes[0].Reason).To(Equal("the run was interrupted"))
	g.Expect(r.Interrupted).To(BeTrue())
	g.Expect(r.OK()).To(BeFalse())
}
