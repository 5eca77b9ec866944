package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// describe returns a scenario as the log knows it.
func describe(s *suite.Scenario) *report.Described {
	return &report.Described{
		Title: s.Title, Covers: s.Covers, Access: string(s.Access), Aspect: string(s.Asks()), Provisional: s.Provisional,
		Tags: plan.Tags(s), Profiles: plan.ProfilesOf(s), Rules: rulesOf(s), NeedsControl: slices.Contains(s.Kinds(), suite.Control),
	}
}

// rulesOf returns the rules of a scenario. One that is not written down, which a test of
// the suite forbids, is known by its id alone.
func rulesOf(s *suite.Scenario) (list []report.Rule) {
	set, err := rules.Load()
	for _, id := range s.Rules {
		rule := report.Rule{ID: id}
		if err == nil {
			known, _ := set.Rule(id)
			rule.Sentence, rule.Source = known.Sentence, known.Source
		}
		list = append(list, rule)
	}
	return list
}

// record returns how a scenario went, without secrets.
func (r *Run) record(ctx context.Context, scenario *suite.Scenario, played suite.Result) *report.Result {
	result := &report.Result{
		Status: report.Passed, Checks: played.Checks, Requests: played.Requests, Waited: played.Waited, Retries: played.Retried, RetriesFor: played.RetriedFor,
		DurationMS: played.Duration.Milliseconds(),
	}
	switch {
	case played.Failure != "":
		result.Status, result.Reason = report.Failed, played.Failure
	case played.NotApplicable != "":
		result.Status, result.Reason = report.NotApplicable, played.NotApplicable
	case played.CouldNotRun != "":
		result.Status, result.Reason = report.CouldNotRun, played.CouldNotRun
	case played.Error != "" && ctx.Err() != nil:
		result.Status, result.Reason = report.CouldNotRun, "the run was interrupted"
	case played.Error != "":
		result.Status, result.Reason = report.Errored, played.Error
	}
	result.Reason = r.sanitize(result.Reason)
	for _, leftover := range played.Leftovers {
		result.Leftovers = append(result.Leftovers, r.sanitize(leftover))
	}
	for _, call := range played.Calls {
		result.Calls = append(result.Calls, report.Call{
			Operation: call.Operation, Caller: r.sanitize(call.Caller), Status: call.Status, DurationMS: milliseconds(call.Duration),
		})
	}
	switch result.Status {
	case report.Passed:
		result.Covered = played.Covered
		return result
	case report.NotApplicable:
		return result
	case report.CouldNotRun:
	default:
		result.FailureID = report.FailureID(scenario.ID, played.Check)
	}
	for _, e := range played.Trail {
		result.Trail = append(result.Trail, report.TrailExchange{
			Caller: r.sanitize(e.Caller), Request: r.request(e), Response: r.response(e), DurationMS: milliseconds(e.Duration),
		})
	}
	if e := played.Exchange; e != nil {
		result.Operation = e.Operation
		result.Request, result.Response, result.Curl = r.request(e), r.response(e), e.Curl(r.client.Secrets)
	}
	return result
}

func (r *Run) request(e *suite.Exchange) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s\n%s", e.Method, r.sanitize(e.URL), excerpt(e.RequestBody, r.client.Secrets)))
}

func (r *Run) response(e *suite.Exchange) string {
	if e.Status == 0 {
		return "no answer"
	}
	return strings.TrimSpace(fmt.Sprintf("%d\n%s", e.Status, excerpt(e.ResponseBody, r.client.Secrets)))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// longestBody is how much of a body goes into a report, in bytes.
const longestBody = 2000

// excerpt returns the beginning of a body without its secrets. They go first: the cut
// could leave half of one.
func excerpt(body []byte, secrets *suite.Secrets) string {
	text := secrets.Mask(string(body))
	if len(text) > longestBody {
		text = fmt.Sprintf("%s… (%d bytes)", text[:longestBody], len(body))
	}
	return report.Printable(text)
}

// journal returns what the journal of the run still names.
func (r *Run) journal() *report.Journal {
	j := &report.Journal{File: r.config.Journal, Open: []string{}}
	entries, err := journal.Read(j.File, JournalTarget(r.client.Target))
	if err != nil {
		j.Open = append(j.Open, r.sanitize(fmt.Sprintf("unknown: %v", err)))
	}
	for _, entry := range entries {
		if entry.Run == r.info.Run {
			j.Open = append(j.Open, r.sanitize(entry.String()))
		}
	}
	return j
}
