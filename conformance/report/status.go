package report

// Status is how a scenario ended. There are six ways, and each but Passed has a
// reason.
type Status string

const (
	// Passed: everything held.
	Passed Status = "passed"
	// Failed: the target did something else than it must.
	Failed Status = "failed"
	// Errored: the suite could not find out, through a fault of its own or of the
	// way to the target; not the target's verdict.
	Errored Status = "error"
	// NotApplicable: the target does not offer, and need not, what the rule is about.
	NotApplicable Status = "not_applicable"
	// CouldNotRun: the rule holds for the target, but the profile lacks the means to
	// try it, what it promised did not hold, or the run ended before.
	CouldNotRun Status = "could_not_run"
	// NotSelected: the options left it out.
	NotSelected Status = "not_selected"
)

// Statuses are all of them, in the order of reports.
var Statuses = []Status{Passed, Failed, Errored, NotApplicable, CouldNotRun, NotSelected}

// Words is a status as people write it.
func (s Status) Words() string {
	switch s {
	case NotApplicable:
		return "not applicable"
	case CouldNotRun:
		return "could not run"
	case NotSelected:
		return "not selected"
	}
	return string(s)
}

// Heading is a status over a number.
func (s Status) Heading() string {
	if s == Errored {
		return "errors"
	}
	return s.Words()
}

// Conformance is what a run says about the target as a whole. Only required
// scenarios count for it: those that are not provisional.
type Conformance string

const (
	// Conformant: every required scenario passed, but for those that do not apply.
	Conformant Conformance = "conformant"
	// NotConformant: at least one required scenario failed.
	NotConformant Conformance = "not_conformant"
	// Incomplete: nothing failed, but not every required scenario was tried.
	Incomplete Conformance = "incomplete"
)

// Words is a verdict as people write it.
func (c Conformance) Words() string {
	if c == NotConformant {
		return "not conformant"
	}
	return string(c)
}

// What a run may be asked for beyond that nothing fails; see [Options.Require].
const (
	// RequireConformant: an incomplete run counts as failed.
	RequireConformant = "conformant"
	// RequireClean: things left behind on the target count as failed.
	RequireClean = "clean"
)
