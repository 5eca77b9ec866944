package rest

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/spec"
)

// Kind is the kind of a field: it converts what was sent to a typed value, or
// refuses it. The texts of the refusals and their order are the framework's
// (rest_framework/fields.py, 3.15).
type Kind interface {
	parse(p *spec.Property, value any) (any, error)
}

var (
	errRequired = Invalid("required", "This field is required.")
	errNull     = Invalid("null", "This field may not be null.")
	errBlank    = Invalid("blank", "This field may not be blank.")
)

// kindOf returns the kind for the documented type.
func kindOf(p *spec.Property) (Kind, error) {
	switch {
	case p.Format == "email":
		return emailField{}, nil
	case len(p.Enum) > 0 && p.Type == "integer":
		return choiceField{}, nil
	case len(p.Enum) > 0 && p.Type == "string":
		return textChoiceField{}, nil
	case p.Type == "string":
		return charField{}, nil
	case p.Type == "boolean":
		return booleanField{}, nil
	case p.Type == "integer":
		return integerField{}, nil
	case p.Type == "array" && p.Items != nil && p.Items.Type == "string":
		return listField{}, nil
	case p.Type == "array" && p.Items != nil && p.Items.Type == "integer":
		return integerListField{}, nil
	}
	return nil, fmt.Errorf("property %s: no kind of field for type %q; name one in its binding", p.Name, p.Type)
}

type charField struct{}

func (charField) parse(p *spec.Property, value any) (any, error) {
	return parseText(p, value, "Not a valid string.")
}

func parseText(p *spec.Property, value any, wrongType string) (any, error) {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case int64, *big.Int, float64:
		text = pytext.Str(v)
	default:
		return nil, InvalidInput(wrongType)
	}
	text = pytext.Strip(text)
	if text == "" {
		if !p.AllowBlank {
			return nil, errBlank
		}
		return "", nil
	}
	return text, checkText(p, text)
}

func checkText(p *spec.Property, text string) error {
	if p.MaxLength > 0 && pytext.Len(text) > p.MaxLength {
		return Invalid("max_length", fmt.Sprintf("Ensure this field has no more than %d characters.", p.MaxLength))
	}
	if strings.ContainsRune(text, 0) {
		return Invalid("null_characters_not_allowed", "Null characters are not allowed.")
	}
	if r, ok := pyjson.FindSurrogate(text); ok {
		return Invalid("surrogate_characters_not_allowed", fmt.Sprintf("Surrogate characters are not allowed: U+%X.", r))
	}
	return nil
}

type emailField struct{}

func (emailField) parse(p *spec.Property, value any) (any, error) {
	const invalid = "Enter a valid email address."
	text, err := parseText(p, value, invalid)
	if err != nil || text == "" {
		return text, err
	}
	if !pytext.ValidEmail(text.(string)) {
		return nil, InvalidInput(invalid)
	}
	return text, nil
}

type booleanField struct{}

func (booleanField) parse(_ *spec.Property, value any) (any, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case int64:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case float64:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case string:
		switch strings.ToLower(v) {
		case "t", "y", "yes", "true", "on", "1":
			return true, nil
		case "f", "n", "no", "false", "off", "0":
			return false, nil
		}
	}
	return nil, InvalidInput("Must be a valid boolean.")
}

type integerField struct{}

func (integerField) parse(_ *spec.Property, value any) (any, error) {
	text := pytext.Str(value)
	if _, isText := value.(string); isText && pytext.Len(text) > 1000 {
		return nil, Invalid("max_string_length", "String value too large.")
	}
	n, ok := pytext.ParseInt(trimZeroFraction(text))
	if !ok {
		return nil, InvalidInput("A valid integer is required.")
	}
	return n, nil
}

// trimZeroFraction cuts ".0" from the end, as IntegerField does before int().
func trimZeroFraction(text string) string {
	trimmed := pytext.Strip(text)
	whole := strings.TrimRight(trimmed, "0")
	if before, ok := strings.CutSuffix(whole, "."); ok {
		return before
	}
	return text
}

type choiceField struct{}

func (choiceField) parse(p *spec.Property, value any) (any, error) {
	text := pytext.Str(value)
	for _, choice := range p.Enum {
		if n := fmt.Sprint(choice); n == text {
			return strconv.Atoi(n)
		}
	}
	return nil, notAChoice(text)
}

// Choice is the kind of a field that takes one of many texts; known reports whether
// a text is one of them.
func Choice(known func(string) bool) Kind { return textChoice(known) }

type textChoice func(string) bool

func (t textChoice) parse(_ *spec.Property, value any) (any, error) {
	text := pytext.Str(value)
	if !t(text) {
		return nil, notAChoice(text)
	}
	return text, nil
}

func notAChoice(text string) *Error {
	return Invalid("invalid_choice", `"`+text+`" is not a valid choice.`)
}

type textChoiceField struct{}

func (textChoiceField) parse(p *spec.Property, value any) (any, error) {
	text := pytext.Str(value)
	if slices.Contains(p.Enum, any(text)) {
		return text, nil
	}
	return nil, notAChoice(text)
}

func notAList(value any) *Error {
	return Invalid("not_a_list", `Expected a list of items but got type "`+pytext.TypeName(value)+`".`)
}

type listField struct{}

