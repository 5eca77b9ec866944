package rest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/spec"
)

// Binding implements one documented property. Its type, its limits and who may set
// it are declared in the OpenAPI document alone. T is the row that is rendered, C
// the context of checks.
type Binding[T, C any] struct {
	// Name is the property's name.
	Name string
	// Write renders the property; nil for a write-only one.
	Write func(w *Writer, row T)
	// Text is the part of the field's own rule that its text alone decides, whoever sends it
	// and whatever else there is; see [Serializer.RefusedTexts]. It goes before Check.
	Text func(ctx C, text string) error
	// Check is the field's own rule, after those of its type. It gets the typed value,
	// or nil for null, and returns the value for the handler. A refusal with another
	// status than 400 ends the validation at once, as an exception would.
	Check func(ctx C, value any) (any, error)
	// As is the kind of the field if it is not that of its type; see [JSON], [Related].
	As Kind
	// Computed says that the field is no column of the real model: OPTIONS knows no
	// type of it.
	Computed bool
	// Names are how OPTIONS calls choices that have a name besides their value.
	Names map[string]string
}

// Serializer parses, validates and renders one resource. It is safe for concurrent
// use.
type Serializer[T, C any] struct {
	fields []field[T, C]
}

type field[T, C any] struct {
	Binding[T, C]
	property *spec.Property
	kind     Kind
	quoted   []byte // the name as a JSON key, with its colon
}

// NewSerializer binds the properties of a documented schema. It fails if a property
// has no binding or a binding no property.
func NewSerializer[T, C any](schema *spec.Schema, bindings ...Binding[T, C]) (*Serializer[T, C], error) {
	byName := make(map[string]Binding[T, C], len(bindings))
	renders := false
	for _, b := range bindings {
		byName[b.Name] = b
		renders = renders || b.Write != nil
	}
	s := &Serializer[T, C]{}
	for i := range schema.Properties {
		p := &schema.Properties[i]
		b, ok := byName[p.Name]
		if !ok {
			return nil, fmt.Errorf("schema %s: property %s has no binding", schema.Name, p.Name)
		}
		delete(byName, p.Name)
		if renders && p.WriteOnly != (b.Write == nil) {
			return nil, fmt.Errorf("schema %s: property %s is write-only in one place and rendered in the other", schema.Name, p.Name)
		}
		f, err := newField(p, b)
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", schema.Name, err)
		}
		s.fields = append(s.fields, f)
	}
	for name := range byName {
		return nil, fmt.Errorf("schema %s: binding %s has no property", schema.Name, name)
	}
	return s, nil
}

func newField[T, C any](p *spec.Property, b Binding[T, C]) (field[T, C], error) {
	f := field[T, C]{Binding: b, property: p, kind: b.As, quoted: append(pyjson.AppendString(nil, p.Name), ':')}
	if f.kind != nil || p.ReadOnly {
		return f, nil
	}
	var err error
	f.kind, err = kindOf(p)
	return f, err
}

// Write renders row as an object, in the documented order.
func (s *Serializer[T, C]) Write(w *Writer, row T) {
	w.Object()
	for i := range s.fields {
		f := &s.fields[i]
		if f.Binding.Write != nil {
			w.key(f.quoted)
			f.Binding.Write(w, row)
		}
	}
	w.End()
}

// Mode says how a body is validated.
type Mode struct {
	// Partial allows any field to be absent, as PATCH does.
	Partial bool
	// Fixed is a field that is ignored because it cannot be changed; "" is none.
	Fixed string
}

// Validate validates a body field by field, in the documented order, and returns
// the values or the first refusal. Unknown and read-only fields are ignored.
func (s *Serializer[T, C]) Validate(ctx C, in *Input, mode Mode) (*Attrs, error) {
	if err := in.object(); err != nil {
		return nil, err
	}
	attrs := &Attrs{make([]attr, 0, len(s.fields))}
	var first *Error
	for i := range s.fields {
		f := &s.fields[i]
		if f.property.ReadOnly || f.Name == mode.Fixed {
			continue
		}
		value, sent, err := f.run(ctx, in, mode)
		if err == nil {
			if sent {
				attrs.set(f.Name, value)
			}
			continue
		}
		refusal, ok := validationError(err)
		if !ok {
			return nil, err
		}
		if first == nil {
			first = refusal.within(f.Name)
		}
	}
	if first != nil {
		return nil, first
	}
	return attrs, nil
}

// validationError returns the refusal of a value, which is collected. Any other error ends
// the validation.
func validationError(err error) (refusal *Error, ok bool) {
	ok = errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest
	return refusal, ok
}

// run reads, converts and checks one field.
func (f *field[T, C]) run(ctx C, in *Input, mode Mode) (value any, sent bool, err error) {
	value, sent, err = f.read(in, mode)
	if err != nil {
		return nil, false, err
	}
	if _, ok := f.kind.(relatedField); ok && value == "" {
		value = nil // RelatedField.run_validation in rest_framework/relations.py
	}
	switch {
	case !sent && mode.Partial:
		return nil, false, nil
	case !sent && f.property.Required:
		return nil, false, errRequired
	case !sent:
		return nil, false, nil // the handler knows the model's default
	case value == nil && !f.property.Nullable:
		return nil, false, errNull
	case value != nil:
		if value, err = f.kind.parse(f.property, value); err != nil {
			return nil, false, err
		}
	}
	if rule := f.Rule(); rule != nil {
		value, err = rule(ctx, value)
	}
	return value, true, err
}

