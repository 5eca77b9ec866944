package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// ended is a scenario with how it ends.
type ended struct {
	id     string
	status report.Status
	// provisional scenarios do not count.
	provisional bool
	failure     string
}

// story is the log of a run of some scenarios.
func story(change func(*report.RunInfo), scenarios ...ended) []report.Event {
	info := &report.RunInfo{Suite: "aa", Target: "t", BaseURL: "http://t", Access: "write", StartedAt: noon}
	if change != nil {
		change(info)
	}
	list := []report.Event{{Type: report.RunStarted, At: noon, Run: info}}
	var ends []report.Event
	for _, s := range scenarios {
		plan := report.Event{
			Type: report.ScenarioPlanned, At: noon, ID: s.id,
			Scenario: &report.Described{Title: s.id, Provisional: s.provisional},
		}
		result := &report.Result{Status: s.status, Reason: "because", FailureID: s.failure}
		switch s.status {
		case "": // it does not end
		case report.NotSelected, report.NotApplicable:
			plan.Result = result
		default:
			ends = append(ends, report.Event{Type: report.ScenarioFinished, At: noon, ID: s.id, Result: result})
		}
		list = append(list, plan)
	}
	list = append(list, ends...)
	return append(list, report.Event{Type: report.RunFinished, At: noon.Add(time.Second)})
}

func TestVerdictAndExitStatus(t *testing.T) {
	const (
		passed, failed, errored = report.Passed, report.Failed, report.Errored
		inapplicable, untried   = report.NotApplicable, report.CouldNotRun
	)
	pass := ended{id: "a", status: passed}
	for _, tc := range []struct {
		name      string
		scenarios []ended
		require   []string
		verdict   report.Conformance
		exit      int
		failing   string // what the reasons for it say; "" is exit status 0
	}{
		{"all passed", []ended{pass}, nil, report.Conformant, 0, ""},
		{"all passed, and conformant required", []ended{pass}, []string{"conformant"}, report.Conformant, 0, ""},
		{"one failed", []ended{pass, {id: "b", status: failed}}, nil, report.NotConformant, 1, "1 required check failed"},
		{"a failure outweighs what could not run", []ended{{id: "b", status: failed}, {id: "c", status: untried}}, nil, report.NotConformant, 1, "1 required check failed"},
		{"an error is no verdict but wrong", []ended{pass, {id: "b", status: errored}}, nil, report.Incomplete, 2, "1 required check ended in an error"},
		{"not applicable takes nothing away", []ended{pass, {id: "b", status: inapplicable}}, []string{"conformant"}, report.Conformant, 0, ""},
		{"what could not run keeps the verdict open", []ended{pass, {id: "b", status: untried}}, nil, report.Incomplete, 0, ""},
		{"unless conformant is required", []ended{pass, {id: "b", status: untried}}, []string{"conformant"}, report.Incomplete, 2, "the verdict is incomplete"},
		{"what was not selected, too", []ended{pass, {id: "b", status: report.NotSelected}}, nil, report.Incomplete, 0, ""},
		{"nothing ran", []ended{{id: "b", status: untried}}, nil, report.Incomplete, 2, "nothing was checked"},
		{"nothing applies", []ended{{id: "b", status: inapplicable}}, nil, report.Incomplete, 2, "nothing was checked"},
		{"provisional failures do not count", []ended{pass, {id: "b", status: failed, provisional: true}}, []string{"conformant"}, report.Conformant, 0, ""},
		{"nor do provisional errors", []ended{pass, {id: "b", status: errored, provisional: true}}, nil, report.Conformant, 0, ""},
		{"nor what is provisional and could not run", []ended{pass, {id: "b", status: untried, provisional: true}}, []string{"conformant"}, report.Conformant, 0, ""},
		{"provisional passes prove nothing", []ended{{id: "b", status: passed, provisional: true}}, nil, report.Incomplete, 0, ""},
		{"a scenario without an end", []ended{pass, {id: "b"}}, nil, report.Incomplete, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			r, err := report.Summarise(story(func(i *report.RunInfo) { i.Require = tc.require }, tc.scenarios...))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Conformance).To(Equal(tc.verdict))
			g.Expect(len(r.VerdictReasons) == 0).To(Equal(tc.verdict == report.Conformant))
			status, reasons := r.Exit()
			g.Expect(status).To(Equal(tc.exit), "%v", reasons)
			g.Expect(r.OK()).To(Equal(tc.failing == ""), "%v", reasons)
			g.Expect(strings.Join(reasons, "; ")).To(ContainSubstring(tc.failing))
			everyFormAgrees(t, r)
		})
	}
}

