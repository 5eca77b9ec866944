package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// keyMutants are about the key that a request is made with.
func keyMutants() []planted {
	return []planted{
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
			aroundStep("scope", func(c *call, next func(*call) error) error {
				if c.Key != nil && on("personal_api_keys_current_retrieve")(c) && !spec.ScopesAllow(c.Key.Scopes, "user:read") {
					return rest.PermissionDenied("API key missing required scope 'user:read'")
				}
				return next(c)
			})},
		{"personal_api_keys.current.limits", "A key does not show its limits.", "personal_api_keys.current.project_only", always("PersonalAPIKey", "scoped_teams", "[]")},
		{"personal_api_keys.current.organizations", "A key does not show its organizations.", "personal_api_keys.current.other_organization_only", always("PersonalAPIKey", "scoped_organizations", "[]")},
		{"personal_api_keys.current.mask", "The mask shows the middle.", "personal_api_keys.current.form", always("PersonalAPIKey", "mask_value", `"phx_secretsecret"`)},
		{"personal_api_keys.current.missing", "A key does not show its scopes.", "personal_api_keys.current.form", missing("PersonalAPIKey", "scopes")},
	}
}

// userMutants are about the caller.
func userMutants() []planted {
	const user = "User"
	return []planted{
		{"users.me.public", "Who is nobody gets an empty user.", "callers.credentials_required", answered("users_me_retrieve", 401, func(a *mutant.Response) { a.Status, a.Body = 200, []byte("{}") })},
		{"users.me.password", "The caller's password is shown.", "users.me.key", extra(user, "password", `"x"`)},
		{"users.me.missing", "The caller's address is not shown.", "users.me.key", missing(user, "email")},
		{"users.me.organization", "The current organization is not shown.", "users.me.key", always(user, "organization", "null")},
		{"users.current.forgotten", "A choice is answered and not stored.", "users.current.moves", pretend("users_me_partial_update")},
		{"users.current.project_stays", "Choosing a project leaves the project.", "users.current.project",
			afterwards("users_me_partial_update", func(c *call, was *world.World) {
				old, _ := was.User(c.User.ID)
				if me, ok := c.view.User(c.User.ID); ok && c.sends("set_current_team") {
					own := *me
					own.CurrentProject = old.CurrentProject
					c.tx.PutUser(&own)
				}
			})},
		{"users.current.foreign", "Organizations of others can be chosen.", "users.current.foreign",
			check("PatchedUser", "set_current_organization", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if o, ok := c.view.Organization(value.(string)); ok && err != nil {
					return o, nil
				}
				return checked, err
			})},
		{"users.current.foreign_project", "Projects of others can be chosen.", "users.current.foreign",
			tolerate("users_me_partial_update", "does_not_exist", http.StatusOK)},
		{"users.current.scope", "A key that reads may choose.", "users.current.scope", scope("users_me_partial_update", "user:read")},
		{"users.current.null", "The current organization may be null.", "users.fields.organization_null", nullable("PatchedUser", "set_current_organization", true)},
	}
}
