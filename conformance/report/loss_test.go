package report_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// A loss is the first thing that a reader sees, and no run with one counts as passed.
func TestLosses(t *testing.T) {
	g := NewWithT(t)
	events := story(nil, ended{id: "a", status: report.Passed})
	lost := []report.Event{
		{Type: report.LossNoticed, At: noon, Loss: &report.Loss{Thing: "integrations 0190", What: "gone", Scenario: "integrations.delete.refused"}},
		{Type: report.LossNoticed, At: noon, Loss: &report.Loss{Thing: "domains 0191", What: "changed: name"}},
	}
	r, err := report.Summarise(slices.Insert(events, len(events)-1, lost...))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Losses).To(HaveLen(2))
	g.Expect(r.OK()).To(BeFalse())
	g.Expect(r.Failing).To(ContainElement("2 things lost that the run did not make"))
	everyFormAgrees(t, r)
	const first = "integrations 0190 is gone, by integrations.delete.refused"
	for name, before := range map[string]string{"report.txt": "", "report.md": "passed", "report.html": "1 passed"} {
		var b strings.Builder
		g.Expect(forms[name](r, &b)).To(Succeed())
		ahead, _, found := strings.Cut(b.String(), first)
		g.Expect(found).To(BeTrue(), name)
		if before == "" {
			g.Expect(ahead).To(Equal("LOST  "))
		} else {
			g.Expect(ahead).NotTo(ContainSubstring(before), name)
		}
		g.Expect(b.String()).To(ContainSubstring("domains 0191 is changed: name"), name)
	}
}
