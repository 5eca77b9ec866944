package rest

import (
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// Input is a parsed body: a JSON value, or a form whose values are text.
type Input struct {
	value any
	form  map[string][]any
}

func formInput(pairs []pytext.Pair) *Input {
	in := &Input{form: make(map[string][]any, len(pairs))}
	for _, p := range pairs {
		in.form[p.Key] = append(in.form[p.Key], p.Value)
	}
	return in
}

// Value is the JSON value that was sent; nil for a form.
func (in *Input) Value() any { return in.value }

// IsForm tells whether the body was a form, urlencoded or multipart.
func (in *Input) IsForm() bool { return in.form != nil }

// Form is what a form holds: the values of each key in their order, which are
// texts and [Upload]s. It is nil for a JSON body. Read it, never change it.
func (in *Input) Form() map[string][]any { return in.form }

// Text returns what stands under a key when it is text.
func (in *Input) Text(key string) (string, bool) {
	value, ok := in.lookup(key)
	if !ok {
		return "", false
	}
	text, ok := value.(string)
	return text, ok
}

func (in *Input) lookup(key string) (any, bool) {
	if in.form != nil {
		values := in.form[key]
		if len(values) == 0 {
			return nil, false
		}
		return values[len(values)-1], true
	}
	object, ok := in.value.(*pyjson.Object)
	if !ok {
		return nil, false
	}
	return object.Get(key)
}

// formList reads a list from a form: the key repeated, or key[0], key[1], …
func (in *Input) formList(key string) ([]any, bool) {
	if values := in.form[key]; len(values) > 0 {
		return values, true
	}
	var list []any
	for i := 0; ; i++ {
		values := in.form[key+"["+strconv.Itoa(i)+"]"]
		if len(values) == 0 {
			return list, len(list) > 0
		}
		list = append(list, values[len(values)-1])
	}
}

// object refuses every JSON value that is not an object.
func (in *Input) object() error {
	if in.form != nil {
		return nil
	}
	if in.value == nil {
		return Invalid("null", "No data provided")
	}
	if _, ok := in.value.(*pyjson.Object); !ok {
		return InvalidInput("Invalid data. Expected a dictionary, but got " + pytext.TypeName(in.value) + ".")
	}
	return nil
}
