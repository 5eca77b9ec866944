package guard

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// expected says what a schema asks for.
func expected(schema *openapi3.Schema) string {
	text := expectedType(schema)
	if len(schema.Enum) > 0 {
		var choices []string
		for _, value := range schema.Enum {
			if choice, err := json.Marshal(value); err == nil && value != nil {
				choices = append(choices, string(choice))
			}
		}
		text += ", one of " + strings.Join(choices, ", ")
	}
	if schema.Min != nil {
		text += ", " + strconv.FormatFloat(*schema.Min, 'g', -1, 64) + " or more"
	}
	if schema.Max != nil {
		text += ", " + strconv.FormatFloat(*schema.Max, 'g', -1, 64) + " or less"
	}
	if schema.MinItems > 0 {
		text += " of at least " + strconv.FormatUint(schema.MinItems, 10)
	}
	if schema.MaxItems != nil {
		text += " of at most " + strconv.FormatUint(*schema.MaxItems, 10)
	}
	if schema.Nullable {
		text += ", or null"
	}
	return text
}

func expectedType(schema *openapi3.Schema) string {
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		return "an integer"
	case schema.Type.Is(openapi3.TypeNumber):
		return "a number"
	case schema.Type.Is(openapi3.TypeBoolean):
		return "true or false"
	case schema.Type.Is(openapi3.TypeArray):
		return "a list"
	case schema.Type.Is(openapi3.TypeObject):
		return "an object"
	case schema.Format == "uuid":
		return "a UUID"
	case schema.Format == "date-time":
		return "a time such as 2026-01-14T09:30:00Z"
	case schema.Type.Is(openapi3.TypeString):
		return "a text"
	}
	return "another value"
}

// sent says what a value is, and what it holds where that cannot be a secret.
func sent(schema *openapi3.Schema, value any) string {
	quotable := quotable(schema)
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return sent(schema, float64(value))
	case float64:
		if quotable {
			return "the number " + strconv.FormatFloat(value, 'g', -1, 64)
		}
		return "a number"
	case json.Number:
		return "a number beyond all bounds"
	case string:
		if quotable {
			return "the text " + strconv.Quote(short(value))
		}
		return "a text"
	case []any:
		return "a list of " + strconv.Itoa(len(value))
	case rest.Upload:
		return "a file"
	}
	return "an object"
}

// quotable tells whether what is sent for a schema can be shown.
func quotable(schema *openapi3.Schema) bool {
	switch {
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber), schema.Type.Is(openapi3.TypeBoolean):
		return true
	}
	return len(schema.Enum) > 0 || schema.Format == "uuid" || schema.Format == "date-time"
}

// listed writes names one after the other.
func listed(names []string) string { return strings.Join(names, ", ") }

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
