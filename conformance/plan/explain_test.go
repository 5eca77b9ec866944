package plan_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// runs are the scenarios that run with a profile.
func runs(t *testing.T, profile *target.Profile) (ids []string) {
	t.Helper()
	list, err := plan.Select(scenarios.In(spec.DefaultRevision), profile, plan.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range list {
		if entry.Runs() {
			ids = append(ids, entry.Scenario.ID)
		}
	}
	return ids
}

// TestExplain: the fields that are said to be missing are what the scenarios need, and
// nothing is left unexplained.
func TestExplain(t *testing.T) {
	g := NewWithT(t)
	profile := &target.Profile{
		Name: "bare", BaseURL: "https://posthog.example.com", Organization: target.Organization{ID: "01900000-0001-7000-8000-000000000001"},
		Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: "phx_admin"}},
	}
	before := profile.Copy()
	all := scenarios.In(spec.DefaultRevision)
	explained := plan.Explain(all, profile)
	g.Expect(profile).To(Equal(before))
	g.Expect(explained.Runs).To(Equal(len(runs(t, profile))))
	g.Expect(explained.Missing[0].Field).To(Equal("allow.create_users"), "most costly first")

	told := map[string]bool{}
	complete := profile.Copy()
	for i, missing := range explained.Missing {
		if i > 0 {
			g.Expect(len(missing.Scenarios)).To(BeNumerically("<=", len(explained.Missing[i-1].Scenarios)))
		}
		field := fieldAt(t, missing.Field)
		one := profile.Copy()
		field.Set(one, true)
		g.Expect(runs(t, one)).To(ContainElements(missing.Alone), missing.Field)
		field.Set(complete, true)
		for _, id := range missing.Scenarios {
			told[id] = true
		}
	}
	with := runs(t, complete)
	for id := range told {
		g.Expect(with).To(ContainElement(id), "once everything that is missing is there")
	}
	never := 0
	for _, group := range explained.Never {
		never += len(group.Scenarios)
		for _, id := range group.Scenarios {
			g.Expect(told).NotTo(HaveKey(id))
		}
	}
	g.Expect(explained.Runs + len(told) + never).To(Equal(len(all)))
	var text strings.Builder
	g.Expect(explained.WriteText(&text)).To(Succeed())
	g.Expect(text.String()).To(And(ContainSubstring("  known.scim.token\n"), MatchRegexp(`\n +\d+ +the target profile has no control\n`)))
	g.Expect(report.Printable(text.String())).NotTo(BeEmpty())
}

func fieldAt(t *testing.T, path string) target.Field {
	t.Helper()
	fields := target.Fields()
	i := slices.IndexFunc(fields, func(f target.Field) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("no field %s", path)
	}
	return fields[i]
}
