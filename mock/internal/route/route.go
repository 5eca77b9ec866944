// Package route is what the API and the SCIM server have in common between a documented
// path and its handler. It holds no operation.
package route

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// Methods are those of HTTP, in the order in which the framework lists them.
func Methods() []string {
	return []string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodHead, http.MethodOptions,
	}
}

// IsSafe reports whether a method changes nothing.
func IsSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// Parameters are the names in a path's braces, in their order.
func Parameters(path string) (names []string) {
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// RouterPath is a documented path as the router wants it, without its final slash. There
// parameters at one place must share a name, so they are called by their number.
func RouterPath(path string) string {
	for i, name := range Parameters(path) {
		path = strings.Replace(path, "{"+name+"}", ":"+strconv.Itoa(i), 1)
	}
	return strings.TrimSuffix(path, "/")
}

// Pair returns the operations that are, or are not, of the SCIM server. It fails when one of
// them has no handler, and when there is a handler of an operation that no revision has, or
// that is of the others. The error names all that are left over.
func Pair[H any](all []*spec.Operation, scim bool, handlers map[string]H) (operations []*spec.Operation, err error) {
	known, err := spec.OperationIDs()
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, op := range all {
		_, handled := handlers[op.ID]
		switch {
		case op.IsSCIM() != scim:
			known = slices.DeleteFunc(known, func(id string) bool { return id == op.ID })
		case !handled:
			problems = append(problems, fmt.Sprintf("operation %s is documented but has no handler", op.ID))
		default:
			operations = append(operations, op)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(handlers)) {
		if !slices.Contains(known, id) {
			problems = append(problems, fmt.Sprintf("handler %s has no documented operation", id))
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return operations, nil
}

// Add adds an operation to those of its path, which are kept by method. What answers GET
// answers HEAD too.
func Add[T any](operations map[string]T, method string, operation T) {
	operations[method] = operation
	if method == http.MethodGet {
		operations[http.MethodHead] = operation
	}
}

// Allow is the header Allow of a path with these operations, in the framework's order.
// OPTIONS is always there.
func Allow[T any](operations map[string]T) string {
	var allow []string
	for _, method := range Methods() {
		if _, ok := operations[method]; ok || method == http.MethodOptions {
			allow = append(allow, method)
		}
	}
	return strings.Join(allow, ", ")
}
