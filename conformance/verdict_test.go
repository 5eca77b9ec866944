package conformance_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// ended is a scenario with how it ends.
type ended struct {
	id     string
	status conformance.Status
	// provisional scenarios do not count.
	provisional bool
	failure     string
}

// story is the log of a run of some scenarios.
func story(change func(*conformance.RunInfo), scenarios ...ended) []conformance.Event {
	info := &conformance.RunInfo{Suite: "aa", Target: "t", BaseURL: "http://t", Access: "write", StartedAt: noon}
	if change != nil {
		change(info)
	}
	list := []conformance.Event{{Type: conformance.RunStarted, At: noon, Run: info}}
	var ends []conformance.Event
	for _, s := range scenarios {
		plan := conformance.Event{
			Type: conformance.ScenarioPlanned, At: noon, ID: s.id,
			Scenario: &conformance.Described{Title: s.id, Provisional: s.provisional},
		}
		result := &conformance.Result{Status: s.status, Reason: "because", FailureID: s.failure}
		switch s.status {
		case "": // it does not end
		case conformance.NotSelected, conformance.NotApplicable:
			plan.Result = result
		default:
			ends = append(ends, conformance.Event{Type: conformance.ScenarioFinished, At: noon, ID: s.id, Result: result})
		}
		list = append(list, plan)
	}
	list = append(list, ends...)
	return append(list, conformance.Event{Type: conformance.RunFinished, At: noon.Add(time.Second)})
}

func TestVerdictAndExitStatus(t *testing.T) {
	const (
		passed, failed, errored = conformance.Passed, conformance.Failed, conformance.Errored
		inapplicable, untried   = conformance.NotApplicable, conformance.CouldNotRun
	)
	pass := ended{id: "a", status: passed}
	for _, tc := range []struct {
		name      string
		scenarios []ended
		require   []string
		verdict   conformance.Conformance
		failing   string // what the reasons for exit status 1 say; "" is exit status 0
	}{
		{"all passed", []ended{pass}, nil, conformance.Conformant, ""},
		{"all passed, and conformant required", []ended{pass}, []string{"conformant"}, conformance.Conformant, ""},
		{"one failed", []ended{pass, {id: "b", status: failed}}, nil, conformance.NotConformant, "1 required check failed"},
		{"a failure outweighs what could not run", []ended{{id: "b", status: failed}, {id: "c", status: untried}}, nil, conformance.NotConformant, "1 required check failed"},
		{"an error is no verdict but wrong", []ended{pass, {id: "b", status: errored}}, nil, conformance.Incomplete, "1 required check ended in an error"},
		{"not applicable takes nothing away", []ended{pass, {id: "b", status: inapplicable}}, []string{"conformant"}, conformance.Conformant, ""},
		{"what could not run keeps the verdict open", []ended{pass, {id: "b", status: untried}}, nil, conformance.Incomplete, ""},
		{"unless conformant is required", []ended{pass, {id: "b", status: untried}}, []string{"conformant"}, conformance.Incomplete, "the verdict is incomplete"},
		{"what was not selected, too", []ended{pass, {id: "b", status: conformance.NotSelected}}, nil, conformance.Incomplete, ""},
		{"nothing ran", []ended{{id: "b", status: untried}}, nil, conformance.Incomplete, "nothing was checked"},
		{"nothing applies", []ended{{id: "b", status: inapplicable}}, nil, conformance.Incomplete, "nothing was checked"},
		{"provisional failures do not count", []ended{pass, {id: "b", status: failed, provisional: true}}, []string{"conformant"}, conformance.Conformant, ""},
		{"nor do provisional errors", []ended{pass, {id: "b", status: errored, provisional: true}}, nil, conformance.Conformant, ""},
		{"nor what is provisional and could not run", []ended{pass, {id: "b", status: untried, provisional: true}}, []string{"conformant"}, conformance.Conformant, ""},
		{"provisional passes prove nothing", []ended{{id: "b", status: passed, provisional: true}}, nil, conformance.Incomplete, ""},
		{"a scenario without an end", []ended{pass, {id: "b"}}, nil, conformance.Incomplete, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			r, err := conformance.Summarise(story(func(i *conformance.RunInfo) { i.Require = tc.require }, tc.scenarios...))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Conformance).To(Equal(tc.verdict))
			g.Expect(len(r.VerdictReasons) == 0).To(Equal(tc.verdict == conformance.Conformant))
			g.Expect(r.OK()).To(Equal(tc.failing == ""), "%v", r.Failing)
			g.Expect(strings.Join(r.Failing, "; ")).To(ContainSubstring(tc.failing))
			everyFormAgrees(t, r)
		})
	}
}

