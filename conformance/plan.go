package conformance

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Options choose what runs, and how.
type Options struct {
	// Run is a pattern for scenario ids: a glob, as domains.*, or a regular
	// expression. "" is all.
	Run string
	// Tags choose scenarios by the first part of their id; none is all.
	Tags []string
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
	// skip says why it does not run; "" if it does.
	skip string
	// selected is false when the options leave it out.
	selected bool
}

// plan decides about every scenario before anything is sent.
func plan(all []suite.Scenario, t *Target, o Options) ([]planned, error) {
	wanted, err := pattern(o.Run)
	if err != nil {
		return nil, err
	}
	list := make([]planned, 0, len(all))
	for i := range all {
		p := planned{scenario: &all[i], selected: true}
		resource, _, _ := strings.Cut(p.scenario.ID, ".")
		switch {
		case !wanted(p.scenario.ID):
			p.selected, p.skip = false, "not selected by --run "+o.Run
		case len(o.Tags) > 0 && !slices.Contains(o.Tags, resource):
			p.selected, p.skip = false, "not selected by --tag "+strings.Join(o.Tags, ",")
		case !o.Shard.has(p.scenario.ID):
			p.selected, p.skip = false, "not in --shard "+o.Shard.String()
		case o.Access == suite.Read && p.scenario.Access != suite.Read:
			p.selected, p.skip = false, "changes the target, which --access read rules out"
		default:
			p.skip = missing(p.scenario, t)
		}
		list = append(list, p)
	}
	return list, nil
}

// missing says what a scenario needs and the target does not have.
func missing(s *suite.Scenario, t *Target) string {
	for _, need := range s.Needs {
		if reason := need(t); reason != "" {
			return reason
		}
	}
	return ""
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
