package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

type verifyCommand struct {
	Target       string `placeholder:"FILE" help:"Target profile (JSON or YAML) of a deployment. Without it: the embedded fake."`
	List         bool   `help:"Print the scenarios, one a line: id, title; those of all revisions, or with --revision of that one. Nothing runs."`
	ListProfiles bool   `help:"Print the named profiles and what they hold, in all revisions, or with --revision in that one. Nothing runs."`
	Revision     string `placeholder:"R" help:"The revision of the API to play, such as 2026-09; 'understudy revisions' lists them. Without it: what the profile says, else what the deployment shows."`
	Parallel     int    `default:"0" help:"How many scenarios run at a time; 0 chooses."`
	Seed         uint64 `default:"0" placeholder:"N" help:"What the names of everything that the run makes derive from; 0 draws one."`

	selectionFlags `group:"What runs"`
	Safety         safetyFlags `embed:"" group:"Safety"`
	verdictFlags   `group:"Verdict"`
	outputFlags    `group:"Output"`
	strengthFlags  `group:"Strength of the suite"`
}

// selectionFlags choose scenarios.
type selectionFlags struct {
	Pattern string   `name:"run" env:"UNDERSTUDY_RUN" placeholder:"PATTERN" help:"Only the scenarios whose id matches: a glob, as 'domains.*', or a regular expression."`
	Tag     []string `placeholder:"TAG" help:"Only the scenarios with one of these tags: a resource (domains), a topic (verify), an aspect (permission); see above."`
	Profile string   `placeholder:"NAME" default:"full" help:"The part of the suite that the verdict is about, as core; --list-profiles names them."`
	Shard   string   `placeholder:"I/N" help:"Run part I of N; every scenario is in one of them."`
	Replay  string   `placeholder:"ID" help:"Repeat one failure: the short id that stands beside it in every report."`
}

// verdictFlags say what counts as failed.
type verdictFlags struct {
	Require       []string `enum:"conformant,clean,no-lost-coverage" placeholder:"WHAT" help:"Exit with 0 only if the target is shown to be conformant, if nothing was left behind (clean), if every rule that the run of --compare showed to hold was tried again (no-lost-coverage); may be repeated."`
	Baseline      string   `placeholder:"FILE" help:"Accepted failures (YAML): scenario, owner, reason, expires. New failures and stale or expired entries exit with 1."`
	BaselineWrite string   `placeholder:"FILE" help:"Write a baseline of what fails now, to be completed by hand. FILE must not be there yet."`
	Compare       string   `placeholder:"FILE" help:"Show what changed since an earlier run: its report in JSON, or its log."`
}

// outputFlags say where reports go.
type outputFlags struct {
	Log    string   `placeholder:"FILE" help:"Write everything that happens, one JSON object a line; 'understudy report render' makes any report of it."`
	Report []string `placeholder:"FORMAT=FILE" sep:"none" help:"Write a report: json, junit, html, markdown or text, as html=report.html; may be repeated."`
	JSON   bool     `help:"Print the report as JSON."`

	Progress time.Duration `default:"10s" help:"How often to tell how far the run is where no terminal shows it; 0 is never."`
}

// strengthFlags have the suite measured instead of a target.
type strengthFlags struct {
	Mutants bool   `help:"Play the suite against the embedded fake with each of its known defects. Exits with 1 unless every one is noticed by a scenario that names the broken rule."`
	Mutant  string `placeholder:"PATTERN" help:"With --mutants: only these defects, a resource or a glob."`
	Like    string `enum:"fake,vendor" default:"fake" help:"With --mutants: what the runs have at hand. vendor is what a real deployment gives: no control plane, hooks, leave for everything; it exits with 1 when a rule was tried and its defect not seen."`
	Full    bool   `help:"With --mutants: play every scenario against every defect, for the whole matrix."`
}

