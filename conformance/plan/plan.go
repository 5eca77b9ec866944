// Package plan decides what a run will do before it changes anything: which scenarios
// are selected, what the target offers (preflight), and what the run will take. It never
// plays a scenario against the target, and judges nothing.
package plan

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// Plan is what a run is about to do, told before anything is written.
type Plan struct {
	Target       string `json:"target"`
	BaseURL      string `json:"base_url"`
	Organization string `json:"organization"`
	// Revision is the one of the API whose scenarios run; RevisionTold whether the profile
	// or a flag said so.
	Revision     string        `json:"revision"`
	RevisionTold bool          `json:"revision_told"`
	Preflight    *Preflight    `json:"preflight,omitempty"` // nil when the target was not asked
	Limits       target.Limits `json:"limits"`
	// Runs are the ids of the scenarios that run, Writes how many of them change the
	// target.
	Runs   []string `json:"runs"`
	Writes int      `json:"writes"`
	// NotRun are the others that were selected, by what keeps them from running.
	NotRun []NotRun `json:"not_run"`
	// Parallel is how many scenarios run at a time.
	Parallel int `json:"parallel"`
	// Estimate is what it will take; nil when it was not measured.
	Estimate *Estimate `json:"estimate,omitempty"`

	keepsUsers bool // users may be made, and nothing deletes them there
}

// NotRun are scenarios that do not run for one reason.
type NotRun struct {
	Reason    string   `json:"reason"`
	Scenarios []string `json:"scenarios"`
}

// Estimate is what scenarios took on another target, a fake for one.
type Estimate struct {
	Requests int `json:"requests"`
	// Sent counts requests by who makes them, Created things by their kind.
	Sent    map[string]int `json:"sent"`
	Created map[string]int `json:"created"`
	// Accounts is how many user accounts stay at most, which the API cannot delete.
	Accounts int `json:"accounts_left"`
	// Took is how long it takes at the limits of the target, with the time its answers
	// take.
	Took time.Duration `json:"took_ns"`
}

// Options are what [Prepare] is told.
type Options struct {
	// Preflight asks the target what it offers.
	Preflight bool
	// Planned is told what is about to happen; nil is nobody.
	Planned func(*Plan) error
	// RevisionShown is the revision that the target shows. RevisionTold is whether the one
	// that is played was told.
	RevisionShown report.RevisionShown
	RevisionTold  bool
	// Parallel is how many scenarios run at a time.
	Parallel int
}

// Prepare asks the target what it offers, if that is wanted, and marks the entries that
// need what it does not. Then it tells what is about to happen. It returns what it found,
// nil when it did not ask.
func Prepare(ctx context.Context, client *suite.Client, list []Entry, o Options) (*Preflight, error) {
	plan := &Plan{
		Target: client.Target.Name, BaseURL: report.PublicAddress(client.Target.BaseURL),
		Organization: client.Target.Organization.ID, Limits: client.Target.Limits,
		Revision: string(client.Target.Revision), RevisionTold: o.RevisionTold,
		Parallel: o.Parallel, keepsUsers: client.Target.Control == "" && slices.Contains(client.Target.Allow, target.CreateUsers),
	}
	if o.Preflight {
		found, err := runPreflight(ctx, client, o.RevisionShown, func(role string) bool { return needsSession(list, client.Target, role) })
		if cause := context.Cause(ctx); err != nil && cause != nil {
			return nil, cause
		}
		if err != nil {
			return nil, err
		}
		found.Version = cmp.Or(client.Target.Version, found.Version)
		plan.Preflight = found
		markUnavailable(list, client.Target, found)
		client.ObserveFeatures(found.featuresOf(client.Target))
	}
	if o.Planned == nil {
		return plan.Preflight, nil
	}
	for i := range list {
		plan.add(&list[i])
	}
	return plan.Preflight, o.Planned(plan)
}

// needsSession reports whether a scenario that is about to run would log in as a role.
func needsSession(list []Entry, t *target.Profile, role string) bool {
	found := Preflight{NotObserved: []Claim{{Path: "credentials." + role + ".session"}}}
	without := found.confirmed(t)
	return slices.ContainsFunc(list, func(e Entry) bool {
		status, _ := missing(e.Scenario, without)
		return e.Runs() && status != ""
	})
}

// markUnavailable marks the scenarios that do not apply since the organization lacks a
// feature, and those that cannot run since the target lacks what its profile claims.
func markUnavailable(list []Entry, t *target.Profile, found *Preflight) {
	observed := found.confirmed(t)
	for i := range list {
		if !list[i].Runs() {
			continue
		}
		status, reason := missing(list[i].Scenario, observed)
		if status == report.CouldNotRun || (status == report.NotApplicable && t.Organization.Features != nil) {
			status, reason = report.CouldNotRun, found.reasonFor(reason)
		}
		list[i].Status, list[i].Reason = status, reason
	}
}

func (p *Plan) add(e *Entry) {
	if !e.Selected() {
		return
	}
	if e.Runs() {
		p.Runs = append(p.Runs, e.Scenario.ID)
		if e.Scenario.Access == suite.Write {
			p.Writes++
		}
		return
	}
	p.NotRun = addNotRun(p.NotRun, e.Reason, e.Scenario.ID)
}

// addNotRun adds a scenario to those of its reason.
func addNotRun(list []NotRun, reason, id string) []NotRun {
	i := slices.IndexFunc(list, func(n NotRun) bool { return n.Reason == reason })
	if i < 0 {
		i, list = len(list), append(list, NotRun{Reason: reason})
	}
	list[i].Scenarios = append(list[i].Scenarios, id)
	return list
}

// Rehearse runs scenarios against another target, a fake, and measures what they
// take: what they create, and how many requests they make. At the limits of the
// plan's own target, and with the time that its answers take, that tells how long a
// run takes there.
func (p *Plan) Rehearse(ctx context.Context, fake *target.Profile, parallel int) (*Estimate, error) {
	var options []suite.ClientOption
	if p.keepsUsers {
		options = append(options, suite.SharingPeople())
	}
	client, err := suite.NewClient(fake, options...)
	if err != nil {
		return nil, err
	}
	parallel = max(parallel, p.Parallel)
	defer client.Close()
	e := &Estimate{Sent: map[string]int{}, Created: map[string]int{}}
	for _, scenario := range scenarios.In(cmp.Or(fake.Revision, spec.DefaultRevision)) {
		if !slices.Contains(p.Runs, scenario.ID) {
			continue
		}
		result := suite.Play(ctx, client, &scenario, Label(NewSeed()))
		for who, n := range result.Sent {
			e.Sent[who] += n
			e.Requests += n
		}
		for kind, n := range result.Created {
			e.Created[kind] += n
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if p.keepsUsers {
		left, shared := client.Accounts()
		e.Accounts = left + shared*max(0, parallel-1)
	}
	for _, n := range e.Sent {
		e.Took = max(e.Took, suite.PacedFor(n, p.Limits))
	}
	if p.Preflight != nil {
		e.Took = max(e.Took, p.Preflight.Latency*time.Duration(e.Requests/max(1, parallel)))
	}
	return e, nil
}

// NewSeed draws a number that the names of a run derive from. It has 53 bits, which every
// reader of JSON keeps.
func NewSeed() uint64 {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return binary.LittleEndian.Uint64(random[:]) >> 11
}

// Label returns the mark that the names of everything that a run makes carry.
func Label(seed uint64) string {
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(nil, seed))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:5]))
}
