package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The organizations of the caller.
// Source: posthog/api/organization.py.

// organizationHandlers are the operations of organizations.
func organizationHandlers() map[string]handler {
	return map[string]handler{
		"organizations_list":           {do: (*call).listOrganizations},
		"organizations_create":         {do: (*call).createOrganization},
		"organizations_retrieve":       {do: (*call).retrieveOrganization},
		"organizations_update":         {do: (*call).updateOrganization},
		"organizations_partial_update": {do: (*call).updateOrganization},
		"organizations_destroy":        {do: (*call).deleteOrganization},

		"remove_blocked_members_and_enforce_verified_domains_create": {do: (*call).removeBlockedMembers},
	}
}

// organizationView is what an organization is rendered from.
type organizationView struct {
	*world.Organization
	view   *world.World
	viewer *world.User
}

// organizationView gathers what an organization is rendered from for the caller.
func (c *call) organizationView(o *world.Organization) organizationView {
	return organizationView{o, c.view, c.User}
}

// organizationBindings are the properties of an organization, with their rules.
func organizationBindings() []rest.Binding[organizationView, *call] {
	return []rest.Binding[organizationView, *call]{
		{Name: "id", Write: func(w *rest.Writer, o organizationView) { w.String(o.ID) }},
		{Name: "name", Text: refuseName, Write: func(w *rest.Writer, o organizationView) { w.String(o.Name) }},
		{Name: "slug", Write: func(w *rest.Writer, o organizationView) { w.String(o.Slug) }},
		{Name: "logo_media_id", As: rest.Related, Check: checkLogo, Write: func(w *rest.Writer, _ organizationView) { w.Null() }},
		{Name: "created_at", Write: func(w *rest.Writer, o organizationView) { w.Time(o.CreatedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, o organizationView) { w.Time(o.UpdatedAt) }},
		{Name: "membership_level", Computed: true, Write: func(w *rest.Writer, o organizationView) { o.writeLevel(w) }},
		{Name: "plugins_access_level", Write: func(w *rest.Writer, _ organizationView) { w.Int(pluginsConfig) }},
		{Name: "teams", Computed: true, Write: func(w *rest.Writer, o organizationView) { o.writeProjects(w, writeTeam) }},
		{Name: "projects", Computed: true, Write: func(w *rest.Writer, o organizationView) { o.writeProjects(w, writeBasicProject) }},
		{Name: "available_product_features", Write: func(w *rest.Writer, o organizationView) { o.writeFeatures(w) }},
		{Name: "is_member_join_email_enabled", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.MemberJoinEmails) }},
		{Name: "metadata", Computed: true, Write: func(w *rest.Writer, _ organizationView) { writeMetadata(w) }},
		{Name: "customer_id", Write: func(w *rest.Writer, _ organizationView) { w.Null() }},
		{Name: "enforce_2fa", Check: inPlan(world.FeatureTwoFactor, "enforce 2FA", func(o *world.Organization) any { return plain(o.Enforce2FA) }), Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.Enforce2FA) }},
		{Name: enforceVerifiedDomains, Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.EnforceVerifiedDomains) }},
		{Name: "members_can_see_org_members", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.ShowsMembers()) }},
		{Name: "members_can_invite", Check: inPlan(world.FeatureInviteSettings, "configure who can send invites", func(o *world.Organization) any { return plain(o.MembersCanInvite) }), Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.MembersCanInvite) }},
		{Name: "members_can_create_projects", Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.MembersCanCreateProjects) }},
		{Name: "members_can_use_personal_api_keys", Check: inPlan(world.FeatureSecuritySettings, "configure personal API key permissions", func(o *world.Organization) any { return o.MembersCanUseKeys }), Write: func(w *rest.Writer, o organizationView) { w.Bool(o.MembersCanUseKeys) }},
		{Name: "allow_publicly_shared_resources", Check: inPlan(world.FeatureSecuritySettings, "configure public sharing settings", func(o *world.Organization) any { return o.PublicSharing }), Write: func(w *rest.Writer, o organizationView) { w.Bool(o.PublicSharing) }},
		{Name: "member_count", Computed: true, Write: func(w *rest.Writer, o organizationView) { w.Int(o.view.Members(o.ID).Len()) }},
		{Name: "is_ai_data_processing_approved", Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.AIDataProcessing) }},
		{Name: "is_ai_training_opted_in", Check: checkTrainingLock, Write: func(w *rest.Writer, o organizationView) { w.OptBool(o.AITraining) }},
		{Name: "is_ai_training_locked", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.AITrainingLocked) }},
		{Name: "is_ai_training_cta_shown", Write: func(w *rest.Writer, o organizationView) { w.Bool(!o.AITrainingHidden) }},
		{Name: "is_hipaa", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.HIPAA) }},
		{Name: "default_experiment_stats_method", Names: map[string]string{"bayesian": "Bayesian", "frequentist": "Frequentist"}, Write: func(w *rest.Writer, o organizationView) { w.OptString(o.ExperimentStats) }},
		{Name: "default_anonymize_ips", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.AnonymizeIPs) }},
		{Name: "default_role_id", Check: checkDefaultRole, Write: func(w *rest.Writer, o organizationView) { w.NonEmpty(o.DefaultRole) }},
		{Name: "is_active", Write: func(w *rest.Writer, o organizationView) { w.Bool(!o.Inactive) }},
		{Name: "is_not_active_reason", Write: func(w *rest.Writer, o organizationView) { w.OptString(o.NotActiveReason) }},
		{Name: "is_pending_deletion", Write: func(w *rest.Writer, o organizationView) { w.Bool(o.PendingDeletion) }},
	}
}

