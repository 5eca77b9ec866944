package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// CheckResponse compares a response to an operation with the document and returns how it differs: in a status that is not
// documented, in its content type, in a header, in its body, in a property that the document does not list. The error is one
// line and shows no values. A response to HEAD has no body to compare: leave it out.
func (d *Document) CheckResponse(operation *Operation, status int, header http.Header, body []byte) error {
	if err := d.validateResponse(operation, status, header, body); err != nil {
		return fmt.Errorf("%s, %d: %s", operation.ID, status, brief(err))
	}
	schema, ok := operation.ResponseSchema(status)
	if !ok || len(body) == 0 {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("%s, %d: the body is not JSON: %w", operation.ID, status, err)
	}
	if extra := UndocumentedProperties(schema, value); len(extra) > 0 {
		return fmt.Errorf("%s, %d: undocumented properties: %s", operation.ID, status, strings.Join(extra, ", "))
	}
	return nil
}

func (d *Document) validateResponse(operation *Operation, status int, header http.Header, body []byte) error {
	request := &http.Request{Method: operation.Method}
	return openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request,
			Route:   &routers.Route{Spec: d.T, Path: operation.Path, Method: operation.Method, Operation: operation.Spec},
		},
		Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// brief drops the dump of schema and value that a validator's error ends with. Of an object that is the sum of schemas it names
// what is wrong in one of them.
func brief(err error) string {
	if schemaError, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		for inner := schemaError; errors.As(inner.Origin, &inner); {
			schemaError = inner
		}
		return "/" + strings.Join(schemaError.JSONPointer(), "/") + ": " + schemaError.Reason
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}

// UndocumentedProperties lists the properties of a decoded JSON body that its schema does not have, as paths such as results.0.colour,
// sorted. A validator accepts them, since requests may carry anything; in a response they are a difference.
//
// Schemas that are free-form or partial (x-partial) document every property.
func UndocumentedProperties(schema *openapi3.SchemaRef, body any) []string {
	found := undocumentedIn([]*openapi3.Schema{schema.Value}, body, "")
	slices.Sort(found)
	return found
}

// undocumentedIn takes all the schemas that may describe the value: the parts of an allOf, the branches of a oneOf.
func undocumentedIn(schemas []*openapi3.Schema, value any, path string) []string {
	schemas = withParts(schemas)
	switch value := value.(type) {
	case map[string]any:
		return undocumentedInObject(schemas, value, path)
	case []any:
		return undocumentedInList(schemas, value, path)
	default:
		return nil
	}
}

func undocumentedInObject(schemas []*openapi3.Schema, object map[string]any, path string) []string {
	var found []string
	for name, value := range object {
		var described []*openapi3.Schema
		for _, schema := range schemas {
			if property, ok := schema.Properties[name]; ok {
				described = append(described, property.Value)
			}
		}
		switch {
		case described != nil:
			found = append(found, undocumentedIn(described, value, join(path, name))...)
		case !slices.ContainsFunc(schemas, isOpen):
			found = append(found, join(path, name))
		}
	}
	return found
}

func undocumentedInList(schemas []*openapi3.Schema, items []any, path string) []string {
	var described []*openapi3.Schema
	for _, schema := range schemas {
		if schema.Items != nil {
			described = append(described, schema.Items.Value)
		}
	}
	var found []string
	for i, item := range items {
		if described != nil {
			found = append(found, undocumentedIn(described, item, join(path, strconv.Itoa(i)))...)
		}
	}
	return found
}

// withParts adds the parts (allOf) and branches (oneOf, anyOf) of schemas to them.
func withParts(schemas []*openapi3.Schema) []*openapi3.Schema {
	seen := make(map[*openapi3.Schema]bool)
	pending := slices.Clone(schemas)
	for len(pending) > 0 {
		schema := pending[0]
		pending = pending[1:]
		if seen[schema] {
			continue
		}
		seen[schema] = true
		for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
			for _, ref := range refs {
				pending = append(pending, ref.Value)
			}
		}
	}
	return slices.Collect(maps.Keys(seen))
}

// isOpen reports whether a schema documents every property: it says so, or it allows any JSON value.
func isOpen(schema *openapi3.Schema) bool {
	partial, _ := schema.Extensions["x-partial"].(bool)
	extra := schema.AdditionalProperties
	composed := len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) > 0
	anything := schema.Type.IsEmpty() && len(schema.Properties) == 0 && !composed
	return partial || anything || extra.Schema != nil || extra.Has != nil && *extra.Has
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
