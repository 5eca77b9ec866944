package conformance

import (
	"context"

	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/conformance/report"
)

// Measure runs the whole suite against a target and tells what it covered. It fails
// when a scenario fails or does not run: what that would have covered is not known.
func Measure(ctx context.Context, t *Target, parallel int) (*Measured, error) {
	documented, all := coverage.Set{}, coverage.Set{}
	r, err := Execute(ctx, t, Options{Parallel: parallel, Events: func(e Event) {
		documented.Merge(e.Documented)
		if e.Result != nil {
			all.Merge(e.Result.Covered)
		}
	}})
	if err != nil {
		return nil, err
	}
	return report.Measure(r, documented, all)
}
