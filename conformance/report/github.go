package report

import (
	"fmt"
	"io"
	"strings"
)

// mostAnnotations is how many of a kind GitHub shows for a step.
const mostAnnotations = 10

// WriteAnnotations writes GitHub workflow commands: an error for each failure that
// counts, a warning for what was accepted, is provisional or was left behind.
func (r *Report) WriteAnnotations(w io.Writer) error {
	var b strings.Builder
	annotations := map[string][][2]string{}
	for _, o := range r.wrong() {
		level := "error"
		if o.Provisional || r.Baseline.accepts(o.ID) {
			level = "warning"
		}
		text := o.Title + "\n" + o.Reason + "\n" + o.ruleLines() + "again: " + r.repeatCommand(o)
		annotations[level] = append(annotations[level], [2]string{o.ID + " " + string(o.Status), text})
	}
	if r.Baseline != nil {
		for _, entry := range append(append([]BrokenEntry{}, r.Baseline.Stale...), r.Baseline.Expired...) {
			annotations["error"] = append(annotations["error"], [2]string{"baseline " + entry.Scenario, entry.Why})
		}
	}
	if len(annotations["error"]) == 0 && !r.OK() {
		annotations["error"] = append(annotations["error"], [2]string{"conformance", "the run counts as failed" + reasonList(r.Failing)})
	}
	for _, leftover := range r.Leftovers {
		annotations["warning"] = append(annotations["warning"], [2]string{"left behind", leftover})
	}
	for _, level := range []string{"error", "warning"} {
		list := annotations[level]
		for i, a := range list {
			if i == mostAnnotations-1 && len(list) > mostAnnotations {
				a = [2]string{"conformance", fmt.Sprintf("and %d more; the report has them all", len(list)-i)}
			}
			if i < mostAnnotations {
				fmt.Fprintf(&b, "::%s title=%s::%s\n", level, escapeProperty(a[0]), escapeData(a[1]))
			}
		}
	}
	fmt.Fprintf(&b, "::notice title=conformance::%s\n", escapeData(r.Target+": "+r.Verdict()))
	_, err := io.WriteString(w, b.String())
	return err
}

// The two escapings of workflow commands.
// Source: actions/toolkit packages/core/src/command.ts.
func escapeData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func escapeProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
