package rest

import "github.com/understudy-dev/understudy/spec"

// Convert reads a value as the framework does for a property of its type, and tells whether it can: the text "true" becomes a
// boolean, 8 the text "8". It knows the types of the document, not the rules of a single field.
func Convert(p *spec.Property, value any) (converted any, ok bool) {
	kind, err := kindOf(p)
	if err != nil || value == nil {
		return nil, false
	}
	converted, err = kind.parse(p, value)
	return converted, err == nil
}
