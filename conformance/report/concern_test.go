package report_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// What lets in strangers, callers without credentials, sessions without token, keys and members
// is mended in different places: however alike their failures are, each is a cause of its own,
// the gravest first, and the number of scenarios does not change that.
func TestGravity(t *testing.T) {
	const let = "expected status 403, got 200"
	at := func(id, reason, caller, aspect string) failure {
		return failure{id: id, rules: "r." + id, reason: reason, caller: caller, aspect: aspect, operation: "domains_list", request: "GET https://t" + domains, response: "200\n{}"}
	}
	list := []failure{
		at("x.words", `expected detail to be "No.", got "Nope."`, "member", "permission"),
		at("x.sum", "expected count to be 1, got 2", "admin", "behaviour"),
		at("x.sum_too", "expected count to be 1, got 2", "admin", "behaviour"),
		at("x.plan", let, "admin", "feature"),
		at("x.level", let, "member", "permission"),
		at("x.level_session", let, "member (session)", "behaviour"),
		at("x.scope", let, "read_scopes", "permission"),
		at("x.scope_of_member", let, "member with organization:read", "permission"),
		at("x.csrf", let, "admin (session)", "authentication"),
		at("x.anonymous", "expected status 401, got 200", "anonymous", "authentication"),
		at("x.dead_key", "expected status 401, got 200", "somebody new", "behaviour"),
		at("x.stranger", let, "outsider", "permission"),
		at("x.foreign", "expected status 404, got 200", "admin", "isolation"),
	}
	list[0].response = "403\n{\"detail\": \"Nope.\"}"
	r := failures(t, "", list...)
	var concerns []report.Concern
	of := map[string]report.Concern{}
	for _, c := range r.Causes {
		concerns = append(concerns, c.Concern)
		for _, id := range c.Scenarios {
			of[id] = c.Concern
		}
	}
	g := NewWithT(t)
	g.Expect(concerns).To(HaveExactElements(
		report.Isolation, report.Isolation, report.Authentication, report.CSRF, report.Scopes, report.Levels, report.Plan, report.Behaviour, report.Form))
	for id, concern := range map[string]report.Concern{
		"x.foreign": report.Isolation, "x.stranger": report.Isolation, "x.anonymous": report.Authentication, "x.dead_key": report.Authentication,
		"x.csrf": report.CSRF, "x.scope": report.Scopes, "x.scope_of_member": report.Scopes, "x.level": report.Levels,
		"x.level_session": report.Levels, "x.plan": report.Plan, "x.sum": report.Behaviour, "x.words": report.Form,
	} {
		g.Expect(of[id]).To(Equal(concern), id)
	}
	everyFormAgrees(t, r)
}

// A failure that opens nothing to anybody is not grave, whatever its scenario is about.
func TestWhatOpensNothing(t *testing.T) {
	for _, tc := range []struct {
		name string
		f    failure
	}{
		{"a set-up that fails", failure{aspect: "isolation", rules: "isolation", reason: "expected status 201, got 409", operation: "domains_create"}},
		{"a step on the way", failure{aspect: "isolation", rules: "isolation", reason: "expected is_verified to be true, got false", operation: "domains_verify_create", covers: "scim_users_list"}},
		{"too much refused", failure{aspect: "permission", reason: "expected status 200, got 403", caller: "owner", operation: "domains_list"}},
		{"another refusal", failure{aspect: "authentication", reason: "expected status 401, got 403", caller: "anonymous", operation: "domains_list"}},
		{"a server that breaks", failure{aspect: "isolation", reason: "expected status 404, got 500", caller: "outsider", operation: "domains_list"}},
		{"an answer of another form", failure{aspect: "isolation", rules: "isolation", reason: "the answer differs from the OpenAPI document: a, 200: /x: value must be a boolean", operation: "domains_list"}},
		{"a body that is taken", failure{aspect: "protocol", reason: "expected status 415, got 201", caller: "admin", operation: "domains_create"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.f.id, tc.f.request, tc.f.response = "x.one", "GET https://t"+domains, "200\n{}"
			tc.f.calls = "domains_verify_create"
			r := failures(t, "", tc.f)
			NewWithT(t).Expect(r.Causes[0].Concern).To(BeElementOf(report.Behaviour, report.Form))
		})
	}
}

// A cause that none of its scenarios is about names the step that went wrong, and no rule. One
// that may follow from another comes after it, and says so.
func TestConsequences(t *testing.T) {
	g := NewWithT(t)
	step := failure{id: "scim.slug.opens", rules: "scim.slug.opens", reason: "expected is_verified to be true, got false", operation: "domains_verify_create", covers: "scim_users_list", calls: "domains_create domains_verify_create"}
	r := failures(t, "", step)
	g.Expect(r.Causes[0]).To(SatisfyAll(HaveField("Step", "domains_verify_create"), HaveField("Rule", BeNil())))
	g.Expect(r.Causes[0].Name()).To(Equal("domains_verify_create"))
	everyFormAgrees(t, r)

	joined := failure{id: "invites.accept.level", rules: "invites.accept.level", reason: "expected level to be 8, got 1", operation: "signup_create", request: "POST https://t/api/signup/", response: "201", calls: "invites_create signup_create", requests: 4}
	refused := func(id string) failure {
		return failure{id: id, rules: id, reason: "expected status 201, got 403", operation: "delegate_create", request: "POST https://t/api/delegate/", response: "403", calls: "invites_create signup_create delegate_create", requests: 4}
	}
	r = failures(t, "", refused("invites.delegate.administrator"), refused("invites.delegate.several"), joined)
	g.Expect(grouped(r)).To(Equal("invites.accept.level | invites.delegate.administrator invites.delegate.several"))
	g.Expect(r.Causes[1].After).To(Equal("invites.accept.level"))
	g.Expect(r.Causes[1].Whole()).To(HaveSuffix("; may follow from invites.accept.level"))
	everyFormAgrees(t, r)
}

// Where no domain becomes verified on a target whose records a hook publishes, the hook may be at
// fault, which the report says; not where one has, nor on a fake.
func TestHookMayBeAtFault(t *testing.T) {
	one := failure{id: "domains.update.verified", rules: "domains.update.verified", reason: "expected is_verified to be true, got false", operation: "domains_verify_create", request: "POST https://t" + domains + "1/verify/", response: "200"}
	for _, tc := range []struct {
		name, passing string
		control, says bool
	}{{"none", "", false, true}, {"one that becomes verified", "domains.verify.record", false, false}, {"a fake", "", true, false}} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			r := failuresOn(t, !tc.control, tc.passing, one)
			g.Expect(strings.Contains(r.Causes[0].Whole(), "the hook hooks.publish_txt may publish elsewhere")).To(Equal(tc.says))
			for _, name := range []string{"report.txt", "report.md", "report.html"} {
				var b strings.Builder
				g.Expect(forms[name](r, &b)).To(Succeed())
				g.Expect(strings.Contains(strings.ReplaceAll(b.String(), `\_`, "_"), "publish_txt may publish")).To(Equal(tc.says), name)
			}
		})
	}
}
