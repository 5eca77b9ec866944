package report

import (
	"time"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// LogSchema names the form of an event log.
const LogSchema = "understudy/log/v1"

// EventType is what an event tells.
type EventType string

const (
	// RunStarted is the first event and has Run.
	RunStarted EventType = "run_started"
	// BaselineGiven has Baseline: which failures are accepted.
	BaselineGiven EventType = "baseline_given"
	// EarlierGiven has Earlier: the run to compare with.
	EarlierGiven EventType = "earlier_given"
	// TargetObserved has Observed: what the target shows before anything is written.
	TargetObserved EventType = "target_observed"
	// ScenarioPlanned has ID, Scenario, and Result where it is known beforehand.
	ScenarioPlanned EventType = "scenario_planned"
	// ScenarioFinished has ID and Result.
	ScenarioFinished EventType = "scenario_finished"
	// CoverageDocumented has Documented: what of the OpenAPI document can be covered.
	CoverageDocumented EventType = "coverage_documented"
	// LossNoticed has Loss: a thing that the run did not make is gone or changed.
	LossNoticed EventType = "loss_noticed"
	// JournalRead has Journal: what a run that kept one has not deleted.
	JournalRead EventType = "journal_read"
	// AccountsLeft has Accounts: the user accounts that the run leaves behind.
	AccountsLeft EventType = "accounts_left"
	// TargetInTrouble has Trouble: a time in which the target was not itself.
	TargetInTrouble EventType = "target_in_trouble"
	// RunFinished is the last event: nothing was cut short. It has Gone where the target went
	// away, so that the run ended early.
	RunFinished EventType = "run_finished"
	// RunInterrupted is the last event of a run that was told to stop.
	RunInterrupted EventType = "run_interrupted"
)

// Event is one line of the log of a run. Everything that is reported is in the
// events, and without secrets: they are replaced before an event is made.
type Event struct {
	Type     EventType  `json:"event"`
	At       time.Time  `json:"at"`
	Run      *RunInfo   `json:"run,omitempty"`
	Baseline *Baseline  `json:"baseline,omitempty"`
	Earlier  *Earlier   `json:"earlier,omitempty"`
	Observed *Observed  `json:"observed,omitempty"`
	ID       string     `json:"id,omitempty"`
	Scenario *Described `json:"scenario,omitempty"`
	Result   *Result    `json:"result,omitempty"`
	Journal  *Journal   `json:"journal,omitempty"`
	Loss     *Loss      `json:"loss,omitempty"`
	Accounts []string   `json:"accounts,omitempty"`
	Trouble  *Trouble   `json:"trouble,omitempty"`
	Gone     string     `json:"gone,omitempty"` // why nothing more was asked of the target
	// Documented has names by kind by operation; see package coverage.
	Documented coverage.Set `json:"documented,omitempty"`
}

// Journal is the journal of a run when it ended.
type Journal struct {
	File string `json:"file"`
	// Open are the things that it names and that are not known to be gone, in words.
	Open []string `json:"open"`
}

// RunInfo says what was run against what.
type RunInfo struct {
	Suite        string `json:"suite"` // a hash: equal hashes compare
	SuiteVersion string `json:"suite_version"`
	Target       string `json:"target"`
	BaseURL      string `json:"base_url"`
	Contact      string `json:"contact,omitempty"` // whom to ask about the run
	Organization string `json:"organization"`
	Profile      string `json:"profile,omitempty"` // the file of the target profile; "" for the embedded fake
	CAFile       string `json:"ca_file,omitempty"` // certificates that the run trusted, too
	// NamedProfile is the part of the suite that the verdict is about; "" is all.
	NamedProfile string `json:"named_profile,omitempty"`
	// NamedProfiles are the parts that there are, the smallest demand first.
	NamedProfiles []ProfileInfo `json:"named_profiles,omitempty"`
	// NoControl tells that the target has no control plane: it is no fake.
	NoControl bool `json:"no_control_plane,omitempty"`
	// Played is the revision of the API whose scenarios were played; "" in logs of earlier
	// versions. Told tells that the profile or a flag said so.
	Played string `json:"revision,omitempty"`
	Told   bool   `json:"revision_told,omitempty"`
	Run    string `json:"run"`  // the label that everything of the run carried
	Seed   uint64 `json:"seed"` // what the label was made from
	Access string `json:"access"`
	// AccountsPlanned is how many user accounts the plan said would stay at most; 0 if it said
	// nothing.
	AccountsPlanned int       `json:"accounts_planned,omitempty"`
	Selection       Selection `json:"selection"`
	Shard           string    `json:"shard,omitempty"` // as 1/4, or 1/4+2/4 of a merged run
	// MissingShards are the parts that a merged run lacks, as 3/4.
	MissingShards []string  `json:"missing_shards,omitempty"`
	Require       []string  `json:"require,omitempty"`
	StartedAt     time.Time `json:"started_at"`
}

// Selection is what the options chose of the suite.
type Selection struct {
	Run    string   `json:"run,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	Replay string   `json:"replay,omitempty"` // the id of the failure that is repeated
}

// Observed is what the target says and shows of itself.
type Observed struct {
	Version string `json:"version,omitempty"`
	RevisionShown
	// Features are the organization's; null if they cannot be seen.
	Features []string `json:"features"`
	Facts    []Fact   `json:"facts,omitempty"`
}

// Fact is one thing that the profile may claim of the target.
type Fact struct {
	Name     string `json:"name"` // as in the profile, such as known.scim
	Claimed  bool   `json:"claimed"`
	Observed string `json:"observed"` // yes, no, or why that is not known
	Detail   string `json:"detail,omitempty"`
}

// Broken reports whether the profile claims what the target does not show.
func (f Fact) Broken() bool { return f.Claimed && f.Observed == "no" }

// Described is a scenario as the log knows it.
type Described struct {
	Title       string   `json:"title"`
	Covers      []string `json:"covers"`
	Access      string   `json:"access"`
	Aspect      string   `json:"aspect"`
	Provisional bool     `json:"provisional,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Rules       []Rule   `json:"rules,omitempty"` // those that the scenario checks
	// NeedsControl tells that only a target with a control plane can show it.
	NeedsControl bool `json:"needs_control_plane,omitempty"`
	// Profiles are the named parts of the suite that hold the scenario, but for the full one.
	Profiles []string `json:"profiles,omitempty"`
	// Outside tells that the named profile of the run does not hold the scenario.
	Outside bool `json:"outside_profile,omitempty"`
}

// Rule is a rule as a log and a report know it.
type Rule struct {
	ID       string `json:"id"`
	Sentence string `json:"sentence,omitempty"`
	Source   string `json:"source,omitempty"`
}

// String is the rule in one line.
func (r Rule) String() string {
	if r.Sentence == "" {
		return r.ID
	}
	return r.ID + ": " + r.Sentence + " (" + r.Source + ")"
}

// Result is how a scenario ended.
type Result struct {
	Status    Status `json:"status"`
	Reason    string `json:"reason,omitempty"`     // what did not hold, or why it did not run
	FailureID string `json:"failure_id,omitempty"` // the same in every run that fails the same check
	Checks    int    `json:"checks"`
	Requests  int    `json:"requests"`
	Waited    int    `json:"waited_after_429,omitempty"`
	Retries   int    `json:"retries,omitempty"`
	// RetriesFor counts the retries by why something was tried again; nil in logs of earlier
	// versions.
	RetriesFor map[string]int `json:"retries_for,omitempty"`
	DurationMS int64          `json:"duration_ms"`
	// Operation is the documented operation that the failing request called; "" if it called
	// none, or in logs of earlier versions.
	Operation string `json:"operation,omitempty"`
	Request   string `json:"request,omitempty"`  // the one before the failure
	Response  string `json:"response,omitempty"` // and its answer
	Curl      string `json:"curl,omitempty"`     // repeats it
	// Trail are the exchanges that led to the failure, the last of them included.
	Trail     []TrailExchange `json:"trail,omitempty"`
	Leftovers []string        `json:"leftovers,omitempty"`
	// Calls are only in the log; a report has them in Operations and Permissions.
	Calls []Call `json:"calls,omitempty"`
	// Covered is what was exercised and asserted. It is only in the log; a report has
	// it in Asserted.
	Covered coverage.Set `json:"covered,omitempty"`
}

// TrailExchange is a request of a failing story, and its answer.
type TrailExchange struct {
	Caller     string  `json:"caller"`
	Request    string  `json:"request"`
	Response   string  `json:"response"`
	DurationMS float64 `json:"duration_ms"`
}

// Call is one request for a documented operation.
type Call struct {
	Operation  string  `json:"operation"`
	Caller     string  `json:"caller"`
	Status     int     `json:"status"` // 0 when there was no answer
	DurationMS float64 `json:"duration_ms"`
}
