package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Earlier is what is known about an earlier run: how each scenario ended.
type Earlier struct {
	Target    string            `json:"target"`
	Suite     string            `json:"suite"`
	StartedAt time.Time         `json:"started_at"`
	Outcomes  map[string]Status `json:"outcomes"`
	Failures  map[string]string `json:"failures,omitempty"` // the ids of what failed
	// Proven are the ids of the rules that it showed to hold; nil if that is not known.
	Proven []string `json:"proven_rules,omitempty"`
}

// ReadEarlier reads what an earlier run left: a report in JSON, of this version or
// the first, or an event log.
func ReadEarlier(data []byte) (*Earlier, error) {
	var report struct {
		Schema    string
		Target    string
		Suite     string
		StartedAt time.Time `json:"started_at"`
		Scenarios []struct {
			ID        string
			Status    Status
			FailureID string `json:"failure_id"`
			Described
		}
	}
	if err := json.Unmarshal(data, &report); err == nil && report.Schema != "" {
		if report.Schema != Schema && report.Schema != "understudy/report/v1" {
			return nil, fmt.Errorf("a report of the form %s, which this version does not read", report.Schema)
		}
		e := newEarlier(report.Target, report.Suite, report.StartedAt)
		for _, s := range report.Scenarios {
			e.note(&Outcome{ID: s.ID, Described: s.Described, Result: Result{Status: s.Status, FailureID: s.FailureID}})
		}
		return e, nil
	}
	events, err := ReadLog(bytes.NewReader(data))
	if err != nil {
		return nil, errors.New("neither a report in JSON nor an event log")
	}
	r, err := Summarise(events)
	if err != nil {
		return nil, err
	}
	e := newEarlier(r.Target, r.Suite, r.StartedAt)
	for i := range r.Outcomes {
		e.note(&r.Outcomes[i])
	}
	return e, nil
}

func newEarlier(target, suite string, startedAt time.Time) *Earlier {
	return &Earlier{Target: target, Suite: suite, StartedAt: startedAt, Outcomes: map[string]Status{}, Failures: map[string]string{}}
}

func (e *Earlier) note(o *Outcome) {
	e.Outcomes[o.ID] = o.Status
	if o.FailureID != "" {
		e.Failures[o.ID] = o.FailureID
	}
	if o.Status != Passed || o.Provisional {
		return
	}
	for _, rule := range o.Rules {
		if !slices.Contains(e.Proven, rule.ID) {
			e.Proven = append(e.Proven, rule.ID)
		}
	}
}

// Drift is what changed since an earlier run.
type Drift struct {
	Target    string    `json:"target"` // of the earlier run, as the two below
	Suite     string    `json:"suite"`
	StartedAt time.Time `json:"started_at"`
	// NewlyFailing failed now and not then, or fail in another check.
	NewlyFailing []Change `json:"newly_failing"`
	Fixed        []Change `json:"fixed"`    // failed then and pass now
	Appeared     []Change `json:"appeared"` // were no scenarios then
	Vanished     []Change `json:"vanished"` // are none now
	Changed      []Change `json:"changed"`  // ended in another way, neither fixed nor failing
}

// Change is a scenario that ended in another way than before.
type Change struct {
	ID     string `json:"id"`
	Before Status `json:"before,omitempty"`
	After  Status `json:"after,omitempty"`
	// Check tells which check failed then and which fails now, where both do.
	Check string `json:"check,omitempty"`
}

// Empty reports whether nothing changed.
func (d *Drift) Empty() bool {
	return len(d.NewlyFailing)+len(d.Fixed)+len(d.Appeared)+len(d.Vanished)+len(d.Changed) == 0
}

// compare holds the outcomes of a run against the earlier ones. What either run did
// not select says nothing.
func (e *Earlier) compare(outcomes []Outcome) *Drift {
	if e == nil {
		return nil
	}
	d := &Drift{
		Target: e.Target, Suite: e.Suite, StartedAt: e.StartedAt,
		NewlyFailing: []Change{}, Fixed: []Change{}, Appeared: []Change{}, Vanished: []Change{}, Changed: []Change{},
	}
	known := map[string]bool{}
	for i := range outcomes {
		o := &outcomes[i]
		known[o.ID] = true
		before, there := e.Outcomes[o.ID]
		change := Change{ID: o.ID, Before: before, After: o.Status}
		switch {
		case before == NotSelected || o.Status == NotSelected:
		case !there:
			d.Appeared = append(d.Appeared, change)
		case o.Status == Failed && before == Failed:
			if was := e.Failures[o.ID]; was != "" && was != o.FailureID {
				change.Check = was + " → " + o.FailureID
				d.NewlyFailing = append(d.NewlyFailing, change)
			}
		case o.Status == Failed:
			d.NewlyFailing = append(d.NewlyFailing, change)
		case before == Failed && o.Status == Passed:
			d.Fixed = append(d.Fixed, change)
		case before != o.Status && !(before == "skipped" && (o.Status == NotApplicable || o.Status == CouldNotRun)):
			d.Changed = append(d.Changed, change)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(e.Outcomes)) {
		if !known[id] {
			d.Vanished = append(d.Vanished, Change{ID: id, Before: e.Outcomes[id]})
		}
	}
	return d
}

// groups returns the kinds of drift, in the order in which they matter.
func (d *Drift) groups() []struct {
	Name string
	List []Change
} {
	return []struct {
		Name string
		List []Change
	}{
		{"newly failing", d.NewlyFailing}, {"fixed", d.Fixed}, {"changed", d.Changed}, {"appeared", d.Appeared}, {"vanished", d.Vanished},
	}
}

// Words says what became of the scenario.
func (c Change) Words() string {
	switch {
	case c.Check != "":
		return c.Check
	case c.Before == "":
		return c.After.Words()
	case c.After == "":
		return "was " + c.Before.Words()
	}
	return c.Before.Words() + " → " + c.After.Words()
}