// everyFormAgrees looks for the verdict in each form, and wants JUnit to fail where the exit
// status does, and where something that counts could not run.
func everyFormAgrees(t *testing.T, r *report.Report) {
	t.Helper()
	g := NewWithT(t)
	written := map[string]string{}
	for name, write := range forms {
		var b strings.Builder
		g.Expect(write(r, &b)).To(Succeed())
		written[name] = b.String()
	}
	for name, want := range map[string]string{
		"report.txt": "\nverdict: " + r.Words(), "report.html": "t: " + r.Words() + "</h1>", "report.md": "t: " + r.Words() + "\n",
		"report.json": `"verdict": "` + string(r.Conformance) + `"`, "github.txt": "::notice title=conformance::t: " + r.Words(),
	} {
		g.Expect(written[name]).To(ContainSubstring(want), name)
	}
	g.Expect(strings.Contains(written["report.xml"], "<failure") || strings.Contains(written["report.xml"], "<error")).To(Equal(!r.OK() || untried(r)), "JUnit")
	g.Expect(strings.Contains(written["github.txt"], "::error ")).To(Equal(!r.OK()), "annotations")
	for status, words := range []string{"nothing is wrong", "the run counts as failed", "nothing can be said"} {
		g.Expect(strings.Contains(written["report.txt"], words)).To(Equal(r.ExitStatus == status), "text: "+words)
	}
}

// untried reports whether a scenario that counts could not run.
func untried(r *report.Report) bool {
	return slices.ContainsFunc(r.Outcomes, func(o report.Outcome) bool {
		return o.Status == report.CouldNotRun && !o.Provisional && !o.FakeOnly && !o.Outside
	})
}

// TestFakeOnlyRules: what needs a control plane is not asked of a target without
// one, but nothing is passed over that the target could have shown.
func TestFakeOnlyRules(t *testing.T) {
	const (
		passed, failed, untried = report.Passed, report.Failed, report.CouldNotRun
		inapplicable, unchosen  = report.NotApplicable, report.NotSelected
	)
	type scenario struct {
		id, rules string
		control   bool
		status    report.Status
		mark      string // provisional or outside
	}
	shown := scenario{"a", "r", false, passed, ""}
	for _, tc := range []struct {
		name      string
		fake      bool // whether the target has a control plane
		scenarios []scenario
		verdict   report.Conformance
		last      report.Status // how the last scenario ends
		fakeOnly  []string
	}{
		{"another scenario shows the rule", false, []scenario{shown, {"b", "r", true, untried, ""}}, report.Conformant, inapplicable, nil},
		{"on a fake it is required", true, []scenario{shown, {"b", "r", true, untried, ""}}, report.Incomplete, untried, nil},
		{"the other scenario fails", false, []scenario{{"a", "r", false, failed, ""}, {"b", "r", true, untried, ""}}, report.NotConformant, inapplicable, nil},
		{"the other scenario could not run", false, []scenario{shown, {"c", "s", false, untried, ""}, {"b", "s", true, untried, ""}}, report.Incomplete, inapplicable, nil},
		{"nothing else shows the rule", false, []scenario{shown, {"b", "s", true, untried, ""}}, report.Conformant, untried, []string{"s"}},
		{"two scenarios, one rule", false, []scenario{shown, {"c", "s", true, untried, ""}, {"b", "s", true, untried, ""}}, report.Conformant, untried, []string{"s"}},
		{"one of two rules is shown", false, []scenario{shown, {"b", "r s", true, untried, ""}}, report.Conformant, untried, []string{"s"}},
		{"what is provisional shows nothing", false, []scenario{shown, {"c", "s", false, passed, "provisional"}, {"b", "s", true, untried, ""}}, report.Conformant, untried, []string{"s"}},
		{"nor what the profile does not hold", false, []scenario{shown, {"c", "s", false, unchosen, "outside"}, {"b", "s", true, untried, ""}}, report.Conformant, untried, []string{"s"}},
		{"a provisional rule is none that is missed", false, []scenario{shown, {"b", "s", true, untried, "provisional"}}, report.Conformant, untried, nil},
		{"a lack of something else stays one", false, []scenario{shown, {"b", "r", false, untried, ""}}, report.Incomplete, untried, nil},
		{"without rules nothing is shown elsewhere", false, []scenario{shown, {"b", "", true, untried, ""}}, report.Conformant, untried, nil},
		{"nothing but that is nothing", false, []scenario{{"b", "s", true, untried, ""}}, report.Incomplete, untried, []string{"s"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var ends []ended
			for _, s := range tc.scenarios {
				ends = append(ends, ended{id: s.id, status: s.status, provisional: s.mark == "provisional"})
			}
			events := story(func(i *report.RunInfo) { i.NoControl = !tc.fake }, ends...)
			for i, s := range tc.scenarios {
				described := events[i+1].Scenario
				described.NeedsControl, described.Outside = s.control, s.mark == "outside"
				for id := range strings.FieldsSeq(s.rules) {
					described.Rules = append(described.Rules, report.Rule{ID: id})
				}
			}
			r, err := report.Summarise(events)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Conformance).To(Equal(tc.verdict), "%v", r.VerdictReasons)
			g.Expect(r.Outcomes[len(r.Outcomes)-1].Status).To(Equal(tc.last))
			g.Expect(r.FakeOnly).To(Equal(tc.fakeOnly))
			everyFormAgrees(t, r)
			var text strings.Builder
			g.Expect(r.WriteText(&text)).To(Succeed())
			g.Expect(strings.Contains(text.String(), "can only be checked on a fake")).To(Equal(len(tc.fakeOnly) > 0))
		})
	}
}