// pluginsConfig is the level at which an organization configures plugins, the
// one that organizations on the cloud have.
const pluginsConfig = 3

// writeLevel writes the viewer's level in the organization, or null.
func (o organizationView) writeLevel(w *rest.Writer) {
	membership, ok := o.view.Membership(o.viewer.ID, o.ID)
	if !ok {
		w.Null()
		return
	}
	w.Int(int(membership.Level))
}

// writeProjects writes the projects that the viewer has access to.
func (o organizationView) writeProjects(w *rest.Writer, write func(*rest.Writer, *world.Project)) {
	w.Array()
	for _, p := range o.view.VisibleProjects(o.viewer.ID, o.ID) {
		write(w, p)
	}
	w.EndArray()
}

// writeFeatures writes the features of the organization's plan.
func (o organizationView) writeFeatures(w *rest.Writer) {
	w.Array()
	for _, key := range o.Features {
		w.Object()
		w.Key("key").String(key)
		w.Key("name").String(humanize(key))
		if key == world.FeatureProjects && o.ProjectLimit != nil {
			w.Key("limit").Int(*o.ProjectLimit)
		}
		w.End()
	}
	w.EndArray()
}

// writeMetadata writes what the deployment tells of itself.
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

// writeBasicProject writes a project as an organization shows it.
func writeBasicProject(w *rest.Writer, p *world.Project) {
	w.Object()
	w.Key("id").Int(p.ID)
	w.Key("organization_id").String(p.Organization)
	w.Key("name").String(p.Name)
	w.End()
}

// listOrganizations lists the caller's organizations that the key reaches. Who belongs to
// none has no current one, for which the real server's permissions ask first.
func (c *call) listOrganizations() (int, error) {
	if _, ok := c.view.CurrentOrganization(c.User); !ok {
		return 0, errNoMembership
	}
	var found []*world.Organization
	for _, membership := range c.view.MembershipsOf(c.User.ID) {
		o, ok := c.view.Organization(membership.Organization)
		if ok && (c.Key == nil || keyReaches(c.Key, o)) {
			found = append(found, o)
		}
	}
	return listRows(c, found, c.writeOrganization)
}

// writeOrganization writes an organization as the caller sees it.
func (c *call) writeOrganization(o *world.Organization) {
	c.api.organizationSerializer.Write(&c.out, c.organizationView(o))
}

var errNoCurrentOrganization = rest.NotFound("Current organization not found.")

// retrieveOrganization shows an organization to its members; to anybody else it
// is not there.
func (c *call) retrieveOrganization() (int, error) {
	if err := c.enterOwnOrganization(); err != nil {
		return 0, err
	}
	c.writeOrganization(c.organization)
	return http.StatusOK, nil
}

// enterOwnOrganization finds the organization that the path names and the caller's membership
// in it.
func (c *call) enterOwnOrganization() (err error) {
	if c.organization, err = c.ownOrganization(c.param("organization_id")); err != nil {
		return err
	}
	c.membership, _ = c.view.Membership(c.User.ID, c.organization.ID)
	if err := c.checkKeyLimits(); err != nil {
		return err
	}
	return c.checkVerifiedDomain()
}

