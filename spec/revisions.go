package spec

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	overlayyaml "github.com/pb33f/go-yaml"
	high "github.com/pb33f/libopenapi/datamodel/high/overlay"
	lowmodel "github.com/pb33f/libopenapi/datamodel/low"
	low "github.com/pb33f/libopenapi/datamodel/low/overlay"
	"github.com/pb33f/libopenapi/overlay"
	"go.yaml.in/yaml/v4"
)

// Revision names a revision of the API by the month from which it held, such as 2026-06. Revisions sort as texts.
type Revision string

// Revisions that scenarios and tests name; rules ask for changes, see [ChangeID]. [Revisions] lists all.
const (
	March2026     Revision = "2026-03"
	June2026      Revision = "2026-06"
	September2026 Revision = "2026-09"
)

// DefaultRevision is the one that the public documentation shows, whose document is openapi.yaml as it stands.
const DefaultRevision = June2026

// Since reports whether a rule that came with a revision holds in r: r is that one, or later.
func (r Revision) Since(first Revision) bool { return r >= first }

// Within reports whether r lies between two revisions, which are part of it; "" is no bound.
func (r Revision) Within(from, until Revision) bool { return r >= from && (until == "" || r <= until) }

// About says what a revision is, for people.
type About struct {
	// Name is the revision.
	Name Revision `yaml:"name"`
	// Title is one word, such as Newest; Held says when deployments ran it.
	Title string `yaml:"title"`
	Held  string `yaml:"held"`
	// Changes are the differences from the revision before, of the document and of behaviour.
	Changes []Change `yaml:"changes"`

	// Overlay is the file that makes the revision's document of openapi.yaml; empty for the one that is written there.
	// On is the revision whose document it changes instead: a revision that lies between two others is often best
	// told by what it lacks of the later one.
	Overlay string   `yaml:"overlay"`
	On      Revision `yaml:"on"`
}

// Change is one difference from the revision before, in a sentence, with its source.
type Change struct {
	What   string `yaml:"what"`
	Source string `yaml:"source"`
	// ID is by what rules ask for it; "" where none does.
	ID ChangeID `yaml:"id"`

	// Since is the day from which the change held, as 2026-07-06, where it has signs.
	Since string `yaml:"since"`
	// Adds and Removes are its signs: what shows by reads alone that a deployment has the change. Each is a property of a row, as
	// OrganizationDomain.has_saml, or a path that answers a GET, as the document writes it.
	Adds    []string `yaml:"adds"`
	Removes []string `yaml:"removes"`
}

//go:embed revisions
var revisionFiles embed.FS

var loadRevisions = sync.OnceValues(func() ([]About, error) {
	data, err := revisionFiles.ReadFile("revisions/revisions.yaml")
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var list []About
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("revisions.yaml: %w", err)
	}
	return list, nil
})

// Revisions lists the known revisions, oldest first. It fails when the embedded list cannot be read, which the tests of this package
// rule out.
func Revisions() ([]About, error) {
	list, err := loadRevisions()
	return slices.Clone(list), err
}

// ParseRevision finds a revision by its name; "" is the default one. The error names those that there are.
func ParseRevision(name string) (Revision, error) {
	if name == "" {
		return DefaultRevision, nil
	}
	list, err := loadRevisions()
	if err != nil {
		return "", err
	}
	var known []string
	for _, about := range list {
		if string(about.Name) == name {
			return about.Name, nil
		}
		known = append(known, string(about.Name))
	}
	return "", fmt.Errorf("there is no revision %q: use one of %s", name, strings.Join(known, ", "))
}

