package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

type verifyCommand struct {
	Target   string   `placeholder:"FILE" help:"Target profile (JSON or YAML) of a deployment. Without it: the embedded fake."`
	Pattern  string   `name:"run" env:"UNDERSTUDY_RUN" placeholder:"PATTERN" help:"Only the scenarios whose id matches: a glob, as 'domains.*', or a regular expression."`
	Tag      []string `placeholder:"RESOURCE" help:"Only the scenarios of these resources, as domains or invites."`
	List     bool     `help:"Print the scenarios, one a line: id, title. Nothing runs."`
	Parallel int      `default:"0" help:"How many scenarios run at a time; 0 chooses."`
	Report   []string `placeholder:"FORMAT=FILE" sep:"none" help:"Write a report: json=FILE or junit=FILE; may be repeated."`
	JSON     bool     `help:"Print the report as JSON."`

	Safety safetyFlags `embed:"" group:"Safety"`
}

// Help is shown below the flags.
func (verifyCommand) Help() string {
	return `Exit status: 0 every scenario that ran passed, 1 some did not, 2 wrong use or broken set-up.

Examples:
  understudy verify
  understudy verify --run 'domains.verify.*'
  understudy verify --target staging.yaml --plan
  understudy verify --target staging.yaml
  understudy verify --target staging.yaml --access write --confirm-organization 0190…
  understudy verify --target staging.yaml --report json=report.json --report junit=report.xml`
}

// Run runs the suite.
func (cmd *verifyCommand) Run(ctx context.Context, std streams) error {
	if cmd.List {
		return cmd.list(std.out)
	}
	sinks, err := cmd.sinks()
	if err != nil {
		return err
	}
	t, stop, err := cmd.target(ctx, std)
	if err != nil {
		return err
	}
	defer stop()
	line := newProgressLine(std.err)
	options := conformance.Options{Run: cmd.Pattern, Tags: cmd.Tag, Parallel: cmd.Parallel, Progress: line.update}
	report, err := cmd.Safety.run(ctx, t, &options, cmd, std)
	line.clear()
	if errors.Is(err, errPlanned) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, sink := range sinks {
		if err := sink.write(report); err != nil {
			return err
		}
	}
	if err := cmd.print(std.out, report); err != nil {
		return err
	}
	if !report.OK() {
		return errFailed
	}
	return nil
}

func (cmd *verifyCommand) print(w io.Writer, report *conformance.Report) error {
	if cmd.JSON {
		return report.WriteJSON(w)
	}
	return report.WriteText(w)
}

// list prints every scenario that the patterns select.
func (cmd *verifyCommand) list(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range scenarios.All() {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", s.ID, s.Title)
	}
	return table.Flush()
}

// target reads the profile, or starts the embedded fake and describes that.
func (cmd *verifyCommand) target(ctx context.Context, std streams) (*conformance.Target, func(), error) {
	if cmd.Target != "" {
		t, err := conformance.LoadTarget(cmd.Target)
		return t, func() {}, err
	}
	fake, err := mock.New(mock.WithLogger(slog.New(slog.NewTextHandler(std.err, nil))))
	if err != nil {
		return nil, nil, err
	}
	// The fake outlives an interrupt, so that the run can clean up.
	running, err := listenLocally(fake)
	if err != nil {
		return nil, nil, err
	}
	profile, err := fake.Profile(running.url)
	if err != nil {
		running.stop()
		return nil, nil, err
	}
	t, err := target.Parse(profile, "the embedded fake", os.LookupEnv)
	return t, running.stop, err
}

// sink is a report file.
type sink struct {
	file  string
	write func(*conformance.Report) error
}

// sinks opens no file yet but refuses formats that there are not, before
// anything runs.
func (cmd *verifyCommand) sinks() (list []sink, err error) {
	formats := map[string]func(*conformance.Report, io.Writer) error{
		"json":  (*conformance.Report).WriteJSON,
		"junit": (*conformance.Report).WriteJUnit,
	}
	for _, text := range cmd.Report {
		name, file, ok := strings.Cut(text, "=")
		format, known := formats[name]
		if !ok || !known || file == "" {
			return nil, fmt.Errorf("--report %s: want json=FILE or junit=FILE", text)
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("--report %s: the folder is not there: %w", text, err)
		}
		list = append(list, sink{file, func(r *conformance.Report) error { return writeReport(file, r, format) }})
	}
	return list, nil
}

func writeReport(file string, r *conformance.Report, format func(*conformance.Report, io.Writer) error) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	return format(r, f)
}

// progressLine is one line that tells how far the run is. It is there only on a
// terminal.
type progressLine struct {
	w    io.Writer
	next time.Time
}

func newProgressLine(w io.Writer) *progressLine {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progressLine{w: w}
	}
	return &progressLine{}
}

func (p *progressLine) update(done, total int, outcome *conformance.Outcome) {
	if p.w == nil || (done < total && time.Now().Before(p.next)) {
		return
	}
	p.next = time.Now().Add(50 * time.Millisecond)
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%d of %d  %.60s", done, total, outcome.ID)
}

func (p *progressLine) clear() {
	if p.w != nil {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
