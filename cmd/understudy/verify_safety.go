package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// safetyFlags keep a run from harming its target.
type safetyFlags struct {
	Plan                bool          `help:"Ask the target what it offers, print what would run, be created and be sent, and stop."`
	ExplainProfile      bool          `help:"Print which fields the profile lacks and which scenarios each of them costs, most first, and stop. Nothing is sent."`
	Access              string        `enum:",read,write" default:"" help:"read leaves out everything that could change the target. Default: write where the target is disposable, read elsewhere."`
	ConfirmOrganization string        `placeholder:"ID" help:"The organization's id, typed again: without it nothing is written to a target that is not disposable. Of one whose profile says disposable: true it is remembered."`
	Journal             string        `type:"path" placeholder:"FILE" help:"Where to note what is created, for 'sweep'. Default: with --target a file in the state directory, which goes when nothing is left."`
	Timeout             time.Duration `default:"30s" help:"How long a request may take."`
	Patience            time.Duration `default:"2m" help:"How long to wait for a target that is in trouble (no answer, 503 and the like) before the run ends early."`
	Deadline            time.Duration `placeholder:"DURATION" help:"How long the run may take; then it cleans up and ends. Default: four times what the plan estimates, 15 minutes at least."`
	CAFile              string        `name:"ca-file" type:"path" placeholder:"FILE" help:"Certificates (PEM) to trust as well as the system's."`
}

// apply puts the flags into the options of a run. It refuses what could write by accident to
// a target that is worth keeping.
func (f *safetyFlags) apply(ctx context.Context, o *conformance.Options, t *conformance.Target, cmd *verifyCommand, std streams) error {
	disposable := cmd.Target == "" // the embedded fake
	if !disposable {
		var err error
		if disposable, err = f.disposable(ctx, t, std.err); err != nil {
			return err
		}
	}
	access, err := f.access(t, disposable)
	if err != nil {
		return err
	}
	o.Access, o.ConfirmOrganization = access, t.Organization.ID // access asked who may write
	o.Connection = conformance.Connection{Timeout: f.Timeout, Patience: f.Patience, CAFile: f.CAFile, Journal: f.Journal}
	if o.Journal == "" && access == suite.Write && cmd.Target != "" {
		if o.Journal, err = defaultJournal(t); err != nil {
			return err
		}
	}
	if access == suite.Write && cmd.Target != "" && !f.Plan {
		folder, err := journalFolder(t)
		if err != nil {
			return err
		}
		o.Loans = filepath.Join(folder, "known-things.lock")
	}
	o.Preflight = f.Plan || cmd.Target != ""
	if f.Plan {
		o.Journal = ""
	}
	if f.Plan || !disposable {
		o.Planned = f.printPlan(o.Parallel, cmd.JSON, std)
	}
	return nil
}

// run runs the suite within the deadline, and sees to its journal.
func (f *safetyFlags) run(ctx context.Context, t *conformance.Target, o *conformance.Options, cmd *verifyCommand, std streams) (*conformance.Report, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	deadline := startDeadline(f.Deadline, end)
	defer deadline.timer.Stop()
	if planned := o.Planned; planned != nil {
		o.Planned = func(plan *conformance.Plan) error {
			err := planned(plan)
			if err == nil && plan.Estimate != nil {
				deadline.allowFor(plan.Estimate.Took, std.err)
			}
			return err
		}
	}
	defer f.finishJournal(o, t, cmd, std.err)
	report, err := conformance.Execute(ctx, t, *o)
	if cause := context.Cause(ctx); err == nil && cause != nil && !errors.Is(cause, context.Canceled) {
		_, _ = fmt.Fprintln(std.err, "understudy:", cause)
	}
	return report, err
}

// runDeadline ends a run that takes too long.
type runDeadline struct {
	chosen bool // by a flag
	timer  *time.Timer
	end    func(after time.Duration)
}

const (
	shortestDeadline  = 15 * time.Minute
	deadlineEstimates = 4 // times what a run is estimated to take
)

// startDeadline begins to count; 0 has the deadline follow from what the run should take.
func startDeadline(after time.Duration, end context.CancelCauseFunc) *runDeadline {
	d := &runDeadline{chosen: after > 0}
	if !d.chosen {
		after = shortestDeadline
	}
	d.end = func(after time.Duration) {
		d.timer = time.AfterFunc(after, func() { end(fmt.Errorf("the run took longer than --deadline %s", after)) })
	}
	d.end(after)
	return d
}

