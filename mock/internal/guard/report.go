package guard

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// byFirst orders violations by their first request, those of one request by their location.
func byFirst(a, b RecordedViolation) int {
	return cmp.Or(
		cmp.Compare(a.First.Request, b.First.Request), a.First.Time.Compare(b.First.Time),
		cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method),
		cmp.Compare(a.Where, b.Where), cmp.Compare(a.Code, b.Code),
	)
}

// WriteText writes the report as text, by operation, with unknown paths and methods at the end. It writes nothing when there are
// no violations.
func (r *Report) WriteText(w io.Writer) error {
	if r.Count == 0 && r.Dropped == 0 {
		return nil
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s of the OpenAPI document", plural(r.Count, "violation"))
	if r.Total > r.Count {
		fmt.Fprintf(&text, ", met %s", times(r.Total))
	}
	text.WriteByte('\n')
	for _, group := range byOperation(r.Violations) {
		fmt.Fprintf(&text, "\n%s\n", group[0].heading())
		for _, f := range group {
			f.write(&text)
		}
	}
	if r.Dropped > 0 {
		fmt.Fprintf(&text, "\n%s more, for which there was no room. Correct these first.\n", plural(r.Dropped, "violation"))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// byOperation groups violations, the groups in the order of their first violation.
func byOperation(all []RecordedViolation) (groups [][]RecordedViolation) {
	at := map[string]int{}
	var unknown []RecordedViolation
	for _, f := range all {
		if f.Operation == "" {
			unknown = append(unknown, f)
			continue
		}
		i, ok := at[f.Operation]
		if !ok {
			i = len(groups)
			at[f.Operation] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	if len(unknown) > 0 {
		groups = append(groups, unknown)
	}
	return groups
}

func (f *RecordedViolation) heading() string {
	if f.Operation == "" {
		return "no operation of the document"
	}
	return f.Operation + "  " + f.Method + " " + f.Path
}

// write writes one violation: a line with code and location, and the message below it.
func (f *RecordedViolation) write(text *strings.Builder) {
	where := f.Where
	if f.Operation == "" {
		where = f.Method + " " + f.Path
	}
	fmt.Fprintf(text, "  %s", f.Code)
	if where != "" {
		fmt.Fprintf(text, "  %s", printable(where))
	}
	fmt.Fprintf(text, "  (%s)\n", f.requests())
	for _, line := range wrapped(f.Message, textWidth) {
		fmt.Fprintf(text, "      %s\n", line)
	}
}

// requests names the requests that had the violation.
func (f *RecordedViolation) requests() string {
	if f.Count == 1 {
		return fmt.Sprintf("request %d", f.First.Request)
	}
	return fmt.Sprintf("%s, requests %d to %d", times(f.Count), f.First.Request, f.Last.Request)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// textWidth is the width of messages, in characters.
const textWidth = 100

// wrapped breaks a text into lines at spaces.
func wrapped(text string, width int) (lines []string) {
	for word := range strings.FieldsSeq(printable(text)) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// printable replaces control characters, which could reach a terminal: names come from requests.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// PrintableLines replaces control characters of a text of several lines.
func PrintableLines(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
