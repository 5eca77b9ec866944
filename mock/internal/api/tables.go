package api

import (
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// Tables are what the API is built from, once, when it is made. Requests never look into
// them. A mutant is a change to them.
type Tables struct {
	*mutant.Tables
	handlers map[string]handler
	stages   stages
	fields   []fieldChange
}

// stages are what a request goes through before its operation, in this order.
type stages struct {
	first   []stage // for every request
	any     []stage // of known callers, then: for what lies in no organization
	nested  []stage // … for what lies in one
	project []stage // … for projects, and what lies in one
}

// stage is one check on the way in. Its name is for whoever changes the order, and for
// the journal.
type stage struct {
	name  string
	check func(*call) error
	once  bool // it is left out where a request is admitted again
}

// stageAuthorize stands for the stages of a path, which follow one another in it.
const stageAuthorize = "authorize"

// NewTables are the tables of an API without a defect.
func NewTables(shared *mutant.Tables) *Tables {
	return &Tables{
		Tables:   shared,
		handlers: handlers(),
		stages: stages{
			first: []stage{
				{name: "authenticate", check: (*call).authenticate},
				{name: stageAuthorize, check: (*call).authorize},
				{name: "throttle", check: (*call).throttle, once: true},
			},
			any: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "key limits", check: (*call).checkKeyLimits},
			},
			nested: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "organization", check: (*call).enterNamed},
				{name: "key limits", check: (*call).checkKeyLimits},
				{name: "membership", check: (*call).checkMembership},
				{name: "level", check: (*call).checkLevel},
				{name: "recent login", check: (*call).checkRecentLogin},
			},
			project: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "project", check: (*call).authorizeProject},
			},
		},
	}
}

// of are the checks of known callers on a path.
func (s *stages) of(r *resource) []stage {
	switch {
	case r.object == projectObject:
		return s.project
	case r.nested:
		return s.nested
	}
	return s.any
}

// changed returns the schema and the bindings of a resource as the tables have them.
func changed[T any](t *Tables, schema *spec.Schema, bindings []rest.Binding[T, *call]) (*spec.Schema, []rest.Binding[T, *call]) {
	for i := range t.fields {
		if t.fields[i].schema == schema.Name {
			schema, bindings = changeField(&t.fields[i], schema, bindings)
		}
	}
	return schema, bindings
}
