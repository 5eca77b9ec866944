package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
