package server_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const violationsPath = "/_understudy/violations"

// TestViolations: a request that the document does not allow is answered as ever, with
// a header that says so; one that asks for it is refused, and changes nothing.
func TestViolations(t *testing.T) {
	for _, tc := range []struct {
		name            string
		call            func(c *mocktest.Caller) *mocktest.Answer
		status, strict  int
		codes           string
		says            string
		strictlyChanges bool
	}{
		{"nothing wrong", func(c *mocktest.Caller) *mocktest.Answer {
			return c.Post(c.Org("invites"), `{"target_email": "a@example.com"}`)
		},
			201, 201, "", "", true},
		{"an unknown parameter", func(c *mocktest.Caller) *mocktest.Answer {
			return c.Post(c.Org("invites")+"?notify=1", `{"target_email": "a@example.com"}`)
		},
			201, 400, "unknown_parameter", "notify is not documented", false},
		{"an unknown field", func(c *mocktest.Caller) *mocktest.Answer {
			return c.Post(c.Org("invites"), `{"target_email": "a@example.com", "mood": 1}`)
		},
			201, 400, "unread_field", "mood", false},
		{"a converted type", func(c *mocktest.Caller) *mocktest.Answer {
			return c.Post(c.Org("invites"), `{"target_email": "a@example.com", "level": "1"}`)
		},
			201, 400, "wrong_type", "level", false},
		{"a missing field", func(c *mocktest.Caller) *mocktest.Answer { return c.Post(c.Org("invites"), `{}`) },
			400, 400, "missing_field", "target_email was not sent", false},
		{"an unknown path", func(c *mocktest.Caller) *mocktest.Answer { return c.Post("/api/badgers/", `{}`) },
			404, 404, "unknown_path", "is not documented", false},
		{"an unknown method", func(c *mocktest.Caller) *mocktest.Answer { return c.Put(c.Org("invites"), `{}`) },
			403, 405, "unknown_method", "PUT", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := mocktest.New(t)
			answered := tc.call(f.As("admin")).Status(tc.status)
			g.Expect(answered.Header.Get("Understudy-Violation")).To(Equal(tc.codes))
			f.Reset()

			strict := tc.call(f.As("admin").And("Understudy-Strict", "1")).Status(tc.strict)
			g.Expect(strict.Header.Get("Understudy-Violation")).To(Equal(tc.codes))
			g.Expect(f.Outbox()).To(HaveLen(map[bool]int{true: 1, false: 0}[tc.strictlyChanges]))
			if tc.codes == "" {
				g.Expect(f.Violations()).To(BeEmpty())
				return
			}
			strict.Has("understudy", `"contract_violation"`).Has("violations.0.code", mocktest.Quote(tc.codes))
			g.Expect(strict.Get("detail").String()).To(ContainSubstring(tc.says))
			g.Expect(f.Requests()[0]).To(And(HaveField("RefusedBy", "contract"), HaveField("Changed", false),
				HaveField("Explanation.Detail", ContainSubstring(tc.says)), HaveField("Violations", ConsistOf(ContainSubstring(tc.says)))))
			g.Expect(f.Violations()).To(ConsistOf(And(HaveField("Code", BeEquivalentTo(tc.codes)), HaveField("First.Request", 2))))
		})
	}
}

func TestViolationsAreListed(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	f.Anonymous().Get(violationsPath).Status(200).Has("count", "0").Has("violations", "[]")
	for range 2 {
		f.As("admin").Get(f.Org("domains") + "?pgae=2").Status(200)
	}
	f.As("admin").And(mocktest.SandboxHeader, "other").Get("/api/badgers/").Status(404)

	f.Anonymous().Get(violationsPath).Status(200).Has("count", "1").Has("total", "2").Has("violations.0.code", `"unknown_parameter"`).
		Has("violations.0.operation", `"domains_list"`).Has("violations.0.count", "2").Has("violations.0.first.request", "1").Has("violations.0.last.request", "2")
	f.With(mocktest.SandboxHeader, "other").Get(violationsPath).Status(200).Has("count", "1").Has("violations.0.code", `"unknown_path"`)

	text := f.With("Accept", "text/plain").Get(violationsPath).Status(200)
	g.Expect(text.Header.Get("Content-Type")).To(HavePrefix("text/plain"))
	g.Expect(string(text.Body)).To(And(HavePrefix("1 violation of the OpenAPI document, met 2 times\n"), ContainSubstring("domains_list  GET /api/organizations/{organization_id}/domains/"),
		ContainSubstring("2 times, requests 1 to 2")))

	f.Anonymous().Delete(violationsPath).Status(204)
	f.Anonymous().Get(violationsPath).Status(200).Has("count", "0")
	f.With(mocktest.SandboxHeader, "other").Get(violationsPath).Status(200).Has("count", "1")
	g.Expect(string(f.With("Accept", "text/plain").Get(violationsPath).Status(200).Body)).To(BeEmpty())
	g.Expect(f.ViolationText()).To(HavePrefix("Sandbox other: 1 violation"))
}

func TestWithoutGuard(t *testing.T) {
	f := mocktest.New(t, mock.WithoutGuard())
	a := f.As("admin").And("Understudy-Strict", "1").Get(f.Org("domains") + "?pgae=2").Status(200)
	g := NewWithT(t)
	g.Expect(a.Header).NotTo(HaveKey("Understudy-Violation"))
	g.Expect(f.Violations()).To(BeEmpty())
	g.Expect(strings.TrimSpace(f.ViolationText())).To(BeEmpty())
}
