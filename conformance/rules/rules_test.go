package rules_test

import (
	"slices"
	"testing"
	"testing/fstest"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
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

func parse(files map[string]string) (*rules.Set, error) {
	system := fstest.MapFS{}
	for name, text := range files {
		system[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return rules.Parse(system, func(id string) bool { return slices.Contains([]string{"one", "two"}, id) })
}

func TestParse(t *testing.T) {
	g := NewWithT(t)
	set, err := parse(map[string]string{"a.yaml": `
- source: a file
  operations: [one]
  rules:
    - id: a.b.c
      sentence: It holds
    - id: a.b.d
      sentence: It holds too
      operations: [one, two]
      source: another file
`})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(set.All()).To(Equal([]rules.Rule{
		{ID: "a.b.c", Sentence: "It holds", Operations: []string{"one"}, Source: "a file"},
		{ID: "a.b.d", Sentence: "It holds too", Operations: []string{"one", "two"}, Source: "another file"},
	}))
	_, known := set.Rule("a.b.d")
	g.Expect(known).To(BeTrue())
	_, known = set.Rule("a.b.e")
	g.Expect(known).To(BeFalse())
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct{ name, file, text, says string }{
		{"nothing", "a.yaml", "[]", "there are no rules"},
		{"an unknown key", "a.yaml", "- source: s\n  operations: [one]\n  rules: [{id: a.b.c, sentence: x, colour: blue}]", `unknown field "colour"`},
		{"an unknown key of a section", "a.yaml", "- sauce: s", `unknown field "sauce"`},
		{"no sentence", "a.yaml", "- source: s\n  operations: [one]\n  rules: [{id: a.b.c}]", "the sentence is missing"},
		{"no source", "a.yaml", "- operations: [one]\n  rules: [{id: a.b.c, sentence: x}]", "the source is missing"},
		{"no operation", "a.yaml", "- source: s\n  rules: [{id: a.b.c, sentence: x}]", "the operations are missing"},
		{"everywhere, and operations", "a.yaml", "- source: s\n  everywhere: true\n  operations: [one]\n  rules: [{id: a.b.c, sentence: x}]", "everywhere is every operation that the scenarios try: name none"},
		{"an unknown operation", "a.yaml", "- source: s\n  operations: [one, three]\n  rules: [{id: a.b.c, sentence: x}]", "there is no operation three"},
		{"an id twice", "a.yaml", "- source: s\n  operations: [one]\n  rules: [{id: a.b.c, sentence: x}, {id: a.b.c, sentence: y}]", "the id is there twice"},
		{"an id of another file", "b.yaml", "- source: s\n  operations: [one]\n  rules: [{id: a.b.c, sentence: x}]", "does not begin with b"},
		{"an id of another form", "a.yaml", "- source: s\n  operations: [one]\n  rules: [{id: a, sentence: x}]", "an id is resource, topic and case"},
		{"no YAML", "a.yaml", "- [", "a.yaml"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parse(map[string]string{tc.file: tc.text})
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(tc.says)))
		})
	}
}

func TestCheck(t *testing.T) {
	g := NewWithT(t)
	set, err := parse(map[string]string{"a.yaml": "- source: s\n  operations: [one, two]\n  rules: [{id: a.b.c, sentence: x}, {id: a.b.d, sentence: y}]"})
	g.Expect(err).NotTo(HaveOccurred())
	matrix, problems := set.Check([]suite.Scenario{
		{ID: "one", Rules: []string{"a.b.c"}, Covers: []string{"one"}},
		{ID: "two", Rules: []string{"a.b.c", "a.b.x"}, Covers: []string{"three"}},
		{ID: "three"},
	})
	g.Expect(problems).To(ConsistOf(
		"the scenario two checks the rule a.b.x, which is not written down",
		"the scenario three checks no rule",
		"no scenario tries the rule a.b.c with two",
		"the scenario two tries no operation of the rule a.b.c",
		"the rule a.b.d has no scenario",
	))
	g.Expect(matrix[0].Scenarios).To(Equal([]string{"one", "two"}))
	g.Expect(matrix[1].Scenarios).To(BeEmpty())
}
