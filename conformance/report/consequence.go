package report

import (
	"slices"
	"strings"
)

// findConsequences notes of each cause which other one may have brought it about: its lead
// went through an operation that it is not about, and that the other cause is about. A person
// who joined at a wrong level is refused where somebody else looks for the reason.
func (r *Report) findConsequences() {
	for i := range r.Causes {
		for j := range r.Causes {
			after, before := &r.Causes[i], &r.Causes[j]
			if i != j && after.mayFollow(before) && !before.mayFollow(after) {
				after.After = before.Lead
				break
			}
		}
	}
}

// mayFollow reports whether a cause may follow from another one: every scenario of it made use
// of what the lead of the other is about, and none is about that. The other must have failed of
// that very thing: by its own answer, or by a read that shows what it did.
func (c *Cause) mayFollow(other *Cause) bool {
	if c.Status != Failed || other.Status != Failed || !other.Counts || other.Step != "" {
		return false
	}
	if !strings.HasPrefix(other.lead.Request, "GET ") && !slices.Contains(other.lead.Covers, other.lead.Operation) {
		return false
	}
	return slices.ContainsFunc(other.lead.Covers, func(operation string) bool {
		uses := func(o *Outcome) bool { return o.uses(operation) && !slices.Contains(o.Covers, operation) }
		return uses(c.lead) && !slices.ContainsFunc(c.others, func(o *Outcome) bool { return !uses(o) })
	})
}

// uses reports whether a story changed something by an operation.
func (o *Outcome) uses(operation string) bool {
	return slices.ContainsFunc(o.Calls, func(call Call) bool { return call.Operation == operation })
}
