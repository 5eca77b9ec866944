package report_test

import (
	"encoding/xml"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// junitFile is what readers of JUnit files look at.
type junitFile struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		ID       int    `xml:"id,attr"`
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Cases    []struct {
			Name    string     `xml:"name,attr"`
			Failure *junitWord `xml:"failure"`
			Error   *junitWord `xml:"error"`
			Skipped *junitWord `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type junitWord struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
}

func junitOf(t *testing.T, r *report.Report) (file junitFile) {
	t.Helper()
	var written strings.Builder
	g := NewWithT(t)
	g.Expect(r.WriteJUnit(&written)).To(Succeed())
	g.Expect(xml.Unmarshal([]byte(written.String()), &file)).To(Succeed())
	return file
}

// Readers take the numbers in the attributes for those of the cases.
func TestJUnitCounts(t *testing.T) {
	for name, r := range map[string]*report.Report{"everything once": logged(t), "many failures": bad(t, 40)} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			file := junitOf(t, r)
			tests, failures, errors := 0, 0, 0
			for i, suite := range file.Suites {
				g.Expect(suite.ID).To(Equal(i))
				failed, errored, skipped := 0, 0, 0
				for _, c := range suite.Cases {
					for n, word := range map[*int]*junitWord{&failed: c.Failure, &errored: c.Error, &skipped: c.Skipped} {
						if word != nil {
							*n++
						}
					}
				}
				g.Expect([]int{suite.Tests, suite.Failures, suite.Errors, suite.Skipped}).To(Equal([]int{len(suite.Cases), failed, errored, skipped}), suite.Name)
				tests, failures, errors = tests+suite.Tests, failures+failed, errors+errored
			}
			g.Expect([]int{file.Tests, file.Failures, file.Errors}).To(Equal([]int{tests, failures, errors}))
		})
	}
}

// What counts and could not run is no pass, and no reader may take it for one.
func TestJUnitCouldNotRun(t *testing.T) {
	const untried = report.CouldNotRun
	events := story(func(i *report.RunInfo) { i.NoControl = true },
		ended{id: "a.required", status: untried}, ended{id: "a.provisional", status: untried, provisional: true},
		ended{id: "a.outside", status: untried}, ended{id: "a.fake", status: untried}, ended{id: "a.inapplicable", status: report.NotApplicable},
		ended{id: "a.passed", status: report.Passed})
	events[3].Scenario.Outside = true
	events[4].Scenario.NeedsControl = true
	r, err := report.Summarise(events)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.ExitStatus).To(Equal(report.ExitFine))
	got := map[string]string{}
	for _, c := range junitOf(t, r).Suites[0].Cases {
		switch {
		case c.Error != nil:
			got[c.Name] = "error: " + c.Error.Type + ": " + c.Error.Message
		case c.Skipped != nil:
			got[c.Name] = "skipped"
		}
	}
	g.Expect(got).To(Equal(map[string]string{
		"a.required": "error: could_not_run: could not run: because", "a.provisional": "skipped", "a.outside": "skipped", "a.fake": "skipped", "a.inapplicable": "skipped",
	}))
}
