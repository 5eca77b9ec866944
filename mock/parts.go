package mock

import (
	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// parts are the tables that a server is built from, once, when it is made. Requests
// never look into them. A mutant is a change to them.
type parts struct {
	operations []*spec.Operation
	handlers   map[string]handler
	admission  admission

	provisioning map[string]scimHandler
	openSCIM     func(*scimCall, *world.Tx) error

	fields  []fieldChange
	answers []answerChange
}

// admission is what a request goes through before its operation, in this order.
type admission struct {
	entrance []step // for every request
	any      []step // of known callers, then: for what lies in no organization
	nested   []step // … for what lies in one
	project  []step // … for projects, and what lies in one
}

// step is one check on the way in. Its name is for whoever changes the order.
type step struct {
	name  string
	check func(*call) error
}

// stepAuthorize stands for the steps of a path, which follow one another in it.
const stepAuthorize = "authorize"

// newParts are the parts of a server without a defect.
func newParts(document *spec.Document) *parts {
	return &parts{
		operations: document.Operations(),
		handlers:   handlers(),
		admission: admission{
			entrance: []step{
				{"authenticate", (*call).authenticate},
				{stepAuthorize, (*call).authorize},
				{"throttle", (*call).throttle},
			},
			any: []step{
				{"scope", (*call).checkScope},
				{"key limits", (*call).checkKeyLimits},
			},
			nested: []step{
				{"scope", (*call).checkScope},
				{"organization", (*call).enterNamed},
				{"key limits", (*call).checkKeyLimits},
				{"membership", (*call).checkMembership},
				{"level", (*call).checkLevel},
				{"recent login", (*call).checkRecentLogin},
			},
			project: []step{
				{"scope", (*call).checkScope},
				{"project", (*call).authorizeProject},
			},
		},
		provisioning: scimHandlers(),
		openSCIM:     (*scimCall).authenticate,
	}
}

// steps are the checks of known callers on a path.
func (a *admission) steps(r *resource) []step {
	switch {
	case r.object == projectObject:
		return a.project
	case r.nested:
		return a.nested
	}
	return a.any
}

// changed returns the schema and the bindings of a resource as the parts have them.
func changed[T any](p *parts, schema *spec.Schema, bindings []rest.Binding[T, *call]) (*spec.Schema, []rest.Binding[T, *call]) {
	for i := range p.fields {
		if p.fields[i].schema == schema.Name {
			schema, bindings = changeField(&p.fields[i], schema, bindings)
		}
	}
	return schema, bindings
}

// answering is a handler of the router whose answers are changed as the parts say;
// most often that is the handler itself.
func (p *parts) answering(path string, handle gin.HandlerFunc) gin.HandlerFunc {
	if len(p.answers) == 0 {
		return handle
	}
	ids := map[string]string{} // of operations, by method
	for _, op := range p.operations {
		if op.Path == path {
			ids[op.Method] = op.ID
		}
	}
	return p.changing(ids, handle)
}
