package runner

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// watch notices what a run loses of the known things of its profile, and which scenario did
// it. Looking takes a read for each thing, so it looks when a scenario may have done harm,
// after many others, and in the end.
type watch struct {
	inventory *suite.Inventory
	mu        sync.Mutex
	told      []string          // the things whose loss was told
	suspects  map[string]string // who seems to have changed a thing that may be given back
	// since are the scenarios that wrote since everything was there, wrong those of them that
	// failed.
	since, wrong []string
}

// lookEvery is how many scenarios may write before everything is looked at, so that a loss
// can be told to lie between two of them.
const lookEvery = 100

// newWatch takes the inventory of a run that is about to write; nil if it will not.
func newWatch(ctx context.Context, client *suite.Client, entries []plan.Entry) *watch {
	if !slices.ContainsFunc(entries, func(e plan.Entry) bool { return e.Runs() && e.Scenario.Access == suite.Write }) {
		return nil
	}
	return &watch{inventory: suite.TakeInventory(ctx, client), suspects: map[string]string{}}
}

// after takes note of a scenario that is over, and looks if that seems wise.
func (w *watch) after(ctx context.Context, scenario *suite.Scenario, played suite.Result) []report.Loss {
	if w == nil || scenario.Access != suite.Write {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = append(w.since, scenario.ID)
	if played.Failure != "" {
		w.wrong = append(w.wrong, scenario.ID)
	}
	switch {
	case letThrough(played):
		return w.look(ctx, scenario.ID, false)
	case len(w.since) >= lookEvery:
		return w.look(ctx, "", false)
	}
	return nil
}

// letThrough reports whether a scenario failed right after a request that writes was
// accepted, as where it should have been refused.
func letThrough(played suite.Result) bool {
	last := played.Trail[max(0, len(played.Trail)-2):]
	return played.Failure != "" && slices.ContainsFunc(last, func(e *suite.Exchange) bool {
		return !e.IsSafe() && e.Status >= http.StatusOK && e.Status < http.StatusMultipleChoices
	})
}

// atEnd looks once more, also when the run was told to stop.
func (w *watch) atEnd(ctx context.Context, within time.Duration) []report.Loss {
	if w == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.look(ctx, "", true)
}

// look returns what was lost and not told yet. What is changed may still be given back,
// and is told in the end.
func (w *watch) look(ctx context.Context, by string, final bool) (losses []report.Loss) {
	culprit := w.culprit(by)
	found := w.inventory.Look(ctx)
	for _, lost := range found {
		if slices.Contains(w.told, lost.Thing) {
			continue
		}
		if w.suspects[lost.Thing] == "" {
			w.suspects[lost.Thing] = culprit
		}
		if lost.Gone || final {
			w.told = append(w.told, lost.Thing)
			losses = append(losses, report.Loss{Thing: lost.Thing, What: lost.What, Scenario: w.suspects[lost.Thing]})
		}
	}
	w.since, w.wrong = nil, nil
	return losses
}

// culprit names who may have done what is found now: the scenario that gave rise to look, the
// only one that failed, or those between which it was.
func (w *watch) culprit(by string) string {
	switch {
	case by != "":
		return by
	case len(w.wrong) == 1:
		return w.wrong[0]
	case len(w.since) == 1:
		return w.since[0]
	case len(w.since) == 0:
		return ""
	}
	return "one between " + w.since[0] + " and " + w.since[len(w.since)-1]
}

// tellLosses tells what was lost. The caller holds mu.
func (r *Run) tellLosses(losses []report.Loss) {
	for _, loss := range losses {
		loss.Thing, loss.What = r.sanitize(loss.Thing), r.sanitize(loss.What)
		r.emit(report.Event{Type: report.LossNoticed, Loss: &loss})
	}
}
