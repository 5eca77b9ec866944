package api

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Making, changing and deleting organizations.
// Source: posthog/api/organization.py, posthog/models/organization.py.

// checkLogo knows no uploaded picture: uploads are not part of the fake.
func checkLogo(_ *call, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	return nil, value.(rest.RelatedKey).DoesNotExist()
}

// checkDefaultRole wants a role of the organization. The real server takes any
// text and fails in its database, or takes the role of another organization; it
// is refused here as other unknown keys are.
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

// setOrganization stores what was sent.
func setOrganization(o *world.Organization, attrs *rest.Attrs) {
	rest.Set(attrs, "name", &o.Name)
	rest.Set(attrs, "is_member_join_email_enabled", &o.MemberJoinEmails)
	rest.SetOpt(attrs, "enforce_2fa", &o.Enforce2FA)
	rest.SetOpt(attrs, "members_can_invite", &o.MembersCanInvite)
	rest.Set(attrs, "members_can_use_personal_api_keys", &o.MembersCanUseKeys)
	rest.Set(attrs, "allow_publicly_shared_resources", &o.PublicSharing)
	rest.SetOpt(attrs, "default_experiment_stats_method", &o.ExperimentStats)
	rest.Set(attrs, "default_role_id", &o.DefaultRole)
}

var errOneOrganization = rest.PermissionDenied("You must upgrade your PostHog plan to be able to create and manage multiple organizations.")

// checkPremium keeps whoever has an organization from having more, away from the
// cloud and without the feature. Source: PremiumMultiorganizationPermission.
func (c *call) checkPremium() error {
	if c.view.OnCloud {
		return nil
	}
	current, ok := c.view.CurrentOrganization(c.User)
	if ok && !current.HasFeature(world.FeatureProjects) {
		return errOneOrganization
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
	membersCanInvite, stats := true, "bayesian"
	o := &world.Organization{
		ID: c.sandbox.IDs.UUID(c.now), CreatedAt: c.now, UpdatedAt: c.now, MembersCanInvite: &membersCanInvite,
		MemberJoinEmails: true, MembersCanUseKeys: true, PublicSharing: true, ExperimentStats: &stats,
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

// manage finds the organization that the path names for somebody who changes it.
func (c *call) manage() error {
	if err := c.checkRecentLogin(); err != nil {
		return err
	}
	if err := c.enterOwn(); err != nil {
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
	if err := c.manage(); err != nil {
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
	o := *c.organization
	setOrganization(&o, attrs)
	o.UpdatedAt = c.now
	c.tx.PutOrganization(&o)
	c.writeOrganization(&o)
	return http.StatusOK, nil
}

// deleteOrganization deletes an organization with everything in it.
func (c *call) deleteOrganization() (int, error) {
	if err := c.manage(); err != nil {
		return 0, err
	}
	c.tx.DeleteOrganization(c.organization)
	return c.none()
}
