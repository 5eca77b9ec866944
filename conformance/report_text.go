package conformance

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report for people: a line for each resource, then what
// went wrong, then the verdict.
func (r *Report) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "resource\tpassed\tfailed\terrors\tskipped\t")
	for _, resource := range r.resources() {
		counts := map[Status]int{}
		for i := range r.Outcomes {
			if r.Outcomes[i].Resource() == resource {
				counts[r.Outcomes[i].Status]++
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", resource, counts[Passed], counts[Failed], counts[Errored], counts[Skipped])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for i := range r.Outcomes {
		r.Outcomes[i].describe(&b)
	}
	r.describeSkips(&b)
	for _, leftover := range r.Leftovers {
		fmt.Fprintf(&b, "\nleft behind: %s\n", leftover)
	}
	fmt.Fprintf(&b, "\n%s: %s (%d checks, %d requests, %.1f s)\n", r.Target, r.Verdict(), r.Checks, r.Requests, float64(r.DurationMS)/1000)
	if r.Waited > 0 {
		fmt.Fprintf(&b, "the target had the suite wait %d times (429); limits in its profile avoid that\n", r.Waited)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describe tells of a scenario that did not pass: what was asked, what came,
// what should have come, and what to run next.
func (o *Outcome) describe(b *strings.Builder) {
	if o.Status != Failed && o.Status != Errored {
		return
	}
	fmt.Fprintf(b, "\n%s  %s\n  %s\n", strings.ToUpper(string(o.Status)), o.ID, o.Title)
	for _, part := range []struct{ name, text string }{
		{"because", o.Reason}, {"request", o.Request}, {"response", o.Response}, {"repeat", o.Curl},
		{"again", "understudy verify --run " + o.ID},
	} {
		if part.text != "" {
			fmt.Fprintf(b, "  %-9s %s\n", part.name, strings.ReplaceAll(part.text, "\n", "\n            "))
		}
	}
}

// describeSkips tells what the target does not offer, and how many scenarios
// that kept from running.
func (r *Report) describeSkips(b *strings.Builder) {
	var reasons []string
	counts := map[string]int{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status == Skipped {
			if counts[o.Reason] == 0 {
				reasons = append(reasons, o.Reason)
			}
			counts[o.Reason]++
		}
	}
	for _, reason := range reasons {
		fmt.Fprintf(b, "\nskipped %d: %s\n", counts[reason], reason)
	}
}

// resources are the parts of the API in the order of their scenarios.
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
