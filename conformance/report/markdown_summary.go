package report

import (
	"fmt"
	"strings"
)

// markdownSummary writes the first page of the Markdown.
func (r *Report) markdownSummary(b *strings.Builder) {
	s := r.summary()
	fmt.Fprintf(b, "## %s %s: %s\n\n", verdictEmoji(r.Conformance), escapeMarkdown(r.Target), r.Words())
	if text := r.losses(); text != "" {
		b.WriteString(codeBlock(strings.TrimSuffix(text, "\n")))
	}
	fmt.Fprintf(b, "%s.\n", r.Counts())
	list := func(head string, reasons []string) {
		if len(reasons) > 0 {
			fmt.Fprintf(b, "\n**%s:** %s.\n", head, escapeMarkdown(strings.Join(reasons, "; ")))
		}
	}
	list("Not better because", r.VerdictReasons)
	list(map[int]string{ExitBroken: "The run counts as failed (exit status 1)", ExitUnknown: "Nothing can be said (exit status 2)"}[r.ExitStatus], r.Failing)
	if text := r.fakeOnlyNote(); text != "" {
		fmt.Fprintf(b, "\n%s.\n", text)
	}
	b.WriteString("\n| | |\n|---|---|\n")
	for _, fact := range s.Facts {
		fmt.Fprintf(b, "| %s | %s |\n", fact.Name, escapeMarkdown(fact.Text))
	}
	r.markdownProfiles(b)
	if text := r.unnamedNote(); text != "" {
		fmt.Fprintf(b, "\n%s.\n", escapeMarkdown(text))
	}
	r.markdownBroken(b, s)
	if len(s.NotProven) > 0 {
		b.WriteString("\n**Not proven:**\n\n")
	}
	for _, n := range s.NotProven {
		fmt.Fprintf(b, "- %s\n", escapeMarkdown(n.Words()))
	}
	markdownMore(b, s.MoreNotProven, "more reasons")
	fmt.Fprintf(b, "\n**Lost:** %s. **Left behind:** %s.\n", quantity(len(r.Losses)), quantity(r.leftBehind()))
	if line := r.accountsLine(); line != "" {
		fmt.Fprintf(b, "\n**Accounts:** %s: %s.\n", line, escapeMarkdown(r.accountNames()))
	}
	if s.Drift != "" {
		fmt.Fprintf(b, "\n**Changes** %s.\n", escapeMarkdown(s.Drift))
	}
}

// markdownProfiles is the verdict about each named part of the suite.
func (r *Report) markdownProfiles(b *strings.Builder) {
	profiles := r.shownProfiles()
	if len(profiles) == 0 {
		return
	}
	head, line := "\n| profile | verdict |", "|---|---|"
	for _, cell := range profiles[0].Cells() {
		head, line = head+" "+cell.Label+" |", line+"--:|"
	}
	fmt.Fprintf(b, "%s\n%s\n", head, line)
	for _, p := range profiles {
		fmt.Fprintf(b, "| %s | %s %s |", p.Name, verdictEmoji(p.Conformance), p.Conformance.Words())
		for _, cell := range p.Cells() {
			fmt.Fprintf(b, " %d |", cell.N)
		}
		b.WriteString("\n")
	}
}

// markdownBroken lists the first causes.
func (r *Report) markdownBroken(b *strings.Builder, s *summary) {
	if len(s.Broken) == 0 {
		return
	}
	fmt.Fprintf(b, "\n**What went wrong:** %s, %s.\n\n", count(len(r.Causes), "cause"), count(len(r.wrong()), "scenario"))
	for _, c := range s.Broken {
		fmt.Fprintf(b, "- %d × `%s`%s: %s — %s\n", len(c.Scenarios), c.Name(), r.aside(c), escapeMarkdown(c.Told()), escapeMarkdown(c.Whole()))
	}
	markdownMore(b, s.MoreBroken, "more causes")
}

// markdownMore says how many were cut.
func markdownMore(b *strings.Builder, more int, what string) {
	if more > 0 {
		fmt.Fprintf(b, "- and %d %s, below\n", more, what)
	}
}