// OncePerRevision returns a function that has load called once for each revision, when it is first asked for it, and returns what came of
// that ever after. Of a revision that there is not, load is called each time, to say why. It is safe for concurrent use.
func OncePerRevision[T any](load func(Revision) (T, error)) func(Revision) (T, error) {
	loaders := sync.OnceValue(func() map[Revision]func() (T, error) {
		list, _ := loadRevisions() // whoever finds no loader is told why
		byRevision := make(map[Revision]func() (T, error), len(list))
		for _, about := range list {
			byRevision[about.Name] = sync.OnceValues(func() (T, error) { return load(about.Name) })
		}
		return byRevision
	})
	return func(r Revision) (T, error) {
		if loaded, ok := loaders()[r]; ok {
			return loaded()
		}
		return load(r)
	}
}

var documents = OncePerRevision(parseRevision)

// LoadRevision parses and indexes the document of a revision, once for the whole program. What it returns is shared: read it, never
// change it. It fails when there is no such revision.
func LoadRevision(r Revision) (*Document, error) { return documents(r) }

func parseRevision(r Revision) (*Document, error) {
	data, err := OpenAPIOf(r)
	if err != nil {
		return nil, err
	}
	document, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("revision %s: %w", r, err)
	}
	document.Revision = r
	return document, nil
}

// operationLine is how the documents write the id of an operation.
var operationLine = regexp.MustCompile(`(?m)^ +operationId: (\S+)$`)

// OperationIDs returns the ids of the operations of all revisions, without reading their documents. It fails as [Revisions] does.
func OperationIDs() ([]string, error) {
	ids, err := operationIDs()
	return slices.Clone(ids), err
}

var operationIDs = sync.OnceValues(func() (ids []string, err error) {
	list, err := loadRevisions()
	texts := [][]byte{openAPI}
	for _, about := range list {
		if about.Overlay == "" {
			continue
		}
		text, missing := revisionFiles.ReadFile("revisions/" + about.Overlay)
		texts, err = append(texts, text), errors.Join(err, missing)
	}
	for _, text := range texts {
		for _, found := range operationLine.FindAllSubmatch(text, -1) {
			if id := string(found[1]); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, err
})

// OpenAPIOf returns the OpenAPI document of a revision: openapi.yaml with the revision's overlay applied. It fails when there is no
// such revision.
func OpenAPIOf(r Revision) ([]byte, error) {
	list, err := loadRevisions()
	if err != nil {
		return nil, err
	}
	if _, err := ParseRevision(string(r)); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(about About) bool { return about.Name == r })
	if list[i].Overlay == "" {
		return OpenAPI(), nil
	}
	changes, err := revisionFiles.ReadFile("revisions/" + list[i].Overlay)
	if err != nil {
		return nil, err
	}
	before := openAPI
	if on := list[i].On; on != "" {
		if before, err = OpenAPIOf(on); err != nil {
			return nil, err
		}
	}
	data, err := applyOverlay(before, changes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", list[i].Overlay, err)
	}
	return data, nil
}

// applyOverlay changes a document as an OpenAPI Overlay says. An action that finds nothing to change is an error: the document that it
// was written for has moved on.
// Source: https://spec.openapis.org/overlay/v1.1.0.html
func applyOverlay(document, changes []byte) ([]byte, error) {
	parsed, err := parseOverlay(changes)
	if err != nil {
		return nil, err
	}
	result, err := overlay.Apply(document, parsed)
	if err != nil {
		return nil, err
	}
	var mistakes []error
	for _, warning := range result.Warnings {
		mistakes = append(mistakes, fmt.Errorf("%s: %s", warning.Target, warning.Message))
	}
	return result.Bytes, errors.Join(mistakes...)
}

// parseOverlay reads an overlay. The root package of libopenapi does it in one call, but brings models of everything that
// the library knows: a cold build of this project takes a third longer with them.
func parseOverlay(data []byte) (*high.Overlay, error) {
	var document overlayyaml.Node
	if err := overlayyaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, overlay.ErrInvalidOverlay
	}
	var parsed low.Overlay
	if err := lowmodel.BuildModel(document.Content[0], &parsed); err != nil {
		return nil, err
	}
	if err := parsed.Build(context.Background(), nil, document.Content[0], nil); err != nil {
		return nil, err
	}
	return high.NewOverlay(&parsed), nil
}
