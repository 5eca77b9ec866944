package main

import (
	"slices"
	"testing"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/mock"
)

// TestEveryMutantBreaksARuleThatIsChecked keeps the two lists together, which do not
// know each other.
func TestEveryMutantBreaksARuleThatIsChecked(t *testing.T) {
	all := scenarios.All()
	for _, m := range mock.Mutants() {
		if !slices.ContainsFunc(all, func(s suite.Scenario) bool { return strength.Names(&s, m.Rule) }) {
			t.Errorf("%s: no scenario names %s", m.Name, m.Rule)
		}
	}
}
