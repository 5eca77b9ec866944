package scenarios

import (
	"net/url"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// collections are the lists of an organization, with the operation that reads
// each and the scope object that it asks for.
var collections = []struct{ name, list, create, object string }{
	{suite.Domains, "domains_list", "domains_create", "organization"},
	{suite.Configs, "identity_provider_configs_list", "identity_provider_configs_create", "organization"},
	{suite.Integrations, "org_organizations_integrations_list", "", "organization_integration"},
	{suite.Invites, "invites_list", "invites_create", "organization_member"},
	{suite.Members, "members_list", "", "organization_member"},
	{suite.Roles, "roles_list", "roles_create", "organization"},
}

const invalidKey = wording.InvalidKey

func authentication() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list, suite.Scenario{
			ID: c.name + ".authentication.none", Title: "Without credentials nothing is to be had, whatever the body",
			Rules: []string{"callers.credentials_required"}, Covers: []string{c.list}, Access: suite.Read,
			// A body that cannot be parsed is left out: PostHog looks for a key in it, and so says what is
			// wrong with it before it asks for credentials (find_key_with_source in posthog/auth.py).
			Run: func(s *suite.S) {
				s.Anonymous().Get(s.Org(c.name)).Unauthenticated()
				s.Anonymous().Do("POST", s.Org(c.name), "application/json", []byte(`[]`)).Unauthenticated()
				s.Anonymous().Get("/api/organizations/nowhere/" + c.name + "/").Unauthenticated()
			},
		})
	}
	return append(list, []suite.Scenario{
		{
			ID: "invites.authentication.wrong_key", Title: "A key that nobody has is refused",
			Covers: []string{"invites_list"}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.KeyValue("phx_"+s.Name(), "nobody").Get(s.Org(suite.Invites)).
					Refused(401, "authentication_failed", invalidKey+"Authorization header is invalid.", "")
			},
		},
		{
			ID: "invites.authentication.schemes", Title: "Any scheme but Bearer is no credentials",
			Covers: []string{"invites_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				key := s.Target().Credentials["admin"].PersonalAPIKey
				for _, scheme := range []string{"Token ", "bearer ", "Basic ", ""} {
					s.Anonymous().With("Authorization", scheme+key).Get(s.Org(suite.Invites)).Unauthenticated()
				}
			},
		},
		{
			ID: "invites.authentication.spaces", Title: "More spaces before the key do not matter",
			Covers: []string{"invites_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Anonymous().With("Authorization", "Bearer    "+s.Target().Credentials["admin"].PersonalAPIKey).Get(s.Org(suite.Invites)).Status(200)
			},
		},
		{
			ID: "invites.authentication.query", Title: "A key in the query counts",
			Covers: []string{"invites_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				key := url.QueryEscape(s.Target().Credentials["admin"].PersonalAPIKey)
				s.Anonymous().Get(s.Org(suite.Invites) + "?personal_api_key=" + key).Status(200)
				s.Anonymous().Get(s.Org(suite.Invites)+"?personal_api_key=phx_"+s.Name()).
					Refused(401, "authentication_failed", invalidKey+"query string is invalid.", "")
			},
		},
		{
			ID: "invites.authentication.body", Title: "A key in the body counts",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				key := s.Target().Credentials["admin"].PersonalAPIKey
				s.Made(suite.Invites, s.Anonymous().Post(s.Org(suite.Invites), suite.JSON{"target_email": s.Email(), "send_email": false, "personal_api_key": key}))
				s.Anonymous().Post(s.Org(suite.Invites), suite.JSON{"personal_api_key": "phx_" + s.Name()}).
					Refused(401, "authentication_failed", invalidKey+"body is invalid.", "")
			},
		},
		{
			ID: "invites.authentication.header_wins", Title: "The key in the header wins over the one in the query",
			Covers: []string{"invites_list"}, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				key := url.QueryEscape(s.Target().Credentials["admin"].PersonalAPIKey)
				s.KeyValue("phx_"+s.Name(), "nobody").Get(s.Org(suite.Invites)+"?personal_api_key="+key).
					Refused(401, "authentication_failed", invalidKey+"Authorization header is invalid.", "")
			},
		},
	}...)
}

// clocksApart is how far the clocks of a deployment's machines may be apart.
const clocksApart = 2 * time.Second

// keyPlaces: what holds for callers holds for every method, and wherever the key is.
func keyPlaces() []suite.Scenario {
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
			Rules: []string{"sessions.csrf.token_required"}, Covers: []string{"invites_destroy", "domains_partial_update", "domains_update"},
			Needs: adminSession, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				page := s.Session("admin").With("X-CSRFToken", "")
				page.Delete(s.Org(suite.Invites, suite.Nowhere)).Denied(wording.CSRFRefused)
				page.Patch(s.Org(suite.Domains, suite.Nowhere), suite.JSON{}).Denied(wording.CSRFRefused)
				page.Put(s.Org(suite.Domains, suite.Nowhere), suite.JSON{}).Denied(wording.CSRFRefused)
			},
		},
		{
			ID: "sessions.csrf.nearly", Title: "A CSRF token that differs at its end is a wrong one",
			Rules: []string{"sessions.csrf.token_required"}, Covers: create, Needs: with(adminSession, suite.LoginOf("admin")), Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				answer := logIn(s, "admin").Status(200)
				_, token, _ := strings.Cut(cookieNamed(answer, "posthog_csrftoken"), "=")
				last := map[bool]string{true: "b", false: "a"}[strings.HasSuffix(token, "a")]
				browser(s, answer).With("X-CSRFToken", token[:len(token)-1]+last).Post(s.Org(suite.Invites), suite.JSON{}).Denied(wording.CSRFRefused)
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
