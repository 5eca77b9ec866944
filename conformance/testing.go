package conformance

import (
	"slices"
	"testing"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Option changes how [Run] runs the suite.
type Option func(*Options)

// With uses options as Execute does. Parallel and Progress have no effect: that is
// for go test to say.
func With(o Options) Option { return func(all *Options) { *all = o } }

// Only runs the scenarios whose ids match a glob or a regular expression.
func Only(pattern string) Option { return func(o *Options) { o.Run = pattern } }

// Profile runs a named part of the suite, as core; see [NamedProfiles].
func Profile(name string) Option { return func(o *Options) { o.NamedProfile = name } }

// ReadOnly leaves out everything that could change the target.
func ReadOnly() Option { return func(o *Options) { o.Access = suite.Read } }

// WithBaseline lets accepted failures pass as skipped, and fails on entries that
// are stale or expired.
func WithBaseline(b *Baseline) Option { return func(o *Options) { o.Baseline = b } }

// WithEvents tells a function everything that a report is made from.
func WithEvents(events func(Event)) Option { return func(o *Options) { o.Events = events } }

// Run makes a subtest of every scenario that is selected, and runs them in
// parallel. What is not applicable or could not run is skipped, with the reason;
// what is provisional or accepted never fails the test.
//
//	func TestConformance(t *testing.T) {
//		target, err := conformance.LoadTarget("target.json")
//		if err != nil {
//			t.Fatal(err)
//		}
//		conformance.Run(t, target, conformance.Only("domains.*"))
//	}
func Run(t *testing.T, target *Target, options ...Option) {
	t.Helper()
	var o Options
	for _, option := range options {
		option(&o)
	}
	r, list, err := begin(t.Context(), scenarios.All(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.end(false)
		r.close()
		r.conclude(t)
	})
	for i := range list {
		if p := &list[i]; p.chosen() {
			t.Run(p.scenario.ID, func(t *testing.T) {
				t.Parallel()
				r.subtest(t, p)
			})
		}
	}
}

// subtest is a scenario as a test.
func (r *run) subtest(t *testing.T, p *planned) {
	if !p.runs() {
		t.Skip(p.status.Words() + ": " + p.reason)
	}
	o := r.play(t.Context(), p.scenario)
	for _, leftover := range o.Leftovers {
		t.Log("left behind: " + leftover)
	}
	switch {
	case o.Status == Passed:
	case !o.Wrong():
		t.Skip(o.Status.Words() + ": " + o.Reason)
	case o.Provisional:
		t.Skip("provisional, which does not count: " + account(o))
	case r.options.Baseline.Accepts(o, r.info.StartedAt):
		t.Skip("accepted by the baseline: " + account(o))
	default:
		t.Fatal(account(o))
	}
}

// conclude fails the test for entries of the baseline that are stale or expired.
func (r *run) conclude(t *testing.T) {
	report, err := Summarise(r.events)
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

// account is what a test log says about a scenario that did not pass.
func account(o *Outcome) string {
	text := o.Title + "\n"
	for _, rule := range o.Rules {
		text += "rule " + rule.String() + "\n"
	}
	if o.Status == Errored {
		text += "no verdict, an error of the suite or of the way to the target: "
	}
	text += o.Reason
	if o.Response != "" {
		text += "\nrequest: " + o.Request + "\nresponse: " + o.Response + "\nrepeat: " + o.Curl
	}
	return text
}
