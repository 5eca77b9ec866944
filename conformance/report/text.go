package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report for people: a page that sums it up, a line for each resource,
// then what went wrong, by cause, and what did not run, then the verdict again.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	r.writeTextSummary(&b)
	r.writeResources(&b)
	for i := range r.Causes {
		r.writeCause(&b, &r.Causes[i])
	}
	r.writeDiffering(&b)
	for _, status := range []Status{NotApplicable, CouldNotRun} {
		for _, u := range r.untried(status) {
			fmt.Fprintf(&b, "\n%s %s: %s\n", status.Words(), u.Count(), u.Reason)
		}
	}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Retries > 0 {
			fmt.Fprintf(&b, "\n%s %s: %s\n", o.Status.Words(), o.AfterRetries(), o.ID)
		}
	}
	for _, fact := range r.brokenClaims() {
		fmt.Fprintf(&b, "\nclaimed by the profile but not observed: %s: %s\n", fact.Name, fact.Detail)
	}
	if line := r.accountsLine(); line != "" {
		fmt.Fprintf(&b, "\n%s:\n  %s\n", line, strings.Join(r.AccountsLeft, ", "))
	}
	for _, leftover := range r.Leftovers {
		fmt.Fprintf(&b, "\nleft behind: %s\n", leftover)
	}
	for _, j := range r.openJournals() {
		fmt.Fprintf(&b, "\nnot known to be gone, by %s (%s removes it):\n", j.File, j.Sweep)
		for _, what := range j.Open {
			fmt.Fprintf(&b, "  %s\n", what)
		}
	}
	r.writeBaseline(&b)
	r.writeDrift(&b)
	r.writeLostRules(&b)
	if r.Replay != nil {
		fmt.Fprintf(&b, "\nreplay %s (%s): %s\n", r.Replay.ID, r.Replay.Scenario, r.Replay.Outcome)
	}
	r.writeSummary(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeResources writes a line for each part of the API.
func (r *Report) writeResources(b *strings.Builder) {
	b.WriteString("\n")
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "resource\tpassed\tfailed\terrors\tnot applicable\tcould not run\t")
	for _, row := range r.ByResource() {
		c := row.Counts
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", row.Resource, c[Passed], c[Failed], c[Errored], c[NotApplicable], c[CouldNotRun])
	}
	_ = table.Flush() // into a builder, which takes everything
}

// mostOfAnError is how many scenarios of one error the text names: a target that is gone ends all
// that were still to come, and which those are says nothing.
const mostOfAnError = 20

// writeCause tells of the scenario that says best what is wrong, and names the others.
func (r *Report) writeCause(b *strings.Builder, c *Cause) {
	r.writeOutcome(b, c.lead)
	if note := c.Note(); note != "" {
		fmt.Fprintf(b, "  %-9s %s\n", "note", note)
	}
	if len(c.others) == 0 {
		return
	}
	fmt.Fprintf(b, "  the same cause, %d more:\n", len(c.others))
	for i, o := range c.others {
		switch {
		case o.Status == Failed:
			fmt.Fprintf(b, "    %s  %s%s: %s\n", o.ID, o.FailureID, r.note(o), o.whatFailed())
		case i < mostOfAnError:
			fmt.Fprintf(b, "    %s  %s%s\n", o.ID, o.FailureID, r.note(o))
		case i == mostOfAnError:
			fmt.Fprintf(b, "    and %d more\n", len(c.others)-i)
		}
	}
}

// note says how an outcome counts that went wrong and is not like the others.
func (r *Report) note(o *Outcome) string {
	switch {
	case o.Provisional:
		return "  (provisional, does not count)"
	case r.Baseline.accepts(o.ID):
		return "  (accepted by the baseline)"
	}
	return ""
}

