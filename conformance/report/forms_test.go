package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"html"
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

// A log of the version before this one, which knew no profiles of scenarios, no operations of
// failures and no losses, still makes every report.
func TestLogsOfThePreviousVersion(t *testing.T) {
	g := NewWithT(t)
	data, err := os.ReadFile(filepath.Join("testdata", "previous.ndjson"))
	g.Expect(err).NotTo(HaveOccurred())
	list, err := report.ReadLog(bytes.NewReader(data))
	g.Expect(err).NotTo(HaveOccurred())
	r, err := report.Summarise(list)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Causes).To(HaveLen(4))
	g.Expect(r.Profiles).To(BeEmpty())
	g.Expect(r.ExitStatus).To(Equal(report.ExitBroken))
	for name, text := range map[string]string{
		"report.txt": "FAILED  domains.list.order  7zq2a-b3d", "report.html": `id="domains.list.order"`, "report.md": "1 × `domains.list.order`",
		"report.json": `"lead": "domains.list.order"`, "report.xml": `<testcase name="domains.list.order"`, "github.txt": "::error title=domains.list.order failed::",
	} {
		var got bytes.Buffer
		g.Expect(forms[name](r, &got)).To(Succeed())
		g.Expect(got.String()).To(ContainSubstring(text), name)
	}
	validate(t, r)
}

// The page must work from a file, offline, and what a target sends is no markup: it runs one
// script, its own, which the page names by its hash.
func TestPageStandsAlone(t *testing.T) {
	g := NewWithT(t)
	var page bytes.Buffer
	g.Expect(logged(t).WriteHTML(&page)).To(Succeed())
	found := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page.String(), -1)
	g.Expect(found).To(HaveLen(1))
	sum := sha256.Sum256([]byte(found[0][1]))
	g.Expect(html.UnescapeString(page.String())).To(ContainSubstring("script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"))
	for _, outside := range []string{`<script\s`, `<(link|img|iframe|object)`, `\bsrc=`, `@import`, `url\(`, `\bon[a-z]+="`, `href="[^#]`} {
		g.Expect(regexp.MustCompile(outside).FindString(page.String())).To(BeEmpty(), outside)
	}
	g.Expect(page.String()).To(ContainSubstring("&lt;script&gt;alert(1)"))
}

// TestSchema holds the report of the log against the schema that is published with it.
func TestSchema(t *testing.T) {
	validate(t, logged(t))
	validate(t, bad(t, 40))
}

// validate wants a report to be as the schema says, and not to be so without a verdict.
func validate(t *testing.T, r *report.Report) {
	t.Helper()
	g := NewWithT(t)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.JSONSchema()))
	g.Expect(err).NotTo(HaveOccurred())
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	g.Expect(compiler.AddResource("report.json", parsed)).To(Succeed())
	schema, err := compiler.Compile("report.json")
	g.Expect(err).NotTo(HaveOccurred())
	var written bytes.Buffer
	g.Expect(r.WriteJSON(&written)).To(Succeed())
	instance, err := jsonschema.UnmarshalJSON(&written)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(schema.Validate(instance)).To(Succeed())
	delete(instance.(map[string]any), "verdict")
	g.Expect(schema.Validate(instance)).NotTo(Succeed())
}

// A target between two revisions is told what it has and lacks, and what is of the other one counts as no failure.
func TestFormsOfATargetBetweenRevisions(t *testing.T) {
	g := NewWithT(t)
	all := events(t)
	for i := range all {
		switch e := &all[i]; {
		case e.Run != nil:
			e.Run.Played = "2026-09"
		case e.Observed != nil:
			e.Observed.RevisionShown = report.RevisionShown{
				Revision: "between 2026-06 and 2026-09", Because: "domain rows have 8 keys; configs have no has_oidc",
				Has: []string{"Scopes."}, Lacks: []string{"OIDC."}, Odd: []string{"configs have no saml_relay_state"},
			}
		case e.Type == report.ScenarioFinished && e.Result.Status == report.Failed:
			e.Result.Status, e.Result.Reason = report.RevisionBetween, "2026-06 has no such rule: <b>\nmore"
		}
	}
	r, err := report.Summarise(all)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Revision()).To(Equal("2026-09"))
	g.Expect(r.Totals[report.RevisionBetween]).To(BeNumerically(">", 0))
	g.Expect(r.Conformance).To(Equal(report.Incomplete))
	g.Expect(r.VerdictReasons).To(ContainElement(HaveSuffix("went otherwise as the target lies between two revisions")))
	const line = "between 2026-06 and 2026-09 (domain rows have 8 keys; configs have no has_oidc); played as 2026-09, the nearest"
	for name, wanted := range map[string][]string{
		"report.txt":  {"\nrevision " + line + "\n  has    Scopes.\n  lacks  OIDC.\n  odd    configs have no saml_relay_state\n", "2026-06 has no such rule: <b>\n"},
		"report.html": {line, "<dt>Lacks</dt><dd><ul><li>OIDC.</li>", "2026-06 has no such rule: &lt;b&gt;"},
		"report.md":   {"### Revision between", "2026-06 has no such rule: &lt;b&gt;"},
		"report.xml":  {`value="2026-09"`, `<skipped message="revision between: 2026-06 has no such rule`},
		"report.json": {`"revision_lacks": [`, `"revision_between": `},
	} {
		var got bytes.Buffer
		g.Expect(forms[name](r, &got)).To(Succeed())
		for _, text := range wanted {
			g.Expect(got.String()).To(ContainSubstring(text), name)
		}
	}
}
