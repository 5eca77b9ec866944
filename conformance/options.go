package conformance

import (
	"time"

	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Options choose what runs, and how.
type Options struct {
	// Run is a pattern for scenario ids: a glob, as domains.*, or a regular
	// expression. "" is all.
	Run string
	// Tags choose the scenarios that have one of them, as domains or permission;
	// none is all.
	Tags []string
	// NamedProfile is the part of the suite that the verdict is about, as one of
	// [NamedProfiles] is called; "" is all.
	NamedProfile string
	// Replay is the id of a failure: only its scenario runs. "" is all.
	Replay string
	// Access is suite.Read to leave out what changes anything; "" is all.
	Access suite.Access
	// ConfirmOrganization is the id of the organization, said again: without it nothing is
	// written to a target that no control plane of the fake shows to be disposable.
	ConfirmOrganization string
	// Shard is the part of the scenarios that runs; the zero value is all.
	Shard Shard
	// Connection says how the target is reached.
	Connection
	// Preflight asks the target first what it offers. What the profile claims and
	// the target does not show is then not counted on.
	Preflight bool
	// Planned is told what is about to happen before anything is written; an error
	// stops the run, and is what it fails with. nil is nobody.
	Planned func(*Plan) error
	// Parallel is how many scenarios run at a time; 0 is 8 on this machine and 4
	// elsewhere.
	Parallel int
	// Seed is what the names that the run makes derive from; 0 draws one.
	Seed uint64
	// Profile is the file that the target profile came from, for the report.
	Profile string
	// Require makes more keep the exit status from 0: [RequireConformant], [RequireClean],
	// [RequireNoLostCoverage].
	Require []string
	// Baseline holds accepted failures; nil is none.
	Baseline *Baseline
	// Earlier is a run to compare with; nil is none.
	Earlier *Earlier
	// Now is the clock of the report; nil is the machine's.
	Now func() time.Time
	// Events is told everything that a report is made from, as it happens; nil is
	// nobody. It is called from one goroutine at a time.
	Events func(Event)
	// Notice is told in a sentence what the run waits for, and what it has lost; nil is nobody.
	// It is called from any goroutine.
	Notice func(string)
	// Progress is told about every scenario that is over; nil is nobody. It is
	// called from one goroutine at a time.
	Progress func(done, total int, outcome *Outcome)
}

// Connection says how a run reaches its target and what it writes down. The zero
// value is what most need.
type Connection struct {
	// Timeout bounds each request; 0 is 30 seconds.
	Timeout time.Duration
	// Patience is how long the run waits for a target that is in trouble, before it counts as
	// gone and the run ends; 0 is two minutes.
	Patience time.Duration
	// CAFile holds certificates to trust as well as the system's; "" is none.
	CAFile string
	// Loans is a file that runs of this machine name alike to change known things of one
	// target one after another; "" is none.
	Loans string
	// Journal is the file that keeps what the run creates, see package journal; "" is
	// none.
	Journal string
	// Hooks runs the hooks of the profile, for those who call the suite from Go; nil runs them as
	// the programs that they are.
	Hooks suite.HookRunner
}

// config is what the runner is told.
func (o *Options) config() runner.Config {
	return runner.Config{
		Filter: plan.Filter{
			Run: o.Run, Tags: o.Tags, NamedProfile: o.NamedProfile, Replay: o.Replay, Access: o.Access, Shard: o.Shard,
		},
		Timeout: o.Timeout, Patience: o.Patience, Notice: o.Notice, CAFile: o.CAFile, Journal: o.Journal, Loans: o.Loans, Hooks: o.Hooks,
		Preflight: o.Preflight, Planned: o.Planned, Parallel: o.Parallel, Seed: o.Seed, Profile: o.Profile,
		Require: o.Require, Baseline: o.Baseline, Earlier: o.Earlier,
		Now: o.Now, Events: o.Events, Progress: o.Progress,
	}
}

// Option changes how [Run] runs the suite.
type Option func(*Options)

// With uses options as Execute does. Parallel and Progress have no effect: that is
// for go test to say.
func With(o Options) Option { return func(all *Options) { *all = o } }

// Only runs the scenarios whose ids match a glob or a regular expression.
func Only(pattern string) Option { return func(o *Options) { o.Run = pattern } }

// Profile runs a named part of the suite, as core; see [NamedProfiles].
func Profile(name string) Option { return func(o *Options) { o.NamedProfile = name } }

// ReadOnly leaves out everything that could change the target.
func ReadOnly() Option { return func(o *Options) { o.Access = suite.Read } }

// Confirm says that the run may write to a target that is no fake, by the id of its
// organization.
func Confirm(organization string) Option {
	return func(o *Options) { o.ConfirmOrganization = organization }
}

// WithBaseline lets accepted failures pass as skipped, and fails on entries that
// are stale or expired.
func WithBaseline(b *Baseline) Option { return func(o *Options) { o.Baseline = b } }

// WithEvents tells a function everything that a report is made from.
func WithEvents(events func(Event)) Option { return func(o *Options) { o.Events = events } }
