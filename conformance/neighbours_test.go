package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
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

// projectPromises are what a project has in any case.
var projectPromises = []string{"id", "uuid", "name", "organization", "api_token", "timezone"}

// A deployment whose projects show only what is known of them breaks no rule: what is asked of the
// rest does not apply.
func TestProjectsThatShowLittle(t *testing.T) {
	g := NewWithT(t)
	inProjects := regexp.MustCompile(`/projects/(\d+/(reset_token/)?)?$`)
	target := spoilt(t, func(a *httptest.ResponseRecorder, r *http.Request) string {
		var body map[string]any
		if !inProjects.MatchString(r.URL.Path) || a.Code/100 != 2 || json.Unmarshal(a.Body.Bytes(), &body) != nil {
			return a.Body.String()
		}
		leave := func(thing map[string]any) {
			for name := range thing {
				if !slices.Contains(projectPromises, name) {
					delete(thing, name)
				}
			}
		}
		if rows, ok := body["results"].([]any); ok {
			for _, row := range rows {
				leave(row.(map[string]any))
			}
		} else {
			leave(body)
		}
		left, _ := json.Marshal(body)
		return string(left)
	})
	report, err := conformance.Execute(t.Context(), target, conformance.Options{Run: "^projects", ConfirmOrganization: target.Organization.ID})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Failing).To(BeEmpty())
	g.Expect(report.Outcomes).To(ContainElement(HaveField("Reason", "the target does not show product_description of projects")))
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 60))
}
