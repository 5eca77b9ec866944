package spec

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Between is the document of a deployment that lies between two revisions: that of the nearest one, where an answer may also be as the
// other has it. shown are the properties that rows of a schema showed, by its name, and those that are only written as far as that is
// known: rows have all of them, and no more.
//
// Operations and what may be sent are the nearest revision's. The caller may change what is returned. It fails when there is no such
// revision.
func Between(nearest, other Revision, shown map[string][]string) (*Document, error) {
	document, err := parseRevision(nearest)
	if err != nil {
		return nil, err
	}
	far, err := parseRevision(other) // a copy: parts of it are taken over
	if err != nil {
		return nil, err
	}
	schemas := document.T.Components.Schemas
	for name, theirs := range far.T.Components.Schemas {
		if strings.HasPrefix(name, "Patched") {
			continue // what may be sent is the nearest revision's
		}
		if ours, ok := schemas[name]; ok {
			allowAlso(ours.Value, theirs.Value)
		} else {
			schemas[name] = theirs
		}
	}
	for _, operation := range document.operations {
		if theirs, ok := far.operationByID[operation.ID]; ok {
			allowStatuses(operation.Spec, theirs.Spec)
		}
	}
	for name, properties := range shown {
		for _, form := range []string{name, name + "Representation"} {
			if schema, ok := schemas[form]; ok {
				haveOnly(schema.Value, far.T.Components.Schemas[form], properties)
			}
		}
	}
	document.schemaByName = indexSchemas(schemas)
	return document, nil
}

// allowAlso changes a schema so that it describes what another one describes, too.
func allowAlso(schema, other *openapi3.Schema) {
	schema.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool { return !slices.Contains(other.Required, name) })
	for name, theirs := range other.Properties {
		ours, both := schema.Properties[name]
		switch {
		case !both && schema.Properties == nil:
			schema.Properties = openapi3.Schemas{name: theirs}
		case !both:
			schema.Properties[name] = theirs
		case !same(ours, theirs):
			schema.Properties[name] = openapi3.NewSchemaRef("", &openapi3.Schema{
				AnyOf: openapi3.SchemaRefs{ours, theirs}, ReadOnly: ours.Value.ReadOnly, WriteOnly: ours.Value.WriteOnly, Origin: ours.Value.Origin,
			})
		}
	}
	for i, part := range schema.AllOf {
		if part.Ref == "" && i < len(other.AllOf) && other.AllOf[i].Ref == "" {
			allowAlso(part.Value, other.AllOf[i].Value)
		}
	}
}

// same reports whether two schemas are written alike.
func same(a, b *openapi3.SchemaRef) bool {
	first, err := json.Marshal(a)
	second, wrong := json.Marshal(b)
	return err == nil && wrong == nil && bytes.Equal(first, second)
}

// allowStatuses lets an operation answer with the statuses of another one.
func allowStatuses(operation, other *openapi3.Operation) {
	for status, response := range other.Responses.Map() {
		if operation.Responses.Value(status) == nil {
			operation.Responses.Set(status, response)
		}
	}
}

// haveOnly changes a schema so that it has some properties alone. Of those that are only written no row tells: what both revisions
// have stays.
func haveOnly(schema *openapi3.Schema, other *openapi3.SchemaRef, shown []string) {
	schema.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool { return !slices.Contains(shown, name) })
	for name, property := range schema.Properties {
		inBoth := other != nil && other.Value.Properties[name] != nil
		if !slices.Contains(shown, name) && !(property.Value.WriteOnly && inBoth) {
			delete(schema.Properties, name)
		}
	}
	for _, part := range schema.AllOf {
		if part.Ref == "" {
			haveOnly(part.Value, nil, shown)
		}
	}
}