// allowFor moves a deadline that nobody chose to a few times what a run should take.
func (d *runDeadline) allowFor(estimate time.Duration, w io.Writer) {
	after := max(shortestDeadline, deadlineEstimates*estimate).Round(time.Minute)
	if d.chosen || !d.timer.Stop() {
		return
	}
	d.end(after)
	_, _ = fmt.Fprintf(w, "understudy: the run ends after %s at the latest (--deadline)\n", after)
}

// access returns what the run may do to the target. Writing to one that is not disposable
// takes two flags; one of them alone is a mistake that is named.
func (f *safetyFlags) access(t *conformance.Target, disposable bool) (suite.Access, error) {
	id, write, confirmed := t.Organization.ID, f.Access == string(suite.Write), f.ConfirmOrganization != ""
	if confirmed && !strings.EqualFold(f.ConfirmOrganization, id) {
		return "", fmt.Errorf("--confirm-organization names %s, and the profile's organization is %s. Nothing was sent", f.ConfirmOrganization, id)
	}
	switch {
	case f.Access == string(suite.Read):
		return suite.Read, nil
	case disposable, write && (confirmed || f.Plan):
		return suite.Write, nil
	case !write && !confirmed:
		return suite.Read, nil
	}
	missing := "--access write"
	if write {
		missing = "--confirm-organization " + id
	}
	return "", fmt.Errorf("%s is not known to be disposable: to write to it add %s; --access read changes nothing. Nothing was sent", t.BaseURL, missing)
}

// errPlanned ends a run after its plan.
var errPlanned = errors.New("only the plan was asked for")

// printPlan returns a function that prints the plan: on standard output with --plan.
func (f *safetyFlags) printPlan(parallel int, asJSON bool, std streams) func(*conformance.Plan) error {
	return func(plan *conformance.Plan) (err error) {
		if plan.Estimate, err = estimate(plan, max(parallel, 1)); err != nil {
			return err
		}
		out := std.err
		if f.Plan {
			out = std.out
		}
		write := plan.WriteText
		if f.Plan && asJSON {
			write = plan.WriteJSON
		}
		if err := write(out); err != nil {
			return err
		}
		if f.Plan {
			return errPlanned
		}
		return nil
	}
}

// estimate runs a plan against a fake of its own, to count its requests and objects.
func estimate(plan *conformance.Plan, parallel int) (*conformance.Estimate, error) {
	fake, err := mock.New(mock.WithRevision(plan.Revision))
	if err != nil {
		return nil, err
	}
	running, err := startLocalServer(fake)
	if err != nil {
		return nil, err
	}
	defer running.stop()
	data, err := fake.Profile(running.url)
	if err != nil {
		return nil, err
	}
	t, err := target.Parse(data, "the embedded fake", os.LookupEnv)
	if err != nil {
		return nil, err
	}
	t.Revision = spec.Revision(plan.Revision)
	return plan.Rehearse(context.Background(), t, parallel)
}

// defaultJournal returns the name of a file for the journal of a run.
func defaultJournal(t *conformance.Target) (string, error) {
	folder, err := journalFolder(t)
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, time.Now().UTC().Format("20060102T150405.000000000")+".ndjson"), nil
}

// journalFolder returns the folder of the journals of runs against a target. adrg/xdg has
// other folders on macOS and Windows, and journals there are now would not be found.
func journalFolder(t *conformance.Target) (string, error) {
	name, err := stateName(t)
	if err != nil {
		return "", err
	}
	state, err := stateFolder()
	return filepath.Join(state, "journals", name), err
}

// stateFolder returns the folder of what is kept between runs.
func stateFolder() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("there is no place for the journal (set --journal FILE): %w", err)
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "understudy"), nil
}

// stateName returns what a target is called among what is kept.
func stateName(t *conformance.Target) (string, error) {
	u, err := url.Parse(t.BaseURL)
	if err != nil {
		return "", err
	}
	return strings.NewReplacer(":", "_", "/", "_").Replace(u.Host) + "_" + t.Organization.ID, nil
}

// finishJournal removes the journal of a run that left nothing behind, if the run chose
// its name; else it prints how to sweep.
func (f *safetyFlags) finishJournal(o *conformance.Options, t *conformance.Target, cmd *verifyCommand, w io.Writer) {
	if o.Journal == "" {
		return
	}
	entries, err := journal.Read(o.Journal, conformance.JournalTarget(t))
	switch {
	case err != nil:
		return // the run has said why
	case len(entries) > 0 && cmd.Target != "":
		_, _ = fmt.Fprintf(w, "understudy: %d things may be left behind; remove them with\n  understudy sweep --target %s --journal %s\n", len(entries), cmd.Target, o.Journal)
	case f.Journal == "":
		_ = os.Remove(o.Journal) // one more file in the state directory harms nobody
	}
}
