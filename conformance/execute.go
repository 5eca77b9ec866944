package conformance

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"

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
	r, list, err := begin(ctx, all, t, o)
	if err != nil {
		return nil, err
	}
	defer r.close()
	var group errgroup.Group
	group.SetLimit(o.parallel(t))
	for i := range list {
		if list[i].runs() {
			group.Go(func() error {
				r.play(ctx, list[i].scenario)
				return nil
			})
		}
	}
	_ = group.Wait()
	r.end(ctx.Err() != nil)
	return Summarise(r.events)
}

// begin plans a run, asks the target what it offers, tells what is going to happen
// and is ready to play. Whoever calls it closes the run.
func begin(ctx context.Context, all []suite.Scenario, t *Target, o Options) (r *run, list []planned, err error) {
	if list, err = plan(all, t, o); err != nil {
		return nil, nil, err
	}
	if selected(list) == 0 {
		return nil, nil, errors.New("no scenario is selected; 'understudy verify --list' names them all")
	}
	if r, err = newRun(t, all, o); err != nil {
		return nil, nil, err
	}
	found, err := prepare(ctx, r.client, list, o)
	if err != nil {
		r.close()
		return nil, nil, err
	}
	r.start(list, found)
	return r, list, nil
}

func selected(list []planned) (n int) {
	for i := range list {
		if list[i].chosen() {
			n++
		}
	}
	return n
}

// newSeed draws what the names of a run derive from. It fits into any JSON reader.
func newSeed() uint64 {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return binary.LittleEndian.Uint64(random[:]) >> 11
}

// labelOf makes the mark that everything of a run carries.
func labelOf(seed uint64) string {
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(nil, seed))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:5]))
}
