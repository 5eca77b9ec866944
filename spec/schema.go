package spec

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Schema is a named schema of the document, flattened: the parts of an allOf stand side by side.
type Schema struct {
	Name string
	// Properties are in the order of the document, which is the order of fields in responses and of checks in requests.
	Properties []Property
	// Required names the properties that must be there: in a request those that are not read-only, in a response those that
	// are not write-only.
	Required []string
	// Partial says that a deployment may answer with more properties than the document lists (x-partial).
	Partial bool
}

// Property finds a property by name.
func (s *Schema) Property(name string) (Property, bool) {
	for _, property := range s.Properties {
		if property.Name == name {
			return property, true
		}
	}
	return Property{}, false
}

// Property is one field of a schema, or the item of an array, with the constraints that the document states.
type Property struct {
	// Name is empty for the item of an array.
	Name string
	// Type is string, integer, boolean, array, object, or empty for any JSON value.
	Type string
	// Format is OpenAPI's, such as uuid or date-time; Pattern is a regular expression. Empty: none.
	Format, Pattern string
	// Nullable allows null. Required asks for the property (see Schema.Required).
	Nullable, ReadOnly, WriteOnly, Required bool
	// MaxLength is in characters. 0: no limit.
	MaxLength int
	// AllowBlank says that a string may be empty.
	AllowBlank bool
	// Enum lists the values to choose from, without null. Nil: any value.
	Enum []any
	// Default is what a new object gets when the property is absent; an update leaves an absent property alone. Nil: none.
	Default any
	// Items describes the items of an array.
	Items *Property
	// Properties are those of an object, in the order of the document. Nil: the object is free-form.
	Properties []Property
}

func indexSchemas(schemas openapi3.Schemas) map[string]*Schema {
	byName := make(map[string]*Schema, len(schemas))
	for name, ref := range schemas {
		properties, required := fields(ref.Value, nil)
		partial, _ := ref.Value.Extensions["x-partial"].(bool)
		byName[name] = &Schema{Name: name, Properties: properties, Required: required, Partial: partial}
	}
	return byName
}

// fields flattens a schema into its properties. The schemas above it are passed along, so that one that contains itself ends.
func fields(schema *openapi3.Schema, above []*openapi3.Schema) (properties []Property, required []string) {
	if slices.Contains(above, schema) {
		return nil, nil
	}
	above = append(above, schema)
	for _, part := range schema.AllOf {
		partProperties, partRequired := fields(part.Value, above)
		properties = append(properties, partProperties...)
		required = append(required, partRequired...)
	}
	for _, name := range inDocumentOrder(schema.Properties) {
		property := newProperty(schema.Properties[name].Value, above)
		property.Name = name
		properties = append(properties, property)
	}
	required = append(required, schema.Required...)
	for i := range properties {
		properties[i].Required = slices.Contains(required, properties[i].Name)
	}
	return properties, required
}

func newProperty(schema *openapi3.Schema, above []*openapi3.Schema) Property {
	if only, ok := orNull(schema); ok {
		property := newProperty(only, above)
		property.Nullable, property.ReadOnly, property.WriteOnly = true, schema.ReadOnly, schema.WriteOnly
		return property
	}
	property := Property{
		Format:    schema.Format,
		Pattern:   schema.Pattern,
		Nullable:  schema.Nullable || slices.ContainsFunc(schema.AnyOf, nullable),
		ReadOnly:  schema.ReadOnly,
		WriteOnly: schema.WriteOnly,
		Default:   wholeAsInt(schema.Default),
	}
	if types := schema.Type.Slice(); len(types) > 0 {
		property.Type = types[0]
	}
	if schema.MaxLength != nil {
		property.MaxLength = int(*schema.MaxLength)
	}
	property.AllowBlank = property.Type == openapi3.TypeString && schema.MinLength == 0
	for _, value := range schema.Enum {
		if value != nil {
			property.Enum = append(property.Enum, wholeAsInt(value))
		}
	}
	if schema.Items != nil {
		item := newProperty(schema.Items.Value, above)
		property.Items = &item
	}
	property.Properties, _ = fields(schema, above)
	return property
}

// orNull reports whether a schema is "another one, or null", and returns the other one.
// OpenAPI 3.0 can say that of a $ref only as a oneOf.
func orNull(schema *openapi3.Schema) (*openapi3.Schema, bool) {
	if len(schema.OneOf) != 2 {
		return nil, false
	}
	first, second := schema.OneOf[0].Value, schema.OneOf[1].Value
	if len(second.Enum) == 1 && second.Enum[0] == nil {
		return first, true
	}
	return nil, false
}

func nullable(ref *openapi3.SchemaRef) bool { return ref.Value.Nullable }

// wholeAsInt turns the whole numbers of a parser into int, so that they compare with Go's own constants.
func wholeAsInt(value any) any {
	switch number := value.(type) {
	case float64:
		if number == math.Trunc(number) {
			return int(number)
		}
	case int64:
		return int(number)
	case uint64:
		return int(number)
	}
	return value
}

// inDocumentOrder returns the names of properties as the document lists them. What an overlay adds stands last there; the
// extension x-after names the property that it follows instead.
func inDocumentOrder(properties openapi3.Schemas) []string {
	names := slices.Collect(maps.Keys(properties))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Compare(propertyLine(properties[a]), propertyLine(properties[b]))
	})
	for _, name := range slices.Clone(names) {
		before, ok := properties[name].Value.Extensions["x-after"].(string)
		if at := slices.Index(names, before); ok && at >= 0 {
			names = slices.DeleteFunc(names, func(n string) bool { return n == name })
			names = slices.Insert(names, slices.Index(names, before)+1, name)
		}
	}
	return names
}

// propertyLine is the line on which the property itself stands. A $ref has its own line, apart from that of the schema it points to.
func propertyLine(ref *openapi3.SchemaRef) int {
	if ref.Ref != "" {
		return line(ref.Origin)
	}
	return line(ref.Value.Origin)
}

func line(origin *openapi3.Origin) int {
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}