// ownOrganization finds an organization of the caller by its name in a path. Any other one
// is not there.
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
	if !ok || (c.Key != nil && !keyReaches(c.Key, o)) {
		return nil, rest.ErrNotFound
	}
	if _, member := c.view.Membership(c.User.ID, o.ID); !member {
		return nil, rest.ErrNotFound
	}
	return o, nil
}

// Making, changing and deleting organizations.
// Source: posthog/api/organization.py, posthog/models/organization.py.

// checkLogo knows no uploaded picture: uploads are not part of the fake.
func checkLogo(_ *call, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	return nil, value.(rest.RelatedKey).DoesNotExist()
}

var errTrainingLocked = rest.InvalidInput("This setting is locked. Contact support to change it.")

// checkTrainingLock keeps a locked setting as it is. The model says that the lock is meant for
// the API too; no source has the refusal, whose form is our decision.
// Source: is_ai_training_locked in posthog/models/organization.py.
func checkTrainingLock(c *call, value any) (any, error) {
	if o := c.organization; o != nil && o.AITrainingLocked && value != plain(o.AITraining) {
		return nil, errTrainingLocked
	}
	return value, nil
}

// checkDefaultRole wants a role of the organization. The real server takes any
// text and fails in its database, or takes the role of another organization; it
// is refused here as other unknown keys are. That older servers list the field among the
// read-only ones has no effect: the framework does not apply that list to a field which is
// declared by itself, and test_set_default_role_via_api sets it.
func checkDefaultRole(c *call, value any) (any, error) {
	if value == nil {
		return "", nil
	}
	text := value.(string)
	if id, err := uuid.Parse(text); err == nil && c.organization != nil {
		if role, ok := c.view.Role(c.organization.ID, id.String()); ok {
			return role.ID, nil
		}
	}
	return nil, rest.RelatedKey{Sent: text}.DoesNotExist()
}

// inPlan refuses to change a setting that the plan does not include; to send the value that
// it has is fine. A new organization takes what it is given: nothing changes.
// Source: the methods validate_… of OrganizationSerializer; the order is that of the fields.
func inPlan(feature, what string, current func(*world.Organization) any) checker {
	refusal := rest.Invalid("payment_required", "You must upgrade your plan to "+what+".")
	return func(c *call, value any) (any, error) {
		if o := c.organization; o != nil && value != current(o) && !o.HasFeature(feature) {
			return nil, refusal
		}
		return value, nil
	}
}

// plain is a value that may be null as a request has it.
func plain(value *bool) any {
	if value == nil {
		return nil
	}
	return *value
}

// setOrganization stores what was sent. What each setting does:
//
//   - enforce_2fa: checkTwoFactor; members_can_invite: checkMayInvite;
//     members_can_use_personal_api_keys: checkKeysAllowed; members_can_create_projects:
//     checkMayCreateProject; is_member_join_email_enabled: announceMember;
//     default_role_id: world.Tx.Join.
//   - allow_publicly_shared_resources, is_ai_data_processing_approved, is_ai_training_opted_in,
//     default_experiment_stats_method and default_anonymize_ips are about links, assistants,
//     experiments and events, none of which this API has: they are kept and shown. So are
//     is_hipaa and is_pending_deletion, which close pages, and which nobody can send.
//   - is_active closes the site's pages, and leaves this API alone
//     (ActiveOrganizationMiddleware in posthog/middleware.py passes over /api/).
func setOrganization(o *world.Organization, attrs *rest.Attrs) {
	rest.Set(attrs, "name", &o.Name)
	rest.Set(attrs, "is_member_join_email_enabled", &o.MemberJoinEmails)
	rest.SetOpt(attrs, "enforce_2fa", &o.Enforce2FA)
	rest.SetOpt(attrs, enforceVerifiedDomains, &o.EnforceVerifiedDomains)
	rest.SetOpt(attrs, "members_can_see_org_members", &o.MembersSeeMembers)
	rest.SetOpt(attrs, "members_can_invite", &o.MembersCanInvite)
	rest.Set(attrs, "members_can_use_personal_api_keys", &o.MembersCanUseKeys)
	rest.Set(attrs, "allow_publicly_shared_resources", &o.PublicSharing)
	rest.SetOpt(attrs, "members_can_create_projects", &o.MembersCanCreateProjects)
	rest.SetOpt(attrs, "is_ai_data_processing_approved", &o.AIDataProcessing)
	rest.SetOpt(attrs, "is_ai_training_opted_in", &o.AITraining)
	rest.Set(attrs, "default_anonymize_ips", &o.AnonymizeIPs)
	rest.SetOpt(attrs, "default_experiment_stats_method", &o.ExperimentStats)
	rest.Set(attrs, "default_role_id", &o.DefaultRole)
}

