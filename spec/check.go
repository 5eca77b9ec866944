package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// CheckResponse holds an answer to an operation against the document and returns how it differs: in a status that is not
// documented, in its content type, in a header, in its body, in a property that the document does not list. The error is one
// line and shows no values. An answer to HEAD has no body to look at: leave it out.
func (d *Document) CheckResponse(operation *Operation, status int, header http.Header, body []byte) error {
	if err := d.validateResponse(operation, status, header, body); err != nil {
		return fmt.Errorf("%s, %d: %s", operation.ID, status, brief(err))
	}
	schema, ok := operation.ResponseSchema(status)
	if !ok || len(body) == 0 {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("%s, %d: the body is not JSON: %w", operation.ID, status, err)
	}
	if extra := Undocumented(schema, value); len(extra) > 0 {
		return fmt.Errorf("%s, %d: undocumented properties: %s", operation.ID, status, strings.Join(extra, ", "))
	}
	return nil
}

func (d *Document) validateResponse(operation *Operation, status int, header http.Header, body []byte) error {
	request := &http.Request{Method: operation.Method}
	return openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request,
			Route:   &routers.Route{Spec: d.T, Path: operation.Path, Method: operation.Method, Operation: operation.Spec},
		},
		Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// brief drops the dump of schema and value that a validator's error ends with. Of an object that is the sum of schemas it names
// what is wrong in one of them.
func brief(err error) string {
	var schemaError *openapi3.SchemaError
	if errors.As(err, &schemaError) {
		for inner := schemaError; errors.As(inner.Origin, &inner); {
			schemaError = inner
		}
		return "/" + strings.Join(schemaError.JSONPointer(), "/") + ": " + schemaError.Reason
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}
