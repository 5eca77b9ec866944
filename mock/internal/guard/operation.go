package guard

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-dev/understudy/spec"
)

// operation is a documented operation, prepared for checking.
type operation struct {
	*spec.Operation
	inPath      []pathParameter
	inQuery     map[string]*openapi3.Parameter
	keysInQuery []string              // parameters that hold a key
	required    []*openapi3.Parameter // in the query and the headers
	requestBody
}

// requestBody is what the document says of an operation's body.
type requestBody struct {
	kinds    []string         // the content types; none when the operation takes no body
	needed   bool             // a request without a body is not allowed
	value    *openapi3.Schema // of the body
	fields   *fields          // what of it is read
	form     *spec.Schema     // for forms; nil where the body is no object
	answered *fields          // of the answer in case of success
}

func newOperation(document *spec.Document, documented *spec.Operation, schemas gathering) (*operation, error) {
	o := &operation{Operation: documented, inQuery: map[string]*openapi3.Parameter{}}
	parameters := documented.Spec.Parameters
	if item := document.T.Paths.Value(documented.Path); item != nil {
		parameters = append(parameters[:len(parameters):len(parameters)], item.Parameters...)
	}
	for _, ref := range parameters {
		if err := o.take(ref.Value); err != nil {
			return nil, err
		}
	}
	if documented.Spec.RequestBody == nil {
		return o, nil
	}
	body := documented.Spec.RequestBody.Value
	o.needed = body.Required
	for kind, media := range body.Content {
		o.kinds = append(o.kinds, kind)
		o.value = media.Schema.Value // that all of them share
	}
	o.fields = schemas.fields(o.value)
	o.form, _ = document.Schema(documented.Request)
	if answer, ok := documented.ResponseSchema(documented.Statuses()[0]); ok {
		o.answered = schemas.fields(answer.Value)
	}
	return o, nil
}

// take sorts a parameter in.
func (o *operation) take(p *openapi3.Parameter) error {
	switch p.In {
	case openapi3.ParameterInPath:
		at, err := placeOf(o.Path, p)
		if err != nil {
			return err
		}
		o.inPath = append(o.inPath, at)
		return nil
	case openapi3.ParameterInQuery:
		o.inQuery[p.Name] = p
	}
	if p.Required && (p.In == openapi3.ParameterInQuery || p.In == openapi3.ParameterInHeader) {
		o.required = append(o.required, p)
	}
	return nil
}

// takesCSRFField tells whether a form may hold the CSRF token.
func (o *operation) takesCSRFField(method string) bool {
	return method == http.MethodPost && !o.IsSCIM()
}

// kindsText lists the content types for people, JSON first.
func (o *operation) kindsText() string {
	var jsons, others []string
	for _, kind := range o.kinds {
		if strings.HasSuffix(kind, "json") {
			jsons = append(jsons, kind)
		} else {
			others = append(others, kind)
		}
	}
	return listed(append(sorted(jsons), sorted(others)...))
}

// fields is what a schema says of the names in a value, at any depth. Nil, or without properties: nothing.
type fields struct {
	open       bool // names that are not documented are read, too
	partial    bool // the document lists only some names (x-partial)
	properties map[string]property
	items      *fields
}

type property struct {
	readOnly bool
	fields   *fields
}

// gathering keeps what is known of each schema: it is looked at once, and one that contains itself ends.
type gathering map[*openapi3.Schema]*fields

// fields gathers the names of a schema, those of its parts and branches together.
func (known gathering) fields(schema *openapi3.Schema) *fields {
	if f, ok := known[schema]; ok {
		return f
	}
	f := &fields{properties: make(map[string]property, len(schema.Properties))}
	known[schema] = f
	known.add(f, schema, nil)
	f.open = f.open || len(f.properties) == 0
	return f
}

func (known gathering) add(f *fields, schema *openapi3.Schema, above []*openapi3.Schema) {
	if slices.Contains(above, schema) {
		return
	}
	extra := schema.AdditionalProperties
	f.open = f.open || extra.Schema != nil || extra.Has != nil && *extra.Has
	if partial, _ := schema.Extensions["x-partial"].(bool); partial {
		f.partial = true
	}
	for name, ref := range schema.Properties {
		f.properties[name] = property{ref.Value.ReadOnly, known.fields(ref.Value)}
	}
	if schema.Items != nil {
		f.items = known.fields(schema.Items.Value)
	}
	for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		for _, ref := range refs {
			known.add(f, ref.Value, append(above, schema))
		}
	}
}

// writable lists the names that a request may have.
func (f *fields) writable() (names []string) {
	for _, name := range sortedKeys(f.properties) {
		if !f.properties[name].readOnly {
			names = append(names, name)
		}
	}
	return names
}

// unread finds the fields of a body that nothing reads, and removes them from it. What is left is what counts.
func (f *finder) unread(of *fields, value any, pointer string) {
	switch value := value.(type) {
	case map[string]any:
		if len(of.properties) == 0 {
			return
		}
		for _, name := range of.notPlain(value) {
			at := pointer + "/" + escaped(name)
			known, ok := of.properties[name]
			switch {
			case ok && !known.readOnly:
				f.unread(known.fields, value[name], at)
				continue
			case ok || f.onlyAnswered(pointer, name):
				f.add(ReadOnlyField, inBody+at, "%s is only in answers; in a request nothing reads it. Remove it; what may be sent is %s.",
					short(name), listed(of.writable()))
			case of.open:
				continue
			default:
				f.undocumented(of, at, name)
			}
			delete(value, name)
		}
	case []any:
		if of.items == nil {
			return
		}
		for i, item := range value {
			f.unread(of.items, item, pointer+"/"+strconv.Itoa(i))
		}
	}
}

// notPlain lists the names that need a closer look, sorted: all but those of fields
// that a request may have and that have no fields in them. Most bodies have none.
func (f *fields) notPlain(object map[string]any) (names []string) {
	for name := range object {
		known, ok := f.properties[name]
		if ok && !known.readOnly && known.fields.plain() {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// plain tells that there are no names in a value to look at.
func (f *fields) plain() bool { return len(f.properties) == 0 && f.items == nil }

// undocumented reports a field that the document does not have.
func (f *finder) undocumented(of *fields, at, name string) {
	hint := ""
	if of.partial {
		hint = " The document lists only some fields here: a deployment may know this one, the fake does not."
	}
	f.add(UnreadField, inBody+at, "%s is not documented, and nothing reads it. What may be sent is %s. Remove it or correct its name.%s",
		short(name), listed(of.writable()), hint)
}

// onlyAnswered tells whether a field that is not documented for requests is known from the answers, as that of an object which
// a client sends back as it got it.
func (f *finder) onlyAnswered(pointer, name string) bool {
	if pointer != "" || f.operation.answered == nil {
		return false
	}
	_, ok := f.operation.answered.properties[name]
	return ok
}
