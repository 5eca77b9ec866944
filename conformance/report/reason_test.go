package report_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The line that sums up a failure shows what is different, however long the values are, and
// what was right before what came.
func TestShortReasons(t *testing.T) {
	long := strings.Repeat("a", 300)
	for _, tc := range []struct {
		name, what string
		check      func(g Gomega)
	}{
		{"a status", "expected status 403, got 200", func(g Gomega) { g.Expect(409).To(Equal(409)) }},
		{"two numbers", "expected 0, got 1", func(g Gomega) { g.Expect(1).To(Equal(0)) }},
		{"with words before it", "case counts: expected x, got y", func(g Gomega) { g.Expect("y").To(Equal("x"), "case counts") }},
		{"long texts, different late", `expected "...aaaaaright"...", got "...aaaaawrong"..."`,
			func(g Gomega) { g.Expect(`"` + long + `wrong"`).To(Equal(`"` + long + `right"`)) }},
		{"long texts, different in the middle", "", func(g Gomega) { g.Expect(long + "WRONG" + long).To(Equal(long + "RIGHT" + long)) }},
		{"texts of several lines", `a refused change changes nothing: expected { "jit": false }, got { "jit": true }`,
			func(g Gomega) {
				g.Expect("{\n \"jit\": true\n}").To(Equal("{\n \"jit\": false\n}"), "a refused change changes nothing")
			}},
		{"a property, different late", "",
			func(g Gomega) { g.Expect(true).To(BeFalse()) }},
		{"a list that lacks", `members: missing ["111"] in []`, func(g Gomega) { g.Expect([]string{}).To(ConsistOf("111"), "members") }},
		{"a list with too much", `extra ["b"] in ["a", "b"]`, func(g Gomega) { g.Expect([]string{"a", "b"}).To(ConsistOf("a")) }},
		{"a beginning", "Accept: */*: expected to have prefix application/scim+json, got application/json",
			func(g Gomega) { g.Expect("application/json").To(HavePrefix("application/scim+json"), "Accept: */*") }},
		{"what must not be", "expected not to equal k, got k", func(g Gomega) { g.Expect("k").NotTo(Equal("k")) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			reason := "expected status 403, got 200"
			tc.check(NewGomega(func(message string, _ ...int) { reason = message }))
			if strings.HasPrefix(tc.name, "a property") {
				reason = "expected x to be " + long + "RIGHT" + long + ", got " + long + "WRONG" + long
			}
			r := failures(t, "", failure{id: "x.one", reason: reason, request: "GET https://t/x/", response: "200"})
			what := r.Causes[0].What
			if tc.what != "" {
				g.Expect(what).To(Equal(tc.what), reason)
			}
			if strings.Contains(reason, "WRONG") {
				g.Expect(what).To(SatisfyAll(ContainSubstring("aRIGHTa"), ContainSubstring("aWRONGa")), what)
			}
			g.Expect(len([]rune(what))).To(BeNumerically("<=", 201))
		})
	}
}