// TestVerdictOfAProfile: the verdict names the part that it is about, and the rest
// of the suite has no say in it.
func TestVerdictOfAProfile(t *testing.T) {
	for _, tc := range []struct {
		profile string
		status  report.Status
		words   string
	}{
		{"core", report.Passed, "conformant to core"},
		{"core", report.Failed, "not conformant to core"},
		{"core", report.CouldNotRun, "incomplete"},
		{"full", report.Passed, "conformant"},
		{"", report.Passed, "conformant"},
	} {
		g := NewWithT(t)
		events := story(
			func(i *report.RunInfo) { i.NamedProfile = tc.profile },
			ended{id: "a", status: tc.status}, ended{id: "b", status: report.NotSelected},
		)
		events[2].Scenario.Outside = true
		r, err := report.Summarise(events)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Words()).To(Equal(tc.words))
		everyFormAgrees(t, r)
	}
}

func TestInterruptedRuns(t *testing.T) {
	g := NewWithT(t)
	list := story(nil, ended{id: "a", status: report.Passed}, ended{id: "b"})
	list = list[:len(list)-1] // what a killed run leaves
	r, err := report.Summarise(list)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Interrupted).To(BeTrue())
	g.Expect(r.Conformance).To(Equal(report.Incomplete))
	g.Expect(r.OK()).To(BeFalse())
	g.Expect(r.Outcomes[1].Status).To(Equal(report.CouldNotRun))
	g.Expect(r.Outcomes[1].Reason).To(Equal("the log ends before the scenario does"))
	everyFormAgrees(t, r)
}

func TestLogs(t *testing.T) {
	for _, tc := range []struct{ name, log, problem string }{
		{"cut off in the last line", `{"event":"run_started"}` + "\n" + `{"event":"scen`, ""},
		{"broken before", `{"event":"run_started"}` + "\n{\n" + `{"event":"run_finished"}` + "\n", "line 2 is no event"},
		{"empty", "", "this is no event log"},
		{"something else", "hello\n", "this is no event log"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := report.ReadLog(strings.NewReader(tc.log))
			if tc.problem == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(tc.problem)))
		})
	}
	for name, change := range map[string]func([]report.Event) []report.Event{
		"does not begin with the start": func(l []report.Event) []report.Event { return l[1:] },
		"plans the scenario":            func(l []report.Event) []report.Event { return append(l, l[1]) },
		"ends the scenario":             func(l []report.Event) []report.Event { return append(l, l[2]) },
	} {
		_, err := report.Summarise(change(story(nil, ended{id: "a", status: report.Passed})))
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(name)))
	}
}

