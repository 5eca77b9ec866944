package scenarios

import (
	"net/url"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// clocksApart is how far the clocks of a deployment's machines may be apart.
const clocksApart = 2 * time.Second

// callerPlaces: what holds for callers holds for every method, and wherever the key is.
func callerPlaces() []suite.Scenario {
	const csrfMissing = "CSRF Failed: CSRF token missing."
	create := []string{"invites_create"}
	return []suite.Scenario{
		{
			ID: "invites.authentication.query_writes", Title: "A key in the query counts for writing as well",
			Rules: []string{"callers.key_in_query"}, Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				key := url.QueryEscape(s.Target().Credentials["admin"].PersonalAPIKey)
				s.Anonymous().Post(s.Org(suite.Invites)+"?personal_api_key="+key, suite.JSON{}).Invalid("required", required, "target_email")
			},
		},
		{
			ID: "invites.authentication.body_form", Title: "A key in a form counts",
			Rules: []string{"callers.key_in_body"}, Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				key := s.Target().Credentials["admin"].PersonalAPIKey
				s.Anonymous().PostForm(s.Org(suite.Invites), url.Values{"personal_api_key": {key}}).Invalid("required", required, "target_email")
			},
		},
		{
			ID: "invites.authentication.body_wins", Title: "The key in the body wins over the one in the query",
			Rules: []string{"callers.key_in_body"}, Covers: create, Needs: admin, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				key := s.Target().Credentials["admin"].PersonalAPIKey
				s.Anonymous().Post(s.Org(suite.Invites)+"?personal_api_key=phx_"+s.Name(), suite.JSON{"personal_api_key": key}).
					Invalid("required", required, "target_email")
			},
		},
		{
			ID: "invites.authentication.key_exact", Title: "A key that is nearly right is a wrong one",
			Rules: []string{"callers.wrong_key"}, Covers: []string{"invites_list"}, Needs: admin, Access: suite.Read, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				key := s.Target().Credentials["admin"].PersonalAPIKey
				for _, near := range []string{key + "x", key[:len(key)-1], key[:len(key)/2] + " " + key[len(key)/2:], otherCase(key)} {
					if near != key {
						s.KeyValue(near, "nobody").Get(s.Org(suite.Invites)).Refused(401, "authentication_failed", invalidKey+"Authorization header is invalid.", "")
					}
				}
			},
		},
		{
			ID: "invites.scopes.head", Title: "HEAD needs the scope that GET needs",
			Rules: []string{"callers.scope_read"}, Covers: []string{"invites_list"}, Needs: []suite.Need{suite.KeyOf("unrelated_scope")}, Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Key("unrelated_scope").Head(s.Org(suite.Invites)).Status(403) },
		},
		{
			ID: "invites.delete.own_by_member", Title: "Members cannot delete invites, not even their own",
			Rules: []string{"invites.delete.level"}, Covers: []string{"invites_destroy"}, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.Made(suite.Invites, s.Member().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false}))
				s.Member().Delete(invite.Path()).Denied(lowLevel)
			},
		},
		{
			ID: "sessions.csrf.methods", Title: "Every method that writes needs the CSRF token",
			Rules: []string{"sessions.csrf.token_required"}, Covers: []string{"invites_destroy", "domains_partial_update", "identity_provider_configs_update"},
			Needs: adminSession, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				page := s.Session("admin").With("X-CSRFToken", "")
				page.Delete(s.Org(suite.Invites, suite.Nowhere)).Denied(csrfMissing)
				page.Patch(s.Org(suite.Domains, suite.Nowhere), suite.JSON{}).Denied(csrfMissing)
				page.Put(s.Org(suite.Configs, suite.Nowhere), suite.JSON{}).Denied(csrfMissing)
			},
		},
		{
			ID: "sessions.csrf.nearly", Title: "A CSRF token that differs at its end is a wrong one",
			Rules: []string{"sessions.csrf.token_required"}, Covers: create, Needs: with(adminSession, suite.LoginOf("admin")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := logIn(s, "admin").Status(200)
				_, token, _ := strings.Cut(cookieNamed(answer, "posthog_csrftoken"), "=")
				last := map[bool]string{true: "b", false: "a"}[strings.HasSuffix(token, "a")]
				refused := browser(s, answer).With("X-CSRFToken", token[:len(token)-1]+last).Post(s.Org(suite.Invites), suite.JSON{}).Status(403)
				s.Expect(refused.Text("detail")).To(gomega.HavePrefix("CSRF Failed: "))
			},
		},
	}
}

// otherCase is a key with its letters in the other case, behind its prefix.
func otherCase(key string) string {
	prefix, secret, ok := strings.Cut(key, "_")
	if !ok {
		return key
	}
	if upper := strings.ToUpper(secret); upper != secret {
		return prefix + "_" + upper
	}
	return prefix + "_" + strings.ToLower(secret)
}
