package conformance

import (
	"context"

	"github.com/understudy-dev/understudy/conformance/detect"
	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// prepare finds out which revision of the API the target runs, unless the profile says so, and
// returns the profile with it, the scenarios that hold there, and what the runner is told.
// With a preflight the target is looked at in any case, to say what it shows.
func (o *Options) prepare(ctx context.Context, t *Target) (*Target, []suite.Scenario, runner.Config, error) {
	config := o.config()
	config.RevisionTold = t.Revision != ""
	played := *t
	proven, err := o.provenDisposable(ctx, &played)
	if err != nil {
		return nil, nil, config, err
	}
	if !config.RevisionTold || o.Preflight {
		found, err := o.detect(ctx, t)
		if err != nil {
			return nil, nil, config, err
		}
		config.Found = found
		if !config.RevisionTold {
			played.Revision = found.Revision
		}
	}
	list := scenarios.In(played.Revision)
	if !proven {
		err = o.mayWrite(&played, list, &config)
	}
	return &played, list, config, err
}

// detect asks the target. It keeps no journal: nothing is written.
func (o *Options) detect(ctx context.Context, t *Target) (*detect.Found, error) {
	client, err := suite.NewClient(t, suite.WithTimeout(o.Timeout), suite.WithCAFile(o.CAFile))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	found, err := detect.Revision(ctx, client)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, plan.NoAnswer(client, err)
	}
	return found, nil
}
