package advice

import (
	"fmt"
	"io"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// WriteText writes the report as text.
func (r *Report) WriteText(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s compared with %s: %d break in %d ways.\n", requests(r.Requests), r.Against, r.Breaking, r.Count)
	for _, row := range r.Violations {
		fmt.Fprintf(&text, "\n%s  %s %s\n  %s, %s  %s  (%s)\n", row.Operation, row.Method, row.Path, row.Code, row.Effect, row.Where, row.Met)
		fmt.Fprintf(&text, "      %s\n", row.Message)
	}
	for _, row := range r.Answers {
		fmt.Fprintf(&text, "\n%s  %s %s  (%s)\n", row.Operation, row.Method, row.Path, row.Met)
		if len(row.Gone) > 0 {
			fmt.Fprintf(&text, "  gone from answers: %s\n", strings.Join(row.Gone, ", "))
		}
		if len(row.Statuses) > 0 {
			fmt.Fprintf(&text, "  may also answer: %s\n", strings.Trim(fmt.Sprint(row.Statuses), "[]"))
		}
	}
	for _, row := range r.NotChecked {
		fmt.Fprintf(&text, "\nnot checked: %s %s  (%s)\n", row.Operation, row.Reason, row.Met)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&text, "\n%s\n", note)
	}
	if r.Dropped > 0 {
		fmt.Fprintf(&text, "\n%d more, for which there was no room.\n", r.Dropped)
	}
	_, err := io.WriteString(w, guard.PrintableLines(text.String()))
	return err
}

// String names the requests.
func (m Met) String() string {
	if m.Count == 1 {
		return fmt.Sprintf("request %d", m.First.Request)
	}
	return fmt.Sprintf("%d times, requests %d to %d", m.Count, m.First.Request, m.Last.Request)
}
