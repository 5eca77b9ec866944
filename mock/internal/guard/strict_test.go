package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

func TestStrictErrors(t *testing.T) {
	const path = "/api/organizations/{organization_id}/domains/"
	for _, c := range []struct {
		name       string
		violations []guard.Violation
		status     int
		codes      string
		allow      string
		detail     string
	}{
		{"an unknown path", theGuard(t).Check("", httptest.NewRequest(http.MethodGet, "/api/badgers/", http.NoBody), nil, guard.Facts{}),
			404, "unknown_path", "", "This request is not what the document of the API describes. /api/badgers/ is not documented."},
		{"an unknown method", theGuard(t).Check("", httptest.NewRequest(http.MethodPut, domains, http.NoBody), nil, guard.Facts{Path: path}),
			405, "unknown_method", "GET, POST", "was asked with PUT"},
		{"anything else", exchange{operation: "domains_list", target: domains + "?colour=green"}.check(t),
			400, "unknown_parameter", "", "colour is not documented"},
		{"several things", exchange{operation: "domains_create", target: domains + "?a=1&b=2", body: `{}`}.check(t),
			400, "unknown_parameter, missing_field", "", "This request differs from the document of the API in 3 places. The first: a is not documented"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			recorder := httptest.NewRecorder()

			(&guard.StrictError{Violations: c.violations}).Write(recorder)

			g.Expect(recorder.Code).To(Equal(c.status))
			g.Expect(recorder.Header().Get("Content-Type")).To(Equal("application/json"))
			g.Expect(recorder.Header().Get("Understudy-Violation")).To(Equal(c.codes))
			g.Expect(recorder.Header().Get("Allow")).To(Equal(c.allow))
			body := gjson.ParseBytes(recorder.Body.Bytes())
			g.Expect(body.Get("understudy").String()).To(Equal("contract_violation"))
			g.Expect(body.Get("detail").String()).To(ContainSubstring(c.detail))
			g.Expect(body.Get("violations.#").Int()).To(BeEquivalentTo(len(c.violations)))
			g.Expect(body.Get("violations.0.message").String()).To(Equal(c.violations[0].Message))
		})
	}
}

func TestStrictErrorsAreNoAnswersOfTheAPI(t *testing.T) {
	g := NewWithT(t)
	recorder := httptest.NewRecorder()
	(&guard.StrictError{Violations: exchange{operation: "domains_create", target: domains, body: `{}`}.check(t)}).Write(recorder)

	err := theGuard(t).CheckResponse("domains_create", recorder.Code, recorder.Header(), recorder.Body.Bytes())

	g.Expect(err).To(MatchError(HavePrefix("domains_create, 400: ")))
}

func TestWantsStrict(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "true": true, "0": false, "": false, "please": false} {
		t.Run(value, func(t *testing.T) {
			NewWithT(t).Expect(guard.WantsStrict(http.Header{guard.HeaderStrict: {value}})).To(Equal(want))
		})
	}
}

func TestCheckResponse(t *testing.T) {
	for _, c := range []struct {
		name, operation string
		status          int
		kind, body      string
		want            string
	}{
		{"as documented", "login_create", 200, "application/json", `{"success": true}`, ""},
		{"an undocumented property", "login_create", 200, "application/json", `{"success": true, "more": 1}`, "undocumented properties: more"},
		{"an undocumented status", "login_create", 418, "application/json", `{}`, "status is not supported"},
		{"an answer of no operation", "", 404, "application/json", `{"anything": 1}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := theGuard(t).CheckResponse(c.operation, c.status, http.Header{"Content-Type": {c.kind}}, []byte(c.body))
			if c.want == "" {
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
				return
			}
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(c.want)))
		})
	}
}
