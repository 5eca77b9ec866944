// Package conformance holds a deployment of the PostHog Organizations API
// against its scenarios: the fake of this module, or any real one.
//
//	target, err := conformance.LoadTarget("staging.yaml")
//	report, err := conformance.Execute(ctx, target, conformance.Options{})
//	fmt.Println(report.Verdict())
//
// A run tells what happens as events ([Options.Events]; [LogWriter] keeps them in a
// file), and [Summarise] makes the report of them and of nothing else. Text, JSON,
// JUnit, HTML, Markdown, annotations and the exit status ([Report.OK]) are forms of
// that report, so they cannot disagree, and can be made again from the log.
//
// A scenario ends in one of seven ways, each with a reason: see [Status]. What they
// say about the target is the [Conformance]: conformant only if every required
// scenario passed or does not apply to it.
//
// Each scenario checks rules (package conformance/rules), which every failure names
// with their source. A verdict may be about a part of the suite: [NamedProfiles].
//
// In a Go test, [Run] makes a subtest of every scenario.
//
// Only [Run], [Execute], [Measure], [Sweep] and their options live here; a rule of the
// API, or a form of a report, never does. What the other names stand for is in the
// packages below:
//
//   - conformance/target: the target profile
//   - conformance/report: events, verdict, baseline, forms of a report
//   - conformance/plan: selection, preflight, plan
//   - conformance/scenarios: the scenarios, in the language of conformance/suite
package conformance

import "github.com/understudy-dev/understudy/conformance/target"

// Target is a target profile: what a deployment is and how to reach it. Package target
// documents its fields:
//
//	Name          string                       what reports call it
//	Version       string                       what its own people call it
//	Contact       string                       whom to ask about the runs
//	Revision      spec.Revision                that the deployment runs; "" is found out
//	BaseURL       string                       where /api/ lies
//	Organization  target.Organization          the one that scenarios work in
//	Credentials   map[string]target.Credential who can call, by role
//	Known         target.Known                 things that are there to be used
//	Disposable    bool                         nothing there is worth keeping
//	Control       string                       the base of the fake's control plane
//	ControlToken  string                       what the control plane asks for
//	Hooks         target.Hooks                 programs that change what lies around
//	Allow         []string                     what intrudes and may be done all the same
//	Limits        target.Limits                how many requests the deployment takes
//	Mail          target.Mail                  whom scenarios may invite
//	TLS           target.TLS                   certificates to trust
//	Headers       map[string]string            headers of every request
type Target = target.Profile

// LoadTarget reads a target profile from a JSON or YAML file.
func LoadTarget(path string) (*Target, error) { return target.Load(path) }
