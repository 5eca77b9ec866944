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
// A scenario ends in one of six ways, each with a reason: see [Status]. What they
// say about the target is the [Conformance]: conformant only if every required
// scenario passed or does not apply to it.
//
// Each scenario checks rules (package conformance/rules), which every failure names
// with their source. A verdict may be about a part of the suite: [NamedProfiles].
//
// In a Go test, [Run] makes a subtest of every scenario. The scenarios are in
// conformance/scenarios, the language that they are written in is
// conformance/suite.
package conformance

import "github.com/understudy-dev/understudy/conformance/target"

// Target is a target profile: what a deployment is and how to reach it.
type Target = target.Profile

// LoadTarget reads a target profile from a JSON or YAML file.
func LoadTarget(path string) (*Target, error) { return target.Load(path) }
