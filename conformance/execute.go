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
	list, err := plan(all, t, o)
	if err != nil {
		return nil, err
	}
	client, err := suite.NewClient(t)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if selected(list) == 0 {
		return nil, errors.New("no scenario is selected; 'understudy verify --list' names them all")
	}
	r := newRun(client, all, o)
	r.start(list)
	var group errgroup.Group
	group.SetLimit(o.parallel(t))
	for i := range list {
		if list[i].status == "" {
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

func selected(list []planned) (n int) {
	for i := range list {
		if list[i].status != NotSelected {
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
