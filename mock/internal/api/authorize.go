package api

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// What a caller who is known may do at all, before anything is known of the object.
// Projects have rules of their own: see authorize_projects.go.

// The refusals of callers who are known, in the order in which they are checked.
// Source: posthog/permissions.py.
var (
	errNoKeyAccess    = rest.PermissionDenied("This action does not support personal API key access")
	errNoOrganization = rest.NotFound("Organization not found.")
	errProjectKey     = rest.PermissionDenied("API keys with scoped projects are only supported on project-based endpoints.")
	errLevel          = rest.PermissionDenied("Your organization access level is insufficient.")
	errRecentLogin    = rest.Denied("sensitive_action_required_reauth", "This action requires you to be recently authenticated.")
)

const (
	// currentAlias stands for the caller's current organization in a path.
	currentAlias = "@current"
	// exemptFromKeyLimits is the scope object whose endpoints every key reaches.
	exemptFromKeyLimits = "user"
)

// authorize decides whether the caller may do this at all, before anything is
// known of the object or the body.
func (c *call) authorize() error {
	if c.User == nil || (c.op != nil && c.op.Public) {
		return nil
	}
	if c.op != nil && c.op.scopeLast {
		return c.pass(c.api.scopeLast, false)
	}
	return c.pass(c.resource.stages, false)
}

// checkScope holds a personal API key against the scope of the operation.
func (c *call) checkScope() error {
	if c.Key == nil || (c.op != nil && (c.op.Public || c.op.AnyKey)) {
		return nil
	}
	if c.resource.anyKey {
		return errOwnKeyOnly
	}
	scope := c.requiredScope()
	if scope == "" {
		return errNoKeyAccess
	}
	if !spec.ScopesAllow(c.Key.Scopes, scope) {
		return rest.PermissionDenied("API key missing required scope '" + scope + "'")
	}
	return nil
}

// requiredScope is the scope that a key needs; "" is none that would do.
// Methods that are not there count as actions without a scope, but for PATCH on
// a collection and OPTIONS. Source: ScopeBasePermission in posthog/permissions.py.
func (c *call) requiredScope() string {
	switch {
	case c.request.Method == http.MethodOptions:
		return c.resource.object + ":read"
	case c.op == nil && c.request.Method == http.MethodPatch && c.resource.collection:
		return c.resource.object + ":write"
	case c.op == nil:
		return ""
	case c.op.SessionOnly && !c.api.KeysEverywhere:
		return ""
	case c.op.SessionOnly && route.IsSafe(c.op.Method):
		return c.resource.object + ":read"
	case c.op.SessionOnly:
		return c.resource.object + ":write"
	}
	return c.op.Scope
}

// enterPathOrganization finds the organization of the path.
func (c *call) enterPathOrganization() error { return c.enter(c.param("organization_id")) }

// enter finds the organization that a name in the path stands for.
func (c *call) enter(name string) error {
	var ok bool
	if name == currentAlias {
		c.organization, ok = c.view.CurrentOrganization(c.User)
	} else if id, err := uuid.Parse(name); err == nil {
		c.organization, ok = c.view.Organization(id.String())
	}
	if !ok {
		return errNoOrganization
	}
	return nil
}

// checkKeyLimits refuses a key that is limited to something else.
func (c *call) checkKeyLimits() error {
	if c.Key == nil || c.resource.anyKey || c.resource.object == exemptFromKeyLimits {
		return nil
	}
	if err := c.checkKeysAllowed(); err != nil {
		return err
	}
	if len(c.Key.Projects) > 0 {
		return errProjectKey
	}
	return c.checkOrganizationKey()
}

// checkOrganizationKey refuses a key that is limited to other organizations.
func (c *call) checkOrganizationKey() error {
	if c.organization != nil && !keyReaches(c.Key, c.organization) {
		return rest.PermissionDenied("API key does not have access to the requested organization: ID " + c.organization.ID + ".")
	}
	return nil
}

// checkKeysAllowed refuses the keys of plain members where the organization has
// switched them off.
// Source: APIScopePermission in posthog/permissions.py.
func (c *call) checkKeysAllowed() error {
	if c.organization == nil || c.organization.MembersCanUseKeys || !c.hasFeature(world.FeatureSecuritySettings) {
		return nil
	}
	membership, ok := c.view.Membership(c.User.ID, c.organization.ID)
	if !ok || membership.Level >= world.Administrator {
		return nil
	}
	return rest.PermissionDenied("Organization '" + c.organization.Name + "' does not allow using personal API keys. " +
		"Contact an admin to enable personal API keys for this organization.")
}

// keyReaches reports whether a key is not limited to other organizations.
func keyReaches(key *world.Key, organization *world.Organization) bool {
	return len(key.Organizations) == 0 || slices.Contains(key.Organizations, organization.ID)
}

// checkMembership refuses strangers.
func (c *call) checkMembership() error {
	membership, ok := c.view.Membership(c.User.ID, c.organization.ID)
	if !ok {
		return rest.ErrPermission
	}
	c.membership = membership
	return nil
}

// checkLevel refuses members below the level that writing needs.
func (c *call) checkLevel() error {
	if !route.IsSafe(c.request.Method) && c.membership.Level < c.requiredLevel() {
		return errLevel
	}
	return nil
}

// requiredLevel is the membership level that the operation asks for; where the method is
// not there, the one that writing to the path does.
func (c *call) requiredLevel() world.Level {
	if c.op != nil {
		return world.Level(c.op.Level)
	}
	return world.Level(c.resource.writeLevel)
}

// checkRecentLogin refuses writes that need a recent login in a session without one.
func (c *call) checkRecentLogin() error {
	required := c.resource.recentLogin && !route.IsSafe(c.request.Method)
	if c.Session == nil || !required {
		return nil
	}
	if c.now.Sub(c.Session.LoggedInAt) > c.api.RecentLogin {
		return errRecentLogin
	}
	return nil
}

// hasFeature reports whether the organization's plan holds a feature.
func (c *call) hasFeature(feature string) bool { return c.organization.HasFeature(feature) }
