package plan_test

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

func scenarioNamed(t *testing.T, id string) *suite.Scenario {
	t.Helper()
	all := scenarios.All()
	i := slices.IndexFunc(all, func(s suite.Scenario) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("there is no scenario %s", id)
	}
	return &all[i]
}

func TestTags(t *testing.T) {
	for id, want := range map[string][]string{
		"domains.create.no_name":             {"create", "domains", "validation", "write"},
		"domains.scim.enable":                {"documented", "domains", "feature:scim", "happy", "scim", "write"},
		"domains.create.concurrent":          {"concurrency", "create", "domains", "robustness", "write"},
		"members.scopes.read":                {"members", "permission", "read", "scopes"},
		"members.isolation.stranger":         {"isolation", "members", "read"},
		"invites.expiry.after_three_days":    {"control", "documented", "expiry", "happy", "invites", "lifecycle"},
		"roles.pages.beyond":                 {"pages", "pagination", "read", "roles"},
		"scim.users.filter_or":               {"feature:scim", "happy", "provisional", "scim", "users", "write"},
		"domains.authentication.none":        {"authentication", "domains", "permission", "read"},
		"organizations.methods.unknown_path": {"methods", "organizations", "protocol", "read", "robustness"},
	} {
		NewWithT(t).Expect(plan.Tags(scenarioNamed(t, id))).To(ContainElements(want), id)
	}
}

// Every scenario asks a kind of question that the coverage matrix has.
func TestAspects(t *testing.T) {
	g := NewWithT(t)
	all := scenarios.All()
	for i := range all {
		g.Expect(report.Aspects).To(ContainElement(string(all[i].Asks())), all[i].ID)
	}
	for id, want := range map[string]string{
		"domains.create.defaults": "behaviour", "domains.create.null_name": "validation", "domains.scopes.read": "permission",
		"domains.authentication.none": "authentication", "domains.isolation.stranger": "isolation", "domains.update.without_scim": "feature",
		"domains.retrieve.unknown": "not found", "domains.pages.form": "pagination", "domains.methods.head": "protocol", "domains.create.concurrent": "concurrency",
	} {
		for i := range all {
			if all[i].ID == id {
				g.Expect(string(all[i].Asks())).To(Equal(want), id)
			}
		}
	}
}

// TestNamedProfiles names for each profile what it must hold and what it must not.
func TestNamedProfiles(t *testing.T) {
	holds := map[string]struct{ in, out string }{
		"read-only":    {"domains.list.order", "domains.create.defaults"},
		"core":         {"invites.create.defaults", "scim.users.create"},
		"identity":     {"domains.verify.record", "invites.create.defaults"},
		"invites":      {"invites.accept.joins", "members.list.form"},
		"integrations": {"integrations.delete.gone", "projects.create.full"},
		"scim":         {"domains.scim_logs.empty", "domains.verify.record"},
		"robustness":   {"domains.create.concurrent", "domains.list.order"},
		"full":         {"scim.groups.list", ""},
	}
	all := scenarios.All()
	for _, p := range plan.NamedProfiles {
		t.Run(p.Name, func(t *testing.T) {
			g := NewWithT(t)
			want, known := holds[p.Name]
			g.Expect(known).To(BeTrue())
			if p.Name == "read-only" {
				g.Expect(slices.ContainsFunc(all, func(s suite.Scenario) bool { return p.Has(&s) && s.Access != suite.Read })).To(BeFalse())
			} else {
				g.Expect(p.Has(scenarioNamed(t, want.in))).To(BeTrue(), want.in)
			}
			if want.out != "" {
				g.Expect(p.Has(scenarioNamed(t, want.out))).To(BeFalse(), want.out)
			}
			g.Expect(slices.ContainsFunc(all, func(s suite.Scenario) bool { return p.Has(&s) })).To(BeTrue())
			for _, tag := range slices.Concat(p.All, p.Any, p.None) {
				_, err := plan.Select(all, &target.Profile{}, plan.Filter{Tags: []string{tag}})
				g.Expect(err).NotTo(HaveOccurred(), "a query for a tag that nothing has")
			}
		})
	}
	_, err := plan.FindProfile("croe")
	NewWithT(t).Expect(err).To(MatchError(`there is no profile "croe"; there are read-only, core, identity, invites, integrations, scim, robustness, full`))
}

// TestPlanByProfileAndTag: what the profile does not hold is outside, what a tag
// leaves out is not.
func TestPlanByProfileAndTag(t *testing.T) {
	g := NewWithT(t)
	all := []suite.Scenario{
		{ID: "invites.create.full", Access: suite.Write},
		{ID: "invites.pages.form", Access: suite.Read, Aspect: suite.Pagination}, {ID: "domains.pages.form", Access: suite.Read, Aspect: suite.Pagination},
	}
	list, err := plan.Select(all, &target.Profile{}, plan.Filter{NamedProfile: "invites", Tags: []string{"pagination"}})
	g.Expect(err).NotTo(HaveOccurred())
	for i, want := range []struct {
		status  report.Status
		outside bool
	}{{report.NotSelected, false}, {"", false}, {report.NotSelected, true}} {
		g.Expect(list[i].Status).To(Equal(want.status), all[i].ID)
		g.Expect(list[i].Outside).To(Equal(want.outside), all[i].ID)
	}
	_, err = plan.Select(all, &target.Profile{}, plan.Filter{Tags: []string{"invitse"}})
	g.Expect(err).To(MatchError(ContainSubstring("--tag invitse: no scenario has that tag")))
	_, err = plan.Select(all, &target.Profile{}, plan.Filter{NamedProfile: "all"})
	g.Expect(err).To(MatchError(ContainSubstring(`there is no profile "all"`)))
}
