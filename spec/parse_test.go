package spec

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// small is a document with one operation; each case breaks it in one place.
const small = `
openapi: 3.0.3
info: {title: Small, version: "1"}
paths:
  /hedgehogs/:
    get:
      operationId: hedgehogs_list
      tags: [hedgehogs]
      x-required-scope: hedgehog:read
      x-membership-level: 1
      x-features: [spikes]
      x-session-only: false
      responses:
        "200": {description: All of them}
components:
  schemas:
    Hedgehog:
      type: object
      properties:
        spikes: {type: integer}
        mate: {$ref: "#/components/schemas/Hedgehog"}
`

func TestParse(t *testing.T) {
	g := NewWithT(t)

	document, err := parse([]byte(small))

	g.Expect(err).NotTo(HaveOccurred())
	operation, ok := document.Operation("hedgehogs_list")
	g.Expect(ok).To(BeTrue())
	g.Expect(operation.Features).To(Equal([]string{"spikes"}))
}

func TestParseEndsOnASchemaThatContainsItself(t *testing.T) {
	g := NewWithT(t)

	document, err := parse([]byte(small))

	g.Expect(err).NotTo(HaveOccurred())
	hedgehog, _ := document.Schema("Hedgehog")
	g.Expect(hedgehog.Properties).To(Equal([]Property{{Name: "spikes", Type: "integer"}, {Name: "mate", Type: "object"}}))
}

func TestParseNamesTheMistake(t *testing.T) {
	const operation = "openapi.yaml: GET /hedgehogs/ (hedgehogs_list): "
	cases := []struct {
		name     string
		old, new string
		want     string
	}{
		{"not YAML", "openapi: 3.0.3", "openapi: [", "openapi.yaml cannot be read: "},
		{"a dangling reference", "schemas/Hedgehog\"", "schemas/Badger\"", "openapi.yaml cannot be read: "},
		{"no components", "components:", "x-components:", "openapi.yaml needs both paths and components"},
		{"no operationId", "operationId: hedgehogs_list", "summary: List", "openapi.yaml: GET /hedgehogs/ has no operationId: give it one"},
		{"no tag", "tags: [hedgehogs]", "tags: []", "GET /hedgehogs/ (hedgehogs_list) has 0 tags: give it exactly one, its resource"},
		{"two tags", "tags: [hedgehogs]", "tags: [hedgehogs, animals]", "has 2 tags"},
		{"the same operationId twice", "components:", "  /badgers/:\n    get: {operationId: hedgehogs_list, tags: [badgers], responses: {}}\ncomponents:",
			"GET /hedgehogs/ and GET /badgers/ share the operationId hedgehogs_list: rename one"},
		{"a misspelt extension", "x-required-scope", "x-requried-scope", operation + "unknown extension x-requried-scope: use one of x-any-key, x-documented, "},
		{"a scope that is a list", "x-required-scope: hedgehog:read", "x-required-scope: [hedgehog]", operation + "x-required-scope must be a string, not [hedgehog]"},
		{"a level in words", "x-membership-level: 1", "x-membership-level: member", operation + "x-membership-level must be a whole number, not member"},
		{"a level between levels", "x-membership-level: 1", "x-membership-level: 1.5", operation + "x-membership-level must be a whole number, not 1.5"},
		{"a flag in words", "x-session-only: false", "x-session-only: sometimes", operation + "x-session-only must be true or false, not sometimes"},
		{"one feature without a list", "x-features: [spikes]", "x-features: spikes", operation + "x-features must be a list of strings, not spikes"},
		{"a feature that is a number", "x-features: [spikes]", "x-features: [4]", operation + "x-features must be a list of strings, but has 4"},
		{"no responses", "      responses:\n        \"200\": {description: All of them}\n", "", "has no responses: list every status that a client can meet"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			broken := strings.Replace(small, c.old, c.new, 1)
			g.Expect(broken).NotTo(Equal(small), "the case changes the document")

			_, err := parse([]byte(broken))

			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestParseNamesAllMistakes(t *testing.T) {
	g := NewWithT(t)
	broken := strings.NewReplacer("operationId: hedgehogs_list", "summary: List", "tags: [hedgehogs]", "tags: []",
		"x-required-scope", "x-requried-scope", "x-session-only: false", "x-session-only: sometimes").Replace(small)

	_, err := parse([]byte(broken))

	g.Expect(err).To(MatchError(SatisfyAll(ContainSubstring("no operationId"), ContainSubstring("0 tags"),
		ContainSubstring("unknown extension x-requried-scope"), ContainSubstring("must be true or false, not sometimes"))))
}

// A server parses the document when it starts. It should take well under 30 ms.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(openAPI); err != nil {
			b.Fatal(err)
		}
	}
}
