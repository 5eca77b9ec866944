package api

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// The server refuses to start when document and code do not name the same things.
func TestDocumentAndHandlersMustAgree(t *testing.T) {
	g := NewWithT(t)
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())

	_, err = resources(document.Operations(), handlers())
	g.Expect(err).NotTo(HaveOccurred())

	fewer := handlers()
	delete(fewer, "invites_create")
	_, err = resources(document.Operations(), fewer)
	g.Expect(err).To(MatchError("operation invites_create is documented but has no handler"))

	more := handlers()
	more["no-such-operation"] = handler{}
	_, err = resources(document.Operations(), more)
	g.Expect(err).To(MatchError("handler no-such-operation has no documented operation"))

	mixed := handlers()
	mixed["scim_users_list"] = handler{}
	_, err = resources(document.Operations(), mixed)
	g.Expect(err).To(MatchError("handler scim_users_list has no documented operation"))
}

func TestDocumentAndBindingsMustAgree(t *testing.T) {
	g := NewWithT(t)
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())
	schema, ok := document.Schema("OrganizationInvite")
	g.Expect(ok).To(BeTrue())

	_, err = rest.NewSerializer(schema, inviteBindings()[1:]...)
	g.Expect(err).To(MatchError("schema OrganizationInvite: property id has no binding"))
	extra := append(inviteBindings(), rest.Binding[inviteView, *call]{Name: "colour"})
	_, err = rest.NewSerializer(schema, extra...)
	g.Expect(err).To(MatchError("schema OrganizationInvite: binding colour has no property"))
}

func TestResources(t *testing.T) {
	g := NewWithT(t)
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())
	list, err := resources(document.Operations(), handlers())
	g.Expect(err).NotTo(HaveOccurred())
	for _, r := range list {
		if r.path != "/api/organizations/{organization_id}/integrations/{id}/environment-mapping/" {
			continue
		}
		g.Expect(r.object).To(Equal("organization_integration"))
		g.Expect(r.nested).To(BeTrue())
		g.Expect(r.collection).To(BeFalse())
		return
	}
	t.Fatal("the path is not there")
}
