package conformance_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/mock"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const anyRefusal = "domains.create.no_name"

// written is a report in every form.
func written(t *testing.T, r *conformance.Report) (json, junit, text string) {
	t.Helper()
	var forms [3]strings.Builder
	for i, write := range []func(io.Writer) error{r.WriteJSON, r.WriteJUnit, r.WriteText} {
		if err := write(&forms[i]); err != nil {
			t.Fatal(err)
		}
	}
	return forms[0].String(), forms[1].String(), forms[2].String()
}

// Bytes of a target can neither break a report nor steer a terminal.
func TestReportsOfStrangeBytes(t *testing.T) {
	g := NewWithT(t)
	report := runAgainst(t, func(*httptest.ResponseRecorder, *http.Request) string {
		return "\x00 \x1b[2J ]]> \xff \u009b \ufffe é"
	}, conformance.Options{Run: anyRefusal})
	_, junit, text := written(t, report)
	for decoder := xml.NewDecoder(strings.NewReader(junit)); ; {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(text).To(ContainSubstring(`\x00 \x1b[2J ]]> \xff \u009b \ufffe é`))
}

// Where a body is cut, no part of a secret may be left.
func TestReportsCutNoSecret(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	key := kittest.ProfileOf(t, fake, "http://127.0.0.1").Credentials["admin"].PersonalAPIKey
	for shift := range len(key) {
		report := runAgainst(t, func(*httptest.ResponseRecorder, *http.Request) string {
			return strings.Repeat("x", 2000-shift) + key
		}, conformance.Options{Run: anyRefusal})
		json, junit, text := written(t, report)
		g.Expect(json + junit + text).NotTo(ContainSubstring("xxx" + key[:1]))
	}
}

// An undocumented property everywhere fails much but leaves nothing behind.
func TestLeavesNothingBehindOnAFaultyTarget(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	before := kittest.Snapshot(fake, kittest.ProfileOf(t, fake.Server, fake.URL))
	faulty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		fake.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), `{"id":`, `{"internal":1,"id":`))
	}))
	defer faulty.Close()
	report, err := conformance.Execute(t.Context(), kittest.ProfileOf(t, fake.Server, faulty.URL), conformance.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Totals[conformance.Failed]).To(BeNumerically(">", 50))
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(kittest.Snapshot(fake, kittest.ProfileOf(t, fake.Server, fake.URL))).To(Equal(before))
}

// TestSchema holds the report of a run against the schema that is published with it.
func TestSchema(t *testing.T) {
	g := NewWithT(t)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(conformance.ReportSchema()))
	g.Expect(err).NotTo(HaveOccurred())
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	g.Expect(compiler.AddResource("report.json", parsed)).To(Succeed())
	schema, err := compiler.Compile("report.json")
	g.Expect(err).NotTo(HaveOccurred())
	var written bytes.Buffer
	g.Expect(runAgainst(t, nil, conformance.Options{Tags: []string{"organizations"}}).WriteJSON(&written)).To(Succeed())
	instance, err := jsonschema.UnmarshalJSON(&written)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(schema.Validate(instance)).To(Succeed())
	delete(instance.(map[string]any), "verdict")
	g.Expect(schema.Validate(instance)).NotTo(Succeed())
}

// TestLogAndRunAgree writes the log of a run, reads it and wants the same conformance.
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

// A baseline that was written for a run must be completed, and then lets the same
// run pass.
func TestNewBaseline(t *testing.T) {
	g := NewWithT(t)
	spoil := replace("This field is required.", "Missing.")
	options := conformance.Options{Run: "domains.create.(no_name|null_name)", Now: func() time.Time { return noon }}
	baseline := conformance.NewBaseline(runAgainst(t, spoil, options))
	g.Expect(baseline.Accepted).To(HaveLen(1))
	g.Expect(baseline.Accepted[0].Expires).To(Equal("2027-02-23"))
	var written bytes.Buffer
	g.Expect(baseline.Write(&written)).To(Succeed())
	file := filepath.Join(t.TempDir(), "baseline.yaml")
	g.Expect(os.WriteFile(file, written.Bytes(), 0o600)).To(Succeed())
	_, err := conformance.LoadBaseline(file)
	g.Expect(err).To(MatchError(And(ContainSubstring("owner is missing"), ContainSubstring("reason is missing"))))

	completed := bytes.ReplaceAll(written.Bytes(), []byte(`""`), []byte("ada"))
	g.Expect(os.WriteFile(file, completed, 0o600)).To(Succeed())
	options.Baseline, err = conformance.LoadBaseline(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(runAgainst(t, spoil, options).OK()).To(BeTrue())
	g.Expect(runAgainst(t, nil, options).Failing).To(ConsistOf("1 baseline entry stale or expired"))
}

// One defect is one cause, however many scenarios notice, and the report leads with the rule that
// it breaks.
func TestOneDefectIsOneCause(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	planted := map[string]string{}
	for _, m := range mock.Mutants() {
		planted[m.Name] = m.Rule
	}
	for name, want := range map[string]struct {
		noticed int    // scenarios at least
		also    string // a rule that says it as well
	}{
		"identity_provider_configs.representation.missing": {50, "identity_provider_configs.create.full"},
		"identity_provider_configs.create.name_needed":     {20, ""},
		"invites.create.level_late":                        {1, "invites.bulk.level_above"},
		"domains.levels.member_creates":                    {1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			r, err := conformance.Execute(t.Context(), spoilt(t, nil, mock.WithMutant(name)), conformance.Options{})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Causes).NotTo(BeEmpty())
			g.Expect(r.Causes[0].Rule.ID).To(BeElementOf(planted[name], want.also))
			g.Expect(len(r.Causes[0].Scenarios)).To(BeNumerically(">=", want.noticed))
			g.Expect(len(r.Causes)).To(BeNumerically("<=", 4), "%v", r.Causes) // what sweeps say of their properties is apart
		})
	}
}
