package report

import "slices"

// LostRule is a rule that an earlier run showed to hold and of which this one says nothing.
type LostRule struct {
	ID string `json:"id"`
	// Because is why a scenario of the rule said nothing this time.
	Because string `json:"because"`
}

// lostRules compares what a run shows with what an earlier one did. A rule that is broken now
// is not lost, nor one that the suite has no more, that the profile of the run does not hold, or
// that another shard tries.
func (r *Report) lostRules(e *Earlier) (list []LostRule) {
	at, said := map[string]int{}, map[string]bool{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if o.Outside || o.Provisional || (o.Status == NotSelected && r.ofAnotherShard()) {
			continue
		}
		for _, id := range o.ruleIDs() {
			if _, known := at[id]; !known {
				at[id] = len(list)
				list = append(list, LostRule{ID: id})
			}
			switch rule := &list[at[id]]; {
			case o.saysSomething():
				said[id] = true
			case rule.Because == "":
				rule.Because = o.Status.Words() + ": " + firstLine(o.Reason)
			}
		}
	}
	return slices.DeleteFunc(list, func(rule LostRule) bool { return said[rule.ID] || !e.showed(rule.ID, r.Outcomes) })
}

// ofAnotherShard reports whether what was not selected may be in another shard.
func (r *Report) ofAnotherShard() bool { return r.Shard != "" && len(r.MissingShards) == 0 }

// saysSomething reports whether the outcome tells if the target does as its rules say.
func (o *Outcome) saysSomething() bool { return o.Status == Passed || o.Status == Failed }

// showed reports whether the earlier run showed a rule to hold. What earlier versions wrote
// names scenarios and no rules: then it is that one of those that check the rule passed.
func (e *Earlier) showed(rule string, outcomes []Outcome) bool {
	if e.Proven != nil {
		return slices.Contains(e.Proven, rule)
	}
	return slices.ContainsFunc(outcomes, func(o Outcome) bool {
		return e.Outcomes[o.ID] == Passed && slices.Contains(o.ruleIDs(), rule)
	})
}
