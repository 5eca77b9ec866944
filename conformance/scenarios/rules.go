package scenarios

import (
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// ruled gives every scenario its rules: those that it names itself, else those that
// [shared] names for it, else the one that has its id.
func ruled(list []suite.Scenario) []suite.Scenario {
	rules := map[string][]string{}
	for _, row := range shared {
		for scenario := range strings.FieldsSeq(row.scenarios) {
			id := fullID(row.rule, scenario)
			rules[id] = append(rules[id], row.rule)
		}
	}
	for i := range list {
		s := &list[i]
		if len(s.Rules) == 0 {
			s.Rules = rules[s.ID]
		}
		if len(s.Rules) == 0 {
			s.Rules = []string{s.ID}
		}
	}
	return list
}

// fullID is the id of a scenario that a row of [shared] names, perhaps by its case
// alone.
func fullID(rule, scenario string) string {
	if strings.Contains(scenario, ".") {
		return scenario
	}
	return rule[:strings.LastIndexByte(rule, '.')+1] + scenario
}
