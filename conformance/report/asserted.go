package report

import (
	"slices"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// covered is what scenarios exercised and asserted. Those that failed, or do not
// count, prove nothing.
func covered(outcomes []Outcome) coverage.Set {
	set := coverage.Set{}
	for i := range outcomes {
		if o := &outcomes[i]; o.counts() {
			set.Merge(o.Covered)
		}
	}
	return set
}

// AssertedKind is how much of one kind of thing was covered, over all operations.
type AssertedKind struct {
	Kind  coverage.Kind
	Share coverage.Share
}

// AssertedSum adds up the operations.
func (r *Report) AssertedSum() (list []AssertedKind) {
	sum := coverage.Sum(r.Asserted)
	for _, kind := range coverage.Kinds {
		if sum[kind].Total > 0 {
			list = append(list, AssertedKind{kind, sum[kind]})
		}
	}
	return list
}

// touched are the operations of which anything was covered.
func (r *Report) touched() []coverage.Row {
	return slices.DeleteFunc(slices.Clone(r.Asserted), func(row coverage.Row) bool {
		for _, share := range row.Kinds {
			if share.Covered > 0 {
				return false
			}
		}
		return true
	})
}