// everyFormAgrees looks for the verdict in each form, and wants JUnit to fail
// exactly where the exit status does.
func everyFormAgrees(t *testing.T, r *conformance.Report) {
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
	g.Expect(strings.Contains(written["report.xml"], "<failure") || strings.Contains(written["report.xml"], "<error")).To(Equal(!r.OK()), "JUnit")
	g.Expect(strings.Contains(written["github.txt"], "::error ")).To(Equal(!r.OK()), "annotations")
	g.Expect(strings.Contains(written["report.txt"], "the run counts as failed")).To(Equal(!r.OK()), "text")
}

// TestFakeOnlyRules: what needs a control plane is not asked of a target without
// one, but nothing is passed over that the target could have shown.
func TestFakeOnlyRules(t *testing.T) {
	const (
		passed, failed, untried = conformance.Passed, conformance.Failed, conformance.CouldNotRun
		inapplicable, unchosen  = conformance.NotApplicable, conformance.NotSelected
	)
	type scenario struct {
		id, rules string
		control   bool
		status    conformance.Status
		mark      string // provisional or outside
	}
	shown := scenario{"a", "r", false, passed, ""}
	for _, tc := range []struct {
		name      string
		fake      bool // whether the target has a control plane
		scenarios []scenario
		verdict   conformance.Conformance
		last      conformance.Status // how the last scenario ends
		fakeOnly  []string
	}{
		{"another scenario shows the rule", false, []scenario{shown, {"b", "r", true, untried, ""}}, conformance.Conformant, inapplicable, nil},
		{"on a fake it is required", true, []scenario{shown, {"b", "r", true, untried, ""}}, conformance.Incomplete, untried, nil},
		{"the other scenario fails", false, []scenario{{"a", "r", false, failed, ""}, {"b", "r", true, untried, ""}}, conformance.NotConformant, inapplicable, nil},
		{"the other scenario could not run", false, []scenario{shown, {"c", "s", false, untried, ""}, {"b", "s", true, untried, ""}}, conformance.Incomplete, inapplicable, nil},
		{"nothing else shows the rule", false, []scenario{shown, {"b", "s", true, untried, ""}}, conformance.Conformant, untried, []string{"s"}},
		{"two scenarios, one rule", false, []scenario{shown, {"c", "s", true, untried, ""}, {"b", "s", true, untried, ""}}, conformance.Conformant, untried, []string{"s"}},
		{"one of two rules is shown", false, []scenario{shown, {"b", "r s", true, untried, ""}}, conformance.Conformant, untried, []string{"s"}},
		{"what is provisional shows nothing", false, []scenario{shown, {"c", "s", false, passed, "provisional"}, {"b", "s", true, untried, ""}}, conformance.Conformant, untried, []string{"s"}},
		{"nor what the profile does not hold", false, []scenario{shown, {"c", "s", false, unchosen, "outside"}, {"b", "s", true, untried, ""}}, conformance.Conformant, untried, []string{"s"}},
		{"a provisional rule is none that is missed", false, []scenario{shown, {"b", "s", true, untried, "provisional"}}, conformance.Conformant, untried, nil},
		{"a lack of something else stays one", false, []scenario{shown, {"b", "r", false, untried, ""}}, conformance.Incomplete, untried, nil},
		{"without rules nothing is shown elsewhere", false, []scenario{shown, {"b", "", true, untried, ""}}, conformance.Conformant, untried, nil},
		{"nothing but that is nothing", false, []scenario{{"b", "s", true, untried, ""}}, conformance.Incomplete, untried, []string{"s"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var ends []ended
			for _, s := range tc.scenarios {
				ends = append(ends, ended{id: s.id, status: s.status, provisional: s.mark == "provisional"})
			}
			events := story(func(i *conformance.RunInfo) { i.NoControl = !tc.fake }, ends...)
			for i, s := range tc.scenarios {
				described := events[i+1].Scenario
				described.NeedsControl, described.Outside = s.control, s.mark == "outside"
				for id := range strings.FieldsSeq(s.rules) {
					described.Rules = append(described.Rules, conformance.Rule{ID: id})
				}
			}
			r, err := conformance.Summarise(events)
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
		status  conformance.Status
		words   string
	}{
		{"core", conformance.Passed, "conformant to core"},
		{"core", conformance.Failed, "not conformant to core"},
		{"core", conformance.CouldNotRun, "incomplete"},
		{"full", conformance.Passed, "conformant"},
		{"", conformance.Passed, "conformant"},
	} {
		g := NewWithT(t)
		events := story(
			func(i *conformance.RunInfo) { i.NamedProfile = tc.profile },
			ended{id: "a", status: tc.status}, ended{id: "b", status: conformance.NotSelected},
		)
		events[2].Scenario.Outside = true
		r, err := conformance.Summarise(events)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Words()).To(Equal(tc.words))
		everyFormAgrees(t, r)
	}
}

func TestInterruptedRuns(t *testing.T) {
	g := NewWithT(t)
	list := story(nil, ended{id: "a", status: conformance.Passed}, ended{id: "b"})
	list = list[:len(list)-1] // what a killed run leaves
	r, err := conformance.Summarise(list)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Interrupted).To(BeTrue())
	g.Expect(r.Conformance).To(Equal(conformance.Incomplete))
	g.Expect(r.OK()).To(BeFalse())
	g.Expect(r.Outcomes[1].Status).To(Equal(conformance.CouldNotRun))
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
			_, err := conformance.ReadLog(strings.NewReader(tc.log))
			if tc.problem == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(tc.problem)))
		})
	}
	for name, change := range map[string]func([]conformance.Event) []conformance.Event{
		"does not begin with the start": func(l []conformance.Event) []conformance.Event { return l[1:] },
		"plans the scenario":            func(l []conformance.Event) []conformance.Event { return append(l, l[1]) },
		"ends the scenario":             func(l []conformance.Event) []conformance.Event { return append(l, l[2]) },
	} {
		_, err := conformance.Summarise(change(story(nil, ended{id: "a", status: conformance.Passed})))
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(name)))
	}
}

