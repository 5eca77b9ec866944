package report_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// Accounts that stay are no leftovers: they are named, with what the plan said, and fail nothing.
func TestAccountsThatStay(t *testing.T) {
	g := NewWithT(t)
	events := story(nil, ended{id: "a.one", status: report.Passed})
	events[0].Run.AccountsPlanned = 7
	left := report.Event{Type: report.AccountsLeft}
	for n := range 5 {
		left.Accounts = append(left.Accounts, fmt.Sprintf("us-abcdefgh-%d@example.com", n))
	}
	events = append(events[:len(events)-1], left, events[len(events)-1])
	r, err := report.Summarise(events)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Leftovers).To(BeEmpty())
	for _, name := range []string{"report.txt", "report.md", "report.html"} {
		var b strings.Builder
		g.Expect(forms[name](r, &b)).To(Succeed())
		g.Expect(b.String()).To(SatisfyAll(ContainSubstring("5 user accounts stay (the plan said up to 7)"), ContainSubstring("and 2 more")), name)
	}
	everyFormAgrees(t, r)
}

// Whatever was tried again says why.
func TestRetriesSayWhy(t *testing.T) {
	g := NewWithT(t)
	events := story(nil, ended{id: "a.one", status: report.Passed}, ended{id: "a.two", status: report.Passed})
	for i := range events {
		if e := &events[i]; e.Type == report.ScenarioFinished {
			e.Result.Retries, e.Result.RetriesFor = 3, map[string]int{"the line broke": 2, "the key was not well": 1}
		}
	}
	r, err := report.Summarise(events)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Retries).To(Equal(6))
	var text strings.Builder
	g.Expect(r.WriteText(&text)).To(Succeed())
	g.Expect(text.String()).To(SatisfyAll(ContainSubstring("4 retries: the line broke"), ContainSubstring("2 retries: the key was not well")))
	everyFormAgrees(t, r)
}

// Failures that only the full profile holds are said to be so: its line in the table has more.
func TestFailuresOfNoNamedProfile(t *testing.T) {
	g := NewWithT(t)
	r, err := report.Summarise(story(func(i *report.RunInfo) {
		i.NamedProfiles = []report.ProfileInfo{{Name: "core"}, {Name: "full"}}
	}, ended{id: "a.one", status: report.Failed, failure: "aaaaa-one"}))
	g.Expect(err).NotTo(HaveOccurred())
	var text strings.Builder
	g.Expect(r.WriteText(&text)).To(Succeed())
	g.Expect(text.String()).To(ContainSubstring("1 failure in no named profile but full: a.one"))
}
