package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"mime"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// Fields of a body that are about the request, and not about what it says.
const (
	keyField  = "personal_api_key"
	csrfField = "csrfmiddlewaretoken"
)

// body holds the body against the document. An absent one is an empty object.
func (f *finder) body(contentType string, data []byte) {
	o := f.operation
	switch {
	case len(o.kinds) == 0 && len(data) == 0:
		return
	case len(o.kinds) == 0:
		f.unwanted(contentType, data)
		return
	case len(data) == 0 && o.needed:
		f.add(MissingBody, theBody, "No body was sent; the document requires one. Send %s.", expected(o.value))
		return
	case len(data) == 0:
		f.value(map[string]any{})
		return
	}
	kind := mediaType(contentType)
	if !slices.Contains(o.kinds, kind) {
		f.add(ContentType, inHeader+"Content-Type", "The body was sent %s; the document has %s. Send one of them.", as(contentType), o.kindsText())
		return
	}
	value, err := f.read(kind, contentType, data)
	if err != nil {
		f.add(MalformedBody, theBody, "The body is not %s: %s. Send what the header Content-Type says.", kind, err)
		return
	}
	f.value(value)
}

func as(contentType string) string {
	if contentType == "" {
		return "without the header Content-Type"
	}
	return "as " + short(contentType)
}

// mediaType is the content type without its parameters, "" when it is none.
func mediaType(contentType string) string {
	if contentType == "application/json" {
		return contentType
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	return kind
}

// read decodes a body, and takes out of it what is about the request.
func (f *finder) read(kind, contentType string, data []byte) (value any, err error) {
	if strings.HasSuffix(kind, "json") {
		if value, err = decode(data); err != nil {
			return nil, err
		}
	} else {
		in, err := rest.Body{ContentType: contentType, Data: data}.Parse()
		if err != nil {
			return nil, err
		}
		value = formValue(f.operation.form, in.Form())
		if object, ok := value.(map[string]any); ok && f.operation.takesCSRFField(f.method) {
			delete(object, csrfField)
		}
	}
	if object, ok := value.(map[string]any); ok && !f.operation.IsSCIM() {
		delete(object, keyField)
	}
	return value, nil
}

// decode reads JSON. A number that is too large for a float is JSON all the same.
func decode(data []byte) (value any, err error) {
	err = json.Unmarshal(data, &value)
	if tooLarge := (*json.UnmarshalTypeError)(nil); errors.As(err, &tooLarge) {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		err = decoder.Decode(&value)
	}
	return value, err
}

// value holds what a body says against its schema.
func (f *finder) value(value any) {
	o := f.operation
	if o.IsSCIM() {
		withoutNulls(value)
	} else {
		f.unread(o.fields, value, "")
	}
	for _, p := range problems(o.value, value) {
		f.add(p.code(), p.where(), "%s", p.message(f.converts(&p)))
	}
}

// withoutNulls takes the attributes that are null out of a SCIM body: they have no value (RFC 7643, section 2.5).
func withoutNulls(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member == nil {
				delete(value, name)
			} else {
				withoutNulls(member)
			}
		}
	case []any:
		for _, item := range value {
			withoutNulls(item)
		}
	}
}

// converts tells whether the API takes a value of a wrong type, because its framework converts it. It is known of the fields of
// the body, or of the items of a list; deeper down, fields have rules of their own.
func (f *finder) converts(p *problem) bool {
	switch p.value.(type) {
	case bool, float64, string:
	default:
		return false
	}
	depth := len(p.pointer)
	if f.operation.fields.items != nil {
		depth--
	}
	if depth != 1 || p.code() != WrongType || p.schema.Format == "uuid" {
		return false
	}
	if text, ok := p.value.(string); ok && f.operation.IsSCIM() {
		return p.schema.Type.Is(openapi3.TypeBoolean) && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false"))
	}
	_, ok := rest.Convert(propertyOf(p.schema), frameworkValue(p.value))
	return ok && !f.operation.IsSCIM()
}

// propertyOf is a schema as the framework knows it.
func propertyOf(schema *openapi3.Schema) *spec.Property {
	property := &spec.Property{Format: schema.Format, Enum: schema.Enum, AllowBlank: schema.MinLength == 0}
	if types := schema.Type.Slice(); len(types) > 0 {
		property.Type = types[0]
	}
	return property
}

// frameworkValue is a JSON value as the framework's parser gives it.
func frameworkValue(value any) any {
	if n, ok := value.(float64); ok && n == float64(int64(n)) {
		return int64(n)
	}
	return value
}

// unwanted looks into a body that the operation does not take: a key may be there, all else is not read.
func (f *finder) unwanted(contentType string, data []byte) {
	value, err := f.read(mediaType(contentType), contentType, data)
	switch value := value.(type) {
	case map[string]any:
		for _, name := range sortedKeys(value) {
			f.add(UnreadField, inBody+"/"+escaped(name), "%s is not documented, and nothing reads it: %s takes no body. Remove it.",
				short(name), f.operation.ID)
		}
	default:
		if err != nil || value != nil {
			f.add(UnreadField, theBody, "A body was sent, and nothing reads it: %s takes none. Remove it.", f.operation.ID)
		}
	}
}

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
