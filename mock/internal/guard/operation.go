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
	keysInQuery []string              // parameters that may hold a key
	required    []*openapi3.Parameter // in the query and the headers
	requestBody
}

// requestBody is the documented body of an operation.
type requestBody struct {
	mediaTypes     []string         // the content types; none when the operation takes no body
	bodyRequired   bool             // a request without a body is not allowed
	schema         *openapi3.Schema // of the body
	fields         *fields          // what of it is read
	form           *spec.Schema     // for forms; nil where the body is no object
	responseFields *fields          // of the answer in case of success
}

func newOperation(document *spec.Document, documented *spec.Operation, schemas fieldCollector) (*operation, error) {
	o := &operation{Operation: documented, inQuery: map[string]*openapi3.Parameter{}}
	parameters := documented.Spec.Parameters
	if item := document.T.Paths.Value(documented.Path); item != nil {
		parameters = append(slices.Clip(parameters), item.Parameters...)
	}
	for _, ref := range parameters {
		if err := o.addParameter(ref.Value); err != nil {
			return nil, err
		}
	}
	if documented.Spec.RequestBody == nil {
		return o, nil
	}
	body := documented.Spec.RequestBody.Value
	o.bodyRequired = body.Required
	for kind, media := range body.Content {
		o.mediaTypes = append(o.mediaTypes, kind)
		o.schema = media.Schema.Value // that all of them share
	}
	o.fields = schemas.fields(o.schema)
	o.form, _ = document.Schema(documented.Request)
	if answer, ok := documented.ResponseSchema(documented.Statuses()[0]); ok {
		o.responseFields = schemas.fields(answer.Value)
	}
	return o, nil
}

// addParameter adds a documented parameter.
func (o *operation) addParameter(p *openapi3.Parameter) error {
	switch p.In {
	case openapi3.ParameterInPath:
		at, err := newPathParameter(o.Path, p)
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

// takesCSRFField reports whether a form may hold the CSRF token.
func (o *operation) takesCSRFField(method string) bool {
	return method == http.MethodPost && !o.IsSCIM()
}

// mediaTypesText lists the content types for messages, JSON first.
func (o *operation) mediaTypesText() string {
	var jsons, others []string
	for _, kind := range o.mediaTypes {
		if strings.HasSuffix(kind, "json") {
			jsons = append(jsons, kind)
		} else {
			others = append(others, kind)
		}
	}
	return joined(append(sorted(jsons), sorted(others)...))
}

// fields are the documented names in a value, at any depth. Without properties, any name is allowed.
type fields struct {
	open       bool // undocumented names are read, too
	partial    bool // the document lists only some names (x-partial)
	properties map[string]property
	items      *fields
}

type property struct {
	readOnly bool
	fields   *fields
}

// fieldCollector caches the fields of each schema, so that recursive schemas end.
type fieldCollector map[*openapi3.Schema]*fields

// fields collects the names of a schema, with those of its items and branches.
func (known fieldCollector) fields(schema *openapi3.Schema) *fields {
	if f, ok := known[schema]; ok {
		return f
	}
	f := &fields{properties: make(map[string]property, len(schema.Properties))}
	known[schema] = f
	known.add(f, schema, nil)
	f.open = f.open || len(f.properties) == 0
	return f
}

func (known fieldCollector) add(f *fields, schema *openapi3.Schema, above []*openapi3.Schema) {
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

// writable returns the names that a request may have.
func (f *fields) writable() (names []string) {
	for _, name := range sortedKeys(f.properties) {
		if !f.properties[name].readOnly {
			names = append(names, name)
		}
	}
	return names
}

// checkFields reports the fields of a body that nothing reads, and removes them from it.
func (f *checker) checkFields(of *fields, value any, pointer string) {
	switch value := value.(type) {
	case map[string]any:
		if len(of.properties) == 0 {
			return
		}
		for _, name := range of.namesToCheck(value) {
			at := pointer + "/" + pointerToken(name)
			known, ok := of.properties[name]
			switch {
			case ok && !known.readOnly:
				f.checkFields(known.fields, value[name], at)
				continue
			case ok || f.isResponseOnly(pointer, name):
				f.add(ReadOnlyField, inBody+at, "%s is only in answers; in a request nothing reads it. Remove it; what may be sent is %s.",
					shortened(name), joined(of.writable()))
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
			f.checkFields(of.items, item, pointer+"/"+strconv.Itoa(i))
		}
	}
}

// namesToCheck lists the names that need a closer look, sorted: all but those of fields that a request may have and that have
// no fields themselves. Most bodies have none.
func (f *fields) namesToCheck(object map[string]any) (names []string) {
	for name := range object {
		known, ok := f.properties[name]
		if ok && !known.readOnly && known.fields.isLeaf() {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isLeaf reports whether a value has no names to check.
func (f *fields) isLeaf() bool { return len(f.properties) == 0 && f.items == nil }

// undocumented reports a field that the document does not have.
func (f *checker) undocumented(of *fields, at, name string) {
	hint := ""
	if of.partial {
		hint = " The document lists only some fields here: a deployment may know this one, the fake does not."
	}
	f.add(UnreadField, inBody+at, "%s is not documented, and nothing reads it. What may be sent is %s. Remove it or correct its name.%s",
		shortened(name), joined(of.writable()), hint)
}

// isResponseOnly reports whether a field that is not documented for requests is one of the response, as in an object that a
// client sends back as it received it.
func (f *checker) isResponseOnly(pointer, name string) bool {
	if pointer != "" || f.operation.responseFields == nil {
		return false
	}
	_, ok := f.operation.responseFields.properties[name]
	return ok
}
