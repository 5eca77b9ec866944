package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Concern is what a failure is about: whom it harms, and so how grave it is, and who has to
// mend it. Failures of two concerns never have one cause, however alike they are.
type Concern string

const (
	// Isolation means that what belongs to others is seen or changed.
	Isolation Concern = "isolation"
	// Authentication means that somebody is let in without credentials that count.
	Authentication Concern = "authentication"
	// CSRF means that a session changes something without its token.
	CSRF Concern = "csrf"
	// Scopes means that a key does more than its scopes or its limits allow.
	Scopes Concern = "scopes"
	// Levels means that a member does more than their level allows.
	Levels Concern = "levels"
	// Plan means that something is to be had which the plan does not hold.
	Plan Concern = "plan"
	// Behaviour is everything else that an operation does.
	Behaviour Concern = "behaviour"
	// Form means that the right thing is done or refused, and told in another way: words,
	// media types, methods.
	Form Concern = "form"
)

// Concerns are all of them, the gravest first: leaks before what lets somebody in, that
// before what allows too much, that before what merely goes wrong. Causes are in this order.
var Concerns = []Concern{Isolation, Authentication, CSRF, Scopes, Levels, Plan, Behaviour, Form}

// Words says what a concern about who may do what means for a target, "" of any other.
func (c Concern) Words() string {
	return map[Concern]string{
		Isolation: "reaches what belongs to others", Authentication: "lets in without credentials that count", CSRF: "takes sessions without CSRF token",
		Scopes: "lets keys do too much", Levels: "lets members do too much", Plan: "gives what the plan lacks",
	}[c]
}

// gravity is the place of a concern in the order; an error has none and comes last.
func (c Concern) gravity() int {
	if at := slices.Index(Concerns, c); at >= 0 {
		return at
	}
	return len(Concerns)
}

// access reports whether a concern is about who may do what.
func (c Concern) access() bool { return c.gravity() < Behaviour.gravity() }

// concern says what a failure is about. What was wrong with the answer decides, and to whom it
// was given; what the scenario asks about only where that says nothing: a story about
// isolation that cannot make what it needs shows no leak.
func (o *Outcome) concern() Concern {
	switch {
	case o.Status != Failed:
		return ""
	case o.Aspect == string(suite.Isolation) && o.leaks():
		return Isolation
	case !o.letThrough():
		return o.harmless()
	case o.names("csrf"):
		return CSRF
	case o.expects(401), o.Aspect == string(suite.Authentication), o.names(".auth."):
		return Authentication
	case o.Aspect == string(suite.FeatureGate):
		return Plan
	case o.expects(400):
		return Behaviour
	case strings.HasPrefix(o.caller(), "outsider"), o.names("stranger"):
		return Isolation
	case limitedKey.MatchString(o.caller()):
		return Scopes
	case plainMember.MatchString(o.caller()):
		return Levels
	case o.Aspect == string(suite.Permission):
		if o.names("key", "scope", "session") {
			return Scopes
		}
		return Levels
	}
	return Behaviour
}

var (
	// limitedKey is a caller whose key is limited: a role of the profile that is there for it,
	// or one whose scopes stand in its name.
	limitedKey = regexp.MustCompile(`^(?:read_scopes|write_scopes|unrelated_scope|other_organization_only|project_only)\b|\w:(?:read|write)$`)
	// plainMember is a caller who is not of a high level.
	plainMember = regexp.MustCompile(`^member\b`)
)

// harmless is the concern of a failure by which nobody gets more than they may.
func (o *Outcome) harmless() Concern {
	property := matched(propertyCheck, o.Reason)
	if o.Aspect == string(suite.Protocol) || (errorProperties[property] && o.answered() >= "400") {
		return Form
	}
	return Behaviour
}

// expectedStatus is a check of the status, and which were right.
var expectedStatus = regexp.MustCompile(`^expected status (\d+(?: or \d+)*), got (\d+)`)

// expected returns which statuses were right, and which came; nothing if the failure is
// about something else.
func (o *Outcome) expected() (right []int, came int) {
	m := expectedStatus.FindStringSubmatch(o.Reason)
	if m == nil {
		return nil, 0
	}
	for text := range strings.SplitSeq(m[1], " or ") {
		status, _ := strconv.Atoi(text) // digits
		right = append(right, status)
	}
	came, _ = strconv.Atoi(m[2])
	return right, came
}

// expects reports whether one status alone was right, and which.
func (o *Outcome) expects(status int) bool {
	right, _ := o.expected()
	return len(right) == 1 && right[0] == status
}

// letThrough reports whether a request got further than it may: it had to be refused, and
// was not, or by what comes later. A server that breaks lets nobody through.
func (o *Outcome) letThrough() bool {
	right, came := o.expected()
	if len(right) == 0 || slices.Min(right) < 400 || slices.Max(right) > 404 {
		return false
	}
	return came < 500 && came != 401 && came != 403 && came != 405
}

// leaks reports whether a failure of a story about isolation shows a leak: something of
// others was not refused, or is where it must not be. Others stand in stories about other rules, too.
func (o *Outcome) leaks() bool {
	if right, came := o.expected(); len(right) > 0 {
		return slices.Min(right) >= 400 && slices.Max(right) <= 404 && came < 500
	}
	return !o.passesBy() && o.harmless() == Behaviour && !documentCheck.MatchString(o.Reason) && slices.ContainsFunc(o.ruleIDs(), ofOthers.MatchString)
}

// ofOthers is the id of a rule about what belongs to others.
var ofOthers = regexp.MustCompile(`isolation|foreign|other|stranger|elsewhere`)

// passesBy reports whether a story did not get as far as what it is about: the answer that was
// wrong is of another operation, and none of its own was called yet.
func (o *Outcome) passesBy() bool {
	about := func(c Call) bool { return slices.Contains(o.Covers, c.Operation) }
	return o.Operation != "" && len(o.Calls) > 0 && !slices.ContainsFunc(o.Calls, about)
}

// caller is who made the request whose answer was wrong.
func (o *Outcome) caller() string {
	if len(o.Trail) == 0 {
		return ""
	}
	return o.Trail[len(o.Trail)-1].Caller
}

// names reports whether one of the words is in the id of the scenario or of a rule.
func (o *Outcome) names(words ...string) bool {
	for _, id := range append(o.ruleIDs(), o.ID) {
		for _, word := range words {
			if strings.Contains(id, word) {
				return true
			}
		}
	}
	return false
}
