// Package rules holds what the suite checks, in words: one sentence for each rule
// of the API, the operations that it is about, and where it comes from. A scenario
// names the rules that it checks; see [Set.Check]. The sentences stand in YAML files here,
// the stories that try them in package scenarios; no request is made here.
//
// A rule has its id for ever: reports, baselines and lists of defects name it. Most
// are checked by one scenario and share its id; a rule that several scenarios try,
// with other input or in other collections, has an id of its own.
package rules

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/spec"
)

// Rule is one thing that a deployment must do.
type Rule struct {
	// ID is resource, topic, case, joined by dots, as domains.create.taken.
	ID string
	// Sentence says the rule to somebody who knows the API and not the suite.
	Sentence string
	// Operations are the ids of those that the rule is about; nil where it is about every one
	// that its scenarios try.
	Operations []string
	// Source says where the rule comes from: a section of the documentation, a
	// file of the public server, or of the framework that the server is built on.
	// See [Rule.Decided] for where none does.
	Source string
	// From and Until are the first and the last revision in which the rule holds; "" is no
	// bound.
	From, Until spec.Revision
	// Everywhere says that the rule is about all operations of a kind, which the document
	// tells apart: its scenarios are made of the document, and name them.
	Everywhere bool
}

// HoldsIn reports whether the rule holds in a revision.
func (r Rule) HoldsIn(revision spec.Revision) bool { return revision.Within(r.From, r.Until) }

// Decided reports whether the rule is this project's own: the sources are silent or
// contradict each other. A deployment that does otherwise breaks nothing.
func (r Rule) Decided() bool { return strings.HasPrefix(r.Source, "our decision") }

// Files are the rules as they are written: a file for each resource.
//
//go:embed *.yaml
var Files embed.FS

// Set holds rules by their ids, in the order of their files.
type Set struct {
	list []Rule
	byID map[string]int
}

// Load reads the embedded rules once. It fails on what [Parse] refuses.
var Load = sync.OnceValues(func() (*Set, error) {
	operations, err := spec.OperationIDs()
	if err != nil {
		return nil, err
	}
	return Parse(Files, func(operation string) bool { return slices.Contains(operations, operation) })
})

// All are the rules, in the order of their files.
func (s *Set) All() []Rule { return s.list }

// Rule finds a rule by its id.
func (s *Set) Rule(id string) (Rule, bool) {
	i, known := s.byID[id]
	if !known {
		return Rule{}, false
	}
	return s.list[i], true
}
