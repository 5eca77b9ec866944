package suite_test

import (
	"context"
	"errors"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

func TestEachOffered(t *testing.T) {
	for _, it := range []struct {
		name            string
		offered         []bool
		told            int
		absent, failure string
		fails           bool
	}{
		{"all offered", []bool{true, true}, 2, "", "", false},
		{"one is not, the others are tried", []bool{true, false, true}, 3, "", "", false},
		{"none is: the story is about nothing there", []bool{false, false}, 2, "the target does not offer part 0", "", false},
		{"a failure ends the story", []bool{true, true}, 1, "", "wrong", true},
		{"nothing to try", nil, 0, "", "", false},
	} {
		t.Run(it.name, func(t *testing.T) {
			g := NewWithT(t)
			client, err := suite.NewClient(&target.Profile{BaseURL: "http://offered.test"})
			g.Expect(err).NotTo(HaveOccurred())
			told := 0
			result := suite.Play(t.Context(), client, &suite.Scenario{ID: "a.b.c", Run: func(s *suite.S) {
				parts := make([]int, len(it.offered))
				for i := range parts {
					parts[i] = i
				}
				suite.EachOffered(s, parts, func(i int) {
					told++
					if it.fails {
						s.Expect("right").To(Equal("wrong"))
					}
					if !it.offered[i] {
						s.NotOffered("part " + string(rune('0'+i)))
					}
				})
			}}, "label")
			g.Expect(told).To(Equal(it.told))
			g.Expect(result.NotApplicable).To(Equal(it.absent))
			g.Expect(result.Failure).To(ContainSubstring(it.failure))
			g.Expect(result.Error).To(BeEmpty())
		})
	}
}

// A hook may be run in the process of whoever plays, and what it says keeps a story from
// running.
func TestHooksAnotherWay(t *testing.T) {
	g := NewWithT(t)
	var ran [][]string
	profile := &target.Profile{BaseURL: "http://hooks.test", Hooks: target.Hooks{PublishTXT: []string{"publish", "quickly"}}}
	client, err := suite.NewClient(profile, suite.HooksThrough(func(_ context.Context, command []string) error {
		ran = append(ran, command)
		return errors.New("on purpose")
	}))
	g.Expect(err).NotTo(HaveOccurred())
	result := suite.Play(t.Context(), client, &suite.Scenario{ID: "a.b.c", Run: func(s *suite.S) { s.PublishTXT("name.test", "value") }}, "label")
	g.Expect(ran).To(Equal([][]string{{"publish", "quickly", "name.test", "value"}}))
	g.Expect(result.CouldNotRun).To(Equal("the hook publish failed: on purpose"))
}
