package mock_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// TestExplanations: whoever is refused reads in the journal by which rule, and what
// would have been enough.
func TestExplanations(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 100}))
	p := f.provider()
	featureless := f.known("known.featureless_organization.id")
	unready := f.newDomain("unready.example.com")
	withoutToken := f.session("admin")
	withoutToken.header.Del("X-CSRFToken")
	for _, tc := range []struct {
		name    string
		refused func() *answer
		status  int
		rule    string
		enough  string
	}{
		{"nobody", func() *answer { return f.anonymous().get(f.org("domains")) }, 401,
			"authenticate", "A personal API key as Authorization: Bearer KEY"},
		{"no CSRF token", func() *answer { return withoutToken.post(f.org("domains"), `{"domain": "a.example.com"}`) }, 403,
			"authenticate", "the cookie posthog_csrftoken and the same token as the header X-CSRFToken"},
		{"scope", func() *answer { return f.as("unrelated_scope").get(f.org("domains")) }, 403,
			"scope", "A key with the scope organization:read. This one has: insight:read."},
		{"session only", func() *answer {
			return f.as("admin").post(f.org("domains", f.known("known.verified_domain.id"), "verify"), "")
		}, 403, "scope", "A session: this operation takes no personal API keys"},
		{"no such organization", func() *answer { return f.as("admin").get("/api/organizations/nowhere/domains/") }, 404,
			"organization", "The id of an organization that is there, or @current."},
		{"a key for another organization", func() *answer { return f.as("other_organization_only").get(f.org("domains")) }, 403,
			"key limits", "This one is limited to " + f.known("known.other_organization.id")},
		{"a key for projects", func() *answer { return f.as("project_only").get(f.org("domains")) }, 403,
			"key limits", "A key that is not limited to projects. This one is, to 1."},
		{"membership", func() *answer { return f.as("outsider").get(f.org("domains")) }, 403,
			"membership", "which outsider@hedgerow.example is not."},
		{"level", func() *answer { return f.as("member").post(f.org("domains"), `{"domain": "a.example.com"}`) }, 403,
			"level", "A caller who is an administrator (level 8). The caller is a member (level 1)."},
		{"recent login", func() *answer {
			return f.sessionOf("admin", 3*time.Hour).post(f.org("domains"), `{"domain": "a.example.com"}`)
		}, 403, "recent login", "no more than 2h0m0s ago, or a personal API key. This login was 3h0m0s ago."},
		{"feature", func() *answer {
			return f.as("admin").post("/api/organizations/"+featureless+"/domains/", `{"domain": "a.example.com"}`)
		}, 403, "operation", `PATCH /_understudy/organizations/` + featureless + ` with {"feature": {"automatic_provisioning": true}}`},
		{"feature of a field", func() *answer {
			return f.as("admin").patch("/api/organizations/"+featureless+"/domains/"+f.known("known.featureless_organization.domain_id")+"/",
				`{"jit_provisioning_enabled": true}`)
		}, 400, "operation", "A plan with what the organization lacks: automatic_provisioning"},
		{"field", func() *answer { return f.as("admin").post(f.org("domains"), `{"domain": "!"}`) }, 400,
			"operation", `Another value of "domain".`},
		{"object", func() *answer { return f.as("admin").get(f.org("domains", "nowhere")) }, 404,
			"operation", "The identifier of something that is there"},
		{"body", func() *answer { return f.as("admin").post(f.org("domains"), `{`) }, 400,
			"operation", "A body that is written as its Content-Type says."},
		{"format", func() *answer { return f.as("admin").and("Accept", "text/html").get(f.org("domains")) }, 406,
			"operation", "The header Accept with application/json in it"},
		{"a rule of the operation", func() *answer {
			return f.as("admin").patch(f.org("members", f.uuidOf("owner")), `{"level": 1}`)
		}, 403, "operation", "What the detail says"},
		{"method", func() *answer { return f.as("admin").put(f.org("domains"), `{}`) }, 403,
			"scope", "A method that is there: GET, POST, HEAD, OPTIONS."},
		{"method in a session", func() *answer { return f.session("admin").put(f.org("domains"), `{}`) }, 405,
			"method", "One of the methods GET, POST, HEAD, OPTIONS."},
		{"path", func() *answer { return f.as("admin").get("/api/badgers/") }, 404,
			"path", "A path and a method of the API"},
		{"project", func() *answer { return f.as("admin").get("/api/projects/999999/") }, 404,
			"project", "The id of a project that the caller may see"},
		{"SCIM without a token", func() *answer { return f.anonymous().get(p.base + "Users") }, 401,
			"authenticate", "The domain is ready: the token that was sent is another, or none."},
		{"SCIM with another token", func() *answer { return f.with("Authorization", "Bearer no").get(p.base + "Users") }, 403,
			"authenticate", "The domain is ready: the token that was sent is another, or none."},
		{"SCIM for no domain", func() *answer { return f.with("Authorization", "Bearer no").get("/scim/v2/nowhere/Users") }, 403,
			"authenticate", "There is no domain with the id in the path."},
		{"SCIM for an unverified domain", func() *answer {
			return f.with("Authorization", "Bearer no").get("/scim/v2/" + unready + "/Users")
		}, 403, "authenticate", "The domain must be verified."},
		{"SCIM that is off", func() *answer {
			return f.with("Authorization", "Bearer no").get("/scim/v2/" + f.known("known.verified_domain.id") + "/Users")
		}, 403, "authenticate", "SCIM must be on for it, with a token."},
		{"SCIM without the feature", func() *answer {
			return f.with("Authorization", "Bearer no").get("/scim/v2/" + f.known("known.featureless_organization.domain_id") + "/Users")
		}, 403, "authenticate", `{"feature": {"scim": true}}`},
		{"SCIM without the user", func() *answer { return p.gets("Users/nowhere") }, 404,
			"operation", "The identifier of something that is there"},
		{"throttle", func() *answer {
			for range 200 {
				if a := f.as("owner").get(f.org("domains")); a.code != 200 {
					return a
				}
			}
			return f.as("owner").get(f.org("domains"))
		}, 429, "throttle", "To wait for 60 seconds, as the header Retry-After says."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			tc.refused().status(tc.status)
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
	f := newFake(t)
	for _, tc := range []struct {
		name    string
		fault   mock.Fault
		header  string // with a magic word
		caller  *caller
		rule    string
		enough  string
		refused int
	}{
		{"before", mock.Fault{ID: "mine", Status: 503}, "", f.as("admin"), "fault", "DELETE /_understudy/faults/mine takes it away", 503},
		{"after", mock.Fault{ID: "mine", Status: 500, Phase: mock.FaultAfter}, "", f.as("admin"), "fault", "Not to meet the fault mine", 500},
		{"after what is refused anyhow", mock.Fault{ID: "mine", Status: 500, Phase: mock.FaultAfter}, "", f.anonymous(), "fault", "Not to meet the fault mine", 500},
		{"by its word", mock.Fault{}, "404", f.as("admin"), "fault", "the magic word 404, in the header Understudy-Fault", 404},
		{"slow and refused", mock.Fault{ID: "mine", Latency: mock.FixedLatency(time.Nanosecond)}, "", f.anonymous(), "authenticate", "A personal API key", 401},
		{"slow by its word", mock.Fault{}, "slow-1ms", f.anonymous(), "authenticate", "A personal API key", 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			f.ClearFaults()
			if tc.header == "" {
				g.Expect(f.Fault(tc.fault)).To(Succeed())
			} else {
				tc.caller = tc.caller.and("Understudy-Fault", tc.header)
			}
			tc.caller.get(f.org("domains")).status(tc.refused)
			requests := f.Requests()
			explained := requests[len(requests)-1].Explanation
			g.Expect(explained).To(And(HaveField("Rule", tc.rule), HaveField("Sufficient", ContainSubstring(tc.enough))))
		})
	}
}

func TestWhatIsNotRefusedNeedsNoExplanation(t *testing.T) {
	f := newFake(t)
	f.as("admin").get(f.org("domains")).status(200)
	NewWithT(t).Expect(f.Requests()[0]).To(And(HaveField("Explanation", BeNil()), HaveField("RefusedBy", BeEmpty())))
}
