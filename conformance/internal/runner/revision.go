package runner

import (
	"context"
	"fmt"

	"github.com/understudy-dev/understudy/conformance/detect"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// farSide is the other revision of a target that lies between two: not the one that is played.
type farSide struct {
	revision  spec.Revision
	contract  *suite.Contract
	scenarios map[string]*suite.Scenario
}

// standBetween has the run play a target between two revisions: answers may be as either has
// them, and what goes wrong is tried as the other one has it.
func (r *Run) standBetween(found *detect.Found) (err error) {
	base := r.client.Target.BaseURL
	if r.client.Contract, err = suite.NewContractBetween(base, found.Revision, found.Other(), found.Rows); err != nil {
		return err
	}
	far := &farSide{revision: found.Other(), scenarios: map[string]*suite.Scenario{}}
	if far.contract, err = suite.NewContractBetween(base, found.Other(), found.Revision, found.Rows); err != nil {
		return err
	}
	list := scenarios.In(far.revision)
	for i := range list {
		far.scenarios[list[i].ID] = &list[i]
	}
	r.far = far
	return nil
}

// explain finds out whether a failure is a difference between the two revisions: the story
// asked for what the target does not have, the revision on the far side has no such
// scenario, or it holds as that one has it.
func (r *Run) explain(ctx context.Context, scenario *suite.Scenario, missed string, result *report.Result) {
	differs := func(why string) {
		result.Status, result.Reason = report.RevisionBetween, why+": "+result.Reason
	}
	theirs, ok := r.far.scenarios[scenario.ID]
	switch {
	case missed != "":
		differs("the target has no " + missed)
		return
	case !ok:
		differs(fmt.Sprintf("%s has no such rule", r.far.revision))
		return
	}
	again := suite.PlayUnder(ctx, r.client, r.far.contract, theirs, r.info.Run)
	result.Requests += again.Requests
	result.Checks += again.Checks
	result.Waited += again.Waited
	result.Retries += again.Retried
	result.DurationMS += again.Duration.Milliseconds()
	for _, leftover := range again.Leftovers {
		result.Leftovers = append(result.Leftovers, r.sanitize(leftover))
	}
	if again.Failure == "" && again.Error == "" && again.CouldNotRun == "" && again.NotApplicable == "" {
		differs(fmt.Sprintf("as in %s", r.far.revision))
	}
}

// shown is what was found, as the log has it.
func shown(found *detect.Found) report.RevisionShown {
	if found == nil {
		return report.RevisionShown{}
	}
	return report.RevisionShown{Revision: found.Name(), Because: found.Because, Has: found.Has, Lacks: found.Lacks, Odd: found.Odd}
}
