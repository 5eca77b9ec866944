package api

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/spec"
)

// operation is a documented operation with the code behind it.
type operation struct {
	*spec.Operation
	handler
}

// resource is a path of the API and what can be done there.
type resource struct {
	path        string
	names       []string              // of the parameters in the path, in their order
	operations  map[string]*operation // by method
	object      string                // the scope object: "organization" in "organization:read"
	nested      bool                  // the path lies within an organization
	collection  bool                  // the path ends in a list, whose objects lie below it
	writeLevel  int                   // the level for methods that are not there
	recentLogin bool                  // writing needs a recent login
	anyKey      bool                  // about the caller's own key
	stages      []stage               // what known callers go through
	allow       string                // the header Allow
}

// resources pairs every documented operation with its handler, and every
// handler with its operation.
func resources(operations []*spec.Operation, handlers map[string]handler) ([]*resource, error) {
	documented := route.Select(operations, false)
	if err := route.Pair(documented, handlers); err != nil {
		return nil, err
	}
	var list []*resource
	byPath := map[string]*resource{}
	for _, op := range documented {
		r, ok := byPath[op.Path]
		if !ok {
			r = &resource{path: op.Path, names: route.Parameters(op.Path), operations: map[string]*operation{}}
			byPath[op.Path] = r
			list = append(list, r)
		}
		r.add(&operation{op, handlers[op.ID]})
	}
	for _, r := range list {
		r.complete(list)
	}
	return list, nil
}

func (r *resource) add(op *operation) {
	route.Add(r.operations, op.Method, op)
}

// complete derives what holds for the whole path. An action without a scope
// takes the scope object of its siblings.
func (r *resource) complete(all []*resource) {
	_, rest, within := strings.Cut(r.path, "{organization_id}/")
	r.nested = within && rest != ""
	r.collection = slices.ContainsFunc(all, r.holds)
	for _, op := range r.operations {
		r.anyKey = r.anyKey || op.AnyKey
		if !route.IsSafe(op.Method) {
			r.writeLevel = max(r.writeLevel, op.Level)
			r.recentLogin = r.recentLogin || op.RecentLogin
		}
	}
	for _, sibling := range all {
		for _, op := range sibling.operations {
			if r.tag() == op.Tag && op.Scope != "" {
				r.object, _, _ = strings.Cut(op.Scope, ":")
			}
		}
	}
	r.allow = route.Allow(r.operations)
}

// holds reports whether other is one object of the list r.
func (r *resource) holds(other *resource) bool {
	below, ok := strings.CutPrefix(other.path, r.path)
	return ok && strings.HasPrefix(below, "{") && strings.Count(below, "/") == 1
}

func (r *resource) tag() string {
	for _, op := range r.operations {
		return op.Tag
	}
	return ""
}
