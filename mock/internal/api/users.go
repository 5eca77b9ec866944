package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Users: the caller, and how others are shown.
// Source: posthog/api/user.py, posthog/api/shared.py.

// userHandlers are the operations of users.
func userHandlers() map[string]handler {
	return map[string]handler{
		"users_list":              {do: (*call).listUsers},
		"users_retrieve":          {do: (*call).retrieveUser},
		"users_me_retrieve":       {do: (*call).retrieveMe},
		"users_me_partial_update": {do: (*call).updateMe},
	}
}

// userView is what the caller is rendered from.
type userView struct {
	*world.User
	call *call
}

// userBindings are the properties of the caller.
func userBindings() []rest.Binding[userView, *call] {
	return []rest.Binding[userView, *call]{
		{Name: "date_joined", Write: func(w *rest.Writer, u userView) { w.Time(u.JoinedAt) }},
		{Name: "uuid", Write: func(w *rest.Writer, u userView) { w.String(u.UUID) }},
		{Name: "distinct_id", Write: func(w *rest.Writer, u userView) { w.NonEmpty(u.DistinctID) }},
		{Name: "first_name", Write: func(w *rest.Writer, u userView) { w.String(u.FirstName) }},
		{Name: "last_name", Write: func(w *rest.Writer, u userView) { w.String(u.LastName) }},
		{Name: "email", Write: func(w *rest.Writer, u userView) { w.String(u.Email) }},
		{Name: "is_email_verified", Write: func(w *rest.Writer, u userView) { w.Bool(u.EmailVerified) }},
		{Name: "id", Write: func(w *rest.Writer, u userView) { w.Int(u.ID) }},
		{Name: "is_staff", Write: func(w *rest.Writer, _ userView) { w.Bool(false) }},
		{Name: "team", Write: func(w *rest.Writer, u userView) { u.writeTeam(w) }},
		{Name: "organization", Write: func(w *rest.Writer, u userView) { u.writeOrganization(w) }},
		{Name: "organizations", Write: func(w *rest.Writer, u userView) { u.writeOrganizations(w) }},
	}
}

// retrieveMe shows the caller.
func (c *call) retrieveMe() (int, error) {
	c.api.userSerializer.Write(&c.out, userView{c.User, c})
	return http.StatusOK, nil
}

// listUsers lists whom the caller may see, which is the caller, when the query asks for
// nobody else. Members of staff, who see everybody, are not part of the fake.
func (c *call) listUsers() (int, error) {
	found := []*world.User{c.User}
	if email, ok := c.query.Get("email"); ok && email != "" && email != c.User.Email {
		found = nil
	}
	if staff, ok := c.query.Get("is_staff"); ok && strings.EqualFold(staff, "true") {
		found = nil
	}
	return listRows(c, found, func(u *world.User) { c.api.userSerializer.Write(&c.out, userView{u, c}) })
}

var errOtherUser = rest.PermissionDenied("As a non-staff user you're only allowed to access the `@me` user instance.")

// retrieveUser shows the caller by their UUID, and nobody else: whether there is anybody
// of that name is not told. (By the text of some versions of the real server not even the
// caller's own UUID does.)
func (c *call) retrieveUser() (int, error) {
	if c.uuid("uuid") != c.User.UUID {
		return 0, errOtherUser
	}
	return c.retrieveMe()
}

// writeTeam writes the current project, or null.
func (u userView) writeTeam(w *rest.Writer) {
	project, ok := u.call.view.CurrentProject(u.User)
	if !ok {
		w.Null()
		return
	}
	writeTeam(w, project)
}

// writeOrganization writes the current organization, or null.
func (u userView) writeOrganization(w *rest.Writer) {
	o, ok := u.call.view.CurrentOrganization(u.User)
	if !ok {
		w.Null()
		return
	}
	u.call.api.organizationSerializer.Write(w, u.call.organizationView(o))
}

// writeOrganizations writes every organization of the caller, in short.
func (u userView) writeOrganizations(w *rest.Writer) {
	w.Array()
	for _, membership := range u.call.view.MembershipsOf(u.ID) {
		o, ok := u.call.view.Organization(membership.Organization)
		if !ok {
			continue
		}
		w.Object()
		w.Key("id").String(o.ID)
		w.Key("name").String(o.Name)
		w.Key("slug").String(o.Slug)
		w.Key("logo_media_id").Null()
		w.Key("membership_level").Int(int(membership.Level))
		w.Key("members_can_use_personal_api_keys").Bool(o.MembersCanUseKeys)
		w.End()
	}
	w.EndArray()
}

// writeBasicUser writes a user as others see one; nil is null.
func writeBasicUser(w *rest.Writer, u *world.User) {
	if u == nil {
		w.Null()
		return
	}
	w.Object()
	writeUserProperties(w, u)
	w.End()
}

// writeUserProperties writes the properties of a user into an object that is open.
func writeUserProperties(w *rest.Writer, u *world.User) {
	w.Key("id").Int(u.ID)
	w.Key("uuid").String(u.UUID)
	w.Key("distinct_id").NonEmpty(u.DistinctID)
	w.Key("first_name").String(u.FirstName)
	w.Key("last_name").String(u.LastName)
	w.Key("email").String(u.Email)
	w.Key("is_email_verified").Bool(u.EmailVerified)
	w.Key("hedgehog_config").Null()
	w.Key("role_at_organization").NonEmpty(u.RoleAtOrganization)
}

