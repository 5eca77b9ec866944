package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Status is how a scenario ended. There are six ways, and each but Passed has a
// reason.
type Status string

const (
	// Passed means that everything held.
	Passed Status = "passed"
	// Failed means that the target did something else than it must.
	Failed Status = "failed"
	// Errored means that the suite could not find out, through a fault of its own or
	// of the way to the target. It says nothing about the target.
	Errored Status = "error"
	// NotApplicable means that the target does not offer, and need not, what the rule is
	// about.
	NotApplicable Status = "not_applicable"
	// RevisionBetween means that the target, which lies between two revisions, does as the
	// other one says, or not yet what the played one has new.
	RevisionBetween Status = "revision_between"
	// CouldNotRun means that the rule holds for the target, but the profile lacks the
	// means to try it, what it promised did not hold, or the run ended before.
	CouldNotRun Status = "could_not_run"
	// NotSelected means that the options left it out.
	NotSelected Status = "not_selected"
)

// Statuses are all of them, in the order of reports.
var Statuses = []Status{Passed, Failed, Errored, RevisionBetween, NotApplicable, CouldNotRun, NotSelected}

// Words returns a status as people write it.
func (s Status) Words() string {
	switch s {
	case NotApplicable:
		return "not applicable"
	case RevisionBetween:
		return "revision between"
	case CouldNotRun:
		return "could not run"
	case NotSelected:
		return "not selected"
	default:
		return string(s)
	}
}

// Heading returns a status as the heading of a number.
func (s Status) Heading() string {
	if s == Errored {
		return "errors"
	}
	return s.Words()
}

// Symbol returns a sign for a status, for those who cannot tell colours apart.
func (s Status) Symbol() string {
	switch s {
	case Passed:
		return "✓"
	case Failed:
		return "✗"
	case Errored:
		return "!"
	case RevisionBetween:
		return "≈"
	case CouldNotRun:
		return "?"
	case NotApplicable:
		return "–"
	default:
		return "·"
	}
}

// Conformance is what a run says about the target as a whole. Only required
// scenarios count for it: those that are not provisional.
type Conformance string

const (
	// Conformant means that every required scenario passed, but for those that do not apply.
	Conformant Conformance = "conformant"
	// NotConformant means that at least one required scenario failed.
	NotConformant Conformance = "not_conformant"
	// Incomplete means that nothing failed, but not every required scenario was tried.
	Incomplete Conformance = "incomplete"
)

// Words returns a verdict as people write it.
func (c Conformance) Words() string {
	if c == NotConformant {
		return "not conformant"
	}
	return string(c)
}

// What a run may be required to be, beyond that nothing fails.
const (
	// RequireConformant has an incomplete run count as failed.
	RequireConformant = "conformant"
	// RequireClean has things left behind on the target count as failed.
	RequireClean = "clean"
	// RequireNoLostCoverage has nothing said of a target of which an earlier run showed more.
	RequireNoLostCoverage = "no-lost-coverage"
)

// setVerdict draws the verdict and decides about the exit status.
func (r *Report) setVerdict() {
	r.Conformance, r.VerdictReasons = r.verdict()
	r.Profiles = r.profileVerdicts()
	r.ExitStatus, r.Failing = r.exit()
}

// verdict says what the run shows about the target.
func (r *Report) verdict() (Conformance, []string) {
	counts := map[Status]int{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.counts() {
			counts[o.Status]++
		}
	}
	return r.conformance(counts)
}

// conformance says what follows from how required scenarios ended. "Conformant" takes every
// one: passed, or not applicable.
func (r *Report) conformance(counts map[Status]int) (Conformance, []string) {
	reasons := []string{}
	for _, shard := range r.MissingShards {
		reasons = append(reasons, "shard "+shard+" is missing")
	}
	say := func(n int, what string) {
		if n > 0 {
			reasons = append(reasons, count(n, "required check")+" "+what)
		}
	}
	say(counts[Failed], "failed")
	say(counts[Errored], "ended in an error of the suite or of the connection")
	say(counts[RevisionBetween], "went otherwise as the target lies between two revisions")
	say(counts[CouldNotRun], "could not run")
	say(counts[NotSelected], "not selected")
	if r.Interrupted {
		reasons = append(reasons, "the run was interrupted")
	}
	if early := r.endedEarly(); early != "" {
		reasons = append(reasons, early)
	}
	if counts[Passed] == 0 && len(reasons) == 0 {
		reasons = append(reasons, "nothing was checked")
	}
	switch {
	case counts[Failed] > 0:
		return NotConformant, reasons
	case len(reasons) > 0:
		return Incomplete, reasons
	}
	return Conformant, reasons
}

