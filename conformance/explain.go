package conformance

import "github.com/understudy-dev/understudy/conformance/plan"

// ExplainProfile says which fields a profile lacks, and which scenarios each of them costs,
// in the profile's revision or the default one. It sends nothing.
func ExplainProfile(t *Target) *Explanation { return plan.ExplainProfile(t) }
