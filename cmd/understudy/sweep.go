package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/suite"
)

type sweepCommand struct {
	Target    string        `required:"" type:"path" placeholder:"FILE" help:"Target profile (JSON or YAML) of the deployment."`
	Journal   []string      `type:"path" sep:"none" placeholder:"FILE" help:"The journal of the run; may be repeated. Default: all journals of the target in the state directory."`
	OlderThan time.Duration `placeholder:"DURATION" help:"Leave what was begun more recently."`
	DryRun    bool          `help:"Only tell what would be removed."`
	Timeout   time.Duration `default:"30s" help:"How long a request may take."`
	CAFile    string        `name:"ca-file" type:"path" placeholder:"FILE" help:"Certificates (PEM) to trust as well as the system's."`
	JSON      bool          `help:"Print what became of each entry as NDJSON."`
}

// Help is shown below the flags.
func (sweepCommand) Help() string {
	return `Touches only what a journal names: things with the identifier and the time of creation that
it has, and of what has no identifier those that carry the label of the run. What is not what
the run made stays. Run again, it finds nothing to do.

Exit status: 0 nothing is left, 1 something could not be removed, 2 wrong use, another target, or a
run that still goes on.

Examples:
  understudy sweep --target staging.yaml --journal run.ndjson --dry-run
  understudy sweep --target staging.yaml --journal run.ndjson
  understudy sweep --target staging.yaml --older-than 2h`
}

// Run sweeps.
func (cmd *sweepCommand) Run(ctx context.Context, std streams) error {
	t, err := conformance.LoadTarget(cmd.Target)
	if err != nil {
		return err
	}
	journals, err := cmd.journals(t)
	if err != nil {
		return err
	}
	told := &sweepPrinter{cmd: cmd, std: std}
	for _, file := range journals {
		err := conformance.Sweep(ctx, t, conformance.SweepOptions{
			Journal: file, OlderThan: cmd.OlderThan, DryRun: cmd.DryRun, Timeout: cmd.Timeout, CAFile: cmd.CAFile,
		}, told.print)
		if errors.Is(err, journal.ErrInUse) && len(cmd.Journal) == 0 {
			_, _ = fmt.Fprintln(std.err, "understudy: left alone:", err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return told.summary()
}

// journals returns those of --journal, or all of the target.
func (cmd *sweepCommand) journals(t *conformance.Target) ([]string, error) {
	if len(cmd.Journal) > 0 {
		return cmd.Journal, nil
	}
	folder, err := journalFolder(t)
	if err != nil {
		return nil, err
	}
	return filepath.Glob(filepath.Join(folder, "*.ndjson"))
}

// sweepPrinter prints what became of the entries, and counts them.
type sweepPrinter struct {
	cmd                   *sweepCommand
	std                   streams
	removed, kept, failed int
}

func (s *sweepPrinter) print(swept suite.Swept) {
	s.removed += len(swept.Removed)
	if swept.Kept != "" {
		s.kept++
	}
	if swept.Failed != "" {
		s.failed++
	}
	entry := swept.Entry
	if s.cmd.JSON {
		_ = json.NewEncoder(s.std.out).Encode(map[string]any{
			"run": entry.Run, "n": entry.N, "kind": entry.Kind, "removed": append([]string{}, swept.Removed...), "kept": swept.Kept, "failed": swept.Failed,
		})
		return
	}
	verb := "removed"
	if s.cmd.DryRun {
		verb = "would remove"
	}
	for _, what := range swept.Removed {
		_, _ = fmt.Fprintf(s.std.out, "%s  %s (run %s)\n", verb, what, entry.Run)
	}
	if swept.Kept != "" {
		_, _ = fmt.Fprintf(s.std.out, "kept  %s\n", swept.Kept)
	}
	if swept.Failed != "" {
		_, _ = fmt.Fprintf(s.std.out, "left  %s %s%s (run %s): %s\n", entry.Kind, entry.ID, entry.Label, entry.Run, swept.Failed)
	}
}

func (s *sweepPrinter) summary() error {
	if !s.cmd.JSON {
		_, _ = fmt.Fprintf(s.std.out, "%d removed, %d kept, %d left\n", s.removed, s.kept, s.failed)
	}
	if s.failed > 0 {
		return errFailed
	}
	return nil
}