func TestMerge(t *testing.T) {
	const none = conformance.NotSelected
	first := story(nil, ended{id: "a", status: conformance.Passed}, ended{id: "b", status: none}, ended{id: "c", status: none})
	second := story(func(i *conformance.RunInfo) { i.Run = "two" }, ended{id: "a", status: none}, ended{id: "b", status: conformance.Failed}, ended{id: "c", status: none})
	third := story(nil, ended{id: "a", status: none}, ended{id: "b", status: none}, ended{id: "c", status: conformance.CouldNotRun})
	merged := func(logs ...[]conformance.Event) (*conformance.Report, error) {
		list, err := conformance.Merge(logs...)
		if err != nil {
			return nil, err
		}
		return conformance.Summarise(list)
	}
	t.Run("takes each scenario from the shard that ran it", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, second, third)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Counts()).To(Equal("1 passed, 1 failed, 0 errors, 1 skipped (0 not applicable, 1 could not run)"))
		g.Expect(r.Conformance).To(Equal(conformance.NotConformant))
		g.Expect([]string{r.Outcomes[0].ID, r.Outcomes[1].ID, r.Outcomes[2].ID}).To(Equal([]string{"a", "b", "c"}))
	})
	t.Run("stays incomplete without a shard", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, third)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Conformance).To(Equal(conformance.Incomplete))
		g.Expect(r.VerdictReasons).To(ContainElement("1 required check not selected"))
	})
	t.Run("stays interrupted", func(t *testing.T) {
		g := NewWithT(t)
		r, err := merged(first, second[:len(second)-1])
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Interrupted).To(BeTrue())
	})
	for name, change := range map[string]func(*conformance.RunInfo){
		"suite":         func(i *conformance.RunInfo) { i.Suite = "bb" },
		"suite version": func(i *conformance.RunInfo) { i.SuiteVersion = "v2" },
		"target":        func(i *conformance.RunInfo) { i.Target = "u" },
		"base_url":      func(i *conformance.RunInfo) { i.BaseURL = "http://u" },
		"organization":  func(i *conformance.RunInfo) { i.Organization = "o" },
		"access":        func(i *conformance.RunInfo) { i.Access = "read" },
	} {
		t.Run("refuses another "+name, func(t *testing.T) {
			_, err := merged(first, story(change, ended{id: "b", status: conformance.Passed}))
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("different runs: " + name + " ")))
		})
	}
	t.Run("refuses the same shard twice", func(t *testing.T) {
		_, err := merged(first, first)
		NewWithT(t).Expect(err).To(MatchError("more than one log has run a"))
	})
}
