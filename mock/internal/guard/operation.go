package guard

import (
	"net/http"
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
