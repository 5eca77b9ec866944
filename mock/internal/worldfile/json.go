package worldfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// jsonOrText is a value of a fixture world as JSON, or the text that is JSON already; nil
// without either.
func jsonOrText(value any, text string) ([]byte, error) {
	_, isObject := value.(fixtures.Object)
	switch {
	case text != "":
		return []byte(text), nil
	case value == nil && !isObject:
		return nil, nil
	}
	return rawJSON(value)
}

// rawJSON encodes a value as the API does: <, > and & are not escaped.
func rawJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

// textOf is the text under a key of a JSON object, "" if there is none.
func textOf(object []byte, key string) string {
	decoded, err := pyjson.Decode(object)
	if err != nil {
		return ""
	}
	o, ok := decoded.(*pyjson.Object)
	if !ok {
		return ""
	}
	value, _ := o.Get(key)
	text, _ := value.(string)
	return text
}

// jsonValue is JSON as it stands in a fixture world: as a value if that encodes to the same
// text again, else as the text.
func jsonValue(text []byte) (value any, asText string) {
	if len(text) == 0 {
		return nil, ""
	}
	decoded, err := pyjson.Decode(text)
	if err != nil {
		return nil, string(text)
	}
	value, ok := fixtureValue(decoded, maxValueDepth)
	if again, err := jsonOrText(value, ""); !ok || err != nil || !bytes.Equal(again, text) {
		return nil, string(text)
	}
	return value, ""
}

// maxValueDepth is how deep values may nest. Deeper JSON, which nobody reads, is exported as
// text.
const maxValueDepth = 32

// fixtureValue converts a decoded value to one of a fixture world. It is not ok for values
// that YAML does not have.
func fixtureValue(decoded any, depth int) (value any, ok bool) {
	if depth == 0 {
		return nil, false
	}
	switch v := decoded.(type) {
	case nil, bool, int64, float64:
		return v, true
	case string:
		return v, !strings.ContainsRune(v, 0)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], ok = fixtureValue(v[i], depth-1); !ok {
				return nil, false
			}
		}
		return list, true
	case *pyjson.Object:
		object := make(fixtures.Object, 0, v.Len())
		for key, member := range v.All() {
			value, ok := fixtureValue(member, depth-1)
			if !ok || strings.ContainsRune(key, 0) {
				return nil, false
			}
			object = append(object, fixtures.Entry{Key: key, Value: value})
		}
		return object, true
	}
	return nil, false // an integer beyond 64 bits
}

// FindNullCharacter returns the path of a text with a null character below a value, such as
// .scopes[1], and whether there is one. The real database allows none, and so do fixture
// worlds, but for the escapes of JSON that is kept as text.
func FindNullCharacter(value reflect.Value) (place string, found bool) {
	switch value.Kind() {
	case reflect.String:
		return "", strings.IndexByte(value.String(), 0) >= 0
	case reflect.Pointer:
		if !value.IsNil() {
			return FindNullCharacter(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if !value.Field(i).CanInterface() {
				continue // unexported: JSON as it was sent
			}
			if place, found = FindNullCharacter(value.Field(i)); found {
				return fieldName(value.Type().Field(i)) + place, true
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			if place, found = FindNullCharacter(value.Index(i)); found {
				return fmt.Sprintf("[%d]%s", i, place), true
			}
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			if place, found = FindNullCharacter(key); found {
				return place, true
			}
		}
	}
	return "", false
}

// fieldName is the name of a field in JSON or YAML.
func fieldName(field reflect.StructField) string {
	name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("json"), field.Tag.Get("yaml")), ",")
	return "." + cmp.Or(name, field.Name)
}
