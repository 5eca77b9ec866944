// Package report holds what is known of a run: its events, what follows from them (the
// outcomes, their causes, the verdicts, baseline and drift), and the forms in which that is
// written, each led by a summary of one page. It reads and writes, and never sends a request
// or runs a scenario.
//
//	events, err := report.ReadLog(file)
//	r, err := report.Summarise(events)
//	err = r.WriteText(os.Stdout)
package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// Schema names the JSON form of a report; report.schema.json describes it.
const Schema = "understudy/report/v2"

// Report is a run: what was asked, how every scenario went, and what follows from
// it. [Summarise] makes it from the events of a run and from nothing else, and
// every form of it, and the exit status, come from it. Nothing in it holds a
// secret.
type Report struct {
	Schema string `json:"schema"`
	RunInfo
	// Conformance is the verdict, VerdictReasons why it is not better.
	Conformance    Conformance `json:"verdict"`
	VerdictReasons []string    `json:"verdict_reasons"`
	// ExitStatus is that of the run, see [Report.Exit]; Failing says why it is not 0.
	ExitStatus int      `json:"exit_status"`
	Failing    []string `json:"failing"`
	// Profiles are the verdicts about the named parts of the suite, the smallest demand first;
	// none for logs of earlier versions.
	Profiles []ProfileVerdict `json:"profiles,omitempty"`
	// LostRules are those that an earlier run showed to hold and of which this one says nothing.
	LostRules  []LostRule     `json:"lost_rules,omitempty"`
	DurationMS int64          `json:"duration_ms"`
	Totals     map[Status]int `json:"totals"`
	Checks     int            `json:"checks"`
	Requests   int            `json:"requests"`
	Waited     int            `json:"waited_after_429"` // how often the target had us wait
	Retries    int            `json:"retries"`
	// RetriesFor counts retries by why something was tried again.
	RetriesFor map[string]int `json:"retries_for,omitempty"`
	Leftovers  []string       `json:"leftovers"`
	// AccountsLeft are the addresses of user accounts that stay, as nothing in the API deletes
	// them. They are no leftovers: the profile allowed them.
	AccountsLeft []string `json:"accounts_left,omitempty"`
	// Losses are things that the run did not make and that are gone or changed since.
	Losses []Loss `json:"losses,omitempty"`
	// Journals are those of the run, or of the runs that were merged.
	Journals []Journal `json:"journals,omitempty"`
	// FakeOnly are the ids of rules that can only be checked on a fake, and so were
	// not and need not be; see [Outcome.FakeOnly].
	FakeOnly []string `json:"fake_only_rules,omitempty"`
	// Interrupted tells that not everything that was planned has run.
	Interrupted bool `json:"interrupted"`
	// Troubles are times in which the target was not itself, and the run waited.
	Troubles []Trouble `json:"troubles,omitempty"`
	// Gone says why nothing more was asked of the target before the run's end; "" is that
	// it was there.
	Gone string `json:"gone,omitempty"`
	// Observed is what the target showed of itself beforehand; nil if nobody asked.
	Observed *Observed `json:"observed,omitempty"`
	// Causes are what went wrong, each with all scenarios that failed of it.
	Causes   []Cause       `json:"causes,omitempty"`
	Outcomes []Outcome     `json:"scenarios"`
	Coverage []CoverageRow `json:"coverage"`
	// Asserted is how much of the OpenAPI document scenarios that passed exercised and
	// asserted; nil if the log does not tell.
	Asserted    []coverage.Row  `json:"asserted,omitempty"`
	Permissions []Permission    `json:"permissions"`
	Operations  []Latency       `json:"operations"`
	Baseline    *BaselineResult `json:"baseline,omitempty"`
	Drift       *Drift          `json:"drift,omitempty"`
	Replay      *Replay         `json:"replay,omitempty"`
}

// Outcome is how one scenario went.
type Outcome struct {
	ID string `json:"id"`
	Described
	Result
	// FakeOnly tells that the scenario needs the fake's control plane, which the
	// target does not have, and that nothing else checks its rules. It could not run
	// and is not required.
	FakeOnly bool `json:"fake_only,omitempty"`
}

// Resource returns the part of the API that the scenario is about.
func (o *Outcome) Resource() string {
	resource, _, _ := strings.Cut(o.ID, ".")
	return resource
}

// Wrong reports whether somebody must look at it: it failed, or could not find out.
func (o *Outcome) Wrong() bool { return o.Status == Failed || o.Status == Errored }

// AfterRetries says that a scenario took more than one try, "" if it did not.
func (o *Outcome) AfterRetries() string {
	if o.Retries == 0 {
		return ""
	}
	return "after " + count(o.Retries, "retry")
}

// counts reports whether the outcome has a say in the verdict.
func (o *Outcome) counts() bool { return o.required() && !o.Outside }

