package plan

import (
	"errors"
	"fmt"
	"hash/fnv"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Filter chooses scenarios. The zero value is all.
type Filter struct {
	// Run is a pattern for ids: a glob or a regular expression.
	Run string
	// Tags choose the scenarios that have one of them.
	Tags []string
	// NamedProfile is the name of one of [NamedProfiles].
	NamedProfile string
	// Replay is the id of a failure: only its scenario is chosen.
	Replay string
	// Access is suite.Read to leave out what changes anything.
	Access suite.Access
	// Shard is the part of the scenarios that is chosen.
	Shard Shard
}

// Entry is a scenario with what will become of it.
type Entry struct {
	Scenario *suite.Scenario
	// Status says how it ended before it began; "" is that it runs.
	Status report.Status
	Reason string
	// Outside tells that the named profile does not hold the scenario.
	Outside bool
}

// Runs reports whether the scenario is about to run.
func (e *Entry) Runs() bool { return e.Status == "" }

// Selected reports whether the filter chose the scenario.
func (e *Entry) Selected() bool { return e.Status != report.NotSelected }

// Select decides about every scenario before anything is sent. It fails when the filter
// is wrong or chooses nothing.
func Select(all []suite.Scenario, t *target.Profile, f Filter) ([]Entry, error) {
	matches, err := idMatcher(f.Run)
	if err != nil {
		return nil, err
	}
	again := ""
	if f.Replay != "" {
		if again, err = report.FailedScenario(f.Replay, ids(all)); err != nil {
			return nil, err
		}
	}
	named, err := FindProfile(f.NamedProfile)
	if err != nil {
		return nil, err
	}
	if err := checkTags(all, f.Tags); err != nil {
		return nil, err
	}
	list := make([]Entry, 0, len(all))
	for i := range all {
		e := Entry{Scenario: &all[i]}
		tags := Tags(e.Scenario)
		e.Outside = !named.has(tags)
		switch {
		case e.Outside:
			e.Status, e.Reason = report.NotSelected, "not in the profile "+named.Name
		case again != "" && e.Scenario.ID != again:
			e.Status, e.Reason = report.NotSelected, "not selected by --replay "+f.Replay
		case !matches(e.Scenario.ID):
			e.Status, e.Reason = report.NotSelected, "not selected by --run "+f.Run
		case len(f.Tags) > 0 && !overlap(f.Tags, tags):
			e.Status, e.Reason = report.NotSelected, "not selected by --tag "+strings.Join(f.Tags, ",")
		case !f.Shard.has(e.Scenario.ID):
			e.Status, e.Reason = report.NotSelected, "not in --shard "+f.Shard.String()
		case f.Access == suite.Read && e.Scenario.Access != suite.Read:
			e.Status, e.Reason = report.NotSelected, "changes the target, which --access read rules out"
		default:
			e.Status, e.Reason = missing(e.Scenario, t)
		}
		list = append(list, e)
	}
	if !slices.ContainsFunc(list, func(e Entry) bool { return e.Selected() }) {
		return nil, errors.New("no scenario is selected; 'understudy verify --list' names them all")
	}
	return list, nil
}

// ids returns the ids of scenarios.
func ids(all []suite.Scenario) []string {
	list := make([]string, len(all))
	for i := range all {
		list[i] = all[i].ID
	}
	return list
}

// checkTags refuses tags that no scenario has.
func checkTags(all []suite.Scenario, tags []string) error {
	for _, tag := range tags {
		if !slices.ContainsFunc(all, func(s suite.Scenario) bool { return slices.Contains(Tags(&s), tag) }) {
			return fmt.Errorf("--tag %s: no scenario has that tag; 'understudy verify --help' names the kinds of tags", tag)
		}
	}
	return nil
}

// missing says what a scenario needs and the target does not have, and what that
// makes of it. What the target need not have comes first: where a rule does not
// apply, nothing else is missing.
func missing(s *suite.Scenario, t *target.Profile) (status report.Status, reason string) {
	for _, need := range s.Needs {
		lack := need(t)
		switch {
		case lack.Reason == "":
		case lack.NotApplicable:
			return report.NotApplicable, lack.Reason
		case status == "":
			status, reason = report.CouldNotRun, lack.Reason
		}
	}
	return status, reason
}

// idMatcher returns a function that matches ids by a glob or a regular expression.
func idMatcher(text string) (func(string) bool, error) {
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

// Shard is one part of a run that is split over several: part I, from 1, of N. The
// zero value is all. To which a scenario belongs depends on its id alone.
type Shard struct{ I, N int }

// ParseShard reads "2/3"; "" is all.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	i, n, ok := report.ParseShard(text)
	if !ok {
		return Shard{}, fmt.Errorf("--shard %q: want the part and how many there are, such as 2/3", text)
	}
	return Shard{i, n}, nil
}

// String returns the shard as [ParseShard] reads it.
func (s Shard) String() string {
	if s.N == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.I, s.N)
}

// has reports whether a scenario belongs to the shard.
func (s Shard) has(id string) bool {
	if s.N == 0 {
		return true
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // never fails
	return int(hash.Sum32()%uint32(s.N)) == s.I-1
}
