package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// personalAPIKeyKeys are the properties of a personal API key, in their order.
var personalAPIKeyKeys = strings.Fields(`id label value mask_value created_at last_used_at user_id scopes scoped_teams
	scoped_organizations last_rolled_at`)

const (
	ownKey = "/api/personal_api_keys/@current/"
	// The reference has one sentence for keys everywhere; PostHog has another one, in other letters,
	// where keys are made: either will do.
	ownKeyOnly = "This action does not support Personal API Key access"
)

func personalAPIKeys() []suite.Scenario {
	current := []string{"personal_api_keys_current_retrieve"}
	return []suite.Scenario{
		{
			ID: "personal_api_keys.current.form", Title: "A key tells what it may do, and not its value",
			Covers: current, Needs: admin, Access: suite.Read,
			Run: func(s *suite.S) {
				key := s.Admin().Get(ownKey).Status(200)
				key.Holds("", personalAPIKeyKeys...)
				key.That("value", gomega.BeNil()).Has("scopes", []string{"*"}).Has("scoped_teams", []int{}).Has("scoped_organizations", []int{})
				whole := s.Target().Credentials["admin"].PersonalAPIKey
				key.That("mask_value", gomega.HaveSuffix("..."+whole[len(whole)-4:]))
				s.Expect(key.Body()).NotTo(gomega.ContainSubstring(whole))
			},
		},
		{
			ID: "personal_api_keys.current.slash", Title: "The final slash may be left out",
			Covers: current, Needs: admin, Access: suite.Read, Aspect: suite.Protocol,
			Run: func(s *suite.S) { s.Admin().Get(strings.TrimSuffix(ownKey, "/")).Status(200) },
		},
		{
			ID: "personal_api_keys.current.any_scope", Title: "Every key may ask, whatever its scopes",
			Covers: current, Needs: []suite.Need{suite.KeyOf("unrelated_scope"), suite.KeyOf("read_scopes")}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Key("unrelated_scope").Get(ownKey).Status(200).Has("scopes", []string{"insight:read"})
				s.Key("read_scopes").Get(ownKey).Status(200).
					That("scopes", gomega.ConsistOf("organization:read", "organization_member:read", "organization_integration:read"))
			},
		},
		{
			ID: "personal_api_keys.current.project_only", Title: "A key that is limited to projects names them",
			Covers: current, Needs: []suite.Need{suite.KeyOf("project_only")}, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Key("project_only").Get(ownKey).Status(200).That("scoped_teams", gomega.Not(gomega.BeEmpty()))
			},
		},
		{
			ID: "personal_api_keys.current.other_organization_only", Title: "A key that is limited to organizations names them",
			Covers: current, Needs: []suite.Need{suite.KeyOf("other_organization_only")}, Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				s.Key("other_organization_only").Get(ownKey).Status(200).
					That("scoped_organizations", gomega.And(gomega.Not(gomega.BeEmpty()), gomega.Not(gomega.ContainElement(s.Target().Organization.ID))))
			},
		},
		{
			ID: "personal_api_keys.current.writes", Title: "With a key, keys can only be read",
			Covers: current, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.Admin().Patch(ownKey, suite.JSON{}).Denied(ownKeyOnly, noKeyAccess) },
		},
		{
			ID: "personal_api_keys.current.wrong", Title: "A wrong key is no key",
			Covers: current, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Anonymous().Get(ownKey).Unauthenticated()
				s.KeyValue("phx_wrong", "wrong").Get(ownKey).Refused(401, "authentication_failed", invalidKey+"Authorization header is invalid.", "")
			},
		},
	}
}
