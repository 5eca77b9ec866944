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

// Fields of a body that authenticate the request and are not part of its schema.
const (
	keyField  = "personal_api_key"
	csrfField = "csrfmiddlewaretoken"
)

// checkBody compares the body with the document. An absent one is an empty object.
func (f *checker) checkBody(contentType string, data []byte) {
	o := f.operation
	switch {
	case len(o.mediaTypes) == 0 && len(data) == 0:
		return
	case len(o.mediaTypes) == 0:
		f.checkUnexpectedBody(contentType, data)
		return
	case len(data) == 0 && o.bodyRequired:
		f.add(MissingBody, wholeBody, "No body was sent; the document requires one. Send %s.", describeSchema(o.schema))
		return
	case len(data) == 0:
		f.checkValue(map[string]any{})
		return
	}
	kind := mediaType(contentType)
	if !slices.Contains(o.mediaTypes, kind) {
		f.add(ContentType, inHeader+"Content-Type", "The body was sent %s; the document has %s. Send one of them.", sentAs(contentType), o.mediaTypesText())
		return
	}
	value, err := f.read(kind, contentType, data)
	if err != nil {
		f.add(MalformedBody, wholeBody, "The body is not %s: %s. Send what the header Content-Type says.", kind, err)
		return
	}
	f.checkValue(value)
}

func sentAs(contentType string) string {
	if contentType == "" {
		return "without the header Content-Type"
	}
	return "as " + shortened(contentType)
}

// mediaType returns the content type without its parameters, "" if it is invalid.
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

// read decodes a body and removes the fields that authenticate the request.
func (f *checker) read(kind, contentType string, data []byte) (value any, err error) {
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

// decode decodes JSON, including numbers that are too large for a float.
func decode(data []byte) (value any, err error) {
	err = json.Unmarshal(data, &value)
	if tooLarge := (*json.UnmarshalTypeError)(nil); errors.As(err, &tooLarge) {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		err = decoder.Decode(&value)
	}
	return value, err
}

// checkValue validates the decoded body against its schema.
func (f *checker) checkValue(value any) {
	o := f.operation
	if o.IsSCIM() {
		withoutNulls(value)
	} else {
		f.checkFields(o.fields, value, "")
	}
	for _, p := range validate(o.schema, value) {
		taken := f.converts(&p)
		f.add(p.code(), p.where(), "%s", p.message(taken))
		if taken {
			f.markTaken(p.where())
		}
	}
}

// withoutNulls removes the attributes that are null from a SCIM body: they have no value (RFC 7643, section 2.5).
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

// converts reports whether the API accepts a value of a wrong type because its framework converts it. That is known of the
// fields of the body, or of the items of a list; nested fields have rules of their own.
func (f *checker) converts(p *problem) bool {
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

// propertyOf returns a schema in the form that the framework's conversion takes.
func propertyOf(schema *openapi3.Schema) *spec.Property {
	property := &spec.Property{Format: schema.Format, Enum: schema.Enum, AllowBlank: schema.MinLength == 0}
	if types := schema.Type.Slice(); len(types) > 0 {
		property.Type = types[0]
	}
	return property
}

// frameworkValue returns a JSON value as the framework's parser returns it.
func frameworkValue(value any) any {
	if n, ok := value.(float64); ok && n == float64(int64(n)) {
		return int64(n)
	}
	return value
}

// checkUnexpectedBody checks a body that the operation does not take: it may hold a key, nothing else is read.
func (f *checker) checkUnexpectedBody(contentType string, data []byte) {
	value, err := f.read(mediaType(contentType), contentType, data)
	switch value := value.(type) {
	case map[string]any:
		for _, name := range sortedKeys(value) {
			f.add(UnreadField, inBody+"/"+pointerToken(name), "%s is not documented, and nothing reads it: %s takes no body. Remove it.",
				shortened(name), f.operation.ID)
		}
	default:
		if err != nil || value != nil {
			f.add(UnreadField, wholeBody, "A body was sent, and nothing reads it: %s takes none. Remove it.", f.operation.ID)
		}
	}
}

// formValue converts a form to a JSON value of the schema's types. A text that the framework cannot convert stays a text, and so
// violates the schema.
func formValue(schema *spec.Schema, form map[string][]any) any {
	object := make(map[string]any, len(form))
	for _, key := range sortedKeys(form) {
		values := form[key]
		name, _, indexed := strings.Cut(key, "[")
		property, known := findProperty(schema, key)
		if !known && indexed {
			if property, known = findProperty(schema, name); known && property.Type == "array" {
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

func findProperty(schema *spec.Schema, name string) (spec.Property, bool) {
	if schema == nil {
		return spec.Property{}, false
	}
	return schema.Property(name)
}

// formField converts the value of a field that is not a list of texts, and reports whether it counts as sent.
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
