package report_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
)

// The first part of a failure's id must name one scenario only.
func TestFailureIDs(t *testing.T) {
	g := NewWithT(t)
	all := scenarios.All()
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	seen := map[string]string{}
	for i := range all {
		id := report.FailureID(all[i].ID, "3<expected status 200")
		g.Expect(id).To(MatchRegexp(`^[a-z2-7]{5}-[a-z2-7]{3}$`))
		first, _, _ := strings.Cut(id, "-")
		g.Expect(seen).NotTo(HaveKey(first), "%s and %s share their ids; rename the newer one", all[i].ID, seen[first])
		seen[first] = all[i].ID
		found, err := report.FailedScenario(" "+strings.ToUpper(id), ids)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found).To(Equal(all[i].ID))
		g.Expect(report.FailureID(all[i].ID, "3<expected status 201")).NotTo(Equal(id))
	}
}
