package conformance_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/conformance"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// forms are the ways to write a report, by golden file.
var forms = map[string]func(*conformance.Report, io.Writer) error{
	"report.txt":  (*conformance.Report).WriteText,
	"report.json": (*conformance.Report).WriteJSON,
	"report.xml":  (*conformance.Report).WriteJUnit,
	"report.html": (*conformance.Report).WriteHTML,
	"report.md":   (*conformance.Report).WriteMarkdown,
	"github.txt":  (*conformance.Report).WriteAnnotations,
}

// logged is the report of the log in testdata, in which everything happens once.
func logged(t *testing.T) *conformance.Report {
	t.Helper()
	report, err := conformance.Summarise(events(t))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func events(t *testing.T) []conformance.Event {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := conformance.ReadLog(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestForms compares every form of the report of one log with what was looked at
// and found good. 'go test ./conformance -run Forms -update' writes them anew.
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

// TestSchema holds reports against the schema that is published with them: the one
// of the log, and one of a run.
func TestSchema(t *testing.T) {
	g := NewWithT(t)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(conformance.ReportSchema()))
	g.Expect(err).NotTo(HaveOccurred())
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	g.Expect(compiler.AddResource("report.json", parsed)).To(Succeed())
	schema, err := compiler.Compile("report.json")
	g.Expect(err).NotTo(HaveOccurred())
	run := runAgainst(t, nil, conformance.Options{Tags: []string{"organizations"}})
	for name, report := range map[string]*conformance.Report{"log": logged(t), "run": run} {
		var written bytes.Buffer
		g.Expect(report.WriteJSON(&written)).To(Succeed())
		instance, err := jsonschema.UnmarshalJSON(&written)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(schema.Validate(instance)).To(Succeed(), name)
		delete(instance.(map[string]any), "verdict")
		g.Expect(schema.Validate(instance)).NotTo(Succeed(), name)
	}
}

// TestLogAndRunAgree writes the log of a run, reads it and wants the same report.
func TestLogAndRunAgree(t *testing.T) {
	g := NewWithT(t)
	var log bytes.Buffer
	write, failed := conformance.LogWriter(&log)
	report := runAgainst(t, nil, conformance.Options{Tags: []string{"domains", "users"}, Events: write})
	g.Expect(failed()).To(Succeed())
	read, err := conformance.ReadLog(&log)
	g.Expect(err).NotTo(HaveOccurred())
	again, err := conformance.Summarise(read)
	g.Expect(err).NotTo(HaveOccurred())
	asJSON := func(r *conformance.Report) string {
		data, err := json.Marshal(r)
		g.Expect(err).NotTo(HaveOccurred())
		return string(data)
	}
	g.Expect(asJSON(again)).To(Equal(asJSON(report)))
	g.Expect(again.Permissions).NotTo(BeEmpty())
	g.Expect(again.Operations).NotTo(BeEmpty())
}
