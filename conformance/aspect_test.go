package conformance

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios"
)

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
