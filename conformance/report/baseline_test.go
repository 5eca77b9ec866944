package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

func TestBaseline(t *testing.T) {
	fails := ended{id: "a", status: report.Failed, failure: "aaaaa-aaa"}
	passes := ended{id: "b", status: report.Passed}
	entry := report.Accepted{Scenario: "a", Owner: "ada", Reason: "known", Expires: "2026-11-25"}
	with := func(change func(*report.Accepted)) report.Accepted {
		changed := entry
		change(&changed)
		return changed
	}
	for _, tc := range []struct {
		name    string
		entries []report.Accepted
		outcome ended
		at      time.Time
		ok      bool
		stale   string
		expired bool
		isNew   bool
	}{
		{name: "accepted", entries: []report.Accepted{entry}, outcome: fails, at: noon, ok: true},
		{name: "accepted in this check", entries: []report.Accepted{with(func(a *report.Accepted) { a.Failure = "aaaaa-aaa" })}, outcome: fails, at: noon, ok: true},
		{name: "accepted in another check", entries: []report.Accepted{with(func(a *report.Accepted) { a.Failure = "aaaaa-bbb" })}, outcome: fails, at: noon, stale: "another check fails now: aaaaa-aaa", isNew: true},
		{name: "new", outcome: fails, at: noon, isNew: true},
		{name: "stale", entries: []report.Accepted{entry}, outcome: ended{id: "a", status: report.Passed}, at: noon, stale: "it passes now: remove the entry"},
		{name: "unknown", entries: []report.Accepted{entry, with(func(a *report.Accepted) { a.Scenario = "z" })}, outcome: fails, at: noon, stale: "the suite has no such scenario"},
		{name: "the last second of the last day", entries: []report.Accepted{entry}, outcome: fails, at: time.Date(2026, 11, 25, 23, 59, 59, 0, time.UTC), ok: true},
		{name: "expired", entries: []report.Accepted{entry}, outcome: fails, at: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), expired: true},
		{name: "not run, which says nothing", entries: []report.Accepted{entry}, outcome: ended{id: "a", status: report.CouldNotRun}, at: noon, ok: true},
		{name: "an error is not accepted", entries: []report.Accepted{entry}, outcome: ended{id: "a", status: report.Errored}, at: noon},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			list := story(func(i *report.RunInfo) { i.StartedAt = tc.at }, tc.outcome, passes)
			list = append(list, report.Event{Type: report.BaselineGiven, Baseline: &report.Baseline{Accepted: tc.entries}})
			r, err := report.Summarise(list)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.OK()).To(Equal(tc.ok), "%v", r.Failing)
			g.Expect(len(r.Baseline.New) > 0).To(Equal(tc.isNew))
			g.Expect(len(r.Baseline.Expired) > 0).To(Equal(tc.expired))
			if tc.stale == "" {
				g.Expect(r.Baseline.Stale).To(BeEmpty())
			} else {
				g.Expect(r.Baseline.Stale).To(ConsistOf(HaveField("Why", tc.stale)))
			}
			if tc.outcome.status == report.Failed {
				g.Expect(r.Conformance).To(Equal(report.NotConformant), "accepting a failure does not undo it")
			}
			everyFormAgrees(t, r)
		})
	}
}

func TestBaselineFiles(t *testing.T) {
	for _, tc := range []struct{ name, text, problem string }{
		{"complete", "accepted:\n- {scenario: a, owner: ada, reason: known, expires: 2026-11-25}\n", ""},
		{"without entries", "accepted: []\n", ""},
		{"empty", "", ""},
		{"no owner", "accepted:\n- {scenario: a, owner: '', reason: known, expires: 2026-11-25}\n", "entry 1 (a): owner is missing"},
		{"no date", "accepted:\n- {scenario: a, owner: ada, reason: known}\n", "entry 1 (a): expires is missing"},
		{"a bad date", "accepted:\n- {scenario: a, owner: ada, reason: known, expires: soon}\n", `want a date such as 2027-01-31, got "soon"`},
		{"an unknown field", "accepted:\n- {scenario: a, who: ada}\n", "who"},
		{"no YAML", "]", "baseline.yaml: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), "baseline.yaml")
			g.Expect(os.WriteFile(file, []byte(tc.text), 0o600)).To(Succeed())
			_, err := report.LoadBaseline(file)
			if tc.problem == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(tc.problem)))
		})
	}
}

