// Package mutant says what a planted defect is: a change to the tables that a server is
// built from, once, when it is made. The defects themselves stand beside the rules that
// they break, and never here.
package mutant

import (
	"sync"

	"github.com/understudy-dev/understudy/spec"
)

// Mutant is a defect that a server can be told to have: one that a real deployment might
// have, at one place. T is the tables that it changes.
type Mutant[T any] struct {
	// Name is "resource.topic.defect".
	Name string
	// Sentence says what is wrong. It is empty in the second half of a mutant that has
	// one in each of two packages.
	Sentence string
	// Rule is the rule that is broken. A suite catches the mutant when a scenario that
	// names the rule fails.
	Rule string
	// Change makes the defect.
	Change func(T)
}

// Tables are what the API and the SCIM server of one mock are both built from.
type Tables struct {
	Aims
	Document   *spec.Document // of the revision; shared, and never changed
	Operations []*spec.Operation
	Answers    []AnswerChange
	// Memory is what the one remembers for the other: a defect may need to know what
	// has happened elsewhere.
	Memory sync.Map
}

// NewTables are the tables of a revision, without a defect.
func NewTables(document *spec.Document) *Tables {
	return &Tables{Document: document, Operations: document.Operations()}
}

// Apply makes the mutants of a name. It reports whether there is any.
func Apply[T any](all []Mutant[T], name string, tables T) bool {
	found := false
	for _, m := range all {
		if m.Name == name {
			m.Change(tables)
			found = true
		}
	}
	return found
}

// SCIMToken is the key in [Tables.Memory] of the domain, or of the config with a slug,
// that a token has opened.
type SCIMToken string
