package scimserver

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

// The server refuses to start when document and code do not name the same things.
func TestDocumentAndSCIMHandlersMustAgree(t *testing.T) {
	g := NewWithT(t)
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())

	list, err := resources(document.Operations(), handlers())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(list).To(HaveLen(7))

	fewer := handlers()
	delete(fewer, "scim_users_create")
	_, err = resources(document.Operations(), fewer)
	g.Expect(err).To(MatchError("operation scim_users_create is documented but has no handler"))

	more := handlers()
	more["no-such-operation"] = (*call).listUsers
	_, err = resources(document.Operations(), more)
	g.Expect(err).To(MatchError("handler no-such-operation has no documented operation"))
}
