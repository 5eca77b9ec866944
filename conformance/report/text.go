package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report for people: a line for each resource, then what
// went wrong, then what did not run, then the verdict.
func (r *Report) WriteText(w io.Writer) error {
	if _, err := io.WriteString(w, r.losses()); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "resource\tpassed\tfailed\terrors\tnot applicable\tcould not run\t")
	for _, row := range r.ByResource() {
		c := row.Counts
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", row.Resource, c[Passed], c[Failed], c[Errored], c[NotApplicable], c[CouldNotRun])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for _, o := range r.wrong() {
		r.writeOutcome(&b, o)
	}
	r.writeDiffering(&b)
	for _, status := range []Status{NotApplicable, CouldNotRun} {
		for _, u := range r.untried(status) {
			fmt.Fprintf(&b, "\n%s %d: %s\n", status.Words(), len(u.Scenarios), u.Reason)
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
	if r.Replay != nil {
		fmt.Fprintf(&b, "\nreplay %s (%s): %s\n", r.Replay.ID, r.Replay.Scenario, r.Replay.Outcome)
	}
	r.writeSummary(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeOutcome tells of a scenario that did not pass: what was asked, what came,
// what should have come, and what to run next.
func (r *Report) writeOutcome(b *strings.Builder, o *Outcome) {
	note := ""
	if o.Provisional {
		note = "  (provisional, does not count)"
	} else if r.Baseline.accepts(o.ID) {
		note = "  (accepted by the baseline)"
	}
	fmt.Fprintf(b, "\n%s  %s  %s%s\n  %s\n", strings.ToUpper(string(o.Status)), o.ID, o.FailureID, note, o.Title)
	for _, rule := range o.Rules {
		fmt.Fprintf(b, "  %-9s %s\n", "rule", rule)
	}
	for _, part := range []struct{ name, text string }{
		{"because", o.Reason}, {"request", o.Request}, {"response", o.Response}, {"repeat", o.Curl},
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

// writeSummary writes what a reader remembers: the counts, the verdict, and why.
func (r *Report) writeSummary(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s: %s (%d checks, %d requests, %.1f s)\n", r.Target, r.Counts(), r.Checks, r.Requests, r.Duration().Seconds())
	if r.Waited > 0 {
		fmt.Fprintf(b, "the target had the suite wait (429), %s; limits in its profile avoid that\n", count(r.Waited, "time"))
	}
	if r.Retries > 0 {
		fmt.Fprintf(b, "%s after the connection failed or a gateway did\n", count(r.Retries, "retry"))
	}
	if r.Observed != nil {
		fmt.Fprintf(b, "target version %s\n", cmp.Or(r.Observed.Version, "unknown"))
	}
	fmt.Fprintf(b, "revision %s\n", r.revisionLine())
	if r.Observed != nil {
		r.Observed.WriteDetails(b, "  ")
	}
	fmt.Fprintf(b, "suite %s (%s), profile %s, run %s, seed %d, %s\n", r.SuiteVersion, r.Suite, r.Named(), r.Run, r.Seed, r.StartedAt.Format("2006-01-02 15:04:05 MST"))
	if text := r.fakeOnlyNote(); text != "" {
		fmt.Fprintf(b, "%s\n", text)
	}
	fmt.Fprintf(b, "verdict: %s%s\n", r.Words(), reasonList(r.VerdictReasons))
	if !r.OK() {
		fmt.Fprintf(b, "the run counts as failed%s\n", reasonList(r.Failing))
	}
}

// reasonList writes reasons after a colon.
func reasonList(reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, "; ")
}