// What users change of themselves: their names, and what @current means. Of the many other
// fields that the real server lets them change, none is here.
// Source: UserSerializer in posthog/api/user.py.

// currentBindings are what users change of themselves, with the rules.
func currentBindings() []rest.Binding[struct{}, *call] {
	return []rest.Binding[struct{}, *call]{
		{Name: "first_name", Text: refuseName},
		{Name: "last_name", Text: refuseName},
		{Name: "set_current_organization", Check: ownOrganization},
		{Name: "set_current_team", Check: ownProject},
	}
}

// objectDoesNotExist is the refusal of a key of nothing that the caller can choose.
func objectDoesNotExist(id string) *rest.Error {
	return rest.Invalid("does_not_exist", "Object with id="+id+" does not exist.")
}

// ownOrganization wants an organization of the caller. What is no UUID makes the real
// server fail with a 500; here it is an organization that does not exist.
func ownOrganization(c *call, value any) (any, error) {
	text := value.(string)
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, objectDoesNotExist(text)
	}
	organization, ok := c.view.Organization(id.String())
	if !ok {
		return nil, objectDoesNotExist(text)
	}
	if _, member := c.view.Membership(c.User.ID, organization.ID); !member {
		return nil, objectDoesNotExist(text)
	}
	if c.view.ShutsOut(organization, c.User) {
		return nil, rest.Invalid(errVerifiedDomain.Code, verifiedDomainText)
	}
	return organization, nil
}

// ownProject wants a project that the caller has access to.
func ownProject(c *call, value any) (any, error) {
	text := value.(string)
	number, _ := pytext.ParseInt(strings.TrimSpace(text))
	id, ok := number.(int64)
	if !ok {
		return nil, objectDoesNotExist(text)
	}
	project, ok := c.view.Project(int(id))
	if !ok {
		return nil, objectDoesNotExist(text)
	}
	if _, ok := c.view.ProjectLevel(c.User.ID, project); !ok {
		return nil, objectDoesNotExist(text)
	}
	return project, nil
}

var errOtherOrganization = rest.InvalidInput("Team must belong to the same organization in set_current_organization.").On("set_current_team")

// updateMe changes the names, and sets the current organization and project. One of those
// follows the other where it was not sent.
func (c *call) updateMe() (int, error) {
	attrs, err := validate(c, c.api.currentSerializer, rest.Mode{Partial: true})
	if err != nil {
		return 0, err
	}
	organization, chosen := rest.Value[*world.Organization](attrs, "set_current_organization")
	project, entered := rest.Value[*world.Project](attrs, "set_current_team")
	if chosen && entered && project.Organization != organization.ID {
		return 0, errOtherOrganization
	}
	me := *c.User
	rest.Set(attrs, "first_name", &me.FirstName)
	rest.Set(attrs, "last_name", &me.LastName)
	c.User = &me
	switch {
	case entered:
		me.CurrentOrganization, me.CurrentProject = project.Organization, project.ID
		c.tx.PutUser(&me)
	case chosen:
		c.User = c.tx.MakeCurrent(&me, organization)
	case attrs.Any("first_name", "last_name"):
		c.tx.PutUser(&me)
	}
	return c.retrieveMe()
}

// userMutants are about the caller.
func userMutants() []mutantRow {
	const user = "User"
	return []mutantRow{
		{"users.me.public", "Who is nobody gets an empty user.", "callers.credentials_required", changeAnswerWithStatus("users_me_retrieve", 401, func(a *mutant.Response) { a.Status, a.Body = 200, []byte("{}") })},
		{"users.me.password", "The caller's password is shown.", "users.me.key", addProperty(user, "password", `"x"`)},
		{"users.me.missing", "The caller's address is not shown.", "users.me.key", omitProperty(user, "email")},
		{"users.me.organization", "The current organization is not shown.", "users.me.key", writeAlways(user, "organization", "null")},
		{"users.list.everybody", "Every user is listed.", "users.list.oneself", changeBody("users_list", func(o *pyjson.Object) { o.Set("count", 2) })},
		{"users.list.email", "The filter by address finds everybody.", "users.list.filter", changeQuery("users_list", func(q url.Values) { q.Del("email") })},
		{"users.retrieve.nobody", "Read by their UUID, the caller is not found.", "users.retrieve.oneself",
			around("users_retrieve", func(c *call, next action) (int, error) {
				if c.uuid("uuid") == c.User.UUID {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
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
		{"users.update.taken", "The address of somebody else can be taken.", "users.update.taken_address",
			after("users_me_partial_update", func(c *call) {
				if email := c.bodyText("email"); email != "" {
					me := *c.User
					me.Email = email
					c.tx.PutUser(&me)
				}
			})},
		{"users.current.scope", "A key that reads may choose.", "users.current.scope", requireScope("users_me_partial_update", "user:read")},
		{"users.current.null", "The current organization may be null.", "users.fields.organization_null", nullable("PatchedUser", "set_current_organization")},
	}
}
