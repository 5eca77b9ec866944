package conformance

import (
	"context"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Plan is what a run is about to do, told before anything is written.
type Plan struct {
	Target       string        `json:"target"`
	BaseURL      string        `json:"base_url"`
	Organization string        `json:"organization"`
	Preflight    *Preflight    `json:"preflight,omitempty"` // nil when the target was not asked
	Limits       target.Limits `json:"limits"`
	// Runs are the ids of the scenarios that run, Writes how many of them change the
	// target.
	Runs   []string `json:"runs"`
	Writes int      `json:"writes"`
	// NotRun are the others that were selected, by what keeps them from running.
	NotRun []NotRun `json:"not_run"`
	// Estimate is what it will take; nil when it was not measured.
	Estimate *Estimate `json:"estimate,omitempty"`
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
	// Took is how long it takes at the limits of the target, with the time its answers
	// take.
	Took time.Duration `json:"took_ns"`
}

// prepare asks the target what it offers, takes out what it does not, and tells
// what is about to happen. It returns what it found, nil when it did not ask.
func prepare(ctx context.Context, client *suite.Client, list []planned, o Options) (*Preflight, error) {
	plan := &Plan{
		Target: client.Target.Name, BaseURL: report.PublicAddress(client.Target.BaseURL),
		Organization: client.Target.Organization.ID, Limits: client.Target.Limits,
	}
	if o.Preflight {
		found, err := preflight(ctx, client, func(role string) bool { return needsSession(list, client.Target, role) })
		if cause := context.Cause(ctx); err != nil && cause != nil {
			return nil, cause
		}
		if err != nil {
			return nil, err
		}
		plan.Preflight = found
		withdraw(list, client.Target, found)
	}
	if o.Planned == nil {
		return plan.Preflight, nil
	}
	for i := range list {
		plan.add(&list[i])
	}
	return plan.Preflight, o.Planned(plan)
}

// needsSession tells whether a scenario that is about to run would log in as a role.
func needsSession(list []planned, t *Target, role string) bool {
	found := Preflight{NotObserved: []Claim{{Path: "credentials." + role + ".session"}}}
	without := found.observed(t)
	return slices.ContainsFunc(list, func(p planned) bool {
		status, _ := missing(p.scenario, without)
		return p.runs() && status != ""
	})
}

// withdraw marks what does not apply since the organization lacks a feature, and what
// cannot run because the target does not offer what its profile claims.
func withdraw(list []planned, t *Target, found *Preflight) {
	observed := found.observed(t)
	for i := range list {
		if !list[i].runs() {
			continue
		}
		status, reason := missing(list[i].scenario, observed)
		if status == CouldNotRun || (status == NotApplicable && t.Organization.Features != nil) {
			status, reason = CouldNotRun, found.why(reason)
		}
		list[i].status, list[i].reason = status, reason
	}
}

func (p *Plan) add(one *planned) {
	if !one.chosen() {
		return
	}
	if one.runs() {
		p.Runs = append(p.Runs, one.scenario.ID)
		if one.scenario.Access == suite.Write {
			p.Writes++
		}
		return
	}
	i := slices.IndexFunc(p.NotRun, func(n NotRun) bool { return n.Reason == one.reason })
	if i < 0 {
		i, p.NotRun = len(p.NotRun), append(p.NotRun, NotRun{Reason: one.reason})
	}
	p.NotRun[i].Scenarios = append(p.NotRun[i].Scenarios, one.scenario.ID)
}

// runs tells whether a scenario is about to run, chosen whether the options left it
// in.
func (p *planned) runs() bool   { return p.status == "" }
func (p *planned) chosen() bool { return p.status != NotSelected }

// Rehearse runs scenarios against another target, a fake, and measures what they
// take: what they create, and how many requests they make. At the limits of the
// plan's own target, and with the time that its answers take, that tells how long a
// run takes there.
func (p *Plan) Rehearse(ctx context.Context, fake *Target, parallel int) (*Estimate, error) {
	client, err := suite.NewClient(fake)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	e := &Estimate{Sent: map[string]int{}, Created: map[string]int{}}
	for _, scenario := range scenarios.All() {
		if !slices.Contains(p.Runs, scenario.ID) {
			continue
		}
		result := suite.Play(ctx, client, &scenario, labelOf(newSeed()))
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
	for _, n := range e.Sent {
		e.Took = max(e.Took, suite.PacedFor(n, p.Limits))
	}
	if p.Preflight != nil {
		e.Took = max(e.Took, p.Preflight.Latency*time.Duration(e.Requests/max(1, parallel)))
	}
	return e, nil
}
