package report

import (
	"fmt"
	"time"
)

// Trouble is a time in which the target was not itself: it did not answer, or a gateway did
// for it. The run waited, and no rule failed by it.
type Trouble struct {
	// Why says what came instead of answers.
	Why string `json:"why"`
	// WaitedMS is how long the run waited, in milliseconds.
	WaitedMS int64 `json:"waited_ms"`
	// Over tells that the target came back. Where it did not, the run ended early.
	Over bool `json:"over"`
}

// String is the time in one line.
func (t Trouble) String() string {
	waited := (time.Duration(t.WaitedMS) * time.Millisecond).Round(100 * time.Millisecond)
	if t.Over {
		return fmt.Sprintf("%s, for %s", t.Why, waited)
	}
	return fmt.Sprintf("%s, for %s and longer", t.Why, waited)
}

// endedEarly says that the run ended before everything was tried, "" if it did not.
func (r *Report) endedEarly() string {
	if r.Gone == "" {
		return ""
	}
	return "the run ended early: " + r.Gone
}

// troubleLines are a line for each time of trouble, and for the early end.
func (r *Report) troubleLines() (lines []string) {
	for _, t := range r.Troubles {
		lines = append(lines, "the target was in trouble: "+t.String())
	}
	if early := r.endedEarly(); early != "" {
		lines = append(lines, early)
	}
	return lines
}
