package scenarios

import (
	"net/url"

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

const invalidKey = "Personal API key found in request "

func authentication() []suite.Scenario {
	var list []suite.Scenario
	for _, c := range collections {
		list = append(list, suite.Scenario{
			ID: c.name + ".authentication.none", Title: "Without credentials nothing is to be had, whatever the body",
			Rules: []string{"callers.credentials_required"}, Covers: []string{c.list}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Anonymous().Get(s.Org(c.name)).Unauthenticated()
				s.Anonymous().Do("POST", s.Org(c.name), "application/json", []byte(`{`)).Unauthenticated()
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
