package api

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The organizations of the caller.
// Source: posthog/api/organization.py.

// organizationView is what an organization is rendered from.
type organizationView struct {
	*world.Organization
	view   *world.World
	viewer *world.User
}

func (c *call) organizationView(o *world.Organization) organizationView {
	return organizationView{o, c.view, c.User}
}

func organizationBindings() []rest.Binding[organizationView, *call] {
	return []rest.Binding[organizationView, *call]{
		{Name: "id", Write: func(w *rest.Writer, o organizationView) { w.String(o.ID) }},
		{Name: "name", Write: func(w *rest.Writer, o organizationView) { w.String(o.Name) }},
		{Name: "slug", Write: func(w *rest.Writer, o organizationView) { w.String(o.Slug) }},
		{Name: "logo_media_id", As: rest.Related, Check: checkLogo, Write: func(w *rest.Writer, _ organizationView) { w.Null() }},
		{Name: "created_at", Write: func(w *rest.Writer, o organizationView) { w.Time(o.CreatedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, o organizationView) { w.Time(o.UpdatedAt) }},
		{Name: "membership_level", Write: func(w *rest.Writer, o organizationView) { o.writeLevel(w) }},
		{Name: "plugins_access_level", Write: func(w *rest.Writer, _ organizationView) { w.Int(pluginsConfig) }},
		{Name: "teams", Write: func(w *rest.Writer, o organizationView) { o.writeProjects(w, writeTeam) }},
		{Name: "projects", Write: func(w *rest.Writer, o organizationView) { o.writeProjects(w, writeBasicProject) }},
		{Name: "available_product_features", Write: func(w *rest.Writer, o organizationView) { o.writeFeatures(w) }},
		{Name: "is_member_join_email_enabled", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.MemberJoinEmails) }},
		{Name: "metadata", Write: func(w *rest.Writer, _ organizationView) { writeMetadata(w) }},
		{Name: "customer_id", Write: func(w *rest.Writer, _ organizationView) { w.Null() }},
		{Name: "enforce_2fa", Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.Enforce2FA) }},
		{Name: "members_can_invite", Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.MembersCanInvite) }},
		{Name: "members_can_use_personal_api_keys", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.MembersCanUseKeys) }},
		{Name: "allow_publicly_shared_resources", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.PublicSharing) }},
		{Name: "member_count", Write: func(w *rest.Writer, o organizationView) { w.Int(o.view.Members(o.ID).Len()) }},
		{Name: "default_experiment_stats_method", Write: func(w *rest.Writer, o organizationView) { w.OptString(o.ExperimentStats) }},
		{Name: "default_role_id", Check: checkDefaultRole, Write: func(w *rest.Writer, o organizationView) { w.NonEmpty(o.DefaultRole) }},
	}
}

// pluginsConfig is the level at which an organization configures plugins, the
// one that organizations on the cloud have.
const pluginsConfig = 3

func (o organizationView) writeLevel(w *rest.Writer) {
	membership, ok := o.view.Membership(o.viewer.ID, o.ID)
	if !ok {
		w.Null()
		return
	}
	w.Int(int(membership.Level))
}

func (o organizationView) writeProjects(w *rest.Writer, write func(*rest.Writer, *world.Project)) {
	w.Array()
	for _, p := range o.view.VisibleProjects(o.viewer.ID, o.ID) {
		write(w, p)
	}
	w.EndArray()
}

func (o organizationView) writeFeatures(w *rest.Writer) {
	w.Array()
	for _, key := range o.Features {
		w.Object()
		w.Key("key").String(key)
		w.Key("name").String(words(key))
		if key == world.FeatureProjects && o.ProjectLimit != nil {
			w.Key("limit").Int(*o.ProjectLimit)
		}
		w.End()
	}
	w.EndArray()
}

func writeMetadata(w *rest.Writer) {
	w.Object()
	w.Key("instance_tag").String("understudy")
	w.End()
}

// writeTeam writes a project in the form that predates projects.
func writeTeam(w *rest.Writer, p *world.Project) {
	w.Object()
	w.Key("id").Int(p.ID)
	w.Key("uuid").String(p.UUID)
	w.Key("organization").String(p.Organization)
	w.Key("project_id").Int(p.ID)
	w.Key("api_token").String(p.APIToken)
	w.Key("name").String(p.Name)
	w.Key("completed_snippet_onboarding").Bool(p.Onboarded)
	w.Key("has_completed_onboarding_for").Null()
	w.Key("ingested_event").Bool(p.Onboarded)
	w.Key("is_demo").Bool(false)
	w.Key("timezone").String(p.Timezone)
	w.Key("access_control").Bool(p.Private)
	w.End()
}

func writeBasicProject(w *rest.Writer, p *world.Project) {
	w.Object()
	w.Key("id").Int(p.ID)
	w.Key("organization_id").String(p.Organization)
	w.Key("name").String(p.Name)
	w.End()
}

// listOrganizations lists the caller's organizations that the key reaches.
func (c *call) listOrganizations() (int, error) {
	var found []*world.Organization
	for _, membership := range c.view.MembershipsOf(c.User.ID) {
		o, ok := c.view.Organization(membership.Organization)
		if ok && (c.Key == nil || reaches(c.Key, o)) {
			found = append(found, o)
		}
	}
	return listRows(c, found, c.writeOrganization)
}

func (c *call) writeOrganization(o *world.Organization) {
	c.api.organizationSerializer.Write(&c.out, c.organizationView(o))
}

var errNoCurrentOrganization = rest.NotFound("Current organization not found.")

// retrieveOrganization shows an organization to its members; to anybody else it
// is not there.
func (c *call) retrieveOrganization() (int, error) {
	if err := c.enterOwn(); err != nil {
		return 0, err
	}
	c.writeOrganization(c.organization)
	return http.StatusOK, nil
}

// enterOwn finds the organization that the path names and the caller's membership
// in it.
func (c *call) enterOwn() (err error) {
	if c.organization, err = c.ownOrganization(c.param("organization_id")); err != nil {
		return err
	}
	c.membership, _ = c.view.Membership(c.User.ID, c.organization.ID)
	return c.checkKeyLimits()
}

func (c *call) ownOrganization(name string) (*world.Organization, error) {
	if name == currentAlias {
		if o, ok := c.view.CurrentOrganization(c.User); ok {
			return o, nil
		}
		return nil, errNoCurrentOrganization
	}
	id, err := uuid.Parse(name)
	if err != nil {
		return nil, rest.ErrNotFound
	}
	o, ok := c.view.Organization(id.String())
	if !ok || (c.Key != nil && !reaches(c.Key, o)) {
		return nil, rest.ErrNotFound
	}
	if _, member := c.view.Membership(c.User.ID, o.ID); !member {
		return nil, rest.ErrNotFound
	}
	return o, nil
}
