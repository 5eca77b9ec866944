package conformance

import (
	"io"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
)

// What a run tells and what is reported of it is documented in package report.
type (
	// Report is how a run went, and its verdict; see [report.Report].
	Report = report.Report
	// Outcome is how one scenario went; see [report.Outcome].
	Outcome = report.Outcome
	// Status is how a scenario ended; see [report.Status].
	Status = report.Status
	// Conformance is the verdict; see [report.Conformance].
	Conformance = report.Conformance
	// ResourceTotals sums up one part of the API; see [report.ResourceTotals].
	ResourceTotals = report.ResourceTotals
	// Untried is a reason for which scenarios did not run; see [report.Untried].
	Untried = report.Untried
	// Replay is how the repetition of a failure went; see [report.Replay].
	Replay = report.Replay
	// Permission is what an operation answered to one caller; see [report.Permission].
	Permission = report.Permission
	// Latency is how long an operation took to answer; see [report.Latency].
	Latency = report.Latency
	// Measured is how much of the OpenAPI document the suite covers; see [report.Measured].
	Measured = report.Measured
	// AssertedKind is how much of one kind of thing was covered; see [report.AssertedKind].
	AssertedKind = report.AssertedKind
	// CoverageRow says what was asked of one operation; see [report.CoverageRow].
	CoverageRow = report.CoverageRow
	// CoverageCell counts the scenarios of one aspect; see [report.CoverageCell].
	CoverageCell = report.CoverageCell

	// Event is one line of the log of a run; see [report.Event].
	Event = report.Event
	// EventType is what an event tells; see [report.EventType].
	EventType = report.EventType
	// RunInfo says what was run against what; see [report.RunInfo].
	RunInfo = report.RunInfo
	// Selection is what the options chose of the suite; see [report.Selection].
	Selection = report.Selection
	// Observed is what the target shows of itself; see [report.Observed].
	Observed = report.Observed
	// Fact is one thing that the profile may claim; see [report.Fact].
	Fact = report.Fact
	// Described is a scenario as the log knows it; see [report.Described].
	Described = report.Described
	// Rule is a rule as a log knows it; see [report.Rule].
	Rule = report.Rule
	// Result is how a scenario ended; see [report.Result].
	Result = report.Result
	// TrailExchange is a request of a failing story; see [report.TrailExchange].
	TrailExchange = report.TrailExchange
	// Call is one request for a documented operation; see [report.Call].
	Call = report.Call
	// Loss is a thing that a run did not make and that is gone since; see [report.Loss].
	Loss = report.Loss
	// Journal is the journal of a run when it ended; see [report.Journal].
	Journal = report.Journal

	// Baseline holds accepted failures; see [report.Baseline].
	Baseline = report.Baseline
	// Accepted is one accepted failure; see [report.Accepted].
	Accepted = report.Accepted
	// BaselineResult is how a run compares with its baseline; see [report.BaselineResult].
	BaselineResult = report.BaselineResult
	// BrokenEntry is an entry of a baseline that must be looked at; see [report.BrokenEntry].
	BrokenEntry = report.BrokenEntry
	// Earlier is what is known about an earlier run; see [report.Earlier].
	Earlier = report.Earlier
	// Drift is what changed since an earlier run; see [report.Drift].
	Drift = report.Drift
	// Change is a scenario that ended in another way than before; see [report.Change].
	Change = report.Change
)

// What is decided before a run changes anything is documented in package plan.
type (
	// Plan is what a run is about to do; see [plan.Plan].
	Plan = plan.Plan
	// NotRun are scenarios that do not run for one reason; see [plan.NotRun].
	NotRun = plan.NotRun
	// Estimate is what scenarios took on another target; see [plan.Estimate].
	Estimate = plan.Estimate
	// Preflight is what a target offers; see [plan.Preflight].
	Preflight = plan.Preflight
	// Claim is a field of the profile that is not counted on; see [plan.Claim].
	Claim = plan.Claim
	// CredentialFound is one role's credential; see [plan.CredentialFound].
	CredentialFound = plan.CredentialFound
	// Offer is something that the profile may claim; see [plan.Offer].
	Offer = plan.Offer
	// NamedProfile is a part of the suite; see [plan.NamedProfile].
	NamedProfile = plan.NamedProfile
	// Shard is one part of a run that is split over several; see [plan.Shard].
	Shard = plan.Shard
)

