package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// summary is the first page of a report: what a reader who has a minute must know. It is cut
// so that it stays one page; the rest of the report has everything.
type summary struct {
	*Report
	// Title is the target and the verdict.
	Title string
	// Exit says what the exit status is, and why.
	Exit string
	// Facts are what was run against what.
	Facts []namedText
	// Broken are the first causes, NotProven the first reasons for which required scenarios
	// showed nothing, Left the first things left behind, Lost the first that were lost.
	Broken    []*Cause
	NotProven []NotProven
	Left      []string
	Lost      []Loss
	// Drift is what changed since the earlier run; "" if there is none.
	Drift string
	// More counts what was cut, by what it is of.
	MoreBroken, MoreNotProven, MoreLeft, MoreLost int
}

type namedText struct{ Name, Text string }

// The lengths of the lists of a summary: together with the profiles they fill one page.
const (
	mostBroken    = 8
	mostNotProven = 6
	mostLeft      = 3
	mostLost      = 6
)

func (r *Report) summary() *summary {
	s := &summary{
		Report: r, Title: r.Target + ": " + r.Words(), Exit: r.exitLine(), Facts: r.facts(), Drift: r.driftLine(),
	}
	for i := range r.Causes {
		s.Broken = append(s.Broken, &r.Causes[i])
	}
	s.Broken, s.MoreBroken = firstOf(s.Broken, mostBroken)
	s.NotProven, s.MoreNotProven = firstOf(r.notProven(), mostNotProven)
	s.Lost, s.MoreLost = firstOf(r.Losses, mostLost)
	s.Left, s.MoreLeft = firstOf(r.left(), mostLeft)
	return s
}

// AccountNames are the first of the accounts that stay.
func (s *summary) AccountNames() string { return s.accountNames() }

// firstOf cuts a list, and says how many it leaves out.
func firstOf[T any](list []T, most int) (first []T, more int) {
	if len(list) <= most {
		return list, 0
	}
	return list[:most], len(list) - most
}

// exitLine says what the exit status is, and why.
func (r *Report) exitLine() string {
	text := map[int]string{
		ExitFine: "nothing is wrong", ExitBroken: "the run counts as failed", ExitUnknown: "nothing can be said",
	}[r.ExitStatus]
	return fmt.Sprintf("exit status %d: %s%s", r.ExitStatus, text, reasonList(r.Failing))
}

// facts say what was run against what.
func (r *Report) facts() (list []namedText) {
	add := func(name, text string) {
		if text != "" {
			list = append(list, namedText{name, text})
		}
	}
	add("target", r.BaseURL+", organization "+cmp.Or(r.Organization, "unknown"))
	add("target version", r.targetVersion())
	add("contact", r.Contact)
	add("revision", r.revisionLine())
	add("suite", fmt.Sprintf("%s (%s), profile %s", r.SuiteVersion, r.Suite, r.Named()))
	run := fmt.Sprintf("%s, seed %d, access %s", r.Run, r.Seed, r.Access)
	if r.Shard != "" {
		run += ", shard " + r.Shard
	}
	add("run", run)
	add("started", fmt.Sprintf("%s, took %.1f s, %d checks, %d requests", r.StartedAt.Format("2006-01-02 15:04:05 MST"), r.Duration().Seconds(), r.Checks, r.Requests))
	add("trouble", strings.Join(r.troubleLines(), "; "))
	return list
}

// targetVersion is what the target says of itself, else unknown.
func (r *Report) targetVersion() string {
	if r.Observed == nil {
		return "unknown"
	}
	return cmp.Or(r.Observed.Version, "unknown")
}

// driftLine sums up what changed since the earlier run.
func (r *Report) driftLine() string {
	if r.Drift == nil {
		return ""
	}
	var parts []string
	for _, kind := range r.Drift.groups() {
		if n := len(kind.List); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind.Name))
		}
	}
	if n := len(r.LostRules); n > 0 {
		parts = append(parts, count(n, "rule")+" shown to hold then and not tried now")
	}
	return fmt.Sprintf("since %s of %s: %s", r.Drift.Target, r.Drift.StartedAt.Format("2006-01-02 15:04"), cmp.Or(strings.Join(parts, ", "), "nothing changed"))
}

// NotProven is a reason for which required scenarios showed nothing of the target.
type NotProven struct {
	// Because is how they ended, and why.
	Because   string
	Scenarios int
	Rules     int
}

// Words is the reason in one line. It counts required scenarios, as verdicts do.
func (n NotProven) Words() string {
	return fmt.Sprintf("%s (%s): %s", count(n.Scenarios, "required scenario"), count(n.Rules, "rule"), n.Because)
}

// notProven groups the required scenarios that showed nothing, by reason, most first.
func (r *Report) notProven() (list []NotProven) {
	at := map[string]int{}
	rules := map[string]map[string]bool{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		because := o.unproven()
		if because == "" {
			continue
		}
		if _, known := at[because]; !known {
			at[because] = len(list)
			list = append(list, NotProven{Because: because})
			rules[because] = map[string]bool{}
		}
		list[at[because]].Scenarios++
		for _, id := range o.ruleIDs() {
			if !o.FakeOnly || slices.Contains(r.FakeOnly, id) {
				rules[because][id] = true
			}
		}
	}
	for i := range list {
		list[i].Rules = len(rules[list[i].Because])
	}
	slices.SortStableFunc(list, func(a, b NotProven) int { return b.Scenarios - a.Scenarios })
	return list
}

// unproven says why an outcome that the target owes showed nothing, "" if it did show or need
// not.
func (o *Outcome) unproven() string {
	switch {
	case o.Provisional || o.Outside:
	case o.FakeOnly:
		return o.Status.Words() + ": " + o.Reason
	case o.Status == RevisionBetween:
		return "the target lies between two revisions"
	case o.Status == Errored:
		return o.Status.Words() + ": " + o.whatFailed()
	case o.Status == CouldNotRun, o.Status == NotSelected:
		reason := cut(firstLine(o.Reason))
		if strings.HasPrefix(reason, o.Status.Words()) {
			return reason
		}
		return o.Status.Words() + ": " + reason
	}
	return ""
}

// left are the things left behind, those of the journals first.
func (r *Report) left() (list []string) {
	for _, j := range r.openJournals() {
		list = append(list, j.Open...)
	}
	if len(list) == 0 {
		list = r.Leftovers
	}
	return list
}
