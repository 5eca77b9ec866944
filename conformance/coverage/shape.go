package coverage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/spec"
)

// shape is the properties of an object, or of the objects of a list, by name. A nil
// shape has none.
type shape struct {
	properties map[string]*shape
	order      []string
}

func requestShape(o *spec.Operation) *shape {
	if o.Spec.RequestBody == nil || o.Spec.RequestBody.Value == nil {
		return nil
	}
	content := o.Spec.RequestBody.Value.Content
	for _, media := range []string{"application/json", "application/scim+json"} {
		if m := content[media]; m != nil && m.Schema != nil {
			return newShape(m.Schema, func(s *openapi3.Schema) bool { return s.ReadOnly }, nil)
		}
	}
	return nil
}

func answerShape(schema *openapi3.SchemaRef) *shape {
	return newShape(schema, func(s *openapi3.Schema) bool { return s.WriteOnly }, nil)
}

// newShape reads a schema. Lists are looked through, alternatives are put together.
// The schemas above are passed along, so that one that contains itself ends.
func newShape(ref *openapi3.SchemaRef, left func(*openapi3.Schema) bool, above []*openapi3.Schema) *shape {
	made := &shape{properties: map[string]*shape{}}
	if ref == nil || slices.Contains(above, ref.Value) {
		return made
	}
	schema := ref.Value
	above = append(slices.Clone(above), schema)
	if schema.Items != nil {
		made.join(newShape(schema.Items, left, above))
	}
	for _, part := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		made.join(newShape(part, left, above))
	}
	names := make([]string, 0, len(schema.Properties))
	for name, property := range schema.Properties {
		if !left(property.Value) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(line(schema.Properties[a]), line(schema.Properties[b])), cmp.Compare(a, b))
	})
	for _, name := range names {
		made.put(name, newShape(schema.Properties[name], left, above))
	}
	return made
}

// line is where a property stands in the document.
func line(ref *openapi3.SchemaRef) int {
	origin := ref.Origin
	if ref.Ref == "" {
		origin = ref.Value.Origin
	}
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}

func (s *shape) put(name string, property *shape) {
	if known := s.properties[name]; known != nil {
		known.join(property)
		return
	}
	s.properties[name] = property
	s.order = append(s.order, name)
}

func (s *shape) join(other *shape) {
	for _, name := range other.order {
		s.put(name, other.properties[name])
	}
}

// names are all properties, with those of the objects in them.
func (s *shape) names(prefix string) (list []string) {
	if s == nil {
		return nil
	}
	for _, name := range s.order {
		list = append(list, prefix+name)
		list = append(list, s.properties[name].names(prefix+name+".")...)
	}
	return list
}

// present are the properties that a value has.
func (s *shape) present(value any, prefix string) (list []string) {
	if s == nil {
		return nil
	}
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			list = append(list, s.present(item, prefix)...)
		}
	case map[string]any:
		for name, inner := range value {
			if property := s.properties[name]; property != nil {
				list = append(list, prefix+name)
				list = append(list, property.present(inner, prefix+name+".")...)
			}
		}
	}
	return list
}

// along are the properties on the way of a gjson path.
func (s *shape) along(path string) (list []string) {
	name := ""
	for _, segment := range segments(path) {
		if s == nil || s.properties[segment] == nil {
			break
		}
		s, name = s.properties[segment], name+segment
		list = append(list, name)
		name += "."
	}
	return list
}

// follow is what a gjson path leads to, and its name with a dot; nil if the document
// does not have it.
func (s *shape) follow(path string) (at *shape, prefix string) {
	for _, segment := range segments(path) {
		if s == nil {
			return nil, ""
		}
		s, prefix = s.properties[segment], prefix+segment+"."
	}
	return s, prefix
}

// segments are the names of properties in a gjson path, without what picks items of a
// list: numbers, #, and queries.
func segments(path string) (names []string) {
	var segment strings.Builder
	depth := 0
	end := func() {
		name := segment.String()
		segment.Reset()
		if name != "" && name[0] != '#' && name[0] != '@' && strings.Trim(name, "0123456789") != "" {
			names = append(names, name)
		}
	}
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '\\' && i+1 < len(path):
			i++
			segment.WriteByte(path[i])
		case (c == '.' || c == '|') && depth == 0:
			end()
		default:
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			}
			segment.WriteByte(c)
		}
	}
	end()
	return names
}
