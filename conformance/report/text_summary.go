package report

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// writeTextSummary writes the first page of the text.
func (r *Report) writeTextSummary(b *strings.Builder) {
	s := r.summary()
	b.WriteString(r.losses())
	fmt.Fprintf(b, "%s\n%s\n%s\n", s.Title, r.Counts(), s.Exit)
	if text := r.fakeOnlyNote(); text != "" {
		fmt.Fprintf(b, "%s\n", text)
	}
	for i, fact := range s.Facts {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%s %s\n", fact.Name, fact.Text)
		if fact.Name == "revision" && r.Observed != nil {
			r.Observed.WriteDetails(b, "  ")
		}
	}
	r.writeTextProfiles(b)
	if text := r.unnamedNote(); text != "" {
		fmt.Fprintf(b, "%s\n", text)
	}
	if len(s.Broken) > 0 {
		fmt.Fprintf(b, "\nwhat went wrong: %s, %s\n", count(len(r.Causes), "cause"), count(len(r.wrong()), "scenario"))
	}
	for _, c := range s.Broken {
		fmt.Fprintf(b, "%5d  %s%s: %s\n       %s\n", len(c.Scenarios), c.Name(), r.aside(c), c.Told(), c.Whole())
	}
	writeMore(b, s.MoreBroken, "more causes")
	if len(s.NotProven) > 0 {
		fmt.Fprintf(b, "\nnot proven:\n")
	}
	for _, n := range s.NotProven {
		fmt.Fprintf(b, "  %s\n", n.Words())
	}
	writeMore(b, s.MoreNotProven, "more reasons")
	fmt.Fprintf(b, "\nlost: %s; left behind: %s\n", quantity(len(r.Losses)), quantity(r.leftBehind()))
	for _, left := range s.Left {
		fmt.Fprintf(b, "  %s\n", left)
	}
	writeMore(b, s.MoreLeft, "more")
	if line := r.accountsLine(); line != "" {
		fmt.Fprintf(b, "%s: %s\n", line, r.accountNames())
	}
	if s.Drift != "" {
		fmt.Fprintf(b, "%s\n", s.Drift)
	}
}

// writeTextProfiles writes the verdict about each named part of the suite.
func (r *Report) writeTextProfiles(b *strings.Builder) {
	profiles := r.shownProfiles()
	if len(profiles) == 0 {
		return
	}
	b.WriteString("\n")
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "profile\tverdict")
	for _, cell := range profiles[0].Cells() {
		fmt.Fprint(table, "\t"+cell.Label)
	}
	for _, p := range profiles {
		fmt.Fprintf(table, "\n%s\t%s", p.Name, p.Conformance.Words())
		for _, cell := range p.Cells() {
			fmt.Fprintf(table, "\t%d", cell.N)
		}
	}
	fmt.Fprintln(table)
	_ = table.Flush() // into a builder, which takes everything
}

// aside says of a cause what is not wrong in the way of the others, "" if nothing.
func (r *Report) aside(c *Cause) string {
	if c.Counts {
		return ""
	}
	return " (" + r.standing(c.lead) + ")"
}

// writeMore says how many were cut.
func writeMore(b *strings.Builder, more int, what string) {
	if more > 0 {
		fmt.Fprintf(b, "  and %d %s, below\n", more, what)
	}
}

// quantity writes how many things there are.
func quantity(n int) string {
	if n == 0 {
		return "nothing"
	}
	return fmt.Sprint(n)
}