var errOrganizationLimit = rest.PermissionDenied("You must upgrade your PostHog plan to be able to create and manage multiple organizations.")

// checkPremium keeps whoever has an organization from having more, away from the
// cloud and without the feature. Source: PremiumMultiorganizationPermission.
func (c *call) checkPremium() error {
	if c.view.OnCloud {
		return nil
	}
	current, ok := c.view.CurrentOrganization(c.User)
	if ok && !current.HasFeature(world.FeatureProjects) {
		return errOrganizationLimit
	}
	return nil
}

// createOrganization makes an organization with its first project and the caller
// as its owner. It becomes the caller's current one.
func (c *call) createOrganization() (int, error) {
	if err := c.checkRecentLogin(); err != nil {
		return 0, err
	}
	if err := c.checkPremium(); err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.organizationSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	membersCanInvite, membersCanCreateProjects, training, stats := true, false, true, "bayesian"
	o := &world.Organization{
		ID: c.sandbox.IDs.UUID(c.now), CreatedAt: c.now, UpdatedAt: c.now, MembersCanInvite: &membersCanInvite,
		MemberJoinEmails: true, MembersCanUseKeys: true, PublicSharing: true, ExperimentStats: &stats,
		MembersCanCreateProjects: &membersCanCreateProjects, AITraining: &training, Features: slices.Clone(c.view.NewFeatures),
	}
	setOrganization(o, attrs)
	o.Slug = c.newSlug(o.Name)
	c.tx.PutOrganization(o)
	c.tx.PutProject(c.newProject(o))
	c.tx.Join(c.User, o, world.Owner, c.now, c.sandbox.IDs)
	c.writeOrganization(o)
	return http.StatusCreated, nil
}

// maxSlug is the length of a slug in characters.
const maxSlug = 48

// newSlug makes a slug of a name that no organization has. Where it is taken, four
// random letters are added.
// Source: create_with_slug in posthog/models/utils.py.
func (c *call) newSlug(name string) string {
	slug := slugify(name)
	slug = slug[:min(len(slug), maxSlug)]
	candidate := slug
	for {
		if _, taken := c.view.OrganizationBySlug(candidate); !taken {
			return candidate
		}
		candidate = slug[:min(len(slug), maxSlug-5)] + "-" + c.sandbox.IDs.Letters(4)
	}
}

var (
	noSlugCharacters = regexp.MustCompile(`[^\w\s-]`)
	slugSeparators   = regexp.MustCompile(`[-\s]+`)
)

// slugify makes a name fit for an address: ASCII letters and digits in lower case,
// joined by single dashes. Source: django/utils/text.py.
func slugify(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r > 127 {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	slug := noSlugCharacters.ReplaceAllString(strings.ToLower(ascii), "")
	return strings.Trim(slugSeparators.ReplaceAllString(strings.TrimSpace(slug), "-"), "-_")
}

// enterToChange finds the organization that the path names for somebody who changes it.
func (c *call) enterToChange() error {
	if err := c.checkRecentLogin(); err != nil {
		return err
	}
	if err := c.enterOwnOrganization(); err != nil {
		return err
	}
	if c.membership == nil || c.membership.Level < c.requiredLevel() {
		return errLevel
	}
	return nil
}

// updateOrganization changes an organization. Its slug stays.
func (c *call) updateOrganization() (int, error) {
	partial := c.request.Method == http.MethodPatch
	if err := c.enterToChange(); err != nil {
		return 0, err
	}
	if !partial { // the real check names the actions create and update, not partial_update
		if err := c.checkPremium(); err != nil {
			return 0, err
		}
	}
	attrs, err := validate(c, c.api.organizationSerializer, rest.Mode{Partial: partial})
	if err != nil {
		return 0, err
	}
	if err := c.checkRestriction(attrs); err != nil {
		return 0, err
	}
	o := *c.organization
	setOrganization(&o, attrs)
	o.UpdatedAt = c.now
	c.tx.PutOrganization(&o)
	c.writeOrganization(&o)
	return http.StatusOK, nil
}

// deleteOrganization deletes an organization with everything in it.
func (c *call) deleteOrganization() (int, error) {
	if err := c.enterToChange(); err != nil {
		return 0, err
	}
	c.tx.DeleteOrganization(c.organization)
	return c.noContent()
}