func (listField) parse(p *spec.Property, value any) (any, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, notAList(value)
	}
	list := make([]string, 0, len(items))
	for i, item := range items {
		text, err := listItem(p.Items, item)
		if err != nil {
			refusal, ok := validationError(err)
			if !ok {
				return nil, err
			}
			return nil, refusal.within(strconv.Itoa(i))
		}
		list = append(list, text)
	}
	return list, nil
}

// integerListField is a list of whole numbers, []int. A number that no database holds is
// -1, which names nothing.
type integerListField struct{}

func (integerListField) parse(_ *spec.Property, value any) (any, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, notAList(value)
	}
	list := make([]int, 0, len(items))
	for i, item := range items {
		if item == nil {
			return nil, errNull.within(strconv.Itoa(i))
		}
		number, err := integerField{}.parse(nil, item)
		if refusal, ok := validationError(err); ok {
			return nil, refusal.within(strconv.Itoa(i))
		}
		n, fits := number.(int64)
		if !fits {
			n = -1
		}
		list = append(list, int(n))
	}
	return list, nil
}

func listItem(p *spec.Property, item any) (string, error) {
	if item == nil {
		return "", errNull
	}
	text, err := charField{}.parse(p, item)
	if err != nil {
		return "", err
	}
	return text.(string), nil
}

// JSON is the kind of a field that takes any JSON value; its binding checks it.
var JSON Kind = jsonField{}

type jsonField struct{}

func (jsonField) parse(_ *spec.Property, value any) (any, error) { return value, nil }

// parseForm parses the text of a form as JSON.
func (jsonField) parseForm(text string) (any, error) {
	value, err := pyjson.Decode([]byte(text))
	if err != nil {
		return nil, InvalidInput("Value must be valid JSON.")
	}
	return value, nil
}

// UUID is the kind of a field that holds any UUID. The value is its canonical form.
var UUID Kind = uuidField{}

type uuidField struct{}

func (uuidField) parse(_ *spec.Property, value any) (any, error) {
	switch v := value.(type) {
	case string:
		if id, err := uuid.Parse(v); err == nil {
			return id.String(), nil
		}
	case int64:
		if v >= 0 { // Python reads a number as the UUID of that value
			var id uuid.UUID
			binary.BigEndian.PutUint64(id[8:], uint64(v))
			return id.String(), nil
		}
	}
	return nil, InvalidInput("Must be a valid UUID.")
}

// Related is the kind of a field that holds the UUID of another object. The value
// is a [RelatedKey]; its binding looks the object up and refuses an unknown one
// with [RelatedKey.DoesNotExist].
var Related Kind = relatedField{}

type relatedField struct{}

func (relatedField) parse(_ *spec.Property, value any) (any, error) {
	switch v := value.(type) {
	case bool:
		return nil, Invalid("incorrect_type", "Incorrect type. Expected pk value, received bool.")
	case string:
		id, err := uuid.Parse(v)
		if err != nil {
			return nil, InvalidInput("“" + v + "” is not a valid UUID.")
		}
		return RelatedKey{ID: id.String(), Sent: v}, nil
	case int64, *big.Int:
		return RelatedKey{Sent: pytext.Str(v)}, nil
	}
	// Source: UUIDField.to_python turns anything but a number or a UUID into text.
	return nil, InvalidInput("“" + pytext.Str(value) + "” is not a valid UUID.")
}

// RelatedMany is the kind of a field that holds the UUIDs of other objects. The value is a
// list of [RelatedKey]; its binding looks the objects up. What is wrong with one of them is a
// refusal of the whole field. Source: ManyRelatedField in rest_framework/relations.py.
var RelatedMany Kind = relatedManyField{}

type relatedManyField struct{}

func (relatedManyField) parse(p *spec.Property, value any) (any, error) {
	var items []any
	switch v := value.(type) {
	case []any:
		items = v
	case *pyjson.Object: // Python goes through the keys of a dictionary
		for key := range v.Keys() {
			items = append(items, key)
		}
	default:
		return nil, notAList(value)
	}
	keys := make([]RelatedKey, 0, len(items))
	for _, item := range items {
		key, err := relatedField{}.parse(p, item)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key.(RelatedKey))
	}
	return keys, nil
}

// Verbatim is the kind of a text that is not trimmed, such as a secret.
var Verbatim Kind = verbatimField{}

type verbatimField struct{}

func (verbatimField) parse(p *spec.Property, value any) (any, error) {
	text, ok := value.(string)
	if !ok {
		return charField{}.parse(p, value)
	}
	if text == "" && !p.AllowBlank {
		return nil, errBlank
	}
	return text, checkText(p, text)
}

// RelatedKey is the value of a related field.
type RelatedKey struct {
	ID   string // the UUID in canonical form; "" when a number was sent
	Sent string // as it was sent, for the refusal
}

// DoesNotExist refuses a key without an object.
func (k RelatedKey) DoesNotExist() *Error {
	return Invalid("does_not_exist", `Invalid pk "`+k.Sent+`" - object does not exist.`)
}

// Convert converts a value as the framework does for a property of its type, and
// reports whether it can: the text "true" becomes a boolean, 8 the text "8". It
// knows the types of the document, not the rules of a single field.
func Convert(p *spec.Property, value any) (converted any, ok bool) {
	kind, err := kindOf(p)
	if err != nil || value == nil {
		return nil, false
	}
	converted, err = kind.parse(p, value)
	return converted, err == nil
}
