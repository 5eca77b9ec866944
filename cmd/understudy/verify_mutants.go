package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/fixtures"
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
	world, err := fixtures.Named("default")
	if err != nil {
		return err
	}
	if cmd.Like == likeVendor {
		world.Deployment.Features = fixtures.Features() // as a license gives them to every organization
	}
	mutants, err := cmd.selectMutants(revision, world)
	if err != nil {
		return err
	}
	line := startProgress(std.err, cmd.Progress)
	result, err := strength.Measure(ctx, played, strength.Mutant{Start: cmd.mutantStarter("", revision, world)}, mutants, strength.Options{
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
	if err == nil && !cmd.strongEnough(result) {
		return errFailed
	}
	return err
}

// strongEnough reports whether every defect was noticed. A vendor's profile cannot show all
// rules: there it must not happen that one is tried and its defect not seen.
func (cmd *verifyCommand) strongEnough(result *strength.Result) bool {
	if cmd.Like == likeVendor {
		return !slices.ContainsFunc(result.Verdicts, func(v strength.Verdict) bool { return v.FalseGreen() })
	}
	return result.Killed == result.Mutants
}

// selectMutants are the defects that the pattern selects, of those that the revision can have
// and that break a rule which holds there.
func (cmd *verifyCommand) selectMutants(revision spec.Revision, world *fixtures.World) (selected []strength.Mutant, err error) {
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
			selected = append(selected, strength.Mutant{Name: m.Name, Sentence: m.Sentence, Rule: m.Rule, Start: cmd.mutantStarter(m.Name, revision, world)})
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

// likeVendor has the runs use what a vendor has.
const likeVendor = "vendor"

// mutantStarter returns a function that starts fakes of a revision and a world with a defect; "" is
// none.
func (cmd *verifyCommand) mutantStarter(name string, revision spec.Revision, world *fixtures.World) func() (*strength.Deployment, error) {
	return func() (*strength.Deployment, error) {
		fake, err := mock.New(mock.WithWorld(world), mock.WithMutant(name), mock.WithRevision(string(revision)))
		if err != nil {
			return nil, err
		}
		data, err := fake.Profile(inProcessURL)
		if err != nil {
			return nil, err
		}
		profile, err := target.Parse(data, "the embedded fake", os.LookupEnv)
		if err != nil {
			return nil, err
		}
		profile.Revision = revision
		d := &strength.Deployment{Profile: profile, Transport: fake.Transport()}
		if cmd.Like == likeVendor {
			return d, asVendor(d, fake)
		}
		return d, nil
	}
}

// asVendor takes away what only a fake has, and gives what the profile of a real deployment
// may have in its place.
func asVendor(d *strength.Deployment, fake *mock.Server) (err error) {
	const publish, remove = "publish", "remove"
	if d.Profile.Known.OldSession, err = oldSession(d); err != nil {
		return err
	}
	d.Profile.Control, d.Profile.ControlToken = "", ""
	d.Profile.Allow = target.Permissions
	d.Profile.Hooks = target.Hooks{PublishTXT: []string{publish}, RemoveTXT: []string{remove}}
	var mu sync.Mutex
	records := map[string][]string{} // by name, as the hooks have added them
	d.Hooks = func(_ context.Context, command []string) error {
		mu.Lock()
		defer mu.Unlock()
		name := command[1]
		if command[0] != publish {
			delete(records, name)
			fake.RemoveTXT(name)
			return nil
		}
		records[name] = append(records[name], command[2])
		fake.PublishTXT(name, records[name]...)
		return nil
	}
	return nil
}

// oldSession logs the administrator in as if that had been hours ago.
func oldSession(d *strength.Deployment) (*target.Session, error) {
	body, err := json.Marshal(map[string]string{"user": d.Profile.Credentials["admin"].Email, "age": "3h"})
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: d.Transport}
	answer, err := client.Post(d.Profile.Control+"/sessions", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var session target.Session
	return &session, json.NewDecoder(answer.Body).Decode(&session)
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