// How a scenario ends; see [Status].
const (
	Passed        = report.Passed
	Failed        = report.Failed
	Errored       = report.Errored
	NotApplicable = report.NotApplicable
	CouldNotRun   = report.CouldNotRun
	NotSelected   = report.NotSelected
	// RevisionBetween is that of a target between two revisions of the API.
	RevisionBetween = report.RevisionBetween
)

// The verdicts; see [Conformance].
const (
	Conformant    = report.Conformant
	NotConformant = report.NotConformant
	Incomplete    = report.Incomplete
)

// What a run may be asked for beyond that nothing fails; see [Options.Require].
const (
	RequireConformant = report.RequireConformant
	RequireClean      = report.RequireClean
)

// What events tell; see [EventType].
const (
	RunStarted         = report.RunStarted
	BaselineGiven      = report.BaselineGiven
	EarlierGiven       = report.EarlierGiven
	TargetObserved     = report.TargetObserved
	ScenarioPlanned    = report.ScenarioPlanned
	ScenarioFinished   = report.ScenarioFinished
	CoverageDocumented = report.CoverageDocumented
	JournalRead        = report.JournalRead
	RunFinished        = report.RunFinished
	RunInterrupted     = report.RunInterrupted
)

// The names of what is written.
const (
	// Schema names the JSON form of a report.
	Schema = report.Schema
	// LogSchema names the form of an event log.
	LogSchema = report.LogSchema
	// Full is the name of the profile that holds everything.
	Full = report.Full
)

// Statuses are all ways for a scenario to end, in the order of reports.
var Statuses = report.Statuses

// Aspects are the kinds of question that scenarios ask of an operation, in the order of
// the coverage matrix.
var Aspects = report.Aspects

// NamedProfiles are all of them, the smallest demand first.
var NamedProfiles = plan.NamedProfiles

// FindProfile finds a named profile; "" is the full one.
func FindProfile(name string) (NamedProfile, error) { return plan.FindProfile(name) }

// ParseShard reads "2/3"; "" is all.
func ParseShard(text string) (Shard, error) { return plan.ParseShard(text) }

// Summarise makes the report of a run from its events; see [report.Summarise].
func Summarise(events []Event) (*Report, error) { return report.Summarise(events) }

// Merge makes one log of the logs of the parts of a run; see [report.Merge].
func Merge(logs ...[]Event) ([]Event, error) { return report.Merge(logs...) }

// LogWriter returns a function for [Options.Events] that writes each event as one line of
// JSON; see [report.LogWriter].
func LogWriter(w io.Writer) (write func(Event), failed func() error) { return report.LogWriter(w) }

// WriteLog writes events as a log.
func WriteLog(w io.Writer, events []Event) error { return report.WriteLog(w, events) }

// ReadLog reads an event log, of which the last line may be cut off.
func ReadLog(r io.Reader) ([]Event, error) { return report.ReadLog(r) }

// LoadBaseline reads a baseline from a YAML or JSON file.
func LoadBaseline(path string) (*Baseline, error) { return report.LoadBaseline(path) }

// NewBaseline accepts every failure of a report for 90 days from its start; see
// [report.NewBaseline].
func NewBaseline(r *Report) *Baseline { return report.NewBaseline(r) }

// ReadEarlier reads what an earlier run left: a report in JSON or an event log.
func ReadEarlier(data []byte) (*Earlier, error) { return report.ReadEarlier(data) }

// ReportSchema is the JSON Schema of what [Report.WriteJSON] writes.
func ReportSchema() []byte { return report.JSONSchema() }