// Rule is the field's own rule as a whole, nil for none.
func (b *Binding[T, C]) Rule() func(ctx C, value any) (any, error) {
	if b.Text == nil {
		return b.Check
	}
	return func(ctx C, value any) (any, error) {
		if text, ok := value.(string); ok {
			if err := b.Text(ctx, text); err != nil {
				return nil, err
			}
		}
		if b.Check == nil {
			return value, nil
		}
		return b.Check(ctx, value)
	}
}

// RefusedTexts are the refusals of an object's texts by the rules that only look at the text
// ([Binding.Text]), by the names of the fields. It looks at nothing else.
func (s *Serializer[T, C]) RefusedTexts(ctx C, in *Input) map[string]error {
	refused := map[string]error{}
	for i := range s.fields {
		f := &s.fields[i]
		sent, ok := in.Text(f.Name)
		if f.Text == nil || !ok {
			continue
		}
		value, err := f.kind.parse(f.property, sent)
		if text, ok := value.(string); ok && err == nil {
			if err := f.Text(ctx, text); err != nil {
				refused[f.Name] = err
			}
		}
	}
	return refused
}

// read finds what was sent for the field. Forms cannot say null, false or an
// empty list; what the framework makes of them is written down here.
func (f *field[T, C]) read(in *Input, mode Mode) (value any, sent bool, err error) {
	if !in.IsForm() {
		value, sent = in.lookup(f.Name)
		return value, sent, nil
	}
	switch f.kind.(type) {
	case listField, integerListField:
		list, sent := in.formList(f.Name)
		return list, sent, nil
	}
	if _, ok := f.kind.(relatedManyField); ok {
		list, sent := in.formList(f.Name)
		if !sent && !mode.Partial {
			return []any{}, true, nil // a form cannot say an empty list otherwise
		}
		return list, sent, nil
	}
	value, sent = in.lookup(f.Name)
	text, isText := value.(string)
	switch k := f.kind.(type) {
	case jsonField:
		if isText {
			value, err = k.parseForm(text)
		}
		return value, sent, err
	case booleanField:
		if !sent && !mode.Partial {
			if f.property.Nullable {
				return nil, true, nil
			}
			// An unticked box is not sent. A field with a default of its own has that.
			preset, _ := f.property.Default.(bool)
			return preset, true, nil
		}
	}
	if !sent || !isText || text != "" {
		return value, sent, nil
	}
	value, sent = f.emptyText()
	return value, sent, nil
}

// emptyText is what an empty form value means to the field.
func (f *field[T, C]) emptyText() (value any, sent bool) {
	blank := f.property.Type == "string" && f.property.AllowBlank
	switch {
	case blank && (f.property.Nullable || !f.property.Required):
		return "", true
	case f.property.Nullable:
		return nil, true
	case !f.property.Required:
		return nil, false
	}
	return "", true
}

// Items returns the items of a body that is a JSON list, each as an input of its
// own. A form is never a list.
func (in *Input) Items() (items []*Input, ok bool) {
	list, ok := in.value.([]any)
	if !ok || in.IsForm() {
		return nil, false
	}
	items = make([]*Input, len(list))
	for i, value := range list {
		items[i] = &Input{value: value}
	}
	return items, true
}

// nonField is the framework's name for errors about a whole item.
const nonField = "non_field_errors"

// ValidateList validates each item of a list like [Serializer.Validate]. The first
// refusal in the order of the items names its field as the real server does:
// "__4__target_email" is the field target_email of the fifth item. Source:
// ListSerializer in rest_framework/serializers.py; exceptions_hog/handler.py joins
// an empty key, the index and the field.
func (s *Serializer[T, C]) ValidateList(ctx C, items []*Input, mode Mode) ([]*Attrs, error) {
	checked := make([]*Attrs, len(items))
	var first *Error
	for i, item := range items {
		attrs, err := s.Validate(ctx, item, mode)
		if err == nil {
			checked[i] = attrs
			continue
		}
		refusal, ok := validationError(err)
		if !ok {
			return nil, err
		}
		if first == nil {
			first = refusal.at(i)
		}
	}
	if first != nil {
		return nil, first
	}
	return checked, nil
}

// at prefixes e's field with the index of an item.
func (e *Error) at(index int) *Error {
	field := e.Attr
	if field == "" {
		field = nonField
	}
	return e.On("__" + strconv.Itoa(index) + "__" + field)
}

// Attrs are the validated values of a request, in the order of the fields. A field
// that was not sent and has no default is absent.
type Attrs struct{ values []attr }

type attr struct {
	name  string
	value any
}

func (a *Attrs) set(name string, value any) { a.values = append(a.values, attr{name, value}) }

func (a *Attrs) get(name string) (any, bool) {
	for i := range a.values {
		if a.values[i].name == name {
			return a.values[i].value, true
		}
	}
	return nil, false
}

// Has reports whether the field was sent, or has a default.
func (a *Attrs) Has(name string) bool {
	_, ok := a.get(name)
	return ok
}

// Any reports whether one of the fields was sent.
func (a *Attrs) Any(names ...string) bool {
	return slices.ContainsFunc(names, a.Has)
}

// Value returns the value of a field.
func Value[V any](a *Attrs, name string) (V, bool) {
	value, ok := a.get(name)
	typed, _ := value.(V)
	return typed, ok
}

// Set stores a field in to if it was sent.
func Set[V any](a *Attrs, name string, to *V) {
	if value, ok := a.get(name); ok {
		*to, _ = value.(V)
	}
}

// SetOpt stores a nullable field in to if it was sent; null is nil.
func SetOpt[V any](a *Attrs, name string, to **V) {
	value, ok := a.get(name)
	if !ok {
		return
	}
	*to = nil
	if typed, ok := value.(V); ok {
		*to = &typed
	}
}

// SetText stores a nullable text in to if it was sent; null is nil.
func SetText(a *Attrs, name string, to **string) { SetOpt(a, name, to) }