// Help is shown below the flags.
func (verifyCommand) Help() string {
	return `Each scenario ends in one of seven ways: passed; failed; error (ours, or the
connection's); revision between (see below); not applicable (the target does not
offer it, and need not); could not run (the rule holds, but the profile lacks the
means to try it); not selected.

Which revision of the API the target runs is found out first, by a few reads, and the
report says what told. A target that lies between two revisions has the nearest one
played; what is as the other one has it, or needs what the target does not have yet, is
"revision between", which is no failure, and no conformance. With --revision, or
revision in the profile, the target is judged by that one, whatever it shows.

The verdict is about the target: conformant when every required scenario passed or
does not apply, not conformant when one failed, incomplete otherwise. Provisional
scenarios run and do not count. With --profile the verdict is about that part of the
suite alone, as "conformant to core". What only the fake's control plane can show
is not required of a target without one.

Tags are the resource and the topic of an id; read or write; the aspects happy,
validation, permission, authentication, isolation, pagination, lifecycle,
concurrency, robustness, feature, not_found, protocol; documented; control and
feature:KEY for what a scenario needs; provisional.

Exit status:
  0  nothing failed that the baseline does not accept, and something of each resource
     of the core profile was tried; the verdict may be incomplete
  1  a rule is broken or something was lost: a failure, a loss, a stale or expired entry
     of the baseline, things left behind with --require clean
  2  nothing can be said: an error, an interruption, nothing checked, no proof with
     --require conformant, fewer rules tried than --compare with --require
     no-lost-coverage; wrong use or broken set-up
For a gate that only a proven target passes: --require conformant

Under GitHub Actions failures become annotations, and the report goes into the job
summary.

Examples:
  understudy verify
  understudy verify --run 'domains.verify.*'
  understudy verify --target staging.yaml --explain-profile
  understudy verify --target staging.yaml --plan
  understudy verify --target staging.yaml
  understudy verify --target staging.yaml --profile core --require conformant
  understudy verify --target staging.yaml --access write --confirm-organization 0190…
  understudy verify --target staging.yaml --report html=report.html --report junit=report.xml
  understudy verify --target staging.yaml --replay 5kq3a-2fw
  understudy verify --target staging.yaml --baseline accepted.yaml --compare last.json
  understudy verify --mutants --mutant domains`
}

// Run runs the suite.
func (cmd *verifyCommand) Run(ctx context.Context, std streams) error {
	if cmd.List {
		return cmd.list(std.out)
	}
	if cmd.ListProfiles {
		return cmd.listProfiles(std.out)
	}
	if cmd.Mutants {
		return cmd.measureStrength(ctx, std)
	}
	sinks, err := parseReportFlags(cmd.Report)
	if err != nil {
		return err
	}
	options, err := cmd.options()
	if err != nil {
		return err
	}
	t, stop, err := cmd.target(std)
	if err != nil {
		return err
	}
	defer stop()
	if cmd.Safety.ExplainProfile {
		return cmd.explainProfile(t, std.out)
	}
	if err := cmd.Safety.apply(ctx, &options, t, cmd, std); err != nil {
		return err
	}
	report, err := cmd.runSuite(ctx, t, &options, std)
	if errors.Is(err, errPlanned) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := cmd.writeReports(std, report, sinks); err != nil {
		return err
	}
	return reportError(report)
}

// runSuite runs the suite, and writes its log and a progress line.
func (cmd *verifyCommand) runSuite(ctx context.Context, t *conformance.Target, o *conformance.Options, std streams) (*conformance.Report, error) {
	if cmd.Safety.Plan {
		return cmd.Safety.run(ctx, t, o, cmd, std)
	}
	log, err := openLog(cmd.Log)
	if err != nil {
		return nil, err
	}
	line := startProgress(std.err, cmd.Progress)
	o.Progress, o.Events, o.Notice = line.update, log.write, line.notice
	report, err := cmd.Safety.run(ctx, t, o, cmd, std)
	line.end()
	return report, errors.Join(err, log.close())
}

// options turns the flags into options, and reads the files that they name.
func (cmd *verifyCommand) options() (conformance.Options, error) {
	o := conformance.Options{
		Run: cmd.Pattern, Tags: cmd.Tag, Replay: cmd.Replay, Parallel: cmd.Parallel,
		Seed: cmd.Seed, Profile: cmd.Target, NamedProfile: cmd.Profile, Require: cmd.Require,
	}
	var err error
	if o.Shard, err = conformance.ParseShard(cmd.Shard); err != nil {
		return o, err
	}
	if cmd.Baseline != "" {
		if o.Baseline, err = conformance.LoadBaseline(cmd.Baseline); err != nil {
			return o, err
		}
	}
	if slices.Contains(cmd.Require, conformance.RequireNoLostCoverage) && cmd.Compare == "" {
		return o, errors.New("--require no-lost-coverage: --compare names the run that showed more")
	}
	if cmd.Compare != "" {
		if o.Earlier, err = readEarlierReport(cmd.Compare); err != nil {
			return o, err
		}
	}
	if cmd.BaselineWrite != "" {
		if _, err := os.Stat(cmd.BaselineWrite); err == nil {
			return o, fmt.Errorf("--baseline-write %s: the file is there already; owners and reasons in it would be lost", cmd.BaselineWrite)
		}
	}
	return o, nil
}

