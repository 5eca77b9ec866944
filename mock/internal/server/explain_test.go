package server_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// TestExplanations: whoever is refused reads in the journal by which rule, and what
// would have been enough.
func TestExplanations(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 100}))
	p := f.Provider()
	featureless := f.Known("known.featureless_organization.id")
	unready := f.NewDomain("unready.example.com")
	withoutToken := f.Session("admin")
	withoutToken.Header.Del("X-CSRFToken")
	for _, tc := range []struct {
		name    string
		refused func() *mocktest.Answer
		status  int
		rule    string
		enough  string
	}{
		{"nobody", func() *mocktest.Answer { return f.Anonymous().Get(f.Org("domains")) }, 401,
			"authenticate", "A personal API key as Authorization: Bearer KEY"},
		{"no CSRF token", func() *mocktest.Answer { return withoutToken.Post(f.Org("domains"), `{"domain": "a.example.com"}`) }, 403,
			"authenticate", "the cookie posthog_csrftoken and the same token as the header X-CSRFToken"},
		{"scope", func() *mocktest.Answer { return f.As("unrelated_scope").Get(f.Org("domains")) }, 403,
			"scope", "A key with the scope organization:read. This one has: insight:read."},
		{"session only", func() *mocktest.Answer {
			return f.As("admin").Post(f.Org("domains", f.Known("known.verified_domain.id"), "verify"), "")
		}, 403, "scope", "A session: this operation takes no personal API keys"},
		{"no such organization", func() *mocktest.Answer { return f.As("admin").Get("/api/organizations/nowhere/domains/") }, 404,
			"organization", "The id of an organization that is there, or @current."},
		{"a key for another organization", func() *mocktest.Answer { return f.As("other_organization_only").Get(f.Org("domains")) }, 403,
			"key limits", "This one is limited to " + f.Known("known.other_organization.id")},
		{"a key for projects", func() *mocktest.Answer { return f.As("project_only").Get(f.Org("domains")) }, 403,
			"key limits", "A key that is not limited to projects. This one is, to 1."},
		{"membership", func() *mocktest.Answer { return f.As("outsider").Get(f.Org("domains")) }, 403,
			"membership", "which outsider@hedgerow.example is not."},
		{"level", func() *mocktest.Answer { return f.As("member").Post(f.Org("domains"), `{"domain": "a.example.com"}`) }, 403,
			"level", "A caller who is an administrator (level 8). The caller is a member (level 1)."},
		{"recent login", func() *mocktest.Answer {
			return f.SessionOf("admin", 3*time.Hour).Post(f.Org("domains"), `{"domain": "a.example.com"}`)
		}, 403, "recent login", "no more than 2h0m0s ago, or a personal API key. This login was 3h0m0s ago."},
		{"feature", func() *mocktest.Answer {
			return f.As("admin").Post("/api/organizations/"+featureless+"/domains/", `{"domain": "a.example.com"}`)
		}, 403, "operation", `PATCH /_understudy/organizations/` + featureless + ` with {"feature": {"automatic_provisioning": true}}`},
		{"feature of a field", func() *mocktest.Answer {
			return f.As("admin").Patch("/api/organizations/"+featureless+"/domains/"+f.Known("known.featureless_organization.domain_id")+"/",
				`{"jit_provisioning_enabled": true}`)
		}, 400, "operation", "A plan with what the organization lacks: automatic_provisioning"},
		{"field", func() *mocktest.Answer { return f.As("admin").Post(f.Org("domains"), `{"domain": "!"}`) }, 400,
			"operation", `Another value of "domain".`},
		{"object", func() *mocktest.Answer { return f.As("admin").Get(f.Org("domains", "nowhere")) }, 404,
			"operation", "The identifier of something that is there"},
		{"body", func() *mocktest.Answer { return f.As("admin").Post(f.Org("domains"), `{`) }, 400,
			"operation", "A body that is written as its Content-Type says."},
		{"format", func() *mocktest.Answer { return f.As("admin").And("Accept", "text/html").Get(f.Org("domains")) }, 406,
			"operation", "The header Accept with application/json in it"},
		{"a rule of the operation", func() *mocktest.Answer {
			return f.As("admin").Patch(f.Org("members", f.UUIDOf("owner")), `{"level": 1}`)
		}, 403, "operation", "What the detail says"},
		{"method", func() *mocktest.Answer { return f.As("admin").Put(f.Org("domains"), `{}`) }, 403,
			"scope", "A method that is there: GET, POST, HEAD, OPTIONS."},
		{"method in a session", func() *mocktest.Answer { return f.Session("admin").Put(f.Org("domains"), `{}`) }, 405,
			"method", "One of the methods GET, POST, HEAD, OPTIONS."},
		{"path", func() *mocktest.Answer { return f.As("admin").Get("/api/badgers/") }, 404,
			"path", "A path and a method of the API"},
		{"project", func() *mocktest.Answer { return f.As("admin").Get("/api/projects/999999/") }, 404,
			"project", "The id of a project that the caller may see"},
		{"SCIM without a token", func() *mocktest.Answer { return f.Anonymous().Get(p.Base + "Users") }, 401,
			"authenticate", "The domain is ready: the token that was sent is another, or none."},
		{"SCIM with another token", func() *mocktest.Answer { return f.With("Authorization", "Bearer no").Get(p.Base + "Users") }, 403,
			"authenticate", "The domain is ready: the token that was sent is another, or none."},
		{"SCIM for no domain", func() *mocktest.Answer { return f.With("Authorization", "Bearer no").Get("/scim/v2/nowhere/Users") }, 403,
			"authenticate", "There is no domain with the id in the path."},
		{"SCIM for an unverified domain", func() *mocktest.Answer {
			return f.With("Authorization", "Bearer no").Get("/scim/v2/" + unready + "/Users")
		}, 403, "authenticate", "The domain must be verified."},
		{"SCIM that is off", func() *mocktest.Answer {
			return f.With("Authorization", "Bearer no").Get("/scim/v2/" + f.Known("known.verified_domain.id") + "/Users")
		}, 403, "authenticate", "SCIM must be on for it, with a token."},
		{"SCIM without the feature", func() *mocktest.Answer {
			return f.With("Authorization", "Bearer no").Get("/scim/v2/" + f.Known("known.featureless_organization.domain_id") + "/Users")
		}, 403, "authenticate", `{"feature": {"scim": true}}`},
		{"SCIM without the user", func() *mocktest.Answer { return p.Get("Users/nowhere") }, 404,
			"operation", "The identifier of something that is there"},
		{"throttle", func() *mocktest.Answer {
			for range 200 {
				if a := f.As("owner").Get(f.Org("domains")); a.Code != 200 {
					return a
				}
			}
			return f.As("owner").Get(f.Org("domains"))
		}, 429, "throttle", "To wait for 60 seconds, as the header Retry-After says."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			tc.refused().Status(tc.status)
			requests := f.Requests()
			last := requests[len(requests)-1]
			g := NewWithT(t)
			g.Expect(last.Explanation).To(HaveField("Rule", tc.rule))
			g.Expect(last.Explanation.Detail).NotTo(BeEmpty())
			g.Expect(last.Explanation.Sufficient).To(ContainSubstring(tc.enough))
			switch tc.rule {
			case "operation", "path", "method":
				g.Expect(last.RefusedBy).To(BeEmpty(), "every step was passed")
			default:
				g.Expect(last.RefusedBy).To(Equal(tc.rule))
				g.Expect(last.Steps[len(last.Steps)-1]).To(And(HaveField("Name", tc.rule), HaveField("Passed", false)))
			}
		})
	}
}

