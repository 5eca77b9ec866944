package strength

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// shown is how many scenarios stand in a line.
const shown = 3

// WriteText prints the matrix of mutants and scenarios, a line for each mutant, what
// there is to know of the survivors, and how many were killed.
func (r *Result) WriteText(w io.Writer) error {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		mark, noticed := "killed", few(v.By)
		if !v.Killed {
			mark, noticed = "SURVIVED", v.survival()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", mark, v.Mutant, noticed)
	}
	_ = table.Flush() // into memory
	fmt.Fprintf(&text, "%d of %d mutants killed\n", r.Killed, r.Mutants)
	_, err := io.WriteString(w, text.String())
	return err
}

// survival says why a mutant was not killed.
func (v *Verdict) survival() string {
	why := "the scenarios that name " + v.Rule + " passed"
	if v.Naming == 0 {
		why = "no scenario that was played names " + v.Rule
	}
	if len(v.Others) > 0 {
		why += "; noticed without naming it: " + few(v.Others)
	}
	return why
}

// few names some, and says how many more there are.
func few(list []string) string {
	text := strings.Join(list[:min(shown, len(list))], ", ")
	if more := len(list) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
