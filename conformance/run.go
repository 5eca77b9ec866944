package conformance

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
)

// Execute runs the scenarios against a target and reports how they went. It
// fails when nothing could be tried: a bad pattern, no scenario selected. When ctx
// ends, what is running is given up and cleaned up, and the rest is reported as
// not run.
//
// What changes the target runs only where the fake's control plane shows that it is disposable,
// or where the options confirm its organization: what a profile says alone is not believed.
//
// A profile without a revision has the target looked at first, by reads alone; the
// scenarios of the revision that it shows are played, see package detect.
func Execute(ctx context.Context, t *Target, o Options) (*Report, error) {
	t, list, config, err := o.prepare(ctx, t)
	if err != nil {
		return nil, err
	}
	return runner.Execute(ctx, list, t, config)
}

// Run makes a subtest of every scenario that is selected, and runs them in
// parallel. What is not applicable or could not run is skipped, with the reason;
// what is provisional or accepted never fails the test.
//
//	func TestConformance(t *testing.T) {
//		target, err := conformance.LoadTarget("target.json")
//		if err != nil {
//			t.Fatal(err)
//		}
//		conformance.Run(t, target, conformance.Only("domains.*"), conformance.Confirm("0190…"))
//	}
func Run(t *testing.T, target *Target, options ...Option) {
	t.Helper()
	var o Options
	for _, option := range options {
		option(&o)
	}
	target, list, config, err := o.prepare(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runner.Begin(t.Context(), list, target, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.End(false)
		r.Close()
		failOnBaseline(t, r)
	})
	for i := range r.Entries {
		if entry := &r.Entries[i]; entry.Selected() {
			t.Run(entry.Scenario.ID, func(t *testing.T) {
				t.Parallel()
				playSubtest(t, r, entry, o.Baseline)
			})
		}
	}
}

// playSubtest plays a scenario as a test.
func playSubtest(t *testing.T, r *runner.Run, entry *plan.Entry, baseline *Baseline) {
	if !entry.Runs() {
		t.Skip(entry.Status.Words() + ": " + entry.Reason)
	}
	o := r.Play(t.Context(), entry.Scenario)
	for _, leftover := range o.Leftovers {
		t.Log("left behind: " + leftover)
	}
	switch {
	case o.Status == Passed:
	case !o.Wrong():
		t.Skip(o.Status.Words() + ": " + o.Reason)
	case o.Provisional:
		t.Skip("provisional, which does not count: " + failureText(o))
	case baseline.Accepts(o, r.StartedAt()):
		t.Skip("accepted by the baseline: " + failureText(o))
	default:
		t.Fatal(failureText(o))
	}
}

// failOnBaseline fails the test for entries of the baseline that are stale or expired.
func failOnBaseline(t *testing.T, r *runner.Run) {
	report, err := r.Report()
	if err != nil {
		t.Error(err)
		return
	}
	if b := report.Baseline; b != nil {
		for _, entry := range slices.Concat(b.Stale, b.Expired) {
			t.Errorf("baseline: %s: %s", entry.Scenario, entry.Why)
		}
	}
	t.Log(report.Verdict())
}

// failureText is what a test log says about a scenario that did not pass.
func failureText(o *Outcome) string {
	var text strings.Builder
	text.WriteString(o.Title + "\n")
	for _, rule := range o.Rules {
		text.WriteString("rule " + rule.String() + "\n")
	}
	if o.Status == Errored {
		text.WriteString("no verdict, an error of the suite or of the way to the target: ")
	}
	text.WriteString(o.Reason)
	if o.Response != "" {
		text.WriteString("\nrequest: " + o.Request + "\nresponse: " + o.Response + "\nrepeat: " + o.Curl)
	}
	return text.String()
}

// Measure runs the whole suite against a target and tells what it covered. It fails
// when a scenario fails or does not run: what that would have covered is not known.
func Measure(ctx context.Context, t *Target, parallel int) (*Measured, error) {
	documented, all := coverage.Set{}, coverage.Set{}
	r, err := Execute(ctx, t, Options{Parallel: parallel, Events: func(e Event) {
		documented.Merge(e.Documented)
		if e.Result != nil {
			all.Merge(e.Result.Covered)
		}
	}})
	if err != nil {
		return nil, err
	}
	return report.Measure(r, string(t.Revision), documented, all)
}

// ExplainProfile says which fields a profile lacks, and which scenarios each of them costs,
// in the profile's revision or the default one. It sends nothing.
func ExplainProfile(t *Target) *Explanation { return plan.ExplainProfile(t) }
