package rules

import (
	"fmt"
	"slices"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Checked is a rule with the scenarios that check it.
type Checked struct {
	Rule
	Scenarios []string // their ids
}

// Check holds the rules against the scenarios of a suite. The problems are rules
// without a scenario, scenarios without a rule or with one that is not there, and
// operations of a rule that none of its scenarios tries, or the other way round.
func (s *Set) Check(scenarios []suite.Scenario) (matrix []Checked, problems []string) {
	by := map[string][]*suite.Scenario{}
	for i := range scenarios {
		scenario := &scenarios[i]
		if len(scenario.Rules) == 0 {
			problems = append(problems, fmt.Sprintf("the scenario %s checks no rule", scenario.ID))
		}
		for _, id := range scenario.Rules {
			if _, known := s.Rule(id); !known {
				problems = append(problems, fmt.Sprintf("the scenario %s checks the rule %s, which is not written down", scenario.ID, id))
			}
			by[id] = append(by[id], scenario)
		}
	}
	for _, rule := range s.list {
		checked := Checked{Rule: rule}
		for _, scenario := range by[rule.ID] {
			checked.Scenarios = append(checked.Scenarios, scenario.ID)
			if rule.Everywhere {
				checked.Operations = append(checked.Operations, scenario.Covers...)
			}
		}
		if rule.Everywhere {
			slices.Sort(checked.Operations)
			checked.Operations = slices.Compact(checked.Operations)
		}
		matrix = append(matrix, checked)
		problems = append(problems, rule.untried(by[rule.ID])...)
	}
	return matrix, problems
}

// untried says where a rule and its scenarios differ about operations.
func (r Rule) untried(scenarios []*suite.Scenario) (problems []string) {
	if len(scenarios) == 0 {
		return []string{fmt.Sprintf("the rule %s has no scenario", r.ID)}
	}
	for _, operation := range r.Operations {
		if !slices.ContainsFunc(scenarios, func(s *suite.Scenario) bool { return slices.Contains(s.Covers, operation) }) {
			problems = append(problems, fmt.Sprintf("no scenario tries the rule %s with %s", r.ID, operation))
		}
	}
	for _, scenario := range scenarios {
		if !r.Everywhere && !slices.ContainsFunc(scenario.Covers, func(id string) bool { return slices.Contains(r.Operations, id) }) {
			problems = append(problems, fmt.Sprintf("the scenario %s tries no operation of the rule %s", scenario.ID, r.ID))
		}
	}
	return problems
}
