package mock

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// nullCharacter is the place of a text with a null character below a value, such as
// .scopes[1], and whether there is one. No text of the real database has any, so no
// world can say it. JSON that is kept as it was sent may, in its escapes.
func nullCharacter(value reflect.Value) (place string, found bool) {
	switch value.Kind() {
	case reflect.String:
		return "", strings.IndexByte(value.String(), 0) >= 0
	case reflect.Pointer:
		if !value.IsNil() {
			return nullCharacter(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if !value.Field(i).CanInterface() {
				continue // unexported: what is kept as it was sent
			}
			if place, found = nullCharacter(value.Field(i)); found {
				return fieldName(value.Type().Field(i)) + place, true
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			if place, found = nullCharacter(value.Index(i)); found {
				return fmt.Sprintf("[%d]%s", i, place), true
			}
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			if place, found = nullCharacter(key); found {
				return place, true
			}
		}
	}
	return "", false
}

// fieldName names a field as a body or a world does.
func fieldName(field reflect.StructField) string {
	name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("json"), field.Tag.Get("yaml")), ",")
	return "." + cmp.Or(name, field.Name)
}
