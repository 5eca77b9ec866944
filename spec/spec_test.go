package spec_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"
	"go.yaml.in/yaml/v4"

	"github.com/understudy-dev/understudy/spec"
)

func TestLoadParsesOnce(t *testing.T) {
	g := NewWithT(t)

	g.Expect(load(t)).To(BeIdenticalTo(load(t)))
}

func TestBytesMayBeChangedByTheCaller(t *testing.T) {
	g := NewWithT(t)

	first := spec.OpenAPI()
	first[0] = '#'

	g.Expect(string(spec.OpenAPI())).To(HavePrefix("openapi: 3.0.3\n"))
}

func ExampleLoad() {
	document, err := spec.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	verify, _ := document.Operation("domains_verify_create")
	fmt.Println(verify)
	fmt.Println("for sessions only:", verify.SessionOnly, "- level:", verify.Level, "- statuses:", verify.Statuses())
	// Output:
	// POST /api/organizations/{organization_id}/domains/{id}/verify/
	// for sessions only: true - level: 8 - statuses: [200 400 401 403 404 405 413 415 429]
}

func ExampleDocument_Schema() {
	document, err := spec.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	mapping, _ := document.Schema("PatchedEnvironmentMapping")
	for _, property := range mapping.Properties {
		fmt.Println(property.Name, property.Type, property.Required)
	}
	// Output:
	// production integer true
	// preview integer false
	// development integer false
}

// load returns the embedded document, or ends the test.
func load(t *testing.T) *spec.Document {
	t.Helper()
	document, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// inEachRevision runs a test with the document of each revision.
func inEachRevision(t *testing.T, test func(*testing.T, *spec.Document)) {
	t.Helper()
	revisions, err := spec.Revisions()
	if err != nil {
		t.Fatal(err)
	}
	for _, about := range revisions {
		t.Run(string(about.Name), func(t *testing.T) {
			document, err := spec.LoadRevision(about.Name)
			if err != nil {
				t.Fatal(err)
			}
			test(t, document)
		})
	}
}

// A document says which revision it is of, to whoever has nothing but the document.
func TestDocumentsNameTheirRevision(t *testing.T) {
	titles := map[string]bool{}
	inEachRevision(t, func(t *testing.T, document *spec.Document) {
		data, err := spec.OpenAPIOf(document.Revision)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Info struct{ Title, Version string }
		}
		if err := yaml.Unmarshal(data, &read); err != nil {
			t.Fatal(err)
		}
		if read.Info.Version != string(document.Revision) {
			t.Errorf("info.version is %q, want %q: let the overlay update $.info", read.Info.Version, document.Revision)
		}
		if titles[read.Info.Title] {
			t.Errorf("info.title %q is that of another revision too: let the overlay update $.info", read.Info.Title)
		}
		titles[read.Info.Title] = true
	})
}
