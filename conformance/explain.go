package conformance

import (
	"cmp"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/spec"
)

// ExplainProfile says which fields a profile lacks, and which scenarios each of them costs,
// in the profile's revision or the default one. It sends nothing.
func ExplainProfile(t *Target) *Explanation {
	told := t.Copy()
	told.Revision = cmp.Or(t.Revision, spec.DefaultRevision)
	return plan.Explain(scenarios.In(told.Revision), told)
}
