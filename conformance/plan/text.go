package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
)

// WriteJSON writes the plan for programs.
func (p *Plan) WriteJSON(w io.Writer) error { return writeJSON(w, p) }

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// WriteText writes the plan for people.
func (p *Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "plan for %s\n  target        %s\n  organization  %s\n", report.Printable(p.Target), p.BaseURL, p.Organization)
	if p.Preflight != nil {
		p.Preflight.writeText(&b, p.Revision, p.RevisionTold)
	}
	fmt.Fprintf(&b, "\nwill run      %d scenarios, %d of which change the target\n", len(p.Runs), p.Writes)
	p.Estimate.writeText(&b, p)
	not := 0
	for _, group := range p.NotRun {
		not += len(group.Scenarios)
	}
	fmt.Fprintf(&b, "\nwill not run  %d scenarios\n", not)
	for _, group := range p.NotRun {
		fmt.Fprintf(&b, "  %4d  %s\n", len(group.Scenarios), report.Printable(group.Reason))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *Estimate) writeText(b *strings.Builder, p *Plan) {
	if e == nil {
		return
	}
	if p.Writes > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(e.Created)) {
			kinds = append(kinds, fmt.Sprintf("%d × %s", e.Created[kind], kind))
		}
		if len(kinds) == 0 {
			kinds = []string{"nothing"}
		}
		fmt.Fprintf(b, "will create   %s, and delete them again\n", strings.Join(kinds, ", "))
	}
	if e.Accounts > 0 {
		fmt.Fprintf(b, "will leave    up to %d user accounts, which nothing in this API deletes; they belong to no organization\n", e.Accounts)
	}
	fmt.Fprintf(b, "will send     about %d requests (measured on the embedded fake; long lists take more)\n", e.Requests)
	limit := "no limits in the profile"
	if p.Limits.RequestsPerMinute > 0 || p.Limits.RequestsPerHour > 0 {
		limit = fmt.Sprintf("at %d requests a minute and %d an hour for each credential; 0 is no limit", p.Limits.RequestsPerMinute, p.Limits.RequestsPerHour)
	}
	took := "less than a second"
	if e.Took >= time.Second {
		took = "about " + e.Took.Round(time.Second).String()
	}
	fmt.Fprintf(b, "will take     %s (%s)\n", took, limit)
}

func (p *Preflight) writeText(b *strings.Builder, played string, told bool) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(b, "  %-13s %s\n", name, report.Printable(fmt.Sprintf(format, args...)))
	}
	if p.Version != "" {
		line("version", "%s", p.Version)
	}
	line("revision", "%s", p.Words(played, told))
	p.WriteDetails(b, "                ")
	line("features", "%s", orNone(p.Features))
	line("answers in", "%s", p.Latency.Round(time.Millisecond))
	line("clock", "%s", clockNote(p.Clock))
	for _, c := range p.Credentials {
		text := fmt.Sprintf("%-23s key: %s, session: %s", c.Role, c.Key, c.Session)
		if c.Level != 0 {
			text += fmt.Sprintf(", level %d", c.Level)
		}
		if len(c.Reads) > 0 {
			text += ", reads " + strings.Join(c.Reads, " ")
		}
		line("credential", "%s", text)
		if c.Note != "" {
			line("", "%-23s %s", "", c.Note)
		}
	}
	for _, offer := range p.Offers {
		if offer.Claimed {
			line("offer", "%-34s observed: %s%s", offer.Name, offer.Observed, inParentheses(offer.note()))
		}
	}
	if len(p.NotObserved) > 0 {
		b.WriteString("\nclaimed by the profile but not observed\n")
		for _, claim := range p.NotObserved {
			fmt.Fprintf(b, "  %s: %s\n", claim.Path, report.Printable(claim.Why))
		}
	}
}

// note returns what to say of an offer; nothing of one that is there.
func (o Offer) note() string {
	if o.Observed == yes {
		return ""
	}
	return o.Detail
}

// clockNote says how a clock differs, to the second.
func clockNote(clock time.Duration) string {
	switch {
	case clock > 0:
		return clock.String() + " ahead of this machine's"
	case clock < 0:
		return (-clock).String() + " behind this machine's"
	}
	return "agrees with this machine's"
}

func inParentheses(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none that can be seen"
	}
	return strings.Join(list, " ")
}
