package spec_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

func compare(t *testing.T, from, to spec.Revision) []spec.Difference {
	t.Helper()
	g := NewWithT(t)
	before, err := spec.LoadRevision(from)
	g.Expect(err).NotTo(HaveOccurred())
	after, err := spec.LoadRevision(to)
	g.Expect(err).NotTo(HaveOccurred())
	return spec.Compare(before, after)
}

func TestCompareWithItself(t *testing.T) {
	NewWithT(t).Expect(compare(t, spec.September2026, spec.September2026)).To(BeEmpty())
}

// Each kind of difference, whole.
func TestCompare(t *testing.T) {
	g := NewWithT(t)
	found := compare(t, spec.June2026, spec.September2026)
	for _, want := range []spec.Difference{
		{
			Kind: spec.OperationKind, Change: "removed", Name: "domains_scim_token_create",
			From: "POST /api/organizations/{organization_id}/domains/{id}/scim/token/", Operations: []string{"domains_scim_token_create"},
		},
		{
			Kind: spec.OperationKind, Change: "moved", Name: "scim_users_create",
			From: "POST /scim/v2/{domain_id}/Users", To: "POST /scim/v2/{slug}/Users", Operations: []string{"scim_users_create"},
		},
		{
			Kind: spec.AccessKind, Change: "removed", Name: "feature scim",
			Operations: []string{"domains_update", "domains_partial_update"},
		},
		{Kind: spec.StatusKind, Change: "added", Name: "400", Operations: []string{"domains_destroy", "identity_provider_configs_destroy"}},
		{
			Kind: spec.AnswerKind, Change: "added", Name: "organization.enforce_verified_domains", To: "boolean, or null",
			Operations: []string{"users_list", "users_me_retrieve", "users_me_partial_update", "users_retrieve"},
		},
	} {
		g.Expect(found).To(ContainElement(want))
	}
}

// The way back has the same differences, the other way round.
func TestCompareBackwards(t *testing.T) {
	g := NewWithT(t)
	opposite := map[string]string{"added": "removed", "removed": "added", "moved": "moved", "changed": "changed"}
	forth, back := compare(t, spec.March2026, spec.September2026), compare(t, spec.September2026, spec.March2026)
	g.Expect(back).To(HaveLen(len(forth)))
	for _, d := range forth {
		g.Expect(back).To(ContainElement(And(
			HaveField("Kind", d.Kind), HaveField("Change", opposite[d.Change]), HaveField("Name", d.Name),
			HaveField("From", d.To), HaveField("To", d.From), HaveField("Operations", ConsistOf(d.Operations)))))
	}
}

// What no two revisions show: parameters, and what changes in its place.
func TestCompareChanges(t *testing.T) {
	g := NewWithT(t)
	before, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())
	after, err := spec.LoadCopy(spec.DefaultRevision)
	g.Expect(err).NotTo(HaveOccurred())
	change := func(id string) *spec.Operation {
		operation, ok := after.Operation(id)
		g.Expect(ok).To(BeTrue())
		return operation
	}
	change("members_destroy").Level = 15
	change("roles_retrieve").SessionOnly = true
	list := change("domains_list").Spec
	list.Parameters[0].Value.Schema.Value.Format = "int32"
	invite := change("invites_create").Spec.RequestBody.Value.Content["application/json"].Schema.Value
	invite.Properties["message"].Value.MaxLength = new(uint64(7))

	found := spec.Compare(before, after)
	limit := list.Parameters[0].Value.Name
	g.Expect(found).To(ContainElements(
		spec.Difference{Kind: spec.AccessKind, Change: "changed", Name: "level", From: "1", To: "15", Operations: []string{"members_destroy"}},
		spec.Difference{Kind: spec.AccessKind, Change: "added", Name: "sessions only", Operations: []string{"roles_retrieve"}},
		And(HaveField("Kind", spec.ParameterKind), HaveField("Change", "changed"), HaveField("Name", limit), HaveField("To", ContainSubstring("int32"))),
		And(HaveField("Kind", spec.RequestKind), HaveField("Change", "changed"), HaveField("Name", "message"), HaveField("To", ContainSubstring("at most 7 characters"))),
	))
}

func ExampleCompare() {
	before, err := spec.LoadRevision(spec.March2026)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := spec.LoadRevision(spec.June2026)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range spec.Compare(before, after) {
		if d.Kind == spec.AccessKind {
			fmt.Println(d.Change, d.Name, d.Operations)
		}
	}
	// Output:
	// added feature xaa_authentication [domains_update domains_partial_update]
}
