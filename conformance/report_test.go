package conformance_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/mock"
)

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
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	key := profileOf(t, fake, "http://127.0.0.1").Credentials["admin"].PersonalAPIKey
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
	before := snapshot(t, fake, profileOf(t, fake.Server, fake.URL))
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
	report, err := conformance.Execute(t.Context(), profileOf(t, fake.Server, faulty.URL), conformance.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Totals[conformance.Failed]).To(BeNumerically(">", 50))
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(snapshot(t, fake, profileOf(t, fake.Server, fake.URL))).To(Equal(before))
}
