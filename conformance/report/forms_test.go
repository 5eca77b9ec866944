package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/conformance/report"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// forms are the ways to write a report, by golden file.
var forms = map[string]func(*report.Report, io.Writer) error{
	"report.txt":  (*report.Report).WriteText,
	"report.json": (*report.Report).WriteJSON,
	"report.xml":  (*report.Report).WriteJUnit,
	"report.html": (*report.Report).WriteHTML,
	"report.md":   (*report.Report).WriteMarkdown,
	"github.txt":  (*report.Report).WriteAnnotations,
}

// logged is the report of the log in testdata, in which everything happens once.
func logged(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Summarise(events(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func events(t *testing.T) []report.Event {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := report.ReadLog(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestForms compares every form of the report of one log with what was looked at
// and found good. 'go test ./conformance/report -run Forms -update' writes them anew.
func TestForms(t *testing.T) {
	for name, write := range forms {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var got bytes.Buffer
			g.Expect(write(logged(t), &got)).To(Succeed())
			golden := filepath.Join("testdata", name)
			if *update {
				g.Expect(os.WriteFile(golden, got.Bytes(), 0o644)).To(Succeed())
			}
			want, err := os.ReadFile(golden)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got.String()).To(Equal(string(want)))
		})
	}
}

// The page must work from a file, offline, and what a target sends is no markup.
func TestPageStandsAlone(t *testing.T) {
	g := NewWithT(t)
	var page bytes.Buffer
	g.Expect(logged(t).WriteHTML(&page)).To(Succeed())
	g.Expect(page.String()).NotTo(MatchRegexp(`<(script|link|img|iframe|object)|\bsrc=|@import|url\(`))
	g.Expect(regexp.MustCompile(`href="[^#]`).FindString(page.String())).To(BeEmpty())
	g.Expect(page.String()).To(ContainSubstring("&lt;script&gt;alert(1)"))
}

// TestSchema holds the report of the log against the schema that is published with it.
func TestSchema(t *testing.T) {
	g := NewWithT(t)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.JSONSchema()))
	g.Expect(err).NotTo(HaveOccurred())
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	g.Expect(compiler.AddResource("report.json", parsed)).To(Succeed())
	schema, err := compiler.Compile("report.json")
	g.Expect(err).NotTo(HaveOccurred())
	var written bytes.Buffer
	g.Expect(logged(t).WriteJSON(&written)).To(Succeed())
	instance, err := jsonschema.UnmarshalJSON(&written)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(schema.Validate(instance)).To(Succeed())
	delete(instance.(map[string]any), "verdict")
	g.Expect(schema.Validate(instance)).NotTo(Succeed())
}