// writeReports writes the report in each form that the flags and GitHub Actions ask for.
func (cmd *verifyCommand) writeReports(std streams, report *conformance.Report, sinks []reportFile) error {
	for _, s := range sinks {
		if err := s.write(report); err != nil {
			return err
		}
	}
	if cmd.BaselineWrite != "" {
		if err := writeFile(cmd.BaselineWrite, conformance.NewBaseline(report).Write); err != nil {
			return err
		}
	}
	github := detectGitHubActions(os.Getenv)
	if err := github.summarise(report); err != nil {
		return err
	}
	if cmd.JSON {
		return errors.Join(report.WriteJSON(std.out), github.annotate(std.err, report))
	}
	return errors.Join(github.withoutCommands(std.out, report.WriteText), github.annotate(std.out, report))
}

// listed are the scenarios of the revision that was named, else those of all.
func (cmd *verifyCommand) listed() ([]suite.Scenario, error) {
	if cmd.Revision == "" {
		return scenarios.All(), nil
	}
	revision, err := spec.ParseRevision(cmd.Revision)
	if err != nil {
		return nil, fmt.Errorf("--revision: %w", err)
	}
	return scenarios.In(revision), nil
}

// list prints every scenario.
func (cmd *verifyCommand) list(w io.Writer) error {
	listed, err := cmd.listed()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range listed {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", s.ID, s.Title)
	}
	return table.Flush()
}

// listProfiles prints the named profiles: how many scenarios and rules each holds,
// how many of the scenarios a target without control plane can run, and what it is.
func (cmd *verifyCommand) listProfiles(w io.Writer) error {
	all, err := cmd.listed()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROFILE\tSCENARIOS\tRULES\tONLY ON A FAKE\tHOLDS")
	for _, p := range conformance.NamedProfiles {
		held, fakeOnly, rules := 0, 0, map[string]bool{}
		for _, s := range all {
			if !p.Has(&s) {
				continue
			}
			held++
			if slices.Contains(s.Kinds(), suite.Control) {
				fakeOnly++
			}
			for _, rule := range s.Rules {
				rules[rule] = true
			}
		}
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", p.Name, held, len(rules), fakeOnly, p.Holds)
	}
	return table.Flush()
}

// target reads the target profile, or starts the embedded fake and returns the profile of that.
func (cmd *verifyCommand) target(std streams) (*conformance.Target, func(), error) {
	revision, err := spec.ParseRevision(cmd.Revision)
	if err != nil {
		return nil, nil, fmt.Errorf("--revision: %w", err)
	}
	if cmd.Target != "" {
		t, err := conformance.LoadTarget(cmd.Target)
		if err == nil && cmd.Revision != "" {
			t.Revision = revision
		}
		return t, func() {}, err
	}
	fake, err := mock.New(mock.WithRevision(string(revision)), mock.WithLogger(slog.New(slog.NewTextHandler(std.err, nil))))
	if err != nil {
		return nil, nil, err
	}
	// The fake outlives an interrupt, so that the run can clean up.
	running, err := startLocalServer(fake)
	if err != nil {
		return nil, nil, err
	}
	profile, err := fake.Profile(running.url)
	if err != nil {
		running.stop()
		return nil, nil, err
	}
	t, err := target.Parse(profile, "the embedded fake", os.LookupEnv)
	if err == nil {
		t.Revision = revision
	}
	return t, running.stop, err
}

// explainProfile prints what the profile lacks, and what that costs.
func (cmd *verifyCommand) explainProfile(t *conformance.Target, w io.Writer) error {
	explained := conformance.ExplainProfile(t)
	if cmd.JSON {
		return explained.WriteJSON(w)
	}
	return explained.WriteText(w)
}
