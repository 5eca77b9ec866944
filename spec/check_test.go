package spec_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

func TestCheckResponse(t *testing.T) {
	const json = "application/json"
	for _, c := range []struct {
		name, operation string
		status          int
		kind, body      string
		want            string // "" for nothing to object to
	}{
		{"as documented", "login_create", 200, json, `{"success": true}`, ""},
		{"with a charset", "login_create", 200, json + "; charset=utf-8", `{"success": true}`, ""},
		{"no body, where none is documented", "domains_destroy", 204, "", "", ""},
		{"a wrong type", "login_create", 200, json, `{"success": "yes"}`, "login_create, 200: /success"},
		{"a missing property", "login_create", 200, json, `{}`, `login_create, 200: /success: property "success" is missing`},
		{"an undocumented property", "login_create", 200, json, `{"success": true, "internal": 1}`, "login_create, 200: undocumented properties: internal"},
		{"an undocumented status", "login_create", 418, json, `{}`, "login_create, 418: status is not supported"},
		{"another content type", "login_create", 200, "text/html", `<p>`, `login_create, 200: response header Content-Type has unexpected value: "text/html"`},
		{"no JSON", "login_create", 200, json, `{`, "login_create, 200: failed to decode response body"},
		{"an error of the API", "domains_retrieve", 404, json, `{"type": "invalid_request", "code": "not_found", "detail": "Not found.", "attr": null}`, ""},
		{"an error that is not the API's", "domains_retrieve", 404, json, `{"understudy": "no_such_page", "detail": "…"}`, "domains_retrieve, 404: /"},
		{"SCIM's own media type", "scim_groups_list", 200, "application/scim+json",
			`{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [], "more": 1}`,
			"scim_groups_list, 200: undocumented properties: more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			operation, ok := load(t).Operation(c.operation)
			g.Expect(ok).To(BeTrue())

			err := load(t).CheckResponse(operation, c.status, http.Header{"Content-Type": {c.kind}}, []byte(c.body))

			if c.want == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}

func TestUndocumented(t *testing.T) {
	cases := map[string]struct {
		schema, body string
		want         []string
	}{
		"nothing new":                  {"PlainError", `{"detail": "x"}`, nil},
		"a property":                   {"ScimLog", `{"id": "x", "colour": "green"}`, []string{"colour"}},
		"behind an allOf":              {"OrganizationDomainRepresentation", `{"domain": "x", "colour": "green"}`, []string{"colour"}},
		"in the items of a page":       {"PaginatedOrganizationDomainList", `{"total": 1, "results": [{"domain": "x"}, {"colour": "green"}]}`, []string{"results.1.colour", "total"}},
		"behind a oneOf with null":     {"OrganizationIntegration", `{"created_by": {"email": "x", "shoe_size": 42}}`, []string{"created_by.shoe_size"}},
		"an object that is null":       {"OrganizationIntegration", `{"created_by": null}`, nil},
		"a free-form object":           {"OrganizationIntegration", `{"config": {"anything": {"at": "all"}}}`, nil},
		"any JSON value":               {"ScimLog", `{"request_body": {"anything": 1}, "response_body": [{"at": "all"}]}`, nil},
		"a partial schema":             {"Organization", `{"id": "x", "is_hipaa": false}`, nil},
		"below a partial schema":       {"Organization", `{"projects": [{"id": 1, "colour": "green"}]}`, []string{"projects.0.colour"}},
		"a body of another type":       {"ScimLog", `"text"`, nil},
		"a property that is not a map": {"ScimLog", `{"id": [1]}`, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)

			got := spec.UndocumentedProperties(load(t).T.Components.Schemas[c.schema], decode(t, c.body))

			g.Expect(got).To(Equal(c.want))
		})
	}
}
