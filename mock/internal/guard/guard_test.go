package guard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/spec"
)

const (
	anID    = "0198a1c4-2b7d-7e05-8f13-6a9c0d2e4b81"
	domains = "/api/organizations/@current/domains/"
	invites = "/api/organizations/@current/invites/"
	forms   = "application/x-www-form-urlencoded"
	scim    = "application/scim+json"
)

// exchange is a request to an operation, which the router has found.
type exchange struct {
	operation   string // its id
	target      string // path and query
	contentType string // that of JSON if there is a body and nothing else is said
	body        string
	facts       guard.Facts
}

func theGuard(t testing.TB) *guard.Guard {
	t.Helper()
	g, err := guard.Load(spec.DefaultRevision)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// request is the exchange's request, with the method of its operation.
func (e exchange) request(t testing.TB) *http.Request {
	t.Helper()
	document, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	operation, ok := document.Operation(e.operation)
	if !ok {
		t.Fatalf("there is no operation %s", e.operation)
	}
	r := httptest.NewRequest(operation.Method, e.target, http.NoBody)
	switch {
	case e.contentType != "":
		r.Header.Set("Content-Type", e.contentType)
	case e.body != "":
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (e exchange) check(t testing.TB) []guard.Violation {
	t.Helper()
	return theGuard(t).Check(e.operation, e.request(t), []byte(e.body), e.facts)
}

// brief is a violation as tables name it.
func brief(v guard.Violation) string { return strings.TrimSpace(string(v.Code) + " " + v.Where) }

func briefs(violations []guard.Violation) []string {
	list := []string{}
	for _, v := range violations {
		list = append(list, brief(v))
	}
	return list
}

// violating is a request that differs from the document in one place.
type violating struct {
	name string
	exchange
	want    string // code and place
	message string // a part of it
}

func expectViolations(t *testing.T, cases []violating) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)

			found := c.check(t)

			g.Expect(briefs(found)).To(Equal([]string{c.want}))
			g.Expect(found[0].Message).To(ContainSubstring(c.message))
			g.Expect(found[0].Operation).To(Equal(c.operation))
		})
	}
}

// expectNone holds requests of correct clients against the document.
func expectNone(t *testing.T, cases map[string]exchange) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(c.check(t)).To(BeEmpty())
		})
	}
}

func TestUnknownOperations(t *testing.T) {
	const path = "/api/organizations/{organization_id}/domains/"
	for _, c := range []struct {
		name, method, target, path string
		want                       guard.Violation
	}{
		{"a path that is not documented", "GET", "/api/organisations/12/domains/" + anID + "/?personal_api_key=phx_secret", "", guard.Violation{
			Code: guard.UnknownPath, Method: "GET", Path: "/api/organisations/{id}/domains/{id}/",
			Message: "/api/organisations/12/domains/" + anID + "/ is not documented. Correct the path: \"understudy spec\" prints the document, and the fake plays nothing beyond it.",
		}},
		{"a method that is not documented", "PUT", domains, path, guard.Violation{
			Code: guard.UnknownMethod, Method: "PUT", Path: path,
			Message: path + " was asked with PUT, which is not documented. The document has GET, POST there. Use one of them.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)

			found := theGuard(t).Check("", httptest.NewRequest(c.method, c.target, http.NoBody), nil, guard.Facts{Path: c.path})

			g.Expect(found).To(HaveLen(1))
			g.Expect(found[0]).To(And(
				HaveField("Code", c.want.Code), HaveField("Method", c.want.Method), HaveField("Path", c.want.Path),
				HaveField("Message", c.want.Message), HaveField("Operation", ""), HaveField("Where", "")))
		})
	}
}

func TestMethodsThatEveryPathHas(t *testing.T) {
	t.Run("OPTIONS, as browsers ask before they send", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodOptions, domains, http.NoBody)
		NewWithT(t).Expect(theGuard(t).Check("", r, nil, guard.Facts{})).To(BeEmpty())
	})
	t.Run("HEAD, where there is GET", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodHead, domains+"?limit=1", http.NoBody)
		NewWithT(t).Expect(theGuard(t).Check("domains_list", r, nil, guard.Facts{})).To(BeEmpty())
	})
}

