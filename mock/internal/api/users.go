package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Users: the caller, and how others are shown.
// Source: posthog/api/user.py, posthog/api/shared.py.

// userView is what the caller is rendered from.
type userView struct {
	*world.User
	call *call
}

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
		{Name: "is_staff", Write: func(w *rest.Writer, u userView) { w.Bool(false) }},
		{Name: "team", Write: func(w *rest.Writer, u userView) { u.writeTeam(w) }},
		{Name: "organization", Write: func(w *rest.Writer, u userView) { u.writeOrganization(w) }},
		{Name: "organizations", Write: func(w *rest.Writer, u userView) { u.writeOrganizations(w) }},
	}
}

func (c *call) retrieveMe() (int, error) {
	c.api.userSerializer.Write(&c.out, userView{c.User, c})
	return http.StatusOK, nil
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

func (u userView) writeOrganization(w *rest.Writer) {
	o, ok := u.call.view.CurrentOrganization(u.User)
	if !ok {
		w.Null()
		return
	}
	u.call.api.organizationSerializer.Write(w, u.call.organizationView(o))
}

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
