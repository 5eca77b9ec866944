package report

import (
	"fmt"
	"slices"
	"strings"
)

// ProfileInfo is a named part of the suite, as the log knows it. Which scenarios it holds
// stands beside them.
type ProfileInfo struct {
	Name  string `json:"name"`
	Holds string `json:"holds"` // what is in it, in a sentence
}

// ProfileVerdict is what a run says about one named part of the suite. One run says it of all
// of them.
type ProfileVerdict struct {
	ProfileInfo
	Conformance Conformance `json:"verdict"`
	// Reasons say why it is not better.
	Reasons []string `json:"verdict_reasons"`
	// Totals count its scenarios by how they ended, the required ones alone.
	Totals map[Status]int `json:"totals"`
}

// profileCell is a number of a profile's verdict, with what it counts.
type profileCell struct {
	Label string
	N     int
	// Class is the status that it counts; of what was not tried, could not run.
	Class Status
}

// Cells are the numbers of the verdict: how its scenarios ended, and how many said nothing.
func (p ProfileVerdict) Cells() []profileCell {
	untried := p.Totals[CouldNotRun] + p.Totals[NotSelected] + p.Totals[RevisionBetween]
	return []profileCell{
		{"passed", p.Totals[Passed], Passed}, {"failed", p.Totals[Failed], Failed}, {"errors", p.Totals[Errored], Errored},
		{"not tried", untried, CouldNotRun}, {"not applicable", p.Totals[NotApplicable], NotApplicable},
	}
}

// shownProfiles are the verdicts that a reader sees: of a run that chose scenarios, only those
// about parts of which it tried something.
func (r *Report) shownProfiles() []ProfileVerdict {
	if !r.chosen() {
		return r.Profiles
	}
	return slices.DeleteFunc(slices.Clone(r.Profiles), func(p ProfileVerdict) bool {
		return p.Totals[Passed]+p.Totals[Failed]+p.Totals[Errored] == 0
	})
}

// unnamedFailures are the required scenarios that failed and that no named part of the suite
// holds but the full one: their failures stand in one line of the table of verdicts alone.
func (r *Report) unnamedFailures() (ids []string) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.required() && o.Status == Failed && len(o.Profiles) == 0 && len(r.NamedProfiles) > 0 {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// unnamedNote says which failures only the full profile holds, "" if there is none.
func (r *Report) unnamedNote() string {
	ids := r.unnamedFailures()
	if len(ids) == 0 {
		return ""
	}
	shown, more := firstOf(ids, mostUnnamed)
	text := count(len(ids), "failure") + " in no named profile but full: " + strings.Join(shown, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// mostUnnamed is how many failures of no named profile are named.
const mostUnnamed = 3

// in reports whether a named part of the suite holds the scenario. The full one holds all.
func (o *Outcome) in(profile string) bool {
	return profile == Full || slices.Contains(o.Profiles, profile)
}

// profileVerdicts draws the verdict for each named part of the suite.
func (r *Report) profileVerdicts() (list []ProfileVerdict) {
	for _, info := range r.NamedProfiles {
		totals := map[Status]int{}
		for i := range r.Outcomes {
			if o := &r.Outcomes[i]; o.required() && o.in(info.Name) {
				totals[o.Status]++
			}
		}
		p := ProfileVerdict{ProfileInfo: info, Totals: totals}
		p.Conformance, p.Reasons = r.conformance(totals)
		list = append(list, p)
	}
	return list
}
