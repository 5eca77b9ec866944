package guard

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// formValue is what a form says, as a JSON value of the schema's types. A text that the framework cannot read as the type of
// its field stays a text, and so differs from the schema.
func formValue(schema *spec.Schema, form map[string][]any) any {
	object := make(map[string]any, len(form))
	for _, key := range sortedKeys(form) {
		values := form[key]
		name, _, indexed := strings.Cut(key, "[")
		property, known := find(schema, key)
		if !known && indexed {
			if property, known = find(schema, name); known && property.Type == "array" {
				list, _ := object[name].([]any)
				object[name] = append(list, values[len(values)-1])
				continue
			}
			known = false
		}
		last := values[len(values)-1]
		switch {
		case !known:
			object[key] = last
		case property.Type == "array" && property.Items != nil && property.Items.Type == "string":
			object[key] = values
		default:
			if value, sent := formField(&property, last); sent {
				object[key] = value
			}
		}
	}
	return object
}

func find(schema *spec.Schema, name string) (spec.Property, bool) {
	if schema == nil {
		return spec.Property{}, false
	}
	return schema.Property(name)
}

// formField is the value of a field that is no list of texts, and whether it counts as sent.
func formField(p *spec.Property, value any) (converted any, sent bool) {
	text, ok := value.(string)
	if !ok {
		return value, true // a file
	}
	isText := p.Type == "string" && p.Format == ""
	switch {
	case text == "" && !isText && p.Nullable:
		return nil, true
	case text == "" && !isText && !p.Required:
		return nil, false
	case p.Type == "string":
		return text, true
	case p.Type == "boolean" || p.Type == "integer":
		converted, ok := rest.Convert(&spec.Property{Type: p.Type}, text)
		if _, tooLarge := converted.(*big.Int); !ok || tooLarge {
			return text, true
		}
		return converted, true
	}
	if json.Unmarshal([]byte(text), &converted) != nil { // lists of objects travel as JSON
		return text, true
	}
	return converted, true
}
