// Package spec holds the OpenAPI documents of the API and of the fake's control plane, and indexes the first. It serves and calls
// nothing, and imports no other package of this module.
//
// The document, openapi.yaml, is the single source of truth: routes, scopes, membership levels, schemas and the statuses
// that a client can meet are read from it, by the fake and by the conformance kit alike.
//
//	document, err := spec.Load()
//	if err != nil {
//		return err
//	}
//	verify, _ := document.Operation("domains_verify_create")
//	fmt.Println(verify.Method, verify.Path, verify.SessionOnly)
package spec

import (
	_ "embed"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI returns a copy of the OpenAPI document of the default revision, as it was written. [OpenAPIOf] is that of any.
func OpenAPI() []byte { return slices.Clone(openAPI) }

//go:embed control.yaml
var controlOpenAPI []byte

// ControlOpenAPI returns a copy of the OpenAPI document of the fake's control plane, as it was written.
func ControlOpenAPI() []byte { return slices.Clone(controlOpenAPI) }

const modulePath = "github.com/understudy-dev/understudy"

// ModuleVersion returns the version of this module in the program that runs, "(devel)" when the build does not know it. The
// document, the fake and the conformance kit have one version. It stands here because both import this package, and neither the
// other.
func ModuleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range append(info.Deps, &info.Main) {
			if module.Path == modulePath && module.Version != "" {
				return module.Version
			}
		}
	}
	return "(devel)"
}

// Load parses and indexes the document of the default revision, once for the whole program. What it returns is shared: read it, never
// change it. [LoadRevision] loads that of any.
//
// It does not validate the document against the OpenAPI specification, which takes longer than the start of a server should;
// the tests of this package do.
func Load() (*Document, error) { return LoadRevision(DefaultRevision) }

// LoadCopy parses the document of a revision once more. The caller may change what it returns.
func LoadCopy(r Revision) (*Document, error) { return parseRevision(r) }

// Document is a parsed OpenAPI document with its operations and schemas indexed. It is safe for concurrent reading.
type Document struct {
	// Revision is the revision of the API that the document describes.
	Revision Revision

	// T is the whole document, for what the indexes leave out.
	T *openapi3.T

	operations    []*Operation
	operationByID map[string]*Operation
	schemaByName  map[string]*Schema
}

// Operations returns every operation, in the order of the document.
func (d *Document) Operations() []*Operation { return slices.Clone(d.operations) }

// Operation finds an operation by its operationId.
func (d *Document) Operation(id string) (*Operation, bool) {
	operation, ok := d.operationByID[id]
	return operation, ok
}

// Schema finds a schema by its name under components/schemas.
func (d *Document) Schema(name string) (*Schema, bool) {
	schema, ok := d.schemaByName[name]
	return schema, ok
}

// parse reads a document and builds the indexes. Its errors name the place in the document and what to write there.
func parse(data []byte) (*Document, error) {
	loader := openapi3.NewLoader()
	// Maps lose the order of their keys; the line on which a key stands brings it back.
	loader.IncludeOrigin = true
	t, err := loader.LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml cannot be read: %w", err)
	}
	if t.Paths == nil || t.Components == nil {
		return nil, fmt.Errorf("openapi.yaml needs both paths and components")
	}
	document := &Document{T: t, schemaByName: indexSchemas(t.Components.Schemas)}
	if document.operations, err = readOperations(t.Paths); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	if document.operationByID, err = indexOperations(document.operations); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return document, nil
}
