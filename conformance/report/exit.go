package report

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// The exit statuses of a run.
const (
	// ExitFine means that nothing is wrong that was not accepted, and that what was asked was
	// found out.
	ExitFine = 0
	// ExitBroken means that a rule is broken or that something was lost: the target, or what
	// was on it, is not as it must be.
	ExitBroken = 1
	// ExitUnknown means that nothing can be said: the target could not be asked enough.
	ExitUnknown = 2
)

// Exit returns the exit status of the run, and why it is not 0: first what is wrong, then what
// is not known. It is not the verdict: an incomplete run is fine unless conformant is required.
//
//   - 1: a required scenario failed and no baseline accepts it; a thing was lost that the run
//     did not make; an entry of the baseline is stale or expired; things were left behind and
//     clean is required.
//   - 2, where nothing of that is: a required scenario ended in an error, the run was cut
//     short, a shard is missing; nothing was checked, or nothing of a resource of the core
//     profile; conformant is required and not shown; no-lost-coverage is required and rules
//     that the earlier run showed to hold were not tried.
//   - 0: neither.
func (r *Report) Exit() (status int, reasons []string) { return r.ExitStatus, r.Failing }

// OK reports whether the exit status is 0.
func (r *Report) OK() bool { return r.ExitStatus == ExitFine }

// exit decides about the exit status.
func (r *Report) exit() (status int, reasons []string) {
	failures := r.countWhere(func(o *Outcome) bool { return o.Status == Failed && !r.Baseline.accepts(o.ID) })
	errors := r.countWhere(func(o *Outcome) bool { return o.Status == Errored })
	broken, unknown := r.brokenBeside(), r.unknownBeside()
	if failures > 0 {
		broken = append(broken, count(failures, "required check")+" failed")
	}
	if errors > 0 {
		unknown = append([]string{count(errors, "required check") + " ended in an error"}, unknown...)
	}
	switch {
	case len(broken) > 0:
		status = ExitBroken
	case len(unknown) > 0:
		status = ExitUnknown
	}
	return status, append(broken, unknown...)
}

// brokenBeside says what is wrong beside scenarios that failed.
func (r *Report) brokenBeside() []string {
	reasons := []string{}
	if n := len(r.Losses); n > 0 {
		reasons = append(reasons, count(n, "thing")+" lost that the run did not make")
	}
	if n := r.Baseline.brokenEntries(); n > 0 {
		reasons = append(reasons, count(n, "baseline entry")+" stale or expired")
	}
	if slices.Contains(r.Require, RequireClean) && r.leftBehind() > 0 {
		reasons = append(reasons, count(r.leftBehind(), "thing")+" left behind, and a clean target is required")
	}
	return reasons
}

// unknownBeside says what the run did not find out and had to, beside scenarios that ended in an
// error.
func (r *Report) unknownBeside() (reasons []string) {
	if r.Interrupted {
		reasons = append(reasons, "the run was interrupted")
	}
	if early := r.endedEarly(); early != "" {
		reasons = append(reasons, early)
	}
	for _, shard := range r.MissingShards {
		reasons = append(reasons, "shard "+shard+" is missing")
	}
	if r.count(Passed)+r.count(Failed) == 0 {
		reasons = append(reasons, "nothing was checked")
	} else if list := r.untriedCore(); len(list) > 0 {
		reasons = append(reasons, "nothing was tried of "+strings.Join(list, ", ")+", which the core profile holds")
	}
	if slices.Contains(r.Require, RequireConformant) && r.Conformance != Conformant {
		reasons = append(reasons, "the verdict is "+r.Words()+", and conformant is required")
	}
	if n := len(r.LostRules); slices.Contains(r.Require, RequireNoLostCoverage) && n > 0 {
		reasons = append(reasons, count(n, "rule")+" shown to hold by the earlier run and not tried by this one, and no lost coverage is required")
	}
	return reasons
}

// countWhere counts the outcomes that have a say in the verdict and are so.
func (r *Report) countWhere(is func(*Outcome) bool) (n int) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.counts() && is(o) {
			n++
		}
	}
	return n
}

// coreProfile is the part of the suite without which nothing can be said of a target.
const coreProfile = "core"

// chosen reports whether somebody chose the scenarios.
func (r *Report) chosen() bool {
	return r.Selection.Run != "" || len(r.Selection.Tags) > 0 || r.Selection.Replay != ""
}

// untriedCore returns the resources of the core profile of which the run was to try something
// and tried nothing but what those are answered whom the target does not know: without any
// credential that works, that is all that runs. Whoever chooses scenarios gets what they chose.
func (r *Report) untriedCore() (list []string) {
	if r.chosen() || r.Shard != "" {
		return nil
	}
	tried := map[string]bool{}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if !o.counts() || !o.in(coreProfile) || o.Status == NotSelected || o.Status == NotApplicable {
			continue
		}
		if _, seen := tried[o.Resource()]; !seen {
			list = append(list, o.Resource())
		}
		tried[o.Resource()] = tried[o.Resource()] || (o.Status != CouldNotRun && o.Aspect != string(suite.Authentication))
	}
	return slices.DeleteFunc(list, func(resource string) bool { return tried[resource] })
}
