package guard

import (
	"bytes"
	"encoding/json"
	"errors"
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
