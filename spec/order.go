package spec

import (
	"cmp"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// inDocumentOrder returns the names of properties as the document lists them.
func inDocumentOrder(properties openapi3.Schemas) []string {
	names := slices.Collect(maps.Keys(properties))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Compare(propertyLine(properties[a]), propertyLine(properties[b]))
	})
	return names
}

// propertyLine is where the property itself stands. A $ref has its own line, apart from that of the schema it points to.
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
