package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// run is the suite on its way through a plan: it plays scenarios and tells what
// happened as events. It is safe for concurrent use.
type run struct {
	client  *suite.Client
	close   func() // lets go of the client and its journal
	options Options
	info    RunInfo

	mu          sync.Mutex
	events      []Event
	done, total int
}

func newRun(t *Target, all []suite.Scenario, o Options) (*run, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Seed == 0 {
		o.Seed = newSeed()
	}
	label := labelOf(o.Seed)
	client, done, err := o.client(t, label)
	if err != nil {
		return nil, err
	}
	r := &run{client: client, close: done, options: o}
	r.info = RunInfo{
		Suite: suiteHash(all), SuiteVersion: suiteVersion(),
		Target: r.clean(t.Name), BaseURL: r.clean(report.PublicAddress(t.BaseURL)), Organization: t.Organization.ID,
		Profile: o.Profile, NamedProfile: o.NamedProfile, NoControl: t.Control == "", CAFile: o.CAFile, Run: label, Seed: o.Seed,
		Access:    string(cmp.Or(o.Access, suite.Write)),
		Selection: Selection{Run: o.Run, Tags: o.Tags, Replay: o.Replay}, Shard: o.Shard.String(), Require: o.Require,
		StartedAt: o.Now().UTC(),
	}
	return r, nil
}

// clean is a text that may leave the run.
func (r *run) clean(text string) string { return report.Printable(r.client.Secrets.Mask(text)) }

// emit keeps an event and tells whoever wants to know. The caller holds mu.
func (r *run) emit(e Event) {
	if e.At.IsZero() {
		e.At = r.options.Now().UTC()
	}
	r.events = append(r.events, e)
	if r.options.Events != nil {
		r.options.Events(e)
	}
}

// start tells what was found, if the target was asked, and what is going to happen.
func (r *run) start(list []planned, found *Preflight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.emit(Event{Type: RunStarted, At: r.info.StartedAt, Run: &r.info})
	r.emit(Event{Type: CoverageDocumented, Documented: r.client.Contract.Documented()})
	if r.options.Baseline != nil {
		r.emit(Event{Type: BaselineGiven, Baseline: r.options.Baseline})
	}
	if r.options.Earlier != nil {
		r.emit(Event{Type: EarlierGiven, Earlier: r.options.Earlier})
	}
	if found != nil {
		r.emit(Event{Type: TargetObserved, Observed: r.observed(found)})
	}
	for _, p := range list {
		e := Event{Type: ScenarioPlanned, ID: p.scenario.ID, Scenario: described(p.scenario)}
		e.Scenario.Outside = p.outside
		if !p.runs() {
			e.Result = &Result{Status: p.status, Reason: r.clean(p.reason)}
		} else {
			r.total++
		}
		r.emit(e)
	}
}

func described(s *suite.Scenario) *Described {
	return &Described{
		Title: s.Title, Covers: s.Covers, Access: string(s.Access), Aspect: aspectOf(s), Provisional: s.Provisional,
		Tags: tagsOf(s), Rules: rulesOf(s), NeedsControl: slices.Contains(s.Kinds(), suite.Control),
	}
}

// rulesOf are the rules of a scenario. One that is not written down, which a test of
// the suite forbids, is known by its id alone.
func rulesOf(s *suite.Scenario) (list []Rule) {
	set, err := rules.Load()
	for _, id := range s.Rules {
		rule := Rule{ID: id}
		if err == nil {
			known, _ := set.Rule(id)
			rule.Sentence, rule.Source = known.Sentence, known.Source
		}
		list = append(list, rule)
	}
	return list
}

// play plays one scenario and tells how it went.
func (r *run) play(ctx context.Context, scenario *suite.Scenario) *Outcome {
	var result *Result
	if ctx.Err() != nil {
		result = &Result{Status: CouldNotRun, Reason: "the run was interrupted"}
	} else {
		result = r.record(ctx, scenario, suite.Play(ctx, r.client, scenario, r.info.Run))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.emit(Event{Type: ScenarioFinished, ID: scenario.ID, Result: result})
	r.done++
	outcome := &Outcome{ID: scenario.ID, Described: *described(scenario), Result: *result}
	if r.options.Progress != nil {
		r.options.Progress(r.done, r.total, outcome)
	}
	return outcome
}

// end tells that the run is over, what its journal still has, and whether it was told
// to stop.
func (r *run) end(interrupted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.options.Journal != "" {
		r.emit(Event{Type: JournalRead, Journal: r.journal()})
	}
	last := RunFinished
	if interrupted {
		last = RunInterrupted
	}
	r.emit(Event{Type: last})
}

// record is how a scenario went, without its secrets.
func (r *run) record(ctx context.Context, scenario *suite.Scenario, played suite.Result) *Result {
	result := &Result{
		Status: Passed, Checks: played.Checks, Requests: played.Requests, Waited: played.Waited, Retries: played.Retried,
		DurationMS: played.Duration.Milliseconds(),
	}
	switch {
	case played.Failure != "":
		result.Status, result.Reason = Failed, played.Failure
	case played.NotApplicable != "":
		result.Status, result.Reason = NotApplicable, played.NotApplicable
	case played.CouldNotRun != "":
		result.Status, result.Reason = CouldNotRun, played.CouldNotRun
	case played.Error != "" && ctx.Err() != nil:
		result.Status, result.Reason = CouldNotRun, "the run was interrupted"
	case played.Error != "":
		result.Status, result.Reason = Errored, played.Error
	}
	result.Reason = r.clean(result.Reason)
	for _, leftover := range played.Leftovers {
		result.Leftovers = append(result.Leftovers, r.clean(leftover))
	}
	for _, call := range played.Calls {
		result.Calls = append(result.Calls, Call{
			Operation: call.Operation, Caller: r.clean(call.Caller), Status: call.Status, DurationMS: milliseconds(call.Duration),
		})
	}
	switch result.Status {
	case Passed:
		result.Covered = played.Covered
		return result
	case NotApplicable:
		return result
	}
	if result.Status != CouldNotRun {
		result.FailureID = report.FailureID(scenario.ID, played.Check)
	}
	for _, e := range played.Trail {
		result.Trail = append(result.Trail, TrailExchange{
			Caller: r.clean(e.Caller), Request: r.request(e), Response: r.response(e), DurationMS: milliseconds(e.Duration),
		})
	}
	if e := played.Exchange; e != nil {
		result.Request, result.Response, result.Curl = r.request(e), r.response(e), e.Curl(r.client.Secrets)
	}
	return result
}

func (r *run) request(e *suite.Exchange) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s\n%s", e.Method, r.clean(e.URL), excerpt(e.RequestBody, r.client.Secrets)))
}

func (r *run) response(e *suite.Exchange) string {
	if e.Status == 0 {
		return "no answer"
	}
	return strings.TrimSpace(fmt.Sprintf("%d\n%s", e.Status, excerpt(e.ResponseBody, r.client.Secrets)))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// longestBody is how much of a body goes into a report, in bytes.
const longestBody = 2000

// excerpt is the beginning of a body without its secrets. They go first: the cut
// could leave half of one.
func excerpt(body []byte, secrets *suite.Secrets) string {
	text := secrets.Mask(string(body))
	if len(text) > longestBody {
		text = fmt.Sprintf("%s… (%d bytes)", text[:longestBody], len(body))
	}
	return report.Printable(text)
}
