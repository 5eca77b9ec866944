package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
)

var neighbours = regexp.MustCompile(`/(members|roles|projects|signup|personal_api_keys)(/|$)|/invites/(bulk|delegate)(/|$)|^/scim/`)

// A deployment of the documented operations alone has no members, roles, projects or
// SCIM. That is no failure: what it does not offer does not apply.
func TestNeighboursThatAreNotThere(t *testing.T) {
	g := NewWithT(t)
	target := spoilt(t, func(a *httptest.ResponseRecorder, r *http.Request) string {
		if !neighbours.MatchString(r.URL.Path) {
			return a.Body.String()
		}
		a.Code = http.StatusNotFound
		a.Header().Set("Content-Type", "application/json")
		return `{"type":"invalid_request","code":"not_found","detail":"Endpoint not found.","attr":null}`
	})
	target.Control, target.Allow, target.Known.SCIM = "", nil, nil
	report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Failing).To(BeEmpty())
	g.Expect(report.Outcomes).To(ContainElement(And(
		HaveField("ID", "roles.create.defaults"), HaveField("Status", conformance.NotApplicable),
		HaveField("Reason", "the target does not offer roles_create"))))
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 350))
}

// A path that is missing is a failure where it is documented.
func TestDocumentedPathsMustBeThere(t *testing.T) {
	g := NewWithT(t)
	report := runAgainst(t, func(a *httptest.ResponseRecorder, _ *http.Request) string {
		a.Code = http.StatusNotFound
		return `{"type":"invalid_request","code":"not_found","detail":"Endpoint not found.","attr":null}`
	}, conformance.Options{Run: "invites.create.defaults"})
	g.Expect(report.Totals[conformance.Failed]).To(Equal(1))
}
