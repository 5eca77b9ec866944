package suite

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
)

// TestContract holds answers to one operation against the document, as a target
// below a path of its own would give them.
func TestContract(t *testing.T) {
	contract, err := NewContract("https://example.com/posthog/", "")
	if err != nil {
		t.Fatal(err)
	}
	const login = "/posthog/api/login/"
	for _, tc := range []struct {
		name, method, path string
		status             int
		kind, body         string
		want               string // "" for nothing to object to
	}{
		{"as documented", "POST", login, 200, "application/json", `{"success": true}`, ""},
		{"without the final slash", "POST", "/posthog/api/login", 200, "application/json", `{"success": 1}`, "login_create, 200: /success"},
		{"a wrong type", "POST", login, 200, "application/json", `{"success": "yes"}`, "login_create, 200: /success"},
		{"a missing property", "POST", login, 200, "application/json", `{}`, "login_create, 200: /success"},
		{"an undocumented property", "POST", login, 200, "application/json", `{"success": true, "internal": 1}`, "undocumented properties: internal"},
		{"an undocumented status", "POST", login, 418, "application/json", `{}`, "login_create, 418: status is not supported"},
		{"another content type", "POST", login, 200, "text/html", `<p>`, "login_create, 200: response header Content-Type has unexpected value"},
		{"no JSON", "POST", login, 200, "application/json", `{`, "login_create, 200: "},
		{"an error without its type", "POST", login, 400, "application/json", `{"code": "required", "detail": "x", "attr": null}`, `property "type" is missing`},
		{"a part of a sum of schemas", "POST", "/posthog/api/organizations/@current/domains/", 201, "application/json",
			`{"id": "` + Nowhere + `", "domain": 5}`, "domains_create, 201: /domain: "},
		{"a property deep inside", "GET", "/posthog/api/organizations/@current/domains/", 200, "application/json",
			`{"count": 1, "next": null, "previous": null, "results": [{"id": 5}]}`, "domains_list, 200: /results/0/"},
		{"no documented path", "GET", "/posthog/api/elsewhere/", 500, "text/plain", `oops`, ""},
		{"a longer path", "GET", "/posthog/api/login/more/", 500, "text/plain", `oops`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			err := contract.Check(&Exchange{
				Method: tc.method, URL: "https://example.com" + tc.path, Status: tc.status,
				ResponseHeader: http.Header{"Content-Type": {tc.kind}}, ResponseBody: []byte(tc.body),
			})
			if tc.want == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(tc.want)))
		})
	}
}
