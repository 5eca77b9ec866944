package plan

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// Explanation says what a profile lacks, and what that costs.
type Explanation struct {
	Target    string `json:"target"`
	Revision  string `json:"revision"`
	Scenarios int    `json:"scenarios"`
	Runs      int    `json:"runs"` // how many of them the profile lets run
	// Missing are the fields that would make more run, those that cost most first.
	Missing []MissingField `json:"missing"`
	// Never are the scenarios that no field makes run: they need a fake's control plane, or
	// the profile says that the organization lacks a feature.
	Never []NotRun `json:"never"`
}

// MissingField is a field that a profile does not have.
type MissingField struct {
	Field string `json:"field"`
	// Scenarios are those that need it, Alone those of them that need nothing else.
	Scenarios []string `json:"scenarios"`
	Alone     []string `json:"alone"`
}

// notSuggested are fields that a vendor does not fill to have more run: those of a fake, and
// those that say what a deployment is. Of a session, e-mail and password are one.
func notSuggested(field target.Field) bool {
	return slices.Contains([]string{"control", "control_token", "disposable", "organization.features"}, field.Path) || strings.Contains(field.Path, ".session.")
}

// secondChoice are fields for which another will do as well, which is suggested then.
var secondChoice = []string{"allow." + target.ChangeKnown, "known.other_organization.lent", "known.scim.slug"}

// ExplainProfile is Explain of the scenarios of the profile's revision, or the default one.
func ExplainProfile(t *target.Profile) *Explanation {
	told := t.Copy()
	told.Revision = cmp.Or(t.Revision, spec.DefaultRevision)
	return Explain(scenarios.In(told.Revision), told)
}

// Explain says which scenarios each field costs that a profile lacks. A profile that has
// everything is stripped of one field after another, as long as a scenario still runs: what
// is left over is what that scenario needs.
func Explain(all []suite.Scenario, t *target.Profile) *Explanation {
	e := &Explanation{Target: t.Name, Revision: string(t.Revision), Scenarios: len(all), Missing: []MissingField{}, Never: []NotRun{}}
	missingFields := lacking(t)
	costs := map[string]*MissingField{}
	for i := range all {
		scenario := &all[i]
		if status, _ := missing(scenario, t); status == "" {
			e.Runs++
			continue
		}
		needed, reason := needs(scenario, t, missingFields)
		if reason != "" {
			e.Never = addNotRun(e.Never, reason, scenario.ID)
		}
		for _, field := range needed {
			if costs[field] == nil {
				costs[field] = &MissingField{Field: field, Scenarios: []string{}, Alone: []string{}}
			}
			costs[field].Scenarios = append(costs[field].Scenarios, scenario.ID)
			if len(needed) == 1 {
				costs[field].Alone = append(costs[field].Alone, scenario.ID)
			}
		}
	}
	for _, field := range missingFields {
		if cost := costs[field.Path]; cost != nil {
			e.Missing = append(e.Missing, *cost)
		}
	}
	slices.SortStableFunc(e.Missing, func(a, b MissingField) int { return cmp.Compare(len(b.Scenarios), len(a.Scenarios)) })
	return e
}

// lacking are the fields that a profile does not have and might, the second choices first.
func lacking(t *target.Profile) (list []target.Field) {
	for _, field := range target.Fields() {
		if !field.In(t) && field.Optional() && !notSuggested(field) {
			list = append(list, field)
		}
	}
	slices.SortStableFunc(list, func(a, b target.Field) int {
		return slices.Index(secondChoice, b.Path) - slices.Index(secondChoice, a.Path)
	})
	return list
}

// needs are the fields without which a scenario does not run; a reason is that none makes it
// run.
func needs(scenario *suite.Scenario, t *target.Profile, fields []target.Field) (needed []string, reason string) {
	whole := t.Copy()
	for _, field := range fields {
		field.Set(whole, true)
	}
	if status, why := missing(scenario, whole); status != "" {
		return nil, why
	}
	for _, field := range fields {
		field.Set(whole, false)
		if status, _ := missing(scenario, whole); status != "" {
			needed = append(needed, field.Path)
			field.Set(whole, true)
		}
	}
	return needed, ""
}

// WriteJSON writes the explanation for programs.
func (e *Explanation) WriteJSON(w io.Writer) error { return writeJSON(w, e) }

// WriteText writes the explanation for people.
func (e *Explanation) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "profile of %s, revision %s\n%d of %d scenarios can run\n", report.Printable(e.Target), e.Revision, e.Runs, e.Scenarios)
	if len(e.Missing) > 0 {
		b.WriteString("\nmissing, and how many scenarios need it (how many need nothing else)\n")
	}
	for _, field := range e.Missing {
		fmt.Fprintf(&b, "  %4d %6s  %s\n", len(field.Scenarios), fmt.Sprintf("(%d)", len(field.Alone)), field.Field)
		for _, id := range field.Scenarios {
			fmt.Fprintf(&b, "                 %s\n", id)
		}
	}
	if len(e.Never) > 0 {
		b.WriteString("\nruns with no profile of a deployment\n")
	}
	for _, group := range e.Never {
		fmt.Fprintf(&b, "  %4d         %s\n", len(group.Scenarios), report.Printable(group.Reason))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