func TestCredentials(t *testing.T) {
	key := func(scopes ...string) guard.Facts { return guard.Facts{Key: true, Scopes: scopes} }
	everywhere := key("*")
	everywhere.KeysEverywhere = true
	verify := domains + anID + "/verify/"
	expectViolations(t, []violating{
		{"a key without the scope", exchange{operation: "domains_create", target: domains, body: `{"domain": "a.example"}`, facts: key("insight:read", "organization:read")},
			"missing_scope credentials", "The key may do insight:read, organization:read; the document says that domains_create needs organization:write."},
		{"a key without scopes", exchange{operation: "domains_list", target: domains, facts: key()},
			"missing_scope credentials", "The key may do nothing; the document says that domains_list needs organization:read."},
		{"a key where only sessions may", exchange{operation: "domains_verify_create", target: verify, facts: key("*")},
			"session_only credentials", "Sign in, and send the session's cookie and CSRF token instead."},
	})
	expectNone(t, map[string]exchange{
		"a session":                            {operation: "domains_list", target: domains},
		"a session where only sessions may":    {operation: "domains_verify_create", target: verify},
		"a key with the scope":                 {operation: "domains_list", target: domains, facts: key("organization:read")},
		"writing includes reading":             {operation: "domains_list", target: domains, facts: key("organization:write")},
		"keys that are wanted everywhere":      {operation: "domains_verify_create", target: verify, facts: everywhere},
		"an operation that takes every key":    {operation: "personal_api_keys_current_retrieve", target: "/api/personal_api_keys/@current/", facts: key()},
		"an operation that needs no key":       {operation: "signup_retrieve", target: "/api/signup/" + anID + "/", facts: key()},
		"a token of SCIM, which has no scopes": {operation: "scim_users_list", target: "/scim/v2/" + anID + "/Users", facts: key()},
	})
}

func TestMistakesAreToldOnce(t *testing.T) {
	g := NewWithT(t)
	body := `[` + strings.TrimSuffix(strings.Repeat(`{"target_email": "a@b.example", "colour": 1},`, 15), ",") + `]`

	found := exchange{operation: "invites_bulk_create", target: invites + "bulk/", body: body}.check(t)

	g.Expect(briefs(found)).To(Equal([]string{"unread_field body /0/colour"}))
}

func TestViolationsOfOneRequestAreBounded(t *testing.T) {
	g := NewWithT(t)
	var body strings.Builder
	body.WriteString(`{"target_email": "a@b.example"`)
	for i := range 100 {
		fmt.Fprintf(&body, `, "%d%s": 1`, i, strings.Repeat("x", 1000))
	}
	body.WriteString(`}`)

	found := exchange{operation: "invites_create", target: invites, body: body.String()}.check(t)

	g.Expect(found).To(HaveLen(20))
	for _, v := range found {
		g.Expect(len(v.Where)).To(BeNumerically("<", 100))
		g.Expect(len(v.Message)).To(BeNumerically("<", 600))
	}
}

// Violations are shown and kept, so no secret may stand in one.
func TestViolationsKeepSecrets(t *testing.T) {
	const secret = "phx_s3cret"
	for name, e := range map[string]exchange{
		"a key in a field of its own":     {operation: "domains_create", target: domains, body: `{"domain": "a.example", "api_key": "` + secret + `"}`},
		"a key in a parameter":            {operation: "domains_list", target: domains + "?api_key=" + secret},
		"a key in place of a name":        {operation: "domains_list", target: domains + "?" + secret},
		"a password in a list":            {operation: "login_create", target: "/api/login/", body: `{"email": "a@b.example", "password": ["` + secret + `"]}`},
		"a key where no body is taken":    {operation: "domains_destroy", target: domains + anID + "/", body: `{"key": "` + secret + `"}`},
		"a password in a form, a file":    {operation: "login_create", target: "/api/login/", contentType: "multipart/form-data; boundary=x", body: "--x\r\nContent-Disposition: form-data; name=\"password\"; filename=\"a\"\r\n\r\n" + secret + "\r\n--x--\r\n"},
		"a password in half a body":       {operation: "login_create", target: "/api/login/", body: `{"password": "` + secret + `", `},
		"a password in an object's place": {operation: "login_create", target: "/api/login/", body: `"` + secret + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)

			found := e.check(t)

			g.Expect(found).NotTo(BeEmpty())
			g.Expect(fmt.Sprint(found)).NotTo(ContainSubstring(secret))
		})
	}
}

func TestUnknownPathsKeepKeys(t *testing.T) {
	found := theGuard(t).Check("", httptest.NewRequest(http.MethodGet, "/api/badgers/phx_s3cret/", nil), nil, guard.Facts{})
	NewWithT(t).Expect(fmt.Sprint(found)).To(And(ContainSubstring("/api/badgers/{key}/"), Not(ContainSubstring("s3cret"))))
}
