package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// record is a folder with a log NAME.ndjson of each of some targets with a planted defect, made by
//
//	understudy serve --mutant NAME --target-out t.json
//	understudy verify --target t.json --run RESOURCE --log NAME.ndjson
//	understudy verify --mutants --mutant NAME --json >NAME.verdict.json
var record = flag.String("record", "", "make testdata/leads.ndjson of the logs in a folder")

// recorded is a run against a target with one planted defect: what failed, and which of the
// rules that it names others have shown to hold.
type recorded struct {
	Mutant string         `json:"mutant"`
	Rule   string         `json:"rule"` // the one that it breaks
	Events []report.Event `json:"events"`
}

// alsoRight are rules that say of a defect what its own rule says, about less.
var alsoRight = map[string][]string{
	"callers.everywhere_any_key":     {"callers.actions_need_session"},
	"callers.everywhere_unscoped":    {"callers.everywhere_reader", "callers.scope_create", "callers.scope_delete", "callers.scope_operation"},
	"callers.scope_operation":        {"callers.everywhere_reader"},
	"callers.everywhere_stranger":    {"callers.membership_required"},
	"requests.everywhere.media_type": {"requests.bodies.media_type"},
	"requests.everywhere.longest":    {"organizations.fields.name_length", "projects.fields.description_length", "roles.fields.name_length"},
	"requests.everywhere.twice":      {"domains.delete.gone"},
}

// rightLeads is the least part of recorded targets, in percent, of which the first line of a
// report must name the rule that is broken.
const rightLeads = 90

// TestLeads: of most defects the first cause of a report names the rule that is broken, and of
// nearly all of them one of the first three.
func TestLeads(t *testing.T) {
	const file = "testdata/leads.ndjson"
	if *record != "" {
		if err := os.WriteFile(file, recordLeads(t, *record), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all, first, soon := 0, 0, 0
	for line := range bytes.Lines(data) {
		var target recorded
		if err := json.Unmarshal(line, &target); err != nil {
			t.Fatal(err)
		}
		r, err := report.Summarise(target.Events)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(r.Causes, func(c report.Cause) bool {
			return c.Rule != nil && (c.Rule.ID == target.Rule || slices.Contains(alsoRight[target.Rule], c.Rule.ID))
		})
		all++
		switch {
		case at == 0:
			first++
			soon++
		case 0 < at && at < 3:
			soon++
		}
		if at != 0 {
			t.Logf("%s breaks %s, which is cause %d; the first is %s of %s: %s", target.Mutant, target.Rule, at, r.Causes[0].Name(), r.Causes[0].Lead, r.Causes[0].What)
		}
	}
	t.Logf("the first cause names the broken rule of %d of %d defects, one of the first three that of %d", first, all, soon)
	g := NewWithT(t)
	g.Expect(all).To(BeNumerically(">=", 50))
	g.Expect(100 * first).To(BeNumerically(">=", rightLeads*all))
	g.Expect(100 * soon).To(BeNumerically(">=", rightLeads*all))
}

// recordLeads makes the file of what TestLeads reads, with what the causes are found by and
// nothing else.
func recordLeads(t *testing.T, folder string) []byte {
	t.Helper()
	var lines bytes.Buffer
	files, _ := filepath.Glob(filepath.Join(folder, "*.verdict.json")) // the pattern is fine
	for _, file := range files {
		name := strings.TrimSuffix(file, ".verdict.json")
		var played struct {
			Verdicts []struct{ Mutant, Rule string }
		}
		verdict, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(verdict, &played)
		}
		if err != nil {
			t.Fatal(file, err)
		}
		log, err := os.Open(name + ".ndjson")
		if err != nil {
			t.Fatal(err)
		}
		events, err := report.ReadLog(log)
		_ = log.Close() // it was read only
		if err != nil {
			t.Fatal(file, err)
		}
		if kept := trimmed(events); len(kept) > 1 {
			line, err := json.Marshal(recorded{played.Verdicts[0].Mutant, played.Verdicts[0].Rule, kept})
			if err != nil {
				t.Fatal(err)
			}
			lines.Write(append(line, '\n'))
		}
	}
	return lines.Bytes()
}

// trimmed keeps of a log what failed, and one scenario that passed for each rule that failures
// name and others have shown to hold.
func trimmed(events []report.Event) []report.Event {
	planned, named := map[string]*report.Described{}, map[string]bool{}
	for _, e := range events {
		if e.Scenario != nil {
			planned[e.ID] = e.Scenario
		}
		if e.Result != nil && e.Result.Status == report.Failed {
			for _, rule := range planned[e.ID].Rules {
				named[rule.ID] = true
			}
		}
	}
	kept := []report.Event{{Type: report.RunStarted, Run: &report.RunInfo{}}}
	for _, e := range events {
		scenario, result := planned[e.ID], e.Result
		if result == nil {
			continue
		}
		proves := !scenario.Provisional && slices.ContainsFunc(scenario.Rules, func(rule report.Rule) bool { return named[rule.ID] })
		switch {
		case result.Status == report.Failed:
			kept = append(kept, report.Event{Type: report.ScenarioPlanned, ID: e.ID, Scenario: bare(scenario), Result: essence(result)})
		case result.Status == report.Passed && proves:
			kept = append(kept, report.Event{Type: report.ScenarioPlanned, ID: e.ID, Scenario: &report.Described{Rules: bare(scenario).Rules}, Result: &report.Result{Status: report.Passed}})
			for _, rule := range scenario.Rules {
				delete(named, rule.ID)
			}
		}
	}
	return kept
}

func bare(d *report.Described) *report.Described {
	less := &report.Described{Covers: d.Covers, Aspect: d.Aspect, Provisional: d.Provisional}
	if slices.Contains(d.Tags, "robustness") {
		less.Tags = []string{"robustness"}
	}
	for _, rule := range d.Rules {
		less.Rules = append(less.Rules, report.Rule{ID: rule.ID})
	}
	return less
}

func essence(r *report.Result) *report.Result {
	const most = 300 // letters of an answer or a reason
	cut := func(text string) string {
		if letters := []rune(text); len(letters) > most {
			return string(letters[:most])
		}
		return text
	}
	request, _, _ := strings.Cut(r.Request, "\n")
	less := &report.Result{
		Status: r.Status, Reason: cut(r.Reason), Requests: r.Requests, Operation: r.Operation, Request: request, Response: cut(r.Response),
	}
	if n := len(r.Trail); n > 0 {
		less.Trail = []report.TrailExchange{{Caller: r.Trail[n-1].Caller}}
	}
	for _, call := range r.Calls {
		less.Calls = append(less.Calls, report.Call{Operation: call.Operation})
	}
	less.Calls = slices.Compact(less.Calls)
	return less
}
