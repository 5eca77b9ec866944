package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/spec"
)

// Contract holds answers against the OpenAPI document.
type Contract struct {
	document  *spec.Document
	catalogue *coverage.Catalogue
	base      string // the path before /api/
}

// NewContract reads the document for a deployment at baseURL.
func NewContract(baseURL string) (*Contract, error) {
	document, err := spec.Load()
	if err != nil {
		return nil, err
	}
	catalogue, err := coverage.Load()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	return &Contract{document, catalogue, strings.TrimRight(u.Path, "/")}, nil
}

// Documented is what answers and requests can cover of the document.
func (c *Contract) Documented() coverage.Set { return c.catalogue.Documented() }

// Check returns how an answer differs from what is documented for the operation
// that was called, or nil, and notes the operation. Requests for no documented
// operation pass.
func (c *Contract) Check(e *Exchange) error {
	u, err := url.Parse(e.URL)
	if err != nil {
		return err
	}
	operation, params := c.find(e.Method, strings.TrimPrefix(u.Path, c.base))
	if operation == nil || e.Status == 0 {
		return nil
	}
	e.Operation = operation.ID
	if err := c.validate(operation, params, e); err != nil {
		return fmt.Errorf("%s, %d: %s", operation.ID, e.Status, brief(err))
	}
	return c.undocumented(operation, e)
}

// find matches a request with an operation, with or without the final slash.
func (c *Contract) find(method, path string) (*spec.Operation, map[string]string) {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	var found *spec.Operation
	var params map[string]string
	for _, operation := range c.document.Operations() {
		if operation.Method != method {
			continue
		}
		if p, ok := match(strings.Split(strings.Trim(operation.Path, "/"), "/"), segments); ok && (found == nil || len(p) < len(params)) {
			found, params = operation, p
		}
	}
	return found, params
}

func match(template, segments []string) (map[string]string, bool) {
	if len(template) != len(segments) {
		return nil, false
	}
	params := map[string]string{}
	for i, part := range template {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params[strings.TrimSuffix(name, "}")] = segments[i]
		} else if part != segments[i] {
			return nil, false
		}
	}
	return params, true
}

func (c *Contract) validate(operation *spec.Operation, params map[string]string, e *Exchange) error {
	request, err := http.NewRequest(e.Method, e.URL, http.NoBody)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request, PathParams: params,
			Route: &routers.Route{
				Spec: c.document.T, Path: operation.Path, PathItem: c.document.T.Paths.Value(operation.Path),
				Method: operation.Method, Operation: operation.Spec,
			},
		},
		Status: e.Status, Header: e.ResponseHeader, Body: io.NopCloser(bytes.NewReader(e.ResponseBody)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// undocumented refuses properties that the schema does not have.
func (c *Contract) undocumented(operation *spec.Operation, e *Exchange) error {
	schema, ok := operation.ResponseSchema(e.Status)
	if !ok || len(e.ResponseBody) == 0 {
		return nil
	}
	var body any
	if err := json.Unmarshal(e.ResponseBody, &body); err != nil {
		return fmt.Errorf("%s, %d: the body is not JSON: %w", operation.ID, e.Status, err)
	}
	if extra := spec.Undocumented(schema, body); len(extra) > 0 {
		return fmt.Errorf("%s, %d: undocumented properties: %s", operation.ID, e.Status, strings.Join(extra, ", "))
	}
	return nil
}

// brief drops the dump of schema and value that a validator's error ends with. Of
// an object that is the sum of schemas it names what is wrong in one of them.
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
