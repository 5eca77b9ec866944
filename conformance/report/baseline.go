package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/understudy-dev/understudy/fixtures/strictyaml"
)

// Baseline holds the failures of a target that somebody has accepted, each with
// who did, why, and until when. What fails beyond it is new; an entry that no
// longer holds must go, or it would hide the next failure.
type Baseline struct {
	Accepted []Accepted `yaml:"accepted" json:"accepted"`
}

// Accepted is one accepted failure.
type Accepted struct {
	// Scenario is the id of the scenario that fails.
	Scenario string `yaml:"scenario" json:"scenario"`
	// Failure is the short id of the check that does not hold; "" is any.
	Failure string `yaml:"failure,omitempty" json:"failure,omitempty"`
	Owner   string `yaml:"owner" json:"owner"`
	Reason  string `yaml:"reason" json:"reason"`
	// Expires is the last day on which the entry counts, as 2027-01-31, in UTC.
	Expires string `yaml:"expires" json:"expires"`
}

// LoadBaseline reads a baseline from a YAML or JSON file. It refuses unknown fields, and
// entries without a scenario, an owner, a reason or a date, and names them all.
func LoadBaseline(path string) (*Baseline, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := &Baseline{}
	if err := strictyaml.Unmarshal(data, b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func (b *Baseline) check() error {
	var problems []error
	for i, a := range b.Accepted {
		name := fmt.Sprintf("entry %d (%s)", i+1, a.Scenario)
		for _, field := range []struct{ name, value string }{{"scenario", a.Scenario}, {"owner", a.Owner}, {"reason", a.Reason}, {"expires", a.Expires}} {
			if field.value == "" {
				problems = append(problems, fmt.Errorf("%s: %s is missing", name, field.name))
			}
		}
		if _, err := time.Parse(time.DateOnly, a.Expires); a.Expires != "" && err != nil {
			problems = append(problems, fmt.Errorf("%s: expires: want a date such as 2027-01-31, got %q", name, a.Expires))
		}
	}
	return errors.Join(problems...)
}

// expired reports whether the last day of an entry is over.
func (a Accepted) expired(at time.Time) bool {
	day, err := time.Parse(time.DateOnly, a.Expires)
	return err != nil || !at.UTC().Before(day.AddDate(0, 0, 1))
}

// BaselineResult is how a run compares with its baseline.
type BaselineResult struct {
	Accepted []string `json:"accepted"` // ids of scenarios whose failure is accepted
	New      []string `json:"new"`      // of those that fail and have no entry
	// Stale entries accept what does not fail so any more, Expired ones are over.
	Stale   []BrokenEntry `json:"stale"`
	Expired []BrokenEntry `json:"expired"`
}

// BrokenEntry is an entry that must be looked at, and why.
type BrokenEntry struct {
	Accepted
	Why string `json:"why"`
}

// compare holds outcomes against the baseline, as of a time.
func (b *Baseline) compare(outcomes []Outcome, at time.Time) *BaselineResult {
	if b == nil {
		return nil
	}
	result := &BaselineResult{Accepted: []string{}, New: []string{}, Stale: []BrokenEntry{}, Expired: []BrokenEntry{}}
	ended := map[string]*Outcome{}
	for i := range outcomes {
		ended[outcomes[i].ID] = &outcomes[i]
	}
	accepted := map[string]bool{}
	for _, entry := range b.Accepted {
		o := ended[entry.Scenario]
		switch why := entry.stale(o); {
		case why != "":
			result.Stale = append(result.Stale, BrokenEntry{entry, why})
		case entry.expired(at):
			result.Expired = append(result.Expired, BrokenEntry{entry, "it was accepted until " + entry.Expires})
		case o.Status == Failed:
			accepted[o.ID] = true
		}
	}
	for i := range outcomes {
		switch o := &outcomes[i]; {
		case o.Status != Failed || o.Provisional:
		case accepted[o.ID]:
			result.Accepted = append(result.Accepted, o.ID)
		case slices.ContainsFunc(result.Expired, func(e BrokenEntry) bool { return e.Scenario == o.ID }):
		default:
			result.New = append(result.New, o.ID)
		}
	}
	return result
}

// stale says why an entry does not describe how its scenario ended, "" if it does
// or if the scenario did not run.
func (a Accepted) stale(o *Outcome) string {
	switch {
	case o == nil:
		return "the suite has no such scenario"
	case o.Status == Passed:
		return "it passes now: remove the entry"
	case o.Status == Failed && a.Failure != "" && a.Failure != o.FailureID:
		return "another check fails now: " + o.FailureID
	}
	return ""
}

// Accepts reports whether an outcome fails in a way that the baseline, as of a time,
// accepts. A nil baseline accepts nothing.
func (b *Baseline) Accepts(o *Outcome, at time.Time) bool {
	return b.compare([]Outcome{*o}, at).accepts(o.ID)
}

// accepts reports whether the failure of a scenario is accepted.
func (b *BaselineResult) accepts(scenario string) bool {
	if b == nil {
		return false
	}
	return slices.Contains(b.Accepted, scenario)
}

// brokenEntries counts the entries that must be looked at.
func (b *BaselineResult) brokenEntries() int {
	if b == nil {
		return 0
	}
	return len(b.Stale) + len(b.Expired)
}

// acceptedFor is how long a new baseline accepts its entries.
const acceptedFor = 90 * 24 * time.Hour

// NewBaseline accepts every failure of a report for 90 days from its start. Owner
// and reason are left to be written: a file without them is refused.
func NewBaseline(r *Report) *Baseline {
	b := &Baseline{Accepted: []Accepted{}}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status == Failed && !o.Provisional {
			b.Accepted = append(b.Accepted, Accepted{
				Scenario: o.ID, Failure: o.FailureID, Expires: r.StartedAt.Add(acceptedFor).UTC().Format(time.DateOnly),
			})
		}
	}
	return b
}

// Write writes a baseline as YAML.
func (b *Baseline) Write(w io.Writer) error {
	const head = `# Failures that are accepted on one target; see 'understudy verify --help'.
# Every entry needs an owner and a reason. It counts until the end of the day
# 'expires', in UTC, and must go when its scenario passes.
`
	data, err := yaml.Dump(b, yaml.WithV4Defaults(), yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(head), data...))
	return err
}
