package conformance

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Execute runs the scenarios against a target and reports how they went. It
// fails when nothing could be tried: a bad pattern, no scenario selected. When ctx
// ends, what is running is given up and cleaned up, and the rest is reported as
// not run.
func Execute(ctx context.Context, t *Target, o Options) (*Report, error) {
	return execute(ctx, scenarios.All(), t, o)
}

func execute(ctx context.Context, all []suite.Scenario, t *Target, o Options) (*Report, error) {
	list, err := plan(all, t, o)
	if err != nil {
		return nil, err
	}
	label := newLabel()
	client, done, err := o.client(t, label)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := prepare(ctx, client, list, o); err != nil {
		return nil, err
	}
	r := &runner{client: client, options: o, label: label}
	report := newReport(t, list, r.label)
	if report.selected() == 0 {
		return nil, errors.New("no scenario is selected; 'understudy verify --list' names them all")
	}
	r.run(ctx, list, report)
	report.Interrupted = ctx.Err() != nil
	report.finish()
	return report, nil
}

// newLabel makes the mark that everything of a run carries.
func newLabel() string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random[:]))
}

type runner struct {
	client  *suite.Client
	options Options
	label   string

	mu   sync.Mutex
	done int
}

// run plays what is planned, a few scenarios at a time.
func (r *runner) run(ctx context.Context, list []planned, report *Report) {
	var group errgroup.Group
	total := report.runnable()
	group.SetLimit(r.options.parallel(r.client.Target))
	for i := range list {
		if list[i].skip != "" {
			continue
		}
		group.Go(func() error {
			r.play(ctx, list[i].scenario, &report.Outcomes[i], total)
			return nil
		})
	}
	_ = group.Wait()
}

func (r *runner) play(ctx context.Context, scenario *suite.Scenario, outcome *Outcome, total int) {
	if ctx.Err() != nil {
		outcome.Status, outcome.Reason = Skipped, "the run was interrupted"
	} else {
		started := time.Now()
		result := suite.Play(ctx, r.client, scenario, r.label)
		outcome.record(&result, r.client.Secrets, started)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.options.Progress != nil {
		r.options.Progress(r.done, total, outcome)
	}
}
