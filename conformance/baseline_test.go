package conformance_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
)

func TestBaseline(t *testing.T) {
	fails := ended{id: "a", status: conformance.Failed, failure: "aaaaa-aaa"}
	passes := ended{id: "b", status: conformance.Passed}
	entry := conformance.Accepted{Scenario: "a", Owner: "ada", Reason: "known", Expires: "2026-11-25"}
	with := func(change func(*conformance.Accepted)) conformance.Accepted {
		changed := entry
		change(&changed)
		return changed
	}
	for _, tc := range []struct {
		name    string
		entries []conformance.Accepted
		outcome ended
		at      time.Time
		ok      bool
		stale   string
		expired bool
		isNew   bool
	}{
		{name: "accepted", entries: []conformance.Accepted{entry}, outcome: fails, at: noon, ok: true},
		{name: "accepted in this check", entries: []conformance.Accepted{with(func(a *conformance.Accepted) { a.Failure = "aaaaa-aaa" })}, outcome: fails, at: noon, ok: true},
		{name: "accepted in another check", entries: []conformance.Accepted{with(func(a *conformance.Accepted) { a.Failure = "aaaaa-bbb" })}, outcome: fails, at: noon, stale: "another check fails now: aaaaa-aaa", isNew: true},
		{name: "new", outcome: fails, at: noon, isNew: true},
		{name: "stale", entries: []conformance.Accepted{entry}, outcome: ended{id: "a", status: conformance.Passed}, at: noon, stale: "it passes now: remove the entry"},
		{name: "unknown", entries: []conformance.Accepted{entry, with(func(a *conformance.Accepted) { a.Scenario = "z" })}, outcome: fails, at: noon, stale: "the suite has no such scenario"},
		{name: "the last second of the last day", entries: []conformance.Accepted{entry}, outcome: fails, at: time.Date(2026, 11, 25, 23, 59, 59, 0, time.UTC), ok: true},
		{name: "expired", entries: []conformance.Accepted{entry}, outcome: fails, at: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), expired: true},
		{name: "not run, which says nothing", entries: []conformance.Accepted{entry}, outcome: ended{id: "a", status: conformance.CouldNotRun}, at: noon, ok: true},
		{name: "an error is not accepted", entries: []conformance.Accepted{entry}, outcome: ended{id: "a", status: conformance.Errored}, at: noon},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			list := story(func(i *conformance.RunInfo) { i.StartedAt = tc.at }, tc.outcome, passes)
			list = append(list, conformance.Event{Type: conformance.BaselineGiven, Baseline: &conformance.Baseline{Accepted: tc.entries}})
			r, err := conformance.Summarise(list)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.OK()).To(Equal(tc.ok), "%v", r.Failing)
			g.Expect(len(r.Baseline.New) > 0).To(Equal(tc.isNew))
			g.Expect(len(r.Baseline.Expired) > 0).To(Equal(tc.expired))
			if tc.stale == "" {
				g.Expect(r.Baseline.Stale).To(BeEmpty())
			} else {
				g.Expect(r.Baseline.Stale).To(ConsistOf(HaveField("Why", tc.stale)))
			}
			if tc.outcome.status == conformance.Failed {
				g.Expect(r.Conformance).To(Equal(conformance.NotConformant), "accepting a failure does not undo it")
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
			_, err := conformance.LoadBaseline(file)
			if tc.problem == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(tc.problem)))
		})
	}
}

// A baseline that was written for a run must be completed, and then lets the same
// run pass.
func TestNewBaseline(t *testing.T) {
	g := NewWithT(t)
	spoil := replace("This field is required.", "Missing.")
	options := conformance.Options{Run: "domains.create.(no_name|null_name)", Now: func() time.Time { return noon }}
	baseline := conformance.NewBaseline(runAgainst(t, spoil, options))
	g.Expect(baseline.Accepted).To(HaveLen(1))
	g.Expect(baseline.Accepted[0].Expires).To(Equal("2027-02-23"))
	var written bytes.Buffer
	g.Expect(baseline.Write(&written)).To(Succeed())
	file := filepath.Join(t.TempDir(), "baseline.yaml")
	g.Expect(os.WriteFile(file, written.Bytes(), 0o600)).To(Succeed())
	_, err := conformance.LoadBaseline(file)
	g.Expect(err).To(MatchError(And(ContainSubstring("owner is missing"), ContainSubstring("reason is missing"))))

	completed := bytes.ReplaceAll(written.Bytes(), []byte(`""`), []byte("ada"))
	g.Expect(os.WriteFile(file, completed, 0o600)).To(Succeed())
	options.Baseline, err = conformance.LoadBaseline(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(runAgainst(t, spoil, options).OK()).To(BeTrue())
	g.Expect(runAgainst(t, nil, options).Failing).To(ConsistOf("1 baseline entry stale or expired"))
}

func TestDrift(t *testing.T) {
	g := NewWithT(t)
	before := story(nil,
		ended{id: "breaks", status: conformance.Passed}, ended{id: "mended", status: conformance.Failed}, ended{id: "same", status: conformance.Passed},
		ended{id: "gone", status: conformance.Passed}, ended{id: "untried", status: conformance.Passed},
		ended{id: "moves", status: conformance.Failed, failure: "aaaaa-aaa"}, ended{id: "left_out", status: conformance.NotSelected})
	now := story(nil,
		ended{id: "breaks", status: conformance.Failed}, ended{id: "mended", status: conformance.Passed}, ended{id: "same", status: conformance.Passed},
		ended{id: "untried", status: conformance.CouldNotRun}, ended{id: "moves", status: conformance.Failed, failure: "aaaaa-bbb"},
		ended{id: "fresh", status: conformance.Passed}, ended{id: "left_out", status: conformance.Failed})
	var log, report bytes.Buffer
	g.Expect(conformance.WriteLog(&log, before)).To(Succeed())
	earlier, err := conformance.Summarise(before)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(earlier.WriteJSON(&report)).To(Succeed())
	for name, data := range map[string][]byte{"log": log.Bytes(), "report": report.Bytes()} {
		then, err := conformance.ReadEarlier(data)
		g.Expect(err).NotTo(HaveOccurred(), name)
		r, err := conformance.Summarise(append(now, conformance.Event{Type: conformance.EarlierGiven, Earlier: then}))
		g.Expect(err).NotTo(HaveOccurred(), name)
		ids := func(changes []conformance.Change) (list []string) {
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
		_, err := conformance.ReadEarlier([]byte(bad))
		g.Expect(err).To(HaveOccurred(), bad)
	}
	_, err = conformance.ReadEarlier([]byte(`{"schema": "understudy/report/v1", "scenarios": [{"id": "a", "status": "skipped"}]}`))
	g.Expect(err).NotTo(HaveOccurred())
}