// fakeOnlyReason is why only a fake can show something.
const fakeOnlyReason = "needs the fake's control plane"

// markFakeOnly decides about the scenarios that need the fake's control plane, on a
// target without one: no deployment could pass them. Where other scenarios check the
// same rules without it, they do not apply; else they could not run, and the rules
// can only be checked on a fake.
func (r *Report) markFakeOnly() {
	if !r.NoControl {
		return
	}
	elsewhere := map[string]bool{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; !o.NeedsControl && !o.Provisional && !o.Outside {
			for _, rule := range o.Rules {
				elsewhere[rule.ID] = true
			}
		}
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if !o.NeedsControl || o.Status != CouldNotRun {
			continue
		}
		o.Reason = fakeOnlyReason
		if len(o.Rules) > 0 && !slices.ContainsFunc(o.Rules, func(rule Rule) bool { return !elsewhere[rule.ID] }) {
			o.Status, o.Reason = NotApplicable, fakeOnlyReason+"; other scenarios check its rules without"
			continue
		}
		o.FakeOnly = true
		for _, rule := range o.Rules {
			if !o.Provisional && !elsewhere[rule.ID] && !slices.Contains(r.FakeOnly, rule.ID) {
				r.FakeOnly = append(r.FakeOnly, rule.ID)
			}
		}
	}
}

// fakeOnlyNote says how many rules no real deployment can show, "" if none.
func (r *Report) fakeOnlyNote() string {
	if len(r.FakeOnly) == 0 {
		return ""
	}
	return count(len(r.FakeOnly), "rule") + " can only be checked on a fake"
}

// Full is the name of the profile that holds every scenario.
const Full = "full"

// Words is the verdict as people write it: what the target is, and to what part of
// the suite unless that is all.
func (r *Report) Words() string {
	words := r.Conformance.Words()
	if r.NamedProfile != "" && r.NamedProfile != Full && r.Conformance != Incomplete {
		words += " to " + r.NamedProfile
	}
	return words
}

// Named is the name of the part of the suite that the verdict is about.
func (r *Report) Named() string { return cmp.Or(r.NamedProfile, Full) }

// count is a number of things.
func count(n int, thing string) string {
	switch stem, y := strings.CutSuffix(thing, "y"); {
	case n == 1:
	case y:
		thing = stem + "ies"
	default:
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// Verdict is the report in one line.
func (r *Report) Verdict() string {
	text := fmt.Sprintf("%s: %s", r.Words(), r.Counts())
	if r.Interrupted {
		text += ", interrupted"
	}
	return text
}

// Counts are the outcomes in one line.
func (r *Report) Counts() string {
	parts := []string{
		fmt.Sprintf("%d passed, %d failed%s, %d errors", r.count(Passed), r.count(Failed), r.failedAside(), r.count(Errored)),
	}
	if n := r.count(RevisionBetween); n > 0 {
		parts = append(parts, fmt.Sprintf("%d revision between", n))
	}
	inapplicable, untried := r.count(NotApplicable), r.count(CouldNotRun)
	skipped := fmt.Sprintf("%d skipped", inapplicable+untried)
	if inapplicable+untried > 0 {
		skipped += fmt.Sprintf(" (%d not applicable, %d could not run)", inapplicable, untried)
	}
	parts = append(parts, skipped)
	if n := r.count(NotSelected); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not selected", n))
	}
	if n := r.provisional(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d provisional in all", n))
	}
	return strings.Join(parts, ", ")
}

// failedAside says how many failures do not count, as they are provisional, "" if all do.
func (r *Report) failedAside() string {
	n := 0
	for i := range r.Outcomes {
		n += number(r.Outcomes[i].Provisional && r.Outcomes[i].Status == Failed)
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d provisional)", n)
}

// provisional is how many scenarios ran and do not count.
func (r *Report) provisional() (n int) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Provisional && o.Status != NotSelected {
			n++
		}
	}
	return n
}
