package plan_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/scenarios"
)

// Every scenario asks a kind of question that the coverage matrix has.
func TestAspects(t *testing.T) {
	g := NewWithT(t)
	all := scenarios.All()
	for i := range all {
		g.Expect(report.Aspects).To(ContainElement(plan.Aspect(&all[i])), all[i].ID)
	}
	for id, want := range map[string]string{
		"domains.create.defaults": "behaviour", "domains.create.null_name": "validation", "domains.scopes.read": "permission",
		"domains.authentication.none": "authentication", "domains.isolation.stranger": "isolation", "domains.update.without_scim": "feature",
		"domains.retrieve.unknown": "not found", "domains.pages.form": "pagination", "domains.methods.head": "protocol", "domains.create.concurrent": "concurrency",
	} {
		for i := range all {
			if all[i].ID == id {
				g.Expect(plan.Aspect(&all[i])).To(Equal(want), id)
			}
		}
	}
}
