package api

import (
	"net/http"
	"net/url"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// userMutants are about the caller.
func userMutants() []mutantRow {
	const user = "User"
	return []mutantRow{
		{"users.me.public", "Who is nobody gets an empty user.", "callers.credentials_required", changeAnswerWithStatus("users_me_retrieve", 401, func(a *mutant.Response) { a.Status, a.Body = 200, []byte("{}") })},
		{"users.me.password", "The caller's password is shown.", "users.me.key", addProperty(user, "password", `"x"`)},
		{"users.me.missing", "The caller's address is not shown.", "users.me.key", omitProperty(user, "email")},
		{"users.me.organization", "The current organization is not shown.", "users.me.key", writeAlways(user, "organization", "null")},
		{"users.list.everybody", "Every user is listed.", "users.list.oneself", changeBody("users_list", func(o *pyjson.Object) { o.Set("count", 2) })},
		{"users.list.email", "The filter by address finds everybody.", "users.list.oneself", changeQuery("users_list", func(q url.Values) { q.Del("email") })},
		{"users.retrieve.nobody", "Not even the caller can be read by their UUID.", "users.retrieve.oneself",
			around("users_retrieve", func(*call, action) (int, error) { return 0, errOtherUser })},
		{"users.retrieve.anybody", "Everybody can be read.", "users.retrieve.others",
			around("users_retrieve", func(c *call, next action) (int, error) {
				if other, ok := c.view.UserByUUID(c.uuid("uuid")); ok {
					c.api.userSerializer.Write(&c.out, userView{other, c})
					return http.StatusOK, nil
				}
				return next(c)
			})},
		{"users.retrieve.tells", "Reading others tells whether there is anybody.", "users.retrieve.others",
			around("users_retrieve", func(c *call, next action) (int, error) {
				if _, ok := c.view.UserByUUID(c.uuid("uuid")); !ok {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"users.current.forgotten", "A choice is answered and not stored.", "users.current.moves", discardChanges("users_me_partial_update")},
		{"users.current.project_stays", "Choosing a project leaves the project.", "users.current.project",
			afterWithPrevious("users_me_partial_update", func(c *call, previous *world.World) {
				old, _ := previous.User(c.User.ID)
				if me, ok := c.view.User(c.User.ID); ok && c.bodyHas("set_current_team") {
					own := *me
					own.CurrentProject = old.CurrentProject
					c.tx.PutUser(&own)
				}
			})},
		{"users.current.foreign", "Organizations of others can be chosen.", "users.current.foreign",
			aroundCheck("PatchedUser", "set_current_organization", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if o, ok := c.view.Organization(value.(string)); ok && err != nil {
					return o, nil //nolint:nilerr // the defect is to ignore the refusal
				}
				return checked, err
			})},
		{"users.current.foreign_project", "Projects of others can be chosen.", "users.current.foreign",
			ignoreRefusal("users_me_partial_update", "does_not_exist", http.StatusOK)},
		{"users.current.scope", "A key that reads may choose.", "users.current.scope", requireScope("users_me_partial_update", "user:read")},
		{"users.current.null", "The current organization may be null.", "users.fields.organization_null", nullable("PatchedUser", "set_current_organization")},
	}
}
