package api

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// keyMutants are about the key that a request is made with.
func keyMutants() []mutantRow {
	return []mutantRow{
		{"personal_api_keys.current.value", "A key shows its value.", "personal_api_keys.current.form",
			around("personal_api_keys_current_retrieve", func(c *call, next action) (int, error) {
				status, err := next(c)
				if c.Key != nil && err == nil {
					out := strings.Replace(string(c.out.Bytes()), `"value":null`, `"value":"`+c.Key.Value+`"`, 1)
					c.out.Reset()
					c.out.Raw([]byte(out))
				}
				return status, err
			})},
		{"personal_api_keys.current.scope", "Only keys with a scope may ask.", "personal_api_keys.current.any_scope",
			aroundStage("scope", func(c *call, next func(*call) error) error {
				if c.Key != nil && isOperation("personal_api_keys_current_retrieve")(c) && !spec.ScopesAllow(c.Key.Scopes, "user:read") {
					return rest.PermissionDenied("API key missing required scope 'user:read'")
				}
				return next(c)
			})},
		{"personal_api_keys.current.limits", "A key does not show its limits.", "personal_api_keys.current.project_only", writeAlways("PersonalAPIKey", "scoped_teams", "[]")},
		{"personal_api_keys.current.organizations", "A key does not show its organizations.", "personal_api_keys.current.other_organization_only", writeAlways("PersonalAPIKey", "scoped_organizations", "[]")},
		{"personal_api_keys.current.mask", "The mask shows the middle.", "personal_api_keys.current.form", writeAlways("PersonalAPIKey", "mask_value", `"phx_secretsecret"`)},
		{"personal_api_keys.current.missing", "A key does not show its scopes.", "personal_api_keys.current.form", omitProperty("PersonalAPIKey", "scopes")},
	}
}
