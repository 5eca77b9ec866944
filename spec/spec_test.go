package spec_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
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

// Every change that a rule asks about came with a revision, and with one only.
func TestChangesCameWithOneRevision(t *testing.T) {
	g := NewWithT(t)
	list, err := spec.Revisions()
	g.Expect(err).NotTo(HaveOccurred())
	came := map[spec.ChangeID]spec.Revision{}
	for _, about := range list {
		for _, change := range about.Changes {
			if change.ID != "" {
				g.Expect(came).NotTo(HaveKey(change.ID))
				came[change.ID] = about.Name
			}
		}
	}
	source, err := os.ReadFile("changes.go")
	g.Expect(err).NotTo(HaveOccurred())
	var asked []spec.ChangeID
	for _, found := range regexp.MustCompile(`ChangeID = "([a-z_]+)"`).FindAllSubmatch(source, -1) {
		asked = append(asked, spec.ChangeID(found[1]))
	}
	g.Expect(asked).NotTo(BeEmpty())
	g.Expect(slices.Collect(maps.Keys(came))).To(ConsistOf(asked), "the ids of revisions.yaml are those of changes.go")
	g.Expect(spec.June2026.Has("no_such_change")).To(BeFalse())
	_, err = spec.CameWith("")
	g.Expect(err).To(HaveOccurred())
}

// What an overlay puts behind a property stands there: the property is in the schema.
func TestOverlaysPlaceProperties(t *testing.T) {
	inEachRevision(t, func(t *testing.T, document *spec.Document) {
		g := NewWithT(t)
		data, err := spec.OpenAPIOf(document.Revision)
		g.Expect(err).NotTo(HaveOccurred())
		var read struct {
			Components struct {
				Schemas map[string]struct {
					Properties map[string]struct {
						After string `yaml:"x-after"`
					}
				}
			}
		}
		g.Expect(yaml.Unmarshal(data, &read)).To(Succeed())
		for name, schema := range read.Components.Schemas {
			for property, placed := range schema.Properties {
				if placed.After != "" {
					g.Expect(schema.Properties).To(HaveKey(placed.After), "x-after of %s.%s", name, property)
				}
			}
		}
	})
}
