package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// problem is one validation error of a value.
type problem struct {
	field   string // of the schema, such as "type" or "enum"
	schema  *openapi3.Schema
	value   any
	pointer []string
}

// asRequest are the options of validation. Patterns and e-mail addresses are not checked, as people type them; see the package.
var asRequest = []openapi3.SchemaValidationOption{
	openapi3.VisitAsRequest(), openapi3.MultiErrors(), openapi3.DisablePatternValidation(),
	openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid":  openapi3.NewCallbackValidator(checkUUID),
		"email": openapi3.NewCallbackValidator(func(string) error { return nil }),
	}),
}

func checkUUID(text string) error {
	if !isUUID(text) {
		return errors.New("not a UUID")
	}
	return nil
}

// isUUID reports whether text is a UUID in its usual form; package uuid accepts other forms, too.
func isUUID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

// validate returns the validation errors of a value.
func validate(schema *openapi3.Schema, value any) []problem {
	err := schema.VisitJSON(value, asRequest...)
	if err == nil {
		return nil
	}
	return collect(nil, err)
}

// collect flattens the errors of the validator, without those about lengths and patterns of texts.
func collect(found []problem, err error) []problem {
	if all, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // errors.As would also find one that is the origin of this error
		for _, one := range all {
			found = collect(found, one)
		}
		return found
	}
	schemaError, ok := err.(*openapi3.SchemaError) //nolint:errorlint // origins are looked at below
	if !ok {
		return append(found, problem{field: "value", schema: &openapi3.Schema{}})
	}
	for inner := schemaError; errors.As(inner.Origin, &inner); { // of allOf, anyOf or oneOf: the error in one of the branches
		schemaError = inner
	}
	switch schemaError.SchemaField {
	case "minLength", "maxLength", "pattern":
		return found
	}
	return append(found, problem{
		schemaError.SchemaField, schemaError.Schema, schemaError.Value, schemaError.JSONPointer(),
	})
}

// code returns the violation code of a problem in a body.
func (p *problem) code() Code {
	switch p.field {
	case "required":
		return MissingField
	case "type", "nullable":
		return WrongType
	case "enum":
		if !hasType(p.schema, p.value) {
			return WrongType
		}
	}
	return InvalidValue
}

// hasType reports whether a value is of the schema's type, whatever else the schema requires.
func hasType(schema *openapi3.Schema, value any) bool {
	bare := openapi3.Schema{Type: schema.Type, Nullable: schema.Nullable}
	return bare.IsMatching(value)
}

// where returns the location of the problem in the body.
func (p *problem) where() string {
	if len(p.pointer) == 0 {
		return wholeBody
	}
	var at strings.Builder
	at.WriteString(inBody)
	for _, name := range p.pointer {
		at.WriteByte('/')
		at.WriteString(pointerToken(name))
	}
	return at.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointerToken escapes a name for a JSON pointer (RFC 6901), and shortens it.
func pointerToken(name string) string { return shortened(pointerEscapes.Replace(name)) }

// name returns the name of the value for messages.
func (p *problem) name() string {
	if len(p.pointer) == 0 {
		return "The body"
	}
	last := len(p.pointer) - 1
	if _, err := strconv.ParseUint(p.pointer[last], 10, 32); err == nil && last > 0 {
		return shortened(p.pointer[last-1] + "/" + p.pointer[last])
	}
	return shortened(p.pointer[last])
}

// message says what is wrong with a field, and what to do. converted says that the API accepts the value all the same.
func (p *problem) message(converted bool) string {
	if p.field == "required" {
		asked := ""
		if missing := p.schema.Properties[p.pointer[len(p.pointer)-1]]; missing != nil {
			asked = ": " + describeSchema(missing.Value)
		}
		return fmt.Sprintf("%s was not sent; the document requires it%s. Send it.", p.name(), asked)
	}
	text := fmt.Sprintf("%s is %s; the document says: %s. Send that.", p.name(), describeValue(p.schema, p.value), describeSchema(p.schema))
	if converted {
		text += " The API takes it all the same, because its framework converts it; the document does not promise that."
	}
	return text
}

// describeSchema describes the values of a schema for messages.
func describeSchema(schema *openapi3.Schema) string {
	text := describeType(schema)
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

func describeType(schema *openapi3.Schema) string {
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

// describeValue describes a value for messages, with its content where that cannot be a secret.
func describeValue(schema *openapi3.Schema, value any) string {
	quotable := quotable(schema)
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return describeValue(schema, float64(value))
	case float64:
		if quotable {
			return "the number " + strconv.FormatFloat(value, 'g', -1, 64)
		}
		return "a number"
	case json.Number:
		return "a number beyond all bounds"
	case string:
		if quotable {
			return "the text " + strconv.Quote(shortened(value))
		}
		return "a text"
	case []any:
		return "a list of " + strconv.Itoa(len(value))
	case rest.Upload:
		return "a file"
	}
	return "an object"
}

// quotable reports whether values of a schema can be shown: they hold no secrets.
func quotable(schema *openapi3.Schema) bool {
	switch {
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber), schema.Type.Is(openapi3.TypeBoolean):
		return true
	}
	return len(schema.Enum) > 0 || schema.Format == "uuid" || schema.Format == "date-time"
}

// joined returns a comma-separated list.
func joined(names []string) string { return strings.Join(names, ", ") }

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
