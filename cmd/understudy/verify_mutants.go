package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// measureStrength runs the suite against the embedded fake with each of its defects, and
// fails unless every one is noticed.
func (cmd *verifyCommand) measureStrength(ctx context.Context, std streams) error {
	revision, err := spec.ParseRevision(cmd.Revision)
	if err != nil {
		return fmt.Errorf("--revision: %w", err)
	}
	played := scenarios.In(revision)
	mutants, err := cmd.selectMutants(revision)
	if err != nil {
		return err
	}
	line := startProgress(std.err)
	result, err := strength.Measure(ctx, played, strength.Mutant{Start: mutantStarter("", revision)}, mutants, strength.Options{
		Full: cmd.Full, Parallel: cmd.Parallel,
		Progress: func(done, total int, v *strength.Verdict) { line.show(done, total, v.Mutant) },
	})
	line.end()
	if err != nil {
		return err
	}
	if cmd.JSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(result)
	} else {
		err = result.WriteText(std.out)
	}
	if err == nil && result.Killed < result.Mutants {
		return errFailed
	}
	return err
}

// selectMutants are the defects that the pattern selects, of those that the revision can have
// and that break a rule which holds there.
func (cmd *verifyCommand) selectMutants(revision spec.Revision) (selected []strength.Mutant, err error) {
	set, err := rules.Load()
	if err != nil {
		return nil, err
	}
	planted, err := mock.MutantsIn(string(revision))
	if err != nil {
		return nil, err
	}
	for _, m := range planted {
		if rule, known := set.Rule(m.Rule); known && !rule.HoldsIn(revision) {
			continue // it breaks nothing here
		}
		matches := cmd.Mutant == "" || strings.HasPrefix(m.Name, cmd.Mutant+".")
		if !matches {
			if matches, err = path.Match(cmd.Mutant, m.Name); err != nil {
				return nil, fmt.Errorf("--mutant %q: %w", cmd.Mutant, err)
			}
		}
		if matches {
			selected = append(selected, strength.Mutant{Name: m.Name, Sentence: m.Sentence, Rule: m.Rule, Start: mutantStarter(m.Name, revision)})
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("--mutant %q selects nothing; 'understudy serve --list-mutants' names them all", cmd.Mutant)
	}
	return selected, nil
}

// inProcessURL is the base URL of fakes that are called without a network. Nothing listens
// there.
const inProcessURL = "http://127.0.0.1:1"

// mutantStarter returns a function that starts fakes of a revision with a defect; "" is none.
func mutantStarter(name string, revision spec.Revision) func() (*strength.Deployment, error) {
	return func() (*strength.Deployment, error) {
		fake, err := mock.New(mock.WithMutant(name), mock.WithRevision(string(revision)))
		if err != nil {
			return nil, err
		}
		data, err := fake.Profile(inProcessURL)
		if err != nil {
			return nil, err
		}
		profile, err := target.Parse(data, "the embedded fake", os.LookupEnv)
		if err == nil {
			profile.Revision = revision
		}
		return &strength.Deployment{Profile: profile, Transport: fake.Transport()}, err
	}
}

// listMutants prints one name a line.
func listMutants(w io.Writer) error {
	for _, m := range mock.Mutants() {
		if _, err := fmt.Fprintln(w, m.Name); err != nil {
			return err
		}
	}
	return nil
}
