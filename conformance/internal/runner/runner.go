// Package runner plays a plan against a target, several scenarios at a time, and tells
// what happens as events, without secrets. What follows from the events is for package
// report to say, what runs for package plan.
package runner

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/understudy-dev/understudy/conformance/detect"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// Config is what a run is told. The fields mean what those of conformance.Options mean.
type Config struct {
	plan.Filter
	Timeout   time.Duration
	Patience  time.Duration
	CAFile    string
	Journal   string
	Loans     string
	Hooks     suite.HookRunner
	Preflight bool
	Planned   func(*plan.Plan) error
	Parallel  int
	Seed      uint64
	Profile   string
	Require   []string
	Baseline  *report.Baseline
	Earlier   *report.Earlier
	Now       func() time.Time
	Events    func(report.Event)
	Notice    func(string)
	Progress  func(done, total int, outcome *report.Outcome)

	// Found is the revision of the API that the target shows; nil is that nobody looked.
	// RevisionTold is whether the one of the profile was told; else it is what was found.
	Found        *detect.Found
	RevisionTold bool
}

// client returns the client of a run. done ends its journal too.
func (c *Config) client(t *target.Profile, label string) (client *suite.Client, done func(), err error) {
	options := []suite.ClientOption{suite.WithTimeout(c.Timeout), suite.WithPatience(c.Patience), suite.WithCAFile(c.CAFile), suite.WithLoans(c.Loans), suite.HooksThrough(c.Hooks)}
	var j *journal.Journal
	if c.Journal != "" {
		if j, err = journal.Open(c.Journal, label, JournalTarget(t)); err != nil {
			return nil, nil, err
		}
		options = append(options, suite.WithJournal(j))
	}
	if c.Notice != nil {
		options = append(options, suite.WithNotices(func(text string) { c.Notice(report.Printable(client.Secrets.Mask(text))) }))
	}
	if client, err = suite.NewClient(t, options...); err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	return client, func() { client.Close(); _ = j.Close() }, nil
}

// parallel returns how many scenarios run at a time.
func (c *Config) parallel(t *target.Profile) int {
	if c.Parallel > 0 {
		return c.Parallel
	}
	if t.Local() {
		return 8
	}
	return 4
}

// JournalTarget returns what the journal of a run against a target belongs to.
func JournalTarget(t *target.Profile) journal.Target {
	return journal.Target{BaseURL: report.PublicAddress(t.BaseURL), Organization: t.Organization.ID}
}

// Execute runs the scenarios that the configuration selects, and reports how they went.
// When ctx ends, what is running is given up and cleaned up, and the rest is reported as
// not run.
func Execute(ctx context.Context, all []suite.Scenario, t *target.Profile, c Config) (*report.Report, error) {
	r, err := Begin(ctx, all, t, c)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var group errgroup.Group
	group.SetLimit(c.parallel(t))
	for i := range r.Entries {
		if entry := &r.Entries[i]; entry.Runs() {
			group.Go(func() error {
				r.Play(ctx, entry.Scenario)
				return nil
			})
		}
	}
	_ = group.Wait() // nothing returns an error
	r.End(ctx.Err() != nil)
	return r.Report()
}

// Run is a run on its way: it plays scenarios and tells what happened as events. It is
// safe for concurrent use.
type Run struct {
	// Entries are all scenarios, with what will become of them.
	Entries []plan.Entry

	client *suite.Client
	far    *farSide // nil unless the target lies between two revisions
	watch  *watch   // nil unless the run writes
	close  func()
	config Config
	info   report.RunInfo

	mu          sync.Mutex
	events      []report.Event
	done, total int
}

// Begin plans a run, asks the target what it offers, tells what is going to happen and
// is ready to play. Whoever calls it closes the run.
func Begin(ctx context.Context, all []suite.Scenario, t *target.Profile, c Config) (*Run, error) {
	entries, err := plan.Select(all, t, c.Filter)
	if err != nil {
		return nil, err
	}
	r, err := newRun(t, all, c)
	if err != nil {
		return nil, err
	}
	r.Entries = entries
	found, err := r.prepare(ctx)
	if err != nil {
		r.Close()
		return nil, err
	}
	r.watch = newWatch(ctx, r.client, r.Entries)
	r.start(found)
	return r, nil
}

// prepare asks the target what it offers.
func (r *Run) prepare(ctx context.Context) (*plan.Preflight, error) {
	c := &r.config
	if c.Found != nil && c.Found.Between() && !c.RevisionTold {
		if err := r.standBetween(c.Found); err != nil {
			return nil, err
		}
	}
	return plan.Prepare(ctx, r.client, r.Entries, plan.Options{
		Preflight: c.Preflight, Planned: r.planned(), RevisionShown: shown(c.Found), RevisionTold: c.RevisionTold, Parallel: c.parallel(r.client.Target),
	})
}

// planned tells what is about to happen, and keeps how many accounts that said would stay.
func (r *Run) planned() func(*plan.Plan) error {
	if r.config.Planned == nil {
		return nil
	}
	return func(p *plan.Plan) error {
		err := r.config.Planned(p)
		if p.Estimate != nil {
			r.info.AccountsPlanned = p.Estimate.Accounts
		}
		return err
	}
}

