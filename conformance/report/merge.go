package report

import (
	"errors"
	"fmt"
	"strings"
)

// Merge makes one log of the logs of the parts of a run: shards, or runs that
// selected different scenarios. It refuses parts of different suites or targets,
// and scenarios that more than one part has run, since the better outcome could
// hide the worse.
func Merge(logs ...[]Event) ([]Event, error) {
	if len(logs) == 0 {
		return nil, errors.New("there is no log to merge")
	}
	reports := make([]*Report, len(logs))
	for i, log := range logs {
		r, err := Summarise(log)
		if err != nil {
			return nil, fmt.Errorf("log %d: %w", i+1, err)
		}
		reports[i] = r
		if err := sameRun(reports[0], r); err != nil {
			return nil, fmt.Errorf("logs 1 and %d: %w", i+1, err)
		}
	}
	merged := []Event{mergedStart(reports)}
	planned, ended, err := mergeScenarios(logs)
	if err != nil {
		return nil, err
	}
	merged = append(append(append(merged, inputsOf(logs)...), planned...), ended...)
	last := Event{Type: RunFinished, At: merged[0].At}
	for i, log := range logs {
		merged = append(merged, leavings(log)...)
		if reports[i].Interrupted {
			last.Type = RunInterrupted
		}
		for _, e := range log {
			last.At = latest(last.At, e.At)
		}
	}
	return append(merged, last), nil
}

// sameRun fails when two parts are not of one run, and says why.
func sameRun(a, b *Report) error {
	for _, part := range []struct{ what, a, b string }{
		{"suite", a.Suite, b.Suite}, {"suite version", a.SuiteVersion, b.SuiteVersion},
		{"target", a.Target, b.Target}, {"base_url", a.BaseURL, b.BaseURL}, {"organization", a.Organization, b.Organization},
		{"revision", a.Revision(), b.Revision()}, {"access", a.Access, b.Access}, {"profile", a.NamedProfile, b.NamedProfile},
	} {
		if part.a != part.b {
			return fmt.Errorf("they are of different runs: %s %q and %q", part.what, part.a, part.b)
		}
	}
	return nil
}

// mergedStart returns the start of the merged run: the earliest of its parts.
func mergedStart(reports []*Report) Event {
	info := reports[0].RunInfo
	var runs, shards []string
	for _, r := range reports {
		runs = append(runs, r.Run)
		if r.Shard != "" {
			shards = append(shards, r.Shard)
		}
		if r.StartedAt.Before(info.StartedAt) {
			info.StartedAt = r.StartedAt
		}
	}
	info.Run, info.Shard, info.Selection = strings.Join(runs, "+"), strings.Join(shards, "+"), Selection{}
	return Event{Type: RunStarted, At: info.StartedAt, Run: &info}
}

// inputsOf returns the baseline, the earlier run, the document and the target, as the
// first part knew them.
func inputsOf(logs [][]Event) (events []Event) {
	for _, e := range logs[0] {
		if e.Type == BaselineGiven || e.Type == TargetObserved || e.Type == CoverageDocumented || e.Type == EarlierGiven {
			events = append(events, e)
		}
	}
	return events
}

// leavings returns what a part had left, and what it had lost, when it ended.
func leavings(log []Event) (events []Event) {
	for _, e := range log {
		if e.Type == JournalRead || e.Type == LossNoticed {
			events = append(events, e)
		}
	}
	return events
}

// mergeScenarios takes each scenario from the part that selected it.
func mergeScenarios(logs [][]Event) (planned, ended []Event, err error) {
	type entry struct{ plan, end *Event }
	entries := map[string]*entry{}
	var order []string
	for _, log := range logs {
		finished := map[string]*Event{}
		for i := range log {
			if log[i].Type == ScenarioFinished {
				finished[log[i].ID] = &log[i]
			}
		}
		for i := range log {
			e := &log[i]
			if e.Type != ScenarioPlanned {
				continue
			}
			before, known := entries[e.ID]
			switch {
			case !known:
				entries[e.ID] = &entry{e, finished[e.ID]}
				order = append(order, e.ID)
			case e.selected() && before.plan.selected():
				return nil, nil, fmt.Errorf("more than one log has run %s", e.ID)
			case e.selected():
				*before = entry{e, finished[e.ID]}
			}
		}
	}
	for _, id := range order {
		planned = append(planned, *entries[id].plan)
		if end := entries[id].end; end != nil {
			ended = append(ended, *end)
		}
	}
	return planned, ended, nil
}

// selected reports whether a planned scenario was chosen.
func (e *Event) selected() bool { return e.Result == nil || e.Result.Status != NotSelected }
