package report_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// One run has a verdict for each named part of the suite, of its required scenarios alone.
func TestProfileVerdicts(t *testing.T) {
	g := NewWithT(t)
	events := story(
		func(i *report.RunInfo) {
			i.NamedProfiles = []report.ProfileInfo{{Name: "core", Holds: "the core"}, {Name: "scim"}, {Name: "invites"}, {Name: "empty"}, {Name: "full"}}
		},
		ended{id: "domains.a", status: report.Passed}, ended{id: "domains.b", status: report.NotApplicable},
		ended{id: "scim.a", status: report.Failed}, ended{id: "scim.b", status: report.Passed},
		ended{id: "invites.a", status: report.Passed}, ended{id: "invites.b", status: report.CouldNotRun},
		ended{id: "invites.odd", status: report.Failed, provisional: true},
	)
	for i := range events {
		if e := &events[i]; e.Scenario != nil {
			e.Scenario.Profiles = map[string][]string{"domains": {"core"}, "scim": {"scim"}, "invites": {"invites"}}[strings.Split(e.ID, ".")[0]]
		}
	}
	r, err := report.Summarise(events)
	g.Expect(err).NotTo(HaveOccurred())
	verdicts := map[string]report.Conformance{}
	for _, p := range r.Profiles {
		verdicts[p.Name] = p.Conformance
	}
	g.Expect(verdicts).To(Equal(map[string]report.Conformance{
		"core": report.Conformant, "scim": report.NotConformant, "invites": report.Incomplete, "empty": report.Incomplete, "full": report.NotConformant,
	}))
	g.Expect(r.Profiles[2].Reasons).To(Equal([]string{"1 required check could not run"}))
	g.Expect(r.Profiles[4].Conformance).To(Equal(r.Conformance), "the full one is the run's")
	for name, line := range map[string]string{
		"report.txt": "\nscim     not conformant  1       1       0       0          0\n", "report.md": "| scim | ❌ not conformant | 1 | 1 | 0 | 0 | 0 |\n",
	} {
		var b strings.Builder
		g.Expect(forms[name](r, &b)).To(Succeed())
		g.Expect(b.String()).To(ContainSubstring(line), name)
	}
}

// Nothing can be said of a target when nothing of a resource of the core was tried, unless somebody
// chose the scenarios.
func TestCoreThatDidNotRun(t *testing.T) {
	const passed, untried = report.Passed, report.CouldNotRun
	for _, tc := range []struct {
		name      string
		scenarios []ended
		outside   string // a scenario that is of no core
		strangers string // the resource whose scenarios only ask without a credential
		selection report.Selection
		exit      int
	}{
		{"everything", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: passed}}, "", "", report.Selection{}, 0},
		{"something of each", []ended{{id: "domains.a", status: passed}, {id: "domains.b", status: untried}, {id: "invites.a", status: passed}}, "", "", report.Selection{}, 0},
		{"nothing of one", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: untried}, {id: "invites.b", status: untried}}, "", "", report.Selection{}, 2},
		{"a failure is something", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: report.Failed}}, "", "", report.Selection{}, 1},
		{"one that need not be there", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: report.NotApplicable}}, "", "", report.Selection{}, 0},
		{"one that --access read leaves out", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: report.NotSelected}}, "", "", report.Selection{}, 0},
		{"nothing of one that is not of the core", []ended{{id: "domains.a", status: passed}, {id: "scim.a", status: untried}}, "scim.a", "", report.Selection{}, 0},
		{"scenarios that somebody chose", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: untried}}, "", "", report.Selection{Tags: []string{"permission"}}, 0},
		{"strangers of one are answered", []ended{{id: "domains.a", status: passed}, {id: "invites.a", status: passed}, {id: "invites.b", status: untried}}, "", "invites", report.Selection{}, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			events := story(func(i *report.RunInfo) { i.Selection = tc.selection }, tc.scenarios...)
			for i := range events {
				if e := &events[i]; e.Scenario != nil && e.ID != tc.outside {
					e.Scenario.Profiles = []string{"core"}
					if tc.strangers != "" && strings.HasPrefix(e.ID, tc.strangers+".") {
						e.Scenario.Aspect = "authentication"
					}
				}
			}
			r, err := report.Summarise(events)
			g.Expect(err).NotTo(HaveOccurred())
			status, reasons := r.Exit()
			g.Expect(status).To(Equal(tc.exit), "%v", reasons)
			everyFormAgrees(t, r)
		})
	}
}
