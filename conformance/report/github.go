package report

import (
	"fmt"
	"io"
	"strings"
)

// mostAnnotations is how many of a kind GitHub shows for a step.
const mostAnnotations = 10

// WriteAnnotations writes GitHub workflow commands: an error for each loss and each cause
// that counts, a warning for what was accepted, is provisional or was left behind. GitHub shows
// few, so one stands for all scenarios that failed of the same.
func (r *Report) WriteAnnotations(w io.Writer) error {
	var b strings.Builder
	annotations := map[string][][2]string{}
	for _, loss := range r.Losses {
		annotations["error"] = append(annotations["error"], [2]string{"lost", loss.String()})
	}
	for i := range r.Causes {
		c := &r.Causes[i]
		level := "error"
		if !c.Counts {
			level = "warning"
		}
		title := c.Name()
		if c.Rule == nil {
			title = c.Lead
		}
		annotations[level] = append(annotations[level], [2]string{title + " " + string(c.Status), r.annotation(c)})
	}
	if r.Baseline != nil {
		for _, entry := range append(append([]BrokenEntry{}, r.Baseline.Stale...), r.Baseline.Expired...) {
			annotations["error"] = append(annotations["error"], [2]string{"baseline " + entry.Scenario, entry.Why})
		}
	}
	if len(annotations["error"]) == 0 && !r.OK() {
		annotations["error"] = append(annotations["error"], [2]string{"conformance", r.exitLine()})
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

// annotation tells of a cause: what is wrong, how many scenarios say so, and what to run next.
func (r *Report) annotation(c *Cause) string {
	text := c.lead.Title + "\n" + c.lead.Reason + "\n" + c.lead.ruleLines()
	if n := len(c.others); n > 0 {
		text += fmt.Sprintf("%d scenarios failed of it, as %s\n", n+1, c.Lead)
	}
	return text + "again: " + r.repeatCommand(c.lead)
}

// The two escapings of workflow commands.
// Source: actions/toolkit packages/core/src/command.ts.
func escapeData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func escapeProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
