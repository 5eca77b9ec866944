package rest

import (
	"fmt"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// What OPTIONS tells of the fields of a resource.
// Source: SimpleMetadata in rest_framework/metadata.py. The help texts of the real
// models are left out, and so are choices that the document does not list.

// WriteMetadata writes the fields in their order, with type, limits and choices.
func (s *Serializer[T, C]) WriteMetadata(w *Writer) {
	w.Object()
	for i := range s.fields {
		f := &s.fields[i]
		w.Key(f.Name)
		writeFieldMetadata(w, f.property, f.metadataType(), f.Names)
	}
	w.End()
}

// metadataType is what the framework calls the kind of the field.
func (f *field[T, C]) metadataType() string {
	switch f.kind.(type) {
	case relatedField, relatedManyField, jsonField:
		return typeField
	case textChoice:
		return typeChoice
	}
	if f.Computed {
		return typeField
	}
	return metadataType(f.property)
}

// The framework's names for kinds of fields, where they are not those of the document.
const (
	typeField  = "field" // any other
	typeChoice = "choice"
	typeNested = "nested object"
)

func metadataType(p *spec.Property) string {
	switch {
	case len(p.Enum) > 0:
		return typeChoice
	case p.Format == "email":
		return "email"
	case p.Format == "date-time":
		return "datetime"
	case p.Type == "array":
		return "list"
	case p.Type == "object" && len(p.Properties) > 0:
		return typeNested
	case p.Type == "string", p.Type == "boolean", p.Type == "integer":
		return p.Type
	}
	return typeField
}

// writeFieldMetadata writes what is told of one field. names are how choices are shown.
func writeFieldMetadata(w *Writer, p *spec.Property, kind string, names map[string]string) {
	w.Object()
	w.Key("type").String(kind)
	w.Key("required").Bool(p.Required && !p.ReadOnly)
	w.Key("read_only").Bool(p.ReadOnly)
	if label := fieldLabel(p); label != "" {
		w.Key("label").String(label)
	}
	if p.MaxLength > 0 {
		w.Key("max_length").Int(p.MaxLength)
	}
	switch {
	case kind == "list" && p.Items != nil:
		item := *p.Items
		item.Required = true
		w.Key("child")
		writeFieldMetadata(w, &item, metadataType(&item), nil)
	case kind == typeNested:
		w.Key("children").Object()
		for i := range p.Properties {
			child := p.Properties[i]
			child.Required = false // of what is written out alone
			w.Key(child.Name)
			writeFieldMetadata(w, &child, metadataType(&child), nil)
		}
		w.End()
	}
	if kind == typeChoice && !p.ReadOnly && len(p.Enum) > 0 {
		writeChoices(w, p.Enum, names)
	}
	w.End()
}

// fieldLabel is a field's name as a form shows it: "id_jag_jwks_url" is "Id jag jwks url".
// A number that the database gives is an "ID".
func fieldLabel(p *spec.Property) string {
	switch {
	case p.Name == "":
		return ""
	case p.Name == "id" && p.Type == "integer":
		return "ID"
	}
	return strings.ToUpper(p.Name[:1]) + strings.ReplaceAll(p.Name[1:], "_", " ")
}

func writeChoices(w *Writer, choices []any, names map[string]string) {
	w.Key("choices").Array()
	for _, choice := range choices {
		text := fmt.Sprint(choice)
		if text == "" {
			continue // blank is no choice of its own
		}
		w.Object()
		if number, ok := choice.(int); ok {
			w.Key("value").Int(number)
		} else {
			w.Key("value").String(text)
		}
		shown, ok := names[text]
		if !ok {
			shown = text
		}
		w.Key("display_name").String(shown)
		w.End()
	}
	w.EndArray()
}
