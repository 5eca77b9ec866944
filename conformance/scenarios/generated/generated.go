// Package generated makes scenarios of the OpenAPI document: what holds for every operation
// of a kind is written once, as a family, and tried on each operation that the document has.
// An operation that is added to the document is tried without a line of code here.
//
// A family yields one scenario for each resource, so that what it takes is made once and one
// missing credential takes away one question. Within it each operation is tried by itself:
// one that the target does not offer takes away its own part alone. Requests that must be refused
// are aimed at things that the story made, or at nothing at all; see [ground].
package generated

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// In lists the scenarios that are made of a document, family by family.
func In(d *spec.Document) []suite.Scenario {
	return slices.Concat(
		callers(d),
		bodies(d),
		formValues(d),
		negotiation(d),
		slashes(d),
		fields(d),
		choices(d),
		items(d),
		derivations(d),
		identifiers(d),
		addresses(d),
		readOnly(d),
		foreign(d),
		foreignToBoth(d),
		foreignInSCIM(d),
		queries(d),
		siblings(d),
		references(d),
		lists(d),
		pages(d),
		neighbours(d),
		secrets(d),
		twice(d),
		anew(d),
		moments(d),
	)
}

// tags are the resources of a document, in its order. The SCIM server speaks another language
// and has stories of its own.
func tags(d *spec.Document) (names []string) {
	for _, o := range d.Operations() {
		if !o.IsSCIM() && !slices.Contains(names, o.Tag) {
			names = append(names, o.Tag)
		}
	}
	return names
}

// operations are those of a resource that a question is about, in the order of the document.
func operations(d *spec.Document, tag string, about func(*spec.Operation) bool) (list []*spec.Operation) {
	for _, o := range d.Operations() {
		if o.Tag == tag && about(o) {
			list = append(list, o)
		}
	}
	return list
}

// family is a question that is asked of every operation of a kind.
type family struct {
	// name is the end of the ids of its scenarios, title their sentence, rule what they check: one
	// rule, or several with spaces between.
	name, title, rule string
	needs             []suite.Need
	access            suite.Access
	aspect            suite.Aspect
	rich              bool // it takes a rich ground
	// about chooses the operations.
	about func(*spec.Operation) bool
	// tell asks the question of operations of one resource.
	tell func(s *suite.S, operations []*spec.Operation)
}

// scenarios makes one for each resource that has operations of the kind.
func (f family) scenarios(d *spec.Document) (list []suite.Scenario) {
	for _, tag := range tags(d) {
		chosen := operations(d, tag, f.about)
		if len(chosen) == 0 {
			continue
		}
		scenario := suite.Scenario{
			ID: tag + "." + f.name, Title: f.title, Rules: strings.Fields(f.rule), Needs: slices.Concat([]suite.Need{suite.KeyOf("admin")}, f.needs), Access: f.access, Aspect: f.aspect,
			Run: func(s *suite.S) { f.tell(s, operations(s.Document(), tag, f.about)) },
		}
		if f.rich {
			scenario.Needs = append(scenario.Needs, rich(tag)...)
			if slices.ContainsFunc(chosen, func(o *spec.Operation) bool { return o.SessionOnly }) {
				scenario.Needs = append(scenario.Needs, suite.SessionOf("admin"))
			}
		}
		for _, o := range chosen {
			scenario.Covers = append(scenario.Covers, o.ID)
		}
		list = append(list, scenario)
	}
	return list
}