// A fault that refuses is the reason, not what the operation would have said.
func TestFaultsAreExplained(t *testing.T) {
	f := mocktest.New(t)
	for _, tc := range []struct {
		name    string
		fault   mock.Fault
		header  string // with a magic word
		caller  *mocktest.Caller
		rule    string
		enough  string
		refused int
	}{
		{"before", mock.Fault{ID: "mine", Status: 503}, "", f.As("admin"), "fault", "DELETE /_understudy/faults/mine takes it away", 503},
		{"after", mock.Fault{ID: "mine", Status: 500, Phase: mock.FaultAfter}, "", f.As("admin"), "fault", "Not to meet the fault mine", 500},
		{"after what is refused anyhow", mock.Fault{ID: "mine", Status: 500, Phase: mock.FaultAfter}, "", f.Anonymous(), "fault", "Not to meet the fault mine", 500},
		{"by its word", mock.Fault{}, "404", f.As("admin"), "fault", "the magic word 404, in the header Understudy-Fault", 404},
		{"slow and refused", mock.Fault{ID: "mine", Latency: mock.FixedLatency(time.Nanosecond)}, "", f.Anonymous(), "authenticate", "A personal API key", 401},
		{"slow by its word", mock.Fault{}, "slow-1ms", f.Anonymous(), "authenticate", "A personal API key", 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			f.ClearFaults()
			if tc.header == "" {
				g.Expect(f.Fault(tc.fault)).To(Succeed())
			} else {
				tc.caller = tc.caller.And("Understudy-Fault", tc.header)
			}
			tc.caller.Get(f.Org("domains")).Status(tc.refused)
			requests := f.Requests()
			explained := requests[len(requests)-1].Explanation
			g.Expect(explained).To(And(HaveField("Rule", tc.rule), HaveField("Sufficient", ContainSubstring(tc.enough))))
		})
	}
}

func TestWhatIsNotRefusedNeedsNoExplanation(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Get(f.Org("domains")).Status(200)
	NewWithT(t).Expect(f.Requests()[0]).To(And(HaveField("Explanation", BeNil()), HaveField("RefusedBy", BeEmpty())))
}
