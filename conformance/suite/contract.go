package suite

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/spec"
)

// Contract holds answers against the OpenAPI document.
type Contract struct {
	document  *spec.Document
	lenient   *spec.Document // for neighbours
	catalogue *coverage.Catalogue
	basePath  string // the path before /api/

	// absent are the properties, by their schema, that the document of the revision has, but
	// not a target between two revisions.
	absent map[string][]string
}

// NewContract reads the document of a revision, "" is the default one, for a deployment at
// baseURL.
func NewContract(baseURL string, revision spec.Revision) (*Contract, error) {
	revision = cmp.Or(revision, spec.DefaultRevision)
	document, err := spec.LoadRevision(revision)
	if err != nil {
		return nil, err
	}
	lenient, err := lenient(revision)
	if err != nil {
		return nil, err
	}
	return newContract(baseURL, document, lenient)
}

func newContract(baseURL string, document, lenient *spec.Document) (*Contract, error) {
	catalogue, err := coverage.Load(document.Revision)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	return &Contract{document: document, lenient: lenient, catalogue: catalogue, basePath: strings.TrimRight(u.Path, "/")}, nil
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
	operation := c.operation(e.Method, strings.TrimPrefix(u.Path, c.basePath))
	if operation == nil || e.Status == 0 {
		return nil
	}
	e.Operation = operation.ID
	document := c.document
	if isNeighbour(operation) {
		document = c.lenient
		operation, _ = document.Operation(operation.ID)
	}
	return document.CheckResponse(operation, e.Status, e.ResponseHeader, e.ResponseBody)
}

// operation matches a request with an operation, with or without the final slash.
func (c *Contract) operation(method, path string) *spec.Operation {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	var found *spec.Operation
	var params map[string]string // the operation with the fewest is meant
	for _, operation := range c.document.Operations() {
		if operation.Method != method {
			continue
		}
		if p, ok := matchTemplate(strings.Split(strings.Trim(operation.Path, "/"), "/"), segments); ok && (found == nil || len(p) < len(params)) {
			found, params = operation, p
		}
	}
	return found
}

func matchTemplate(template, segments []string) (map[string]string, bool) {
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