// The order of the fields and the quotes are what people have in their files.
func TestBaselineIsWritten(t *testing.T) {
	g := NewWithT(t)
	baseline := &report.Baseline{Accepted: []report.Accepted{
		{Scenario: "domains.create.no_name", Failure: "5kq3a-2fw", Expires: "2027-02-23"},
		{Scenario: "a.b.c", Owner: "ada: the admin", Reason: "a long reason, # which stays in one line however long it may get, and it may get rather long", Expires: "2027-02-23"},
	}}
	var written strings.Builder
	g.Expect(baseline.Write(&written)).To(Succeed())
	g.Expect(written.String()).To(HaveSuffix(`
accepted:
- scenario: domains.create.no_name
  failure: 5kq3a-2fw
  owner: ""
  reason: ""
  expires: "2027-02-23"
- scenario: a.b.c
  owner: "ada: the admin"
  reason: "a long reason, # which stays in one line however long it may get, and it may get rather long"
  expires: "2027-02-23"
`))
}

func TestDrift(t *testing.T) {
	g := NewWithT(t)
	before := story(nil,
		ended{id: "breaks", status: report.Passed}, ended{id: "mended", status: report.Failed}, ended{id: "same", status: report.Passed},
		ended{id: "gone", status: report.Passed}, ended{id: "untried", status: report.Passed},
		ended{id: "moves", status: report.Failed, failure: "aaaaa-aaa"}, ended{id: "left_out", status: report.NotSelected})
	now := story(nil,
		ended{id: "breaks", status: report.Failed}, ended{id: "mended", status: report.Passed}, ended{id: "same", status: report.Passed},
		ended{id: "untried", status: report.CouldNotRun}, ended{id: "moves", status: report.Failed, failure: "aaaaa-bbb"},
		ended{id: "fresh", status: report.Passed}, ended{id: "left_out", status: report.Failed})
	var log, written bytes.Buffer
	g.Expect(report.WriteLog(&log, before)).To(Succeed())
	earlier, err := report.Summarise(before)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(earlier.WriteJSON(&written)).To(Succeed())
	for name, data := range map[string][]byte{"log": log.Bytes(), "report": written.Bytes()} {
		then, err := report.ReadEarlier(data)
		g.Expect(err).NotTo(HaveOccurred(), name)
		r, err := report.Summarise(append(now, report.Event{Type: report.EarlierGiven, Earlier: then}))
		g.Expect(err).NotTo(HaveOccurred(), name)
		ids := func(changes []report.Change) (list []string) {
			for _, change := range changes {
				list = append(list, change.ID+": "+change.Words())
			}
			return list
		}
		g.Expect(ids(r.Drift.NewlyFailing)).To(Equal([]string{"breaks: passed → failed", "moves: aaaaa-aaa → aaaaa-bbb"}), name)
		g.Expect(ids(r.Drift.Fixed)).To(Equal([]string{"mended: failed → passed"}), name)
		g.Expect(ids(r.Drift.Changed)).To(Equal([]string{"untried: passed → could not run"}), name)
		g.Expect(ids(r.Drift.Appeared)).To(Equal([]string{"fresh: passed"}), name)
		g.Expect(ids(r.Drift.Vanished)).To(Equal([]string{"gone: was passed"}), name)
	}
	for _, bad := range []string{"", "{}", "hello", `{"schema": "understudy/report/v9"}`} {
		_, err := report.ReadEarlier([]byte(bad))
		g.Expect(err).To(HaveOccurred(), bad)
	}
	_, err = report.ReadEarlier([]byte(`{"schema": "understudy/report/v1", "scenarios": [{"id": "a", "status": "skipped"}]}`))
	g.Expect(err).NotTo(HaveOccurred())
}
