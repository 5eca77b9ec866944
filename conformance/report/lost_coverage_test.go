package report_test

import (
	"bytes"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// ruled gives scenarios rules.
func ruled(events []report.Event, rules map[string][]string) []report.Event {
	for i := range events {
		if e := &events[i]; e.Scenario != nil {
			for _, id := range rules[e.ID] {
				e.Scenario.Rules = append(e.Scenario.Rules, report.Rule{ID: id})
			}
		}
	}
	return events
}

// TestLostCoverage: a rule that an earlier run showed to hold is lost when this one does not try
// it, and with no-lost-coverage that is no green.
func TestLostCoverage(t *testing.T) {
	const passed, failed, untried, unchosen = report.Passed, report.Failed, report.CouldNotRun, report.NotSelected
	rules := map[string][]string{"a": {"ra"}, "b": {"rb", "shared"}, "c": {"rc", "shared"}}
	earlier := ruled(story(nil, ended{id: "a", status: passed}, ended{id: "b", status: passed}, ended{id: "c", status: passed}, ended{id: "gone", status: passed}), rules)
	for _, tc := range []struct {
		name   string
		now    []ended
		change func(*report.RunInfo)
		lost   []string
		exit   int
	}{
		{"all again", []ended{{id: "a", status: passed}, {id: "b", status: passed}, {id: "c", status: passed}}, nil, nil, 0},
		{"one could not run", []ended{{id: "a", status: passed}, {id: "b", status: passed}, {id: "c", status: untried}}, nil, []string{"rc"}, 2},
		{"two could not run", []ended{{id: "a", status: passed}, {id: "b", status: untried}, {id: "c", status: untried}}, nil, []string{"rb", "shared", "rc"}, 2},
		{"one does not apply any more", []ended{{id: "a", status: report.NotApplicable}, {id: "b", status: passed}, {id: "c", status: passed}}, nil, []string{"ra"}, 2},
		{"what is broken now is not lost", []ended{{id: "a", status: passed}, {id: "b", status: passed}, {id: "c", status: failed}}, nil, nil, 1},
		{"broken and lost", []ended{{id: "a", status: untried}, {id: "b", status: passed}, {id: "c", status: failed}}, nil, []string{"ra"}, 1},
		{"less was chosen", []ended{{id: "a", status: passed}, {id: "b", status: unchosen}, {id: "c", status: passed}}, nil, []string{"rb"}, 2},
		{"a shard", []ended{{id: "a", status: passed}, {id: "b", status: unchosen}, {id: "c", status: passed}}, func(i *report.RunInfo) { i.Shard = "1/2" }, nil, 0},
		{"merged, without a shard", []ended{{id: "a", status: passed}, {id: "b", status: unchosen}, {id: "c", status: passed}}, func(i *report.RunInfo) { i.Shard, i.MissingShards = "1/2", []string{"2/2"} }, []string{"rb"}, 2},
		{"what is new is not lost", []ended{{id: "a", status: passed}, {id: "b", status: passed}, {id: "c", status: passed}, {id: "new", status: untried}}, nil, nil, 0},
	} {
		for _, form := range []string{"log", "report"} {
			for _, required := range []bool{true, false} {
				t.Run(tc.name+", "+form, func(t *testing.T) {
					g := NewWithT(t)
					events := ruled(story(func(i *report.RunInfo) {
						if required {
							i.Require = []string{report.RequireNoLostCoverage}
						}
						if tc.change != nil {
							tc.change(i)
						}
					}, tc.now...), rules)
					given := report.Event{Type: report.EarlierGiven, Earlier: read(t, earlier, form)}
					r, err := report.Summarise(append(events[:1:1], append([]report.Event{given}, events[1:]...)...))
					g.Expect(err).NotTo(HaveOccurred())
					var lost []string
					for _, rule := range r.LostRules {
						lost = append(lost, rule.ID)
						g.Expect(rule.Because).NotTo(BeEmpty())
					}
					g.Expect(lost).To(Equal(tc.lost))
					if required {
						g.Expect(r.ExitStatus).To(Equal(tc.exit), "%v", r.Failing)
					} else if len(r.MissingShards) == 0 {
						g.Expect(r.ExitStatus).To(Equal(tc.exit & report.ExitBroken))
					}
					everyFormAgrees(t, r)
				})
			}
		}
	}
}

// read returns what --compare reads of a run.
func read(t *testing.T, events []report.Event, form string) *report.Earlier {
	t.Helper()
	var b bytes.Buffer
	g := NewWithT(t)
	if form == "log" {
		g.Expect(report.WriteLog(&b, events)).To(Succeed())
	} else {
		r, err := report.Summarise(events)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.WriteJSON(&b)).To(Succeed())
	}
	e, err := report.ReadEarlier(b.Bytes())
	g.Expect(err).NotTo(HaveOccurred())
	return e
}
