package conformance

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios"
)

// The first part of a failure's id must name one scenario only.
func TestFailureIDs(t *testing.T) {
	g := NewWithT(t)
	all := scenarios.All()
	seen := map[string]string{}
	for i := range all {
		id := failureID(all[i].ID, "3<expected status 200")
		g.Expect(id).To(MatchRegexp(`^[a-z2-7]{5}-[a-z2-7]{3}$`))
		first, _, _ := strings.Cut(id, "-")
		g.Expect(seen).NotTo(HaveKey(first), "%s and %s share their ids; rename the newer one", all[i].ID, seen[first])
		seen[first] = all[i].ID
		found, err := scenarioOf(" "+strings.ToUpper(id), all)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found).To(Equal(all[i].ID))
		g.Expect(failureID(all[i].ID, "3<expected status 201")).NotTo(Equal(id))
	}
}

// Every scenario asks a kind of question that the coverage matrix has.
func TestAspects(t *testing.T) {
	g := NewWithT(t)
	all := scenarios.All()
	for i := range all {
		g.Expect(Aspects).To(ContainElement(aspectOf(&all[i])), all[i].ID)
	}
	for id, want := range map[string]string{
		"domains.create.defaults": "behaviour", "domains.create.null_name": "validation", "domains.scopes.read": "permission",
		"domains.authentication.none": "authentication", "domains.isolation.stranger": "isolation", "domains.update.without_scim": "feature",
		"domains.retrieve.unknown": "not found", "domains.pages.form": "pagination", "domains.methods.head": "protocol", "domains.create.concurrent": "concurrency",
	} {
		for i := range all {
			if all[i].ID == id {
				g.Expect(aspectOf(&all[i])).To(Equal(want), id)
			}
		}
	}
}

func TestPercentiles(t *testing.T) {
	g := NewWithT(t)
	twenty := make([]float64, 20)
	for i := range twenty {
		twenty[i] = float64(i + 1)
	}
	g.Expect(percentile(twenty, 0.50)).To(Equal(10.0))
	g.Expect(percentile(twenty, 0.95)).To(Equal(19.0))
	g.Expect(percentile([]float64{7}, 0.50)).To(Equal(7.0))
}
