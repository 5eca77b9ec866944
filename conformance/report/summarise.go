package report

import (
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// Summarise makes the report of a run from its events. The same events make the
// same report, on any machine and at any time. It fails on events that are no run:
// without a start, or about scenarios that were not planned.
func Summarise(events []Event) (*Report, error) {
	r := &Report{Schema: Schema, Totals: map[Status]int{}, Leftovers: []string{}, Outcomes: []Outcome{}}
	if err := r.readEvents(events); err != nil {
		return nil, err
	}
	r.markFakeOnly()
	r.addTotals()
	r.Coverage = coverageMatrix(r.Outcomes)
	r.Permissions = permissions(r.Outcomes)
	r.Operations = latencies(r.Outcomes)
	for _, e := range events {
		switch e.Type {
		case TargetObserved:
			r.Observed = e.Observed
		case CoverageDocumented:
			r.Asserted = coverage.Table(e.Documented, coveredBy(r.Outcomes))
		case JournalRead:
			r.Journals = append(r.Journals, *e.Journal)
		case LossNoticed:
			if e.Loss == nil {
				return nil, errors.New("the log notices a loss and does not say of what")
			}
			r.Losses = append(r.Losses, *e.Loss)
		case AccountsLeft:
			r.AccountsLeft = append(r.AccountsLeft, e.Accounts...)
		case TargetInTrouble:
			r.Troubles = append(r.Troubles, *e.Trouble)
		case BaselineGiven:
			r.Baseline = e.Baseline.compare(r.Outcomes, r.StartedAt)
		case EarlierGiven:
			r.Drift, r.LostRules = e.Earlier.compare(r.Outcomes), r.lostRules(e.Earlier)
		default: // readEvents takes the others
		}
	}
	if r.Selection.Replay != "" {
		r.Replay = compareReplay(r.Selection.Replay, r.Outcomes)
	}
	r.setVerdict()
	r.findCauses()
	for i := range r.Outcomes {
		r.Outcomes[i].Calls, r.Outcomes[i].Covered = nil, nil
	}
	return r, nil
}

// readEvents walks the events and notes how every scenario ended.
func (r *Report) readEvents(events []Event) error {
	if len(events) == 0 || events[0].Type != RunStarted || events[0].Run == nil {
		return errors.New("the log does not begin with the start of a run")
	}
	r.RunInfo = *events[0].Run
	at := map[string]int{}
	over := map[string]bool{}
	last := events[0].At
	finished := false
	for _, e := range events[1:] {
		last = latest(last, e.At)
		if e.Gone != "" {
			r.Gone = e.Gone
		}
		switch e.Type {
		case ScenarioPlanned:
			if _, twice := at[e.ID]; twice || e.Scenario == nil {
				return fmt.Errorf("the log plans the scenario %q twice or says nothing about it", e.ID)
			}
			at[e.ID] = len(r.Outcomes)
			o := Outcome{ID: e.ID, Described: *e.Scenario}
			if e.Result != nil {
				o.Result, over[e.ID] = *e.Result, true
			}
			r.Outcomes = append(r.Outcomes, o)
		case ScenarioFinished:
			index, planned := at[e.ID]
			if !planned || over[e.ID] || e.Result == nil {
				return fmt.Errorf("the log ends the scenario %q, which was not running", e.ID)
			}
			r.Outcomes[index].Result, over[e.ID] = *e.Result, true
		case RunFinished:
			finished = true
		default: // Summarise takes the others
		}
	}
	r.Interrupted = !finished
	r.DurationMS = last.Sub(events[0].At).Milliseconds()
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; !over[o.ID] {
			o.Status, o.Reason = CouldNotRun, "the log ends before the scenario does"
		}
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// addTotals adds up what the scenarios did.
func (r *Report) addTotals() {
	for _, status := range r.statuses() {
		r.Totals[status] = r.count(status)
	}
	// Programs that read the first version of the report know this one.
	r.Totals["skipped"] = r.count(NotApplicable) + r.count(CouldNotRun)
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		r.Checks += o.Checks
		r.Requests += o.Requests
		r.Waited += o.Waited
		r.addRetries(&o.Result)
		r.Leftovers = append(r.Leftovers, o.Leftovers...)
	}
	sort.Strings(r.Leftovers)
}

// addRetries adds up how often something was tried again, and why.
func (r *Report) addRetries(result *Result) {
	r.Retries += result.Retries
	for why, n := range result.RetriesFor {
		if r.RetriesFor == nil {
			r.RetriesFor = map[string]int{}
		}
		r.RetriesFor[why] += n
	}
}
