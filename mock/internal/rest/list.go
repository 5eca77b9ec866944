package rest

import "strconv"

// Items returns the items of a body that is a JSON list, each as a body of its own.
// A form is never a list.
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

// nonField is what the framework calls the place of a complaint about a whole item.
const nonField = "non_field_errors"

// ValidateList checks each item of a list as [Serializer.Validate] does. The first
// refusal in the order of the items names its field as the real server does:
// "__4__target_email" is the field target_email of the fifth item.
// Source: ListSerializer in rest_framework/serializers.py; exceptions_hog/handler.py
// joins an empty key, the index and the field.
func (s *Serializer[T, C]) ValidateList(ctx C, items []*Input, mode Mode) ([]*Attrs, error) {
	checked := make([]*Attrs, len(items))
	var first error
	for i, item := range items {
		attrs, err := s.Validate(ctx, item, mode)
		switch {
		case err == nil:
			checked[i] = attrs
		case !isValidation(err):
			return nil, err
		case first == nil:
			first = err.(*Error).at(i)
		}
	}
	if first != nil {
		return nil, first
	}
	return checked, nil
}

// at puts e's field under the item of a list.
func (e *Error) at(index int) *Error {
	field := e.Attr
	if field == "" {
		field = nonField
	}
	return e.On("__" + strconv.Itoa(index) + "__" + field)
}
