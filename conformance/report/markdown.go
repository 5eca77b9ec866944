package report

import (
	"fmt"
	"io"
	"strings"
)

// mostDetails is how many causes a Markdown report tells in full. GitHub takes a
// megabyte for a job summary and 65,536 characters for a comment.
const mostDetails = 10

// WriteMarkdown writes the report for a pull request or a job summary.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	r.markdownSummary(&b)
	b.WriteString("\n| resource | passed | failed | errors | not applicable | could not run |\n|---|--:|--:|--:|--:|--:|\n")
	for _, row := range r.ByResource() {
		c := row.Counts
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", row.Resource, c[Passed], c[Failed], c[Errored], c[NotApplicable], c[CouldNotRun])
	}
	r.markdownAsserted(&b)
	for _, fact := range r.brokenClaims() {
		fmt.Fprintf(&b, "\nClaimed by the profile but not observed: %s (%s)\n", escapeMarkdown(fact.Name), escapeMarkdown(fact.Detail))
	}
	r.markdownFailures(&b)
	r.markdownBaseline(&b)
	r.markdownDrift(&b)
	r.markdownDiffering(&b)
	r.markdownUntried(&b)
	r.markdownRetries(&b)
	if len(r.Leftovers) > 0 {
		fmt.Fprintf(&b, "\n### Left behind\n\n")
		for _, leftover := range r.Leftovers {
			fmt.Fprintf(&b, "- %s\n", escapeMarkdown(leftover))
		}
	}
	for _, j := range r.openJournals() {
		fmt.Fprintf(&b, "\n### Not known to be gone\n\nBy %s; `%s` removes it.\n\n", escapeMarkdown(j.File), j.Sweep)
		for _, what := range j.Open {
			fmt.Fprintf(&b, "- %s\n", escapeMarkdown(what))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownAsserted is one line: how much of the OpenAPI document was covered.
func (r *Report) markdownAsserted(b *strings.Builder) {
	var parts []string
	for _, k := range r.AssertedSum() {
		parts = append(parts, fmt.Sprintf("%s %s", k.Kind.Words(), k.Share))
	}
	if len(parts) > 0 {
		fmt.Fprintf(b, "\nExercised and asserted of the OpenAPI document: %s.\n", strings.Join(parts, ", "))
	}
}

// verdictEmoji shows a verdict at a glance.
func verdictEmoji(c Conformance) string {
	switch c {
	case Conformant:
		return "✅"
	case NotConformant:
		return "❌"
	default:
		return "⚠️"
	}
}

func (r *Report) markdownFailures(b *strings.Builder) {
	if len(r.Causes) == 0 {
		return
	}
	b.WriteString("\n### What went wrong\n")
	for i := range r.Causes {
		c := &r.Causes[i]
		if i == mostDetails {
			b.WriteString("\nand:\n\n")
		}
		if i >= mostDetails {
			fmt.Fprintf(b, "- %d × `%s` %s (`%s`)\n", len(c.Scenarios), c.Lead, r.standing(c.lead), c.lead.FailureID)
			continue
		}
		r.markdownCause(b, c)
	}
}

// markdownCause tells of a cause in full, and names the scenarios that failed of it.
func (r *Report) markdownCause(b *strings.Builder, c *Cause) {
	o := c.lead
	fmt.Fprintf(b, "\n<details><summary><code>%s</code> %s: %s</summary>\n\n", o.ID, r.standing(o), escapeMarkdown(o.Title))
	for _, rule := range o.Rules {
		fmt.Fprintf(b, "Rule `%s`: %s (%s)\n\n", rule.ID, escapeMarkdown(rule.Sentence), escapeMarkdown(rule.Source))
	}
	b.WriteString(codeBlock(o.because()))
	for _, part := range []struct{ name, text string }{{"Request", o.Request}, {"Response", o.Response}, {"Repeat", o.Curl}, {"Again", r.repeatCommand(o)}} {
		if part.text != "" {
			fmt.Fprintf(b, "%s:\n%s", part.name, codeBlock(part.text))
		}
	}
	for i, other := range c.others {
		if i == 0 {
			fmt.Fprintf(b, "The same cause, %d more:\n\n", len(c.others))
		}
		fmt.Fprintf(b, "- `%s` %s (`%s`)\n", other.ID, r.standing(other), other.FailureID)
	}
	b.WriteString("</details>\n")
}

func (r *Report) markdownBaseline(b *strings.Builder) {
	if r.Baseline == nil {
		return
	}
	fmt.Fprintf(b, "\n### Baseline\n\n%d accepted, %d new.\n\n", len(r.Baseline.Accepted), len(r.Baseline.New))
	for _, id := range r.Baseline.New {
		fmt.Fprintf(b, "- new: `%s`\n", id)
	}
	for _, kind := range []struct {
		name    string
		entries []BrokenEntry
	}{{"stale", r.Baseline.Stale}, {"expired", r.Baseline.Expired}} {
		for _, entry := range kind.entries {
			fmt.Fprintf(b, "- %s: %s, %s (%s)\n", kind.name, escapeMarkdown(entry.Scenario), escapeMarkdown(entry.Why), escapeMarkdown(entry.Owner))
		}
	}
}

func (r *Report) markdownDrift(b *strings.Builder) {
	if r.Drift == nil {
		return
	}
	fmt.Fprintf(b, "\n### Since %s of %s\n\n", escapeMarkdown(r.Drift.Target), r.Drift.StartedAt.Format("2006-01-02 15:04"))
	if r.Drift.Empty() {
		b.WriteString("Nothing changed.\n")
	}
	for _, kind := range r.Drift.groups() {
		for _, change := range kind.List {
			fmt.Fprintf(b, "- %s: `%s` (%s)\n", kind.Name, change.ID, change.Words())
		}
	}
	for _, rule := range r.LostRules {
		fmt.Fprintf(b, "- shown to hold then and not tried now: `%s` (%s)\n", rule.ID, escapeMarkdown(rule.Because))
	}
}

func (r *Report) markdownDiffering(b *strings.Builder) {
	list := r.differing()
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### Revision between\n\n%s\n\n", escapeMarkdown(r.differingNote()))
	for _, o := range list {
		first, _, _ := strings.Cut(o.Reason, "\n")
		fmt.Fprintf(b, "- `%s`: %s\n", o.ID, escapeMarkdown(first))
	}
}

func (r *Report) markdownUntried(b *strings.Builder) {
	for _, status := range []Status{CouldNotRun, NotApplicable} {
		list := r.untried(status)
		if len(list) == 0 {
			continue
		}
		words := status.Words()
		fmt.Fprintf(b, "\n### %s\n\n", strings.ToUpper(words[:1])+words[1:])
		for _, u := range list {
			fmt.Fprintf(b, "- %s: %s\n", u.Count(), escapeMarkdown(u.Reason))
		}
	}
}

func (r *Report) markdownRetries(b *strings.Builder) {
	if r.Retries == 0 {
		return
	}
	b.WriteString("\n### More than one try\n\n")
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Retries > 0 {
			fmt.Fprintf(b, "- `%s`: %s %s\n", o.ID, o.Status.Words(), o.AfterRetries())
		}
	}
}

// escapeMarkdown escapes a text so that Markdown and HTML leave it as it is.
func escapeMarkdown(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "#", `\#`, "@", "@\u200b", "~", `\~`,
	).Replace(text)
}

// codeBlock puts a text into a code block that it cannot leave.
func codeBlock(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence + "\n\n"
}
