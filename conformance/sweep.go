package conformance

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// SweepOptions choose what a sweep removes.
type SweepOptions struct {
	// Journal is the file that the run wrote.
	Journal string
	// OlderThan leaves out what was begun more recently; 0 leaves out nothing.
	OlderThan time.Duration
	// DryRun only looks.
	DryRun bool
	// Timeout and CAFile are as in [Options].
	Timeout time.Duration
	CAFile  string
	// Hooks is as in [Connection].
	Hooks suite.HookRunner
	// Now is the clock; nil is the machine's.
	Now func() time.Time
}

// Sweep removes from a target what an interrupted run left there: what its journal
// names, and nothing else. each is told about every entry. It needs no scenario. It
// fails with [journal.ErrOtherTarget] when the journal belongs to another target,
// with [journal.ErrInUse] while the run goes on, and when ctx ends. Run again, it
// finds nothing left to do.
func Sweep(ctx context.Context, t *Target, o SweepOptions, each func(suite.Swept)) (err error) {
	client, err := suite.NewClient(t, suite.WithTimeout(o.Timeout), suite.WithCAFile(o.CAFile), suite.HooksThrough(o.Hooks))
	if err != nil {
		return err
	}
	defer client.Close()
	j, err := journal.Reopen(o.Journal)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	entries, err := journal.Read(o.Journal, JournalTarget(t))
	if err != nil {
		return err
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	var writing error
	suite.Sweep(ctx, client, journal.OlderThan(entries, o.OlderThan, now()), o.DryRun, func(swept suite.Swept) {
		if swept.Failed == "" && !o.DryRun {
			writing = errors.Join(writing, j.StrikeOut(swept.Entry, client.Secrets.Mask(swept.Kept)))
		}
		maskSwept(client.Secrets, &swept)
		each(swept)
	})
	return errors.Join(writing, context.Cause(ctx))
}

// maskSwept takes the secrets out of what is told about an entry.
func maskSwept(secrets *suite.Secrets, swept *suite.Swept) {
	for i, text := range swept.Removed {
		swept.Removed[i] = report.Printable(secrets.Mask(text))
	}
	shown := *swept.Entry
	shown.ID, shown.Label, shown.Sent = report.Printable(secrets.Mask(shown.ID)), report.Printable(secrets.Mask(shown.Label)), report.Printable(secrets.Mask(shown.Sent))
	swept.Entry = &shown
	swept.Kept, swept.Failed = report.Printable(secrets.Mask(swept.Kept)), report.Printable(secrets.Mask(swept.Failed))
}

// JournalTarget is what the journal of a run against a target belongs to.
func JournalTarget(t *Target) journal.Target { return runner.JournalTarget(t) }