// required reports whether the target must do as the scenario says.
func (o *Outcome) required() bool { return !o.Provisional && !o.FakeOnly }

// ruleLines writes the rules of a scenario, a line each.
func (o *Outcome) ruleLines() string {
	var b strings.Builder
	for _, rule := range o.Rules {
		fmt.Fprintf(&b, "rule %s\n", rule)
	}
	return b.String()
}

// duration returns how long the scenario took.
func (o *Outcome) duration() time.Duration { return time.Duration(o.DurationMS) * time.Millisecond }

// standing says how an outcome that went wrong counts.
func (r *Report) standing(o *Outcome) string {
	text := "failed"
	if o.Status == Errored {
		text = "error of the suite or the connection"
	}
	switch {
	case o.Provisional:
		text += ", provisional"
	case r.Baseline.accepts(o.ID):
		text += ", accepted"
	}
	return text
}

// Revision returns the revision of the API that was played, else the one that the target
// showed, "" if neither is known.
func (r *Report) Revision() string {
	if r.Played == "" && r.Observed != nil {
		return r.Observed.Revision
	}
	return r.Played
}

// revisionLine says which revision was played, and why.
func (r *Report) revisionLine() string {
	var shown RevisionShown
	if r.Observed != nil {
		shown = r.Observed.RevisionShown
	}
	return shown.Words(r.Played, r.Told)
}

// leftBehind counts the things that are left behind. What could not be deleted is in the
// journal as well, if there is one.
func (r *Report) leftBehind() int {
	open := 0
	for _, j := range r.Journals {
		open += len(j.Open)
	}
	return max(open, len(r.Leftovers))
}

// brokenClaims returns the claims of the profile that the target does not bear out.
func (r *Report) brokenClaims() (list []Fact) {
	if r.Observed != nil {
		for _, fact := range r.Observed.Facts {
			if fact.Broken() {
				list = append(list, fact)
			}
		}
	}
	return list
}

// Duration returns how long the run took.
func (r *Report) Duration() time.Duration { return time.Duration(r.DurationMS) * time.Millisecond }

// count returns how many scenarios ended in a way.
func (r *Report) count(status Status) (n int) {
	for i := range r.Outcomes {
		if r.Outcomes[i].Status == status {
			n++
		}
	}
	return n
}

// resources returns the parts of the API in the order of their scenarios, without
// those of which nothing was selected.
func (r *Report) resources() (names []string) {
	seen := map[string]bool{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; !seen[o.Resource()] && o.Status != NotSelected {
			seen[o.Resource()] = true
			names = append(names, o.Resource())
		}
	}
	return names
}

// ResourceTotals are the outcomes of the scenarios about one part of the API.
type ResourceTotals struct {
	Resource string
	Counts   map[Status]int
}

// ByResource sums up the parts of the API.
func (r *Report) ByResource() []ResourceTotals {
	var list []ResourceTotals
	for _, name := range r.resources() {
		totals := ResourceTotals{name, map[Status]int{}}
		for i := range r.Outcomes {
			if r.Outcomes[i].Resource() == name {
				totals.Counts[r.Outcomes[i].Status]++
			}
		}
		list = append(list, totals)
	}
	return list
}

// wrong returns the outcomes that somebody must look at, those that count first.
func (r *Report) wrong() (list []*Outcome) {
	for _, provisional := range []bool{false, true} {
		for i := range r.Outcomes {
			if o := &r.Outcomes[i]; o.Wrong() && o.Provisional == provisional {
				list = append(list, o)
			}
		}
	}
	return list
}

// Untried is a reason for which scenarios did not run.
type Untried struct {
	Status    Status
	Reason    string
	Scenarios []string // their ids
	// Provisional is how many of them are not required.
	Provisional int
}

// Count is how many they are, and how many of them do not count in the verdict: what is said
// of verdicts counts the others alone.
func (u Untried) Count() string {
	if u.Provisional == 0 {
		return fmt.Sprint(len(u.Scenarios))
	}
	return fmt.Sprintf("%d (%d provisional)", len(u.Scenarios), u.Provisional)
}

// untried returns the reasons for which scenarios ended in a way without having run.
func (r *Report) untried(status Status) (list []Untried) {
	at := map[string]int{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if o.Status != status {
			continue
		}
		index, known := at[o.Reason]
		if !known {
			index = len(list)
			at[o.Reason] = index
			list = append(list, Untried{Status: status, Reason: o.Reason})
		}
		list[index].Scenarios = append(list[index].Scenarios, o.ID)
		list[index].Provisional += number(o.Provisional)
	}
	return list
}

//go:embed report.schema.json
var jsonSchema []byte

// JSONSchema returns the JSON Schema of what [Report.WriteJSON] writes.
func JSONSchema() []byte { return jsonSchema }

// WriteJSON writes the report as one indented JSON object, whose form the schema
// describes.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