// writeOutcome tells of a scenario that did not pass: what was asked, what came,
// what should have come, and what to run next.
func (r *Report) writeOutcome(b *strings.Builder, o *Outcome) {
	fmt.Fprintf(b, "\n%s  %s  %s%s\n  %s\n", strings.ToUpper(string(o.Status)), o.ID, o.FailureID, r.note(o), o.Title)
	for _, rule := range o.Rules {
		fmt.Fprintf(b, "  %-9s %s\n", "rule", rule)
	}
	for _, part := range []struct{ name, text string }{
		{"because", o.because()}, {"request", o.Request}, {"response", o.Response}, {"repeat", o.Curl},
		{"again", r.repeatCommand(o)},
	} {
		if part.text != "" {
			fmt.Fprintf(b, "  %-9s %s\n", part.name, strings.ReplaceAll(part.text, "\n", "\n            "))
		}
	}
}

// writeDiffering lists what is otherwise as the target lies between two revisions.
func (r *Report) writeDiffering(b *strings.Builder) {
	list := r.differing()
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\nrevision between %d: %s\n", len(list), r.differingNote())
	for _, o := range list {
		first, _, _ := strings.Cut(o.Reason, "\n")
		fmt.Fprintf(b, "  %s: %s\n", o.ID, first)
	}
}

func (r *Report) writeBaseline(b *strings.Builder) {
	if r.Baseline == nil {
		return
	}
	fmt.Fprintf(b, "\nbaseline: %d accepted, %d new\n", len(r.Baseline.Accepted), len(r.Baseline.New))
	for _, id := range r.Baseline.New {
		fmt.Fprintf(b, "  new      %s\n", id)
	}
	for _, entry := range r.Baseline.Stale {
		fmt.Fprintf(b, "  stale    %s: %s\n", entry.Scenario, entry.Why)
	}
	for _, entry := range r.Baseline.Expired {
		fmt.Fprintf(b, "  expired  %s: %s (%s)\n", entry.Scenario, entry.Why, entry.Owner)
	}
}

func (r *Report) writeDrift(b *strings.Builder) {
	if r.Drift == nil {
		return
	}
	fmt.Fprintf(b, "\nsince %s of %s", r.Drift.Target, r.Drift.StartedAt.Format("2006-01-02 15:04"))
	if r.Drift.Suite != r.Suite {
		fmt.Fprintf(b, ", with another suite (%s)", r.Drift.Suite)
	}
	if r.Drift.Empty() {
		b.WriteString(": nothing changed\n")
		return
	}
	b.WriteString(":\n")
	for _, kind := range r.Drift.groups() {
		for _, change := range kind.List {
			fmt.Fprintf(b, "  %-14s %s: %s\n", kind.Name, change.ID, change.Words())
		}
	}
}

// writeLostRules lists what an earlier run showed and this one did not try.
func (r *Report) writeLostRules(b *strings.Builder) {
	for i, rule := range r.LostRules {
		if i == 0 {
			fmt.Fprintf(b, "\nshown to hold by the earlier run and not tried by this one: %s\n", count(len(r.LostRules), "rule"))
		}
		fmt.Fprintf(b, "  %s: %s\n", rule.ID, rule.Because)
	}
}

// writeSummary writes what a reader of a terminal sees last: the counts, the verdict, and why.
func (r *Report) writeSummary(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s: %s (%d checks, %d requests, %.1f s)\n", r.Target, r.Counts(), r.Checks, r.Requests, r.Duration().Seconds())
	if r.Waited > 0 {
		fmt.Fprintf(b, "the target had the suite wait (429), %s; limits in its profile avoid that\n", count(r.Waited, "time"))
	}
	for _, line := range r.retryLines() {
		fmt.Fprintf(b, "%s\n", line)
	}
	for _, line := range r.troubleLines() {
		fmt.Fprintf(b, "%s\n", line)
	}
	if text := r.fakeOnlyNote(); text != "" {
		fmt.Fprintf(b, "%s\n", text)
	}
	fmt.Fprintf(b, "verdict: %s%s\n", r.Words(), reasonList(r.VerdictReasons))
	if !r.OK() {
		fmt.Fprintf(b, "%s\n", r.exitLine())
	}
}

// reasonList writes reasons after a colon.
func reasonList(reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, "; ")
}
