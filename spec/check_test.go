package spec_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
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
