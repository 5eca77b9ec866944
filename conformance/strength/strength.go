// Package strength measures how good the suite is: it plays the scenarios against
// deployments that have one known defect each, and looks which of them notice. The
// defects are given to it; it knows none of its own.
//
// A mutant is killed when a scenario that names the broken rule fails. That some
// other scenario fails is not enough: the report of a real deployment would lead its
// reader to the wrong place.
package strength

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Deployment is a target that has a defect, or none, and the way to it.
type Deployment struct {
	Profile   *target.Profile
	Transport http.RoundTripper // nil is the network
	// Hooks runs the hooks of the profile; nil runs them as the programs that they are.
	Hooks suite.HookRunner
	// Stop ends it; nil is nothing to end.
	Stop func()
}

// Mutant is a defect, and how to get a deployment that has it.
type Mutant struct {
	// Name is "resource.topic.defect".
	Name string
	// Sentence says what is wrong.
	Sentence string
	// Rule is the id of the rule that is broken.
	Rule string
	// Start makes a deployment that has the defect.
	Start func() (*Deployment, error)
}

// Options choose how a measurement is made.
type Options struct {
	// Full plays every scenario against every mutant. Otherwise a mutant is let off
	// as soon as it is killed.
	Full bool
	// Parallel is how many mutants are tried at a time; 0 is two for each processor.
	Parallel int
	// Label marks what the runs make; "" is "strength".
	Label string
	// Progress is told of every mutant that is done; nil is nobody. It is called from
	// one goroutine at a time.
	Progress func(done, total int, verdict *Verdict)
}

// Verdict is what became of a mutant.
type Verdict struct {
	Mutant   string `json:"mutant"`
	Sentence string `json:"sentence"`
	Rule     string `json:"rule"`
	Killed   bool   `json:"killed"`
	// By are the scenarios that name the rule and failed.
	By []string `json:"by"`
	// Others are the scenarios that failed and do not name the rule. They are
	// complete in a full measurement, and for mutants that are not killed though their rule
	// was tried.
	Others []string `json:"others"`
	// Naming is how many scenarios name the rule and could be played.
	Naming int `json:"naming"`
}

// FalseGreen reports whether scenarios tried the rule and saw nothing wrong: a run against
// such a deployment would say that it keeps the rule. A rule that none could try is said to be
// unproven.
func (v *Verdict) FalseGreen() bool { return !v.Killed && v.Naming > 0 }

// Result is a measurement.
type Result struct {
	Mutants  int       `json:"mutants"`
	Killed   int       `json:"killed"`
	Verdicts []Verdict `json:"verdicts"`
}

// Measure plays the scenarios against every mutant. It fails when a scenario fails
// without any defect: then nothing can be said about defects.
func Measure(ctx context.Context, all []suite.Scenario, sound Mutant, mutants []Mutant, o Options) (*Result, error) {
	if o.Label == "" {
		o.Label = "strength"
	}
	if o.Parallel == 0 {
		o.Parallel = 2 * runtime.GOMAXPROCS(0)
	}
	if err := checkSound(ctx, all, sound, o); err != nil {
		return nil, err
	}
	result := &Result{Mutants: len(mutants), Verdicts: make([]Verdict, len(mutants))}
	var group errgroup.Group
	group.SetLimit(o.Parallel)
	var mu sync.Mutex
	done := 0
	for i := range mutants {
		group.Go(func() error {
			verdict, err := measure(ctx, all, &mutants[i], o)
			if err != nil {
				return fmt.Errorf("mutant %s: %w", mutants[i].Name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			result.Verdicts[i] = *verdict
			if verdict.Killed {
				result.Killed++
			}
			done++
			if o.Progress != nil {
				o.Progress(done, len(mutants), verdict)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return result, nil
}

// checkSound makes sure that every scenario holds where there is no defect.
func checkSound(ctx context.Context, all []suite.Scenario, sound Mutant, o Options) error {
	client, stop, err := sound.open()
	if err != nil {
		return err
	}
	defer stop()
	var group errgroup.Group
	group.SetLimit(o.Parallel)
	ends := make([]error, len(all))
	for i := range all {
		if !playable(&all[i], client.Target) {
			continue
		}
		group.Go(func() error {
			if why, _ := failure(suite.Play(ctx, client, &all[i], o.Label)); why != "" {
				ends[i] = fmt.Errorf("%s fails without a defect: %s", all[i].ID, why)
			}
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(append(ends, ctx.Err())...)
}

// measure plays the scenarios against one mutant, those that name the rule first.
func measure(ctx context.Context, all []suite.Scenario, m *Mutant, o Options) (*Verdict, error) {
	client, stop, err := m.open()
	if err != nil {
		return nil, err
	}
	defer stop()
	v := &Verdict{Mutant: m.Name, Sentence: m.Sentence, Rule: m.Rule, By: []string{}, Others: []string{}}
	for _, naming := range []bool{true, false} {
		if untried := v.Naming == 0; !naming && untried && !o.Full {
			break // nobody could notice by the rule's name, whoever else would
		}
		for i := range all {
			s := &all[i]
			if s.Provisional || Names(s, m.Rule) != naming || !playable(s, client.Target) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			why, tried := failure(suite.Play(ctx, client, s, o.Label))
			if naming && tried {
				v.Naming++
			}
			if why == "" {
				continue
			}
			if !naming {
				v.Others = append(v.Others, s.ID)
				continue
			}
			v.By, v.Killed = append(v.By, s.ID), true
			if !o.Full {
				return v, nil
			}
		}
	}
	return v, nil
}

// open makes a client for a deployment that has the defect.
func (m *Mutant) open() (*suite.Client, func(), error) {
	d, err := m.Start()
	if err != nil {
		return nil, nil, err
	}
	stop := d.Stop
	if stop == nil {
		stop = func() {}
	}
	var options []suite.ClientOption
	if d.Transport != nil {
		options = append(options, suite.Through(d.Transport))
	}
	if d.Hooks != nil {
		options = append(options, suite.HooksThrough(d.Hooks))
	}
	client, err := suite.NewClient(d.Profile, options...)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return client, func() { client.Close(); stop() }, nil
}

// Names reports whether a scenario checks a rule.
func Names(s *suite.Scenario, rule string) bool { return slices.Contains(s.Rules, rule) }

// playable reports whether a target has what a scenario needs.
func playable(s *suite.Scenario, t *target.Profile) bool {
	return !slices.ContainsFunc(s.Needs, func(need suite.Need) bool { return need(t) != (suite.Lack{}) })
}

// failure says in one line why a scenario did not pass, "" if it did, and whether it was
// tried at all: it is not where the profile, which may lack what only a run can tell, keeps
// it from running.
func failure(r suite.Result) (why string, tried bool) {
	for _, why := range []string{r.Failure, r.Error} {
		if why != "" {
			line, _, _ := strings.Cut(why, "\n")
			return line, true
		}
	}
	return "", r.CouldNotRun == "" && r.NotApplicable == ""
}
