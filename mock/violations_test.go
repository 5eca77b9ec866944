package mock_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const violationsPath = "/_understudy/violations"

// TestViolations: a request that the document does not allow is answered as ever, with
// a header that says so; one that asks for it is refused, and changes nothing.
func TestViolations(t *testing.T) {
	for _, tc := range []struct {
		name            string
		call            func(c *caller) *answer
		status, strict  int
		codes           string
		says            string
		strictlyChanges bool
	}{
		{"nothing wrong", func(c *caller) *answer { return c.post(c.org("invites"), `{"target_email": "a@example.com"}`) },
			201, 201, "", "", true},
		{"an unknown parameter", func(c *caller) *answer {
			return c.post(c.org("invites")+"?notify=1", `{"target_email": "a@example.com"}`)
		},
			201, 400, "unknown_parameter", "notify is not documented", false},
		{"an unknown field", func(c *caller) *answer {
			return c.post(c.org("invites"), `{"target_email": "a@example.com", "mood": 1}`)
		},
			201, 400, "unread_field", "mood", false},
		{"a converted type", func(c *caller) *answer {
			return c.post(c.org("invites"), `{"target_email": "a@example.com", "level": "1"}`)
		},
			201, 400, "wrong_type", "level", false},
		{"a missing field", func(c *caller) *answer { return c.post(c.org("invites"), `{}`) },
			400, 400, "missing_field", "target_email was not sent", false},
		{"an unknown path", func(c *caller) *answer { return c.post("/api/badgers/", `{}`) },
			404, 404, "unknown_path", "is not documented", false},
		{"an unknown method", func(c *caller) *answer { return c.put(c.org("invites"), `{}`) },
			403, 405, "unknown_method", "PUT", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := newFake(t)
			answered := tc.call(f.as("admin")).status(tc.status)
			g.Expect(answered.header.Get("Understudy-Violation")).To(Equal(tc.codes))
			f.Reset()

			strict := tc.call(f.as("admin").and("Understudy-Strict", "1")).status(tc.strict)
			g.Expect(strict.header.Get("Understudy-Violation")).To(Equal(tc.codes))
			g.Expect(f.Outbox()).To(HaveLen(map[bool]int{true: 1, false: 0}[tc.strictlyChanges]))
			if tc.codes == "" {
				g.Expect(f.Violations()).To(BeEmpty())
				return
			}
			strict.has("understudy", `"contract_violation"`).has("violations.0.code", quote(tc.codes))
			g.Expect(strict.get("detail").String()).To(ContainSubstring(tc.says))
			g.Expect(f.Requests()[0]).To(And(HaveField("RefusedBy", "contract"), HaveField("Changed", false),
				HaveField("Explanation.Detail", ContainSubstring(tc.says)), HaveField("Violations", ConsistOf(ContainSubstring(tc.says)))))
			g.Expect(f.Violations()).To(ConsistOf(And(HaveField("Code", BeEquivalentTo(tc.codes)), HaveField("First.Request", 2))))
		})
	}
}

func TestViolationsAreListed(t *testing.T) {
	f := newFake(t)
	g := NewWithT(t)
	f.anonymous().get(violationsPath).status(200).has("count", "0").has("violations", "[]")
	for range 2 {
		f.as("admin").get(f.org("domains") + "?pgae=2").status(200)
	}
	f.as("admin").and(inSandbox, "other").get("/api/badgers/").status(404)

	f.anonymous().get(violationsPath).status(200).has("count", "1").has("total", "2").has("violations.0.code", `"unknown_parameter"`).
		has("violations.0.operation", `"domains_list"`).has("violations.0.count", "2").has("violations.0.first.request", "1").has("violations.0.last.request", "2")
	f.with(inSandbox, "other").get(violationsPath).status(200).has("count", "1").has("violations.0.code", `"unknown_path"`)

	text := f.with("Accept", "text/plain").get(violationsPath).status(200)
	g.Expect(text.header.Get("Content-Type")).To(HavePrefix("text/plain"))
	g.Expect(string(text.body)).To(And(HavePrefix("1 violation of the OpenAPI document, met 2 times\n"), ContainSubstring("domains_list  GET /api/organizations/{organization_id}/domains/"),
		ContainSubstring("2 times, requests 1 to 2")))

	f.anonymous().delete(violationsPath).status(204)
	f.anonymous().get(violationsPath).status(200).has("count", "0")
	f.with(inSandbox, "other").get(violationsPath).status(200).has("count", "1")
	g.Expect(string(f.with("Accept", "text/plain").get(violationsPath).status(200).body)).To(BeEmpty())
	g.Expect(f.ViolationText()).To(HavePrefix("Sandbox other: 1 violation"))
}

func TestWithoutGuard(t *testing.T) {
	f := newFake(t, mock.WithoutGuard())
	a := f.as("admin").and("Understudy-Strict", "1").get(f.org("domains") + "?pgae=2").status(200)
	g := NewWithT(t)
	g.Expect(a.header).NotTo(HaveKey("Understudy-Violation"))
	g.Expect(f.Violations()).To(BeEmpty())
	g.Expect(strings.TrimSpace(f.ViolationText())).To(BeEmpty())
}
