package report

import (
	"fmt"
	"strings"
)

// Loss is a thing that was there before the run, that the run did not make, and that is
// gone or changed after it. Nothing in a report matters more.
type Loss struct {
	// Thing is what was lost, with its id, as "domains 0190…".
	Thing string `json:"thing"`
	// What became of it: gone, or changed, with the fields, as "changed: name, logo_url".
	What string `json:"what"`
	// Scenario is the id of the scenario that did it; "" if that is not known.
	Scenario string `json:"scenario,omitempty"`
}

// String is the loss in one line.
func (l Loss) String() string {
	text := l.Thing + " is " + l.What
	if l.Scenario != "" {
		text += ", by " + l.Scenario
	}
	return text
}

// losses is what every form for people leads with: the losses, a line each; nothing if
// nothing was lost.
func (r *Report) losses() string {
	var b strings.Builder
	for _, loss := range r.Losses {
		fmt.Fprintf(&b, "LOST  %s\n", loss)
	}
	return b.String()
}
