// Package coverage says what of the OpenAPI document a run of the suite exercised
// and asserted: of every operation the statuses, the fields of its request, the
// properties of its answers, its scope, level, kind of credential and features.
//
// A [Catalogue] has every such point of the document. A [Set] is some of them: those
// that one story asserted, or all that are documented. Sets of stories are merged,
// and a [Table] compares the result with the document. It makes no request
// and judges no answer: package suite does, and tells it what was seen.
package coverage

import (
	"encoding/json"
	"maps"
	"slices"
)

// Kind is a kind of thing that the document says of an operation.
type Kind string

// The kinds, as they are called in logs and exceptions.
const (
	// Status is a status that a client can meet.
	Status Kind = "status"
	// Field is a property of the request body that may be written, as name or emails.type.
	Field Kind = "field"
	// Property is a property of the answer of a success, as results.created_by.email.
	Property Kind = "property"
	// Scope is the scope that a key needs: refused without it, granted to a key.
	Scope Kind = "scope"
	// Level is the membership level that is needed: those below it are refused.
	Level Kind = "level"
	// Credential is who is refused otherwise: every key, or an old session.
	Credential Kind = "credential"
	// Feature is a feature of the organization, and what happens without it.
	Feature Kind = "feature"
)

// Kinds are all of them, in the order of reports.
var Kinds = []Kind{Status, Field, Property, Scope, Level, Credential, Feature}

// Words is the heading of a kind.
func (k Kind) Words() string {
	return map[Kind]string{
		Status: "statuses", Field: "request fields", Property: "response properties",
		Scope: "scope", Level: "level", Credential: "credentials", Feature: "features",
	}[k]
}

// Point is one thing that the document says of an operation.
type Point struct {
	Kind Kind
	Name string
}

// Set is points by operation. In JSON it is an object of operations, each an object
// of kinds, each a sorted list of names.
type Set map[string]map[Point]bool

// Add adds points of an operation.
func (s Set) Add(operation string, points ...Point) {
	if s[operation] == nil && len(points) > 0 {
		s[operation] = map[Point]bool{}
	}
	for _, p := range points {
		s[operation][p] = true
	}
}

// Merge adds all points of another set.
func (s Set) Merge(other Set) {
	for operation, points := range other {
		s.Add(operation, slices.Collect(maps.Keys(points))...)
	}
}

// Names are the names of one kind, sorted.
func (s Set) Names(operation string, kind Kind) []string {
	var names []string
	for p := range s[operation] {
		if p.Kind == kind {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// MarshalJSON writes the same bytes for the same set.
func (s Set) MarshalJSON() ([]byte, error) {
	object := map[string]map[Kind][]string{}
	for operation := range s {
		object[operation] = map[Kind][]string{}
		for _, kind := range Kinds {
			if names := s.Names(operation, kind); names != nil {
				object[operation][kind] = names
			}
		}
	}
	return json.Marshal(object)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Set) UnmarshalJSON(data []byte) error {
	var object map[string]map[Kind][]string
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	*s = Set{}
	for operation, kinds := range object {
		for kind, names := range kinds {
			for _, name := range names {
				s.Add(operation, Point{kind, name})
			}
		}
	}
	return nil
}
