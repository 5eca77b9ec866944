package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// The states of a finding.
const (
	fine    = "ok"
	warning = "warning"
	problem = "problem"
)

// finding is one thing that was looked at.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// diagnosis is all that was found about a set-up.
type diagnosis struct {
	URL      string    `json:"url"`
	Findings []finding `json:"findings"`
	Problems int       `json:"problems"`
	Warnings int       `json:"warnings"`
}

func (d *diagnosis) ok(check, format string, args ...any) {
	d.Findings = append(d.Findings, finding{check, fine, fmt.Sprintf(format, args...), ""})
}

// warn notes what may be meant; do says what to do if it is not.
func (d *diagnosis) warn(check, do, format string, args ...any) {
	d.Warnings++
	d.Findings = append(d.Findings, finding{check, warning, fmt.Sprintf(format, args...), do})
}

// fail notes what cannot work; do says what to do.
func (d *diagnosis) fail(check, do, format string, args ...any) {
	d.Problems++
	d.Findings = append(d.Findings, finding{check, problem, fmt.Sprintf(format, args...), do})
}

func (d *diagnosis) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func (d *diagnosis) writeText(w io.Writer) error {
	var text strings.Builder
	for _, f := range d.Findings {
		fmt.Fprintf(&text, "%-7s  %-8s  %s\n", f.State, f.Check, below(f.Says))
		if f.Do != "" {
			fmt.Fprintf(&text, "%s-> %s\n", margin, below(f.Do))
		}
	}
	fmt.Fprintf(&text, "\n%s: %s, %s\n", d.URL, count(d.Problems, problem), count(d.Warnings, warning))
	_, err := fmt.Fprint(w, text.String())
	return err
}

// margin is as wide as what stands before a finding.
var margin = strings.Repeat(" ", 19)

// below sets further lines below the first.
func below(text string) string { return strings.ReplaceAll(text, "\n", "\n"+margin) }

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