func TestMerge(t *testing.T) {
	const none = report.NotSelected
	first := story(nil, ended{id: "a", status: report.Passed}, ended{id: "b", status: none}, ended{id: "c", status: none})
	second := story(func(i *report.RunInfo) { i.Run = "two" }, ended{id: "a", status: none}, ended{id: "b", status: report.Failed}, ended{id: "c", status: none})
	third := story(nil, ended{id: "a", status: none}, ended{id: "b", status: none}, ended{id: "c", status: report.CouldNotRun})
	merged := func(logs ...[]report.Event) (*report.Report, error) {
		list, err := report.Merge(logs...)
		if err != nil {
			return nil, err
		}
		return report.Summarise(list)
	}
	t.Run("takes each scenario from the shard that ran it", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, second, third)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Counts()).To(Equal("1 passed, 1 failed, 0 errors, 1 skipped (0 not applicable, 1 could not run)"))
		g.Expect(r.Conformance).To(Equal(report.NotConformant))
		g.Expect([]string{r.Outcomes[0].ID, r.Outcomes[1].ID, r.Outcomes[2].ID}).To(Equal([]string{"a", "b", "c"}))
	})
	t.Run("stays incomplete without a shard", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, third)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Conformance).To(Equal(report.Incomplete))
		g.Expect(r.VerdictReasons).To(ContainElement("1 required check not selected"))
	})
	t.Run("stays interrupted", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, second[:len(second)-1])
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Interrupted).To(BeTrue())
	})
	for name, change := range map[string]func(*report.RunInfo){
		"suite":         func(i *report.RunInfo) { i.Suite = "bb" },
		"suite version": func(i *report.RunInfo) { i.SuiteVersion = "v2" },
		"target":        func(i *report.RunInfo) { i.Target = "u" },
		"base_url":      func(i *report.RunInfo) { i.BaseURL = "http://u" },
		"organization":  func(i *report.RunInfo) { i.Organization = "o" },
		"access":        func(i *report.RunInfo) { i.Access = "read" },
		"revision":      func(i *report.RunInfo) { i.Played = "2026-09" },
	} {
		t.Run("refuses another "+name, func(t *testing.T) {
			_, err := merged(first, story(change, ended{id: "b", status: report.Passed}))
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("different runs: " + name + " ")))
		})
	}
	t.Run("refuses the same scenario twice", func(t *testing.T) {
		_, err := merged(first, first)
		NewWithT(t).Expect(err).To(MatchError("more than one log has run a"))
	})
}

// TestMergeOfShards: what a run was cut into is known, and so is what is missing.
func TestMergeOfShards(t *testing.T) {
	shard := func(id, of string) []report.Event {
		list := []ended{{id: "a", status: report.NotSelected}, {id: "b", status: report.NotSelected}, {id: "c", status: report.NotSelected}}
		for i := range list {
			if list[i].id == id {
				list[i].status = report.Passed
			}
		}
		return story(func(i *report.RunInfo) { i.Shard = of }, list...)
	}
	for _, tc := range []struct {
		name    string
		logs    [][]report.Event
		missing []string
		problem string
	}{
		{"all", [][]report.Event{shard("a", "1/3"), shard("b", "2/3"), shard("c", "3/3")}, nil, ""},
		{"one is missing", [][]report.Event{shard("a", "1/3"), shard("c", "3/3")}, []string{"2/3"}, ""},
		{"two are missing", [][]report.Event{shard("b", "2/3")}, []string{"1/3", "3/3"}, ""},
		{"one twice", [][]report.Event{shard("a", "1/3"), shard("b", "2/3"), shard("a", "1/3")}, nil, "shard 1/3 is given twice: logs 1 and 3"},
		{"cut otherwise", [][]report.Event{shard("a", "1/3"), shard("b", "2/2")}, nil, "log 2 is shard 2/2 of a run that was cut in 3"},
		{"no shard", [][]report.Event{shard("a", "third")}, nil, `log 1: "third" is no shard such as 1/3`},
		{"no part of a whole", [][]report.Event{shard("a", ""), shard("b", "")}, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			log, err := report.Merge(tc.logs...)
			if tc.problem != "" {
				g.Expect(err).To(MatchError(tc.problem))
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			r, err := report.Summarise(log)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.MissingShards).To(Equal(tc.missing))
			for _, shard := range tc.missing {
				g.Expect(r.VerdictReasons).To(ContainElement("shard " + shard + " is missing"))
			}
			g.Expect(r.ExitStatus == report.ExitUnknown).To(Equal(len(tc.missing) > 0), "%v", r.Failing)
			everyFormAgrees(t, r)
		})
	}
	t.Run("what was missing comes later", func(t *testing.T) {
		g := NewWithT(t)
		two, err := report.Merge(shard("a", "1/3"), shard("c", "3/3"))
		g.Expect(err).NotTo(HaveOccurred())
		all, err := report.Merge(two, shard("b", "2/3"))
		g.Expect(err).NotTo(HaveOccurred())
		r, err := report.Summarise(all)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.MissingShards).To(BeEmpty())
		g.Expect(r.Conformance).To(Equal(report.Conformant))
	})
}
