// Package suite is the language in which scenarios are written: a scenario is a
// value with a story, the story makes calls and says what must come back.
//
//	var noRecord = suite.Scenario{
//		ID:     "domains.verify.no_record",
//		Title:  "Without its TXT record a domain stays unverified",
//		Covers: []string{"domains_verify_create"},
//		Needs:  []suite.Need{suite.SessionOf("admin")},
//		Access: suite.Write,
//		Run: func(s *suite.S) {
//			domain := s.NewDomain()
//			s.Session("admin").Post(domain.Path("verify"), nil).Status(200).Has("is_verified", false)
//		},
//	}
//
// A story must hold on any deployment: it never assumes to be alone in the
// organization, uses names from [S.Name] and touches only what it made. What the
// factories make is deleted when the story ends, however it ends.
//
// What is here: requests and their pace, what an answer must be, the things that stories
// make, and how they are found and deleted again. No rule of the API is here, those are in
// package scenarios; nor is any choice of scenarios, verdict or report, which package
// conformance has.
package suite

import (
	"cmp"
	"embed"
	"slices"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// Access says what a scenario does to the deployment.
type Access string

const (
	// Read makes only requests that change nothing, even when they succeed.
	Read Access = "read"
	// Write makes things and deletes them again.
	Write Access = "write"
)

// Aspect is the kind of question that a scenario asks of an operation. The matrix of
// coverage in a report has a column for each.
type Aspect string

// The aspects.
const (
	// Behaviour is what an operation does, and anything that is no other aspect.
	Behaviour Aspect = "behaviour"
	// Validation is which input is refused, and how.
	Validation Aspect = "validation"
	// Authentication is who counts as whom.
	Authentication Aspect = "authentication"
	// Permission is what scopes and levels allow.
	Permission Aspect = "permission"
	// FeatureGate is what the plan of the organization allows.
	FeatureGate Aspect = "feature"
	// NotFound is about what does not exist.
	NotFound Aspect = "not found"
	// Isolation is about what belongs to others.
	Isolation Aspect = "isolation"
	// Pagination is about pages of lists.
	Pagination Aspect = "pagination"
	// Protocol is about methods, bodies, media types and paths.
	Protocol Aspect = "protocol"
	// Concurrency is about requests at the same time.
	Concurrency Aspect = "concurrency"
)

// Tags that no other field of a scenario gives.
const (
	// Lifecycle is for stories that follow a thing to its end, or beyond.
	Lifecycle = "lifecycle"
	// Robustness is for stories that send what a careless client sends.
	Robustness = "robustness"
)

// Scenario is one thing that a deployment must do, and how to see whether it does.
type Scenario struct {
	// ID names the scenario for ever: resource, topic, case, joined by dots.
	ID string
	// Title is the rule in one sentence.
	Title string
	// Rules are the ids of the rules that the story checks, as package rules has
	// them. None is the rule that has the scenario's own id.
	Rules []string
	// Covers are the ids of the operations that the story tries.
	Covers []string
	// From and Until are the first and the last revision of the API in which the story can be
	// told; "" is no bound. What its rules and its operations say need not be repeated.
	From, Until spec.Revision
	// Needs are what the target must offer. Without it the scenario does not run;
	// the reason says whether the rule does not apply or could not be tried.
	Needs []Need
	// Access is Read or Write.
	Access Access
	// Aspect is the kind of question that the story asks; "" is Behaviour. See
	// [Scenario.Asks].
	Aspect Aspect
	// Tags are words to choose the scenario by, beside those that its other fields
	// give: [Lifecycle], [Robustness].
	Tags []string
	// Provisional scenarios run and are reported but do not count: neither for the
	// verdict nor for the exit status.
	Provisional bool
	// Run is the story.
	Run func(s *S)
}

// Asks returns the aspect of the scenario.
func (s *Scenario) Asks() Aspect { return cmp.Or(s.Aspect, Behaviour) }

// Need is something that a target may offer. It returns what the target lacks of
// it; the zero Lack is nothing.
type Need func(t *target.Profile) Lack

// Lack is what keeps a scenario from running on a target, and what that means for
// the verdict.
type Lack struct {
	// Reason says it in a sentence; "" is that nothing is lacking.
	Reason string
	// NotApplicable is whether the target does not offer the thing, which it need not:
	// the rule is no rule for it. Otherwise the rule holds, and only the means
	// to try it are missing.
	NotApplicable bool
	// Kind names what is lacking where that says what a scenario is about:
	// [Control], or "feature:" and the key of a feature. "" is anything else.
	Kind string
}

// Control is the kind of lack of a target without the fake's control plane.
const Control = "control"

// Kinds are the kinds of what a scenario needs: what a target that offers nothing
// lacks of it.
func (s *Scenario) Kinds() (kinds []string) {
	bare := &target.Profile{Organization: target.Organization{Features: []string{}}}
	for _, need := range s.Needs {
		if kind := need(bare).Kind; kind != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Source is the text of this package: what the words of the stories mean, and so a
// part of what identifies the suite.
//
//go:embed *.go
var Source embed.FS
