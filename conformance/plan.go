package conformance

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Options choose what runs, and how.
type Options struct {
	// Run is a pattern for scenario ids: a glob, as domains.*, or a regular
	// expression. "" is all.
	Run string
	// Tags choose the scenarios that have one of them, as domains or permission;
	// none is all.
	Tags []string
	// NamedProfile is the part of the suite that the verdict is about, as one of
	// [NamedProfiles] is called; "" is all.
	NamedProfile string
	// Replay is the id of a failure: only its scenario runs. "" is all.
	Replay string
	// Access is suite.Read to leave out what changes anything; "" is all.
	Access suite.Access
	// Shard is the part of the scenarios that runs; the zero value is all.
	Shard Shard
	// Connection says how the target is reached.
	Connection
	// Preflight asks the target first what it offers. What the profile claims and
	// the target does not show is then not counted on.
	Preflight bool
	// Planned is told what is about to happen before anything is written; an error
	// stops the run, and is what it fails with. nil is nobody.
	Planned func(*Plan) error
	// Parallel is how many scenarios run at a time; 0 is 8 on this machine and 4
	// elsewhere.
	Parallel int
	// Seed is what the names that the run makes derive from; 0 draws one.
	Seed uint64
	// Profile is the file that the target profile came from, for the report.
	Profile string
	// Require makes more count as failed: [RequireConformant], [RequireClean].
	Require []string
	// Baseline holds accepted failures; nil is none.
	Baseline *Baseline
	// Earlier is a run to compare with; nil is none.
	Earlier *Earlier
	// Now is the clock of the report; nil is the machine's.
	Now func() time.Time
	// Events is told everything that a report is made from, as it happens; nil is
	// nobody. It is called from one goroutine at a time.
	Events func(Event)
	// Progress is told about every scenario that is over; nil is nobody. It is
	// called from one goroutine at a time.
	Progress func(done, total int, outcome *Outcome)
}

// parallel is how many scenarios run at a time.
func (o Options) parallel(t *Target) int {
	if o.Parallel > 0 {
		return o.Parallel
	}
	if t.Local() {
		return 8
	}
	return 4
}

// planned is a scenario with what will become of it.
type planned struct {
	scenario *suite.Scenario
	// status says how it ended before it began; "" is that it runs.
	status Status
	reason string
	// outside tells that the named profile does not hold the scenario.
	outside bool
}

// plan decides about every scenario before anything is sent.
func plan(all []suite.Scenario, t *Target, o Options) ([]planned, error) {
	wanted, err := pattern(o.Run)
	if err != nil {
		return nil, err
	}
	again := ""
	if o.Replay != "" {
		if again, err = report.FailedScenario(o.Replay, ids(all)); err != nil {
			return nil, err
		}
	}
	named, err := FindProfile(o.NamedProfile)
	if err != nil {
		return nil, err
	}
	if err := tagged(all, o.Tags); err != nil {
		return nil, err
	}
	list := make([]planned, 0, len(all))
	for i := range all {
		p := planned{scenario: &all[i]}
		tags := tagsOf(p.scenario)
		p.outside = !named.has(tags)
		switch {
		case p.outside:
			p.status, p.reason = NotSelected, "not in the profile "+named.Name
		case again != "" && p.scenario.ID != again:
			p.status, p.reason = NotSelected, "not selected by --replay "+o.Replay
		case !wanted(p.scenario.ID):
			p.status, p.reason = NotSelected, "not selected by --run "+o.Run
		case len(o.Tags) > 0 && !overlap(o.Tags, tags):
			p.status, p.reason = NotSelected, "not selected by --tag "+strings.Join(o.Tags, ",")
		case !o.Shard.has(p.scenario.ID):
			p.status, p.reason = NotSelected, "not in --shard "+o.Shard.String()
		case o.Access == suite.Read && p.scenario.Access != suite.Read:
			p.status, p.reason = NotSelected, "changes the target, which --access read rules out"
		default:
			p.status, p.reason = missing(p.scenario, t)
		}
		list = append(list, p)
	}
	return list, nil
}

// ids are those of scenarios.
func ids(all []suite.Scenario) []string {
	list := make([]string, len(all))
	for i := range all {
		list[i] = all[i].ID
	}
	return list
}

// tagged refuses tags that no scenario has.
func tagged(all []suite.Scenario, tags []string) error {
	for _, tag := range tags {
		if !slices.ContainsFunc(all, func(s suite.Scenario) bool { return slices.Contains(tagsOf(&s), tag) }) {
			return fmt.Errorf("--tag %s: no scenario has that tag; 'understudy verify --help' names the kinds of tags", tag)
		}
	}
	return nil
}

// missing says what a scenario needs and the target does not have, and what that
// makes of it. What the target need not have comes first: where a rule does not
// apply, nothing else is missing.
func missing(s *suite.Scenario, t *Target) (status Status, reason string) {
	for _, need := range s.Needs {
		lack := need(t)
		switch {
		case lack.Reason == "":
		case lack.NotApplicable:
			return NotApplicable, lack.Reason
		case status == "":
			status, reason = CouldNotRun, lack.Reason
		}
	}
	return status, reason
}

// pattern matches ids by a glob or a regular expression.
func pattern(text string) (func(string) bool, error) {
	if text == "" {
		return func(string) bool { return true }, nil
	}
	expression, err := regexp.Compile(text)
	if err != nil {
		if _, bad := path.Match(text, ""); bad != nil {
			return nil, fmt.Errorf("--run %q is neither a glob nor a regular expression: %w", text, err)
		}
	}
	return func(id string) bool {
		glob, _ := path.Match(text, id)
		return glob || (expression != nil && expression.MatchString(id))
	}, nil
}