func newRun(t *target.Profile, all []suite.Scenario, c Config) (*Run, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Seed == 0 {
		c.Seed = plan.NewSeed()
	}
	label := plan.Label(c.Seed)
	client, done, err := c.client(t, label)
	if err != nil {
		return nil, err
	}
	r := &Run{client: client, close: done, config: c}
	r.info = report.RunInfo{
		Suite: suiteHash(all), SuiteVersion: spec.ModuleVersion(),
		Target: r.sanitize(t.Name), BaseURL: r.sanitize(report.PublicAddress(t.BaseURL)), Organization: t.Organization.ID,
		Contact: r.sanitize(t.Contact),
		Played:  string(t.Revision), Told: c.RevisionTold, Profile: c.Profile, NamedProfile: c.NamedProfile, NamedProfiles: plan.ProfileInfos(), NoControl: t.Control == "", CAFile: c.CAFile, Run: label, Seed: c.Seed,
		Access:    string(cmp.Or(c.Access, suite.Write)),
		Selection: report.Selection{Run: c.Run, Tags: c.Tags, Replay: c.Replay}, Shard: c.Shard.String(), Require: c.Require,
		StartedAt: c.Now().UTC(),
	}
	return r, nil
}

// Close lets go of the client and its journal.
func (r *Run) Close() { r.close() }

// StartedAt returns when the run began, by its clock.
func (r *Run) StartedAt() time.Time { return r.info.StartedAt }

// Report returns the report of the events so far.
func (r *Run) Report() (*report.Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return report.Summarise(r.events)
}

// sanitize returns a text as it may leave the run: without secrets, and printable.
func (r *Run) sanitize(text string) string { return report.Printable(r.client.Secrets.Mask(text)) }

// emit keeps an event and tells whoever wants to know. The caller holds mu.
func (r *Run) emit(e report.Event) {
	if e.At.IsZero() {
		e.At = r.config.Now().UTC()
	}
	r.events = append(r.events, e)
	if r.config.Events != nil {
		r.config.Events(e)
	}
}

// start tells what was found, if the target was asked, and what is going to happen.
func (r *Run) start(found *plan.Preflight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.emit(report.Event{Type: report.RunStarted, At: r.info.StartedAt, Run: &r.info})
	r.emit(report.Event{Type: report.CoverageDocumented, Documented: r.client.Contract.Documented()})
	if r.config.Baseline != nil {
		r.emit(report.Event{Type: report.BaselineGiven, Baseline: r.config.Baseline})
	}
	if r.config.Earlier != nil {
		r.emit(report.Event{Type: report.EarlierGiven, Earlier: r.config.Earlier})
	}
	if observed := r.observed(found); observed != nil {
		r.emit(report.Event{Type: report.TargetObserved, Observed: observed})
	}
	for i := range r.Entries {
		entry := &r.Entries[i]
		e := report.Event{Type: report.ScenarioPlanned, ID: entry.Scenario.ID, Scenario: describe(entry.Scenario)}
		e.Scenario.Outside = entry.Outside
		if !entry.Runs() {
			e.Result = &report.Result{Status: entry.Status, Reason: r.sanitize(entry.Reason)}
		} else {
			r.total++
		}
		r.emit(e)
	}
}

// observed returns what is known of the target beforehand, with the version that its profile
// tells; nil if nobody asked and nothing is told.
func (r *Run) observed(found *plan.Preflight) *report.Observed {
	told := r.sanitize(r.client.Target.Version)
	var observed *report.Observed
	switch {
	case found != nil:
		observed = found.Observed(r.sanitize)
	case r.config.Found != nil || told != "":
		observed = &report.Observed{RevisionShown: shown(r.config.Found)}
	}
	if told != "" {
		observed.Version = told
	}
	return observed
}

// Play plays one scenario and tells how it went.
func (r *Run) Play(ctx context.Context, scenario *suite.Scenario) *report.Outcome {
	var result *report.Result
	var losses []report.Loss
	switch gone := r.client.Gone(); {
	case ctx.Err() != nil:
		result = &report.Result{Status: report.CouldNotRun, Reason: "the run was interrupted"}
	case gone != "":
		result = &report.Result{Status: report.CouldNotRun, Reason: r.sanitize(gone)}
	default:
		played := suite.Play(ctx, r.client, scenario, r.info.Run)
		result = r.record(ctx, scenario, played)
		if result.Status == report.Failed && r.far != nil {
			r.explain(ctx, scenario, played.Missed, result)
		}
		losses = r.watch.after(ctx, scenario, played)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.emit(report.Event{Type: report.ScenarioFinished, ID: scenario.ID, Result: result})
	r.tellLosses(losses)
	r.done++
	outcome := &report.Outcome{ID: scenario.ID, Described: *describe(scenario), Result: *result}
	if r.config.Progress != nil {
		r.config.Progress(r.done, r.total, outcome)
	}
	return outcome
}

// How long the last look at the known things may take.
const (
	lastLook        = time.Minute
	interruptedLook = 3 * time.Second
)

// End tells that the run is over, what it lost, what its journal still has, and whether it
// was told to stop.
func (r *Run) End(interrupted bool) {
	within := lastLook
	if interrupted {
		within = interruptedLook
	}
	losses := r.watch.atEnd(context.Background(), within)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tellLosses(losses)
	if r.config.Journal != "" {
		r.emit(report.Event{Type: report.JournalRead, Journal: r.journal()})
	}
	if left := r.client.AccountsLeft(); len(left) > 0 {
		for i := range left {
			left[i] = r.sanitize(left[i])
		}
		r.emit(report.Event{Type: report.AccountsLeft, Accounts: left})
	}
	for _, outage := range r.client.Outages() {
		r.emit(report.Event{Type: report.TargetInTrouble, Trouble: &report.Trouble{
			Why: r.sanitize(outage.Why), WaitedMS: outage.Lasted.Milliseconds(), Over: outage.Over,
		}})
	}
	last := report.RunFinished
	if interrupted {
		last = report.RunInterrupted
	}
	r.emit(report.Event{Type: last, Gone: r.sanitize(r.client.Gone())})
}
