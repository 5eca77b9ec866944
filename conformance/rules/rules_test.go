package rules_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
)

// TestEveryRuleIsChecked: a rule without a scenario is a wish, a scenario without
// a rule cannot say what is broken.
func TestEveryRuleIsChecked(t *testing.T) {
	g := NewWithT(t)
	set, err := rules.Load()
	g.Expect(err).NotTo(HaveOccurred())
	matrix, problems := set.Check(scenarios.All())
	g.Expect(problems).To(BeEmpty())
	g.Expect(matrix).NotTo(BeEmpty())
}
