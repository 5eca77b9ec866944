package scenarios

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// personalAPIKeysLimits: what keys cannot be made for, and what those that are limited show.
func personalAPIKeysLimits() []suite.Scenario {
	create := []string{"personal_api_keys_create"}
	return []suite.Scenario{
		{
			ID: "personal_api_keys.fields.scope_object", Title: "A scope is about something that there is",
			Rules: []string{"personal_api_keys.fields.scopes"}, Covers: create, Needs: recruits, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				robin := s.Recruit(1)
				robin.Post(keysPath, keyBody(s, suite.JSON{"scopes": []string{"user:read", "understudy_nothing:read"}})).
					Invalid("invalid_input", "Invalid scope: understudy_nothing:read", "scopes")
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		},
		{
			ID: "personal_api_keys.fields.teams_foreign", Title: "A key is not limited to a project of another organization",
			Rules: []string{"personal_api_keys.fields.teams"}, Covers: create, Needs: with(recruits, suite.Known("other_organization.project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin := s.Recruit(8)
				robin.Post(keysPath, keyBody(s, suite.JSON{"scoped_teams": []int{s.Target().Known.OtherOrganization.ProjectID}})).
					Invalid("invalid_input", "You must be a member of all teams that you are scoping the key to.", "scoped_teams")
				robin.Get(keysPath).Status(200).Has("@this", []int{})
			},
		},
		{
			ID: "organizations.list.limited_key", Title: "A key that is limited to organizations lists these alone",
			Covers: []string{"organizations_list"}, Needs: with(recruits, suite.Organizations), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				robin, id := s.Recruit(1), s.Target().Organization.ID
				own := s.NewOrganizationOf(robin.Caller, suite.JSON{"name": s.Name()})
				for _, limits := range [][]string{{id}, {own.ID}} {
					key := newKey(s, robin.Caller, suite.JSON{"scopes": []string{"organization:read"}, "scoped_organizations": limits})
					s.KeyValue(key.Text("value"), robin.Email).Get("/api/organizations/").Status(http.StatusOK).Has("results.#.id", limits).Has("count", 1)
				}
			},
		},
	}
}
