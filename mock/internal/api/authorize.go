package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// What a caller who is known may do at all, before anything is known of the object.
// Projects have rules of their own, below.

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

// What a caller who is known may do with projects.

// projectObject is the scope object of the endpoints that lie in a project, and of
// the lists of projects.
const projectObject = "project"

// maxProjects is how many projects an organization may have whatever its plan.
const maxProjects = 2000

// The refusals of these endpoints. They have rules of their own: who is no member
// of the organization finds no projects there, instead of a closed door.
// Source: posthog/api/project.py, posthog/permissions.py, posthog/api/routing.py.
var (
	errNoMembership   = rest.NotFound("You need to belong to an organization.")
	errProjectLimit   = rest.PermissionDenied("You have reached the maximum limit of allowed projects for your current plan. Upgrade your plan to be able to create and manage more projects.")
	errProjectMaximum = rest.PermissionDenied(fmt.Sprintf("You have reached the maximum limit of %d projects per organization. Contact support if you'd like access to more projects.", maxProjects))
	errCreateProject  = rest.PermissionDenied("You need to be an organization admin or above to create new projects.")
	errProjectLevel   = rest.PermissionDenied("You don't have sufficient permissions in the project.")
)

// authorizeProject decides whether the caller may do this to the projects of an
// organization, or to one project.
func (c *call) authorizeProject() error {
	if err := c.enterProjectOrganization(); err != nil {
		return err
	}
	if err := c.checkProjectKey(); err != nil {
		return err
	}
	if err := c.checkVerifiedDomainOf(c.organization); err != nil {
		return err
	}
	if c.op == nil {
		return nil
	}
	if c.op.Method == http.MethodPost || c.op.Method == http.MethodPut {
		if err := c.checkProjectPlan(); err != nil {
			return err
		}
	}
	if c.op.Method == http.MethodPost {
		return c.checkMayCreateProject()
	}
	return c.checkProjectLevel()
}

// enterProjectOrganization finds the organization: the one that the path names, else the
// caller's current one.
func (c *call) enterProjectOrganization() error {
	if c.resource.nested {
		return c.enter(c.param("organization_id"))
	}
	organization, ok := c.view.CurrentOrganization(c.User)
	if !ok {
		return errNoMembership
	}
	c.organization = organization
	return nil
}

// namesProject reports whether the path names one project.
func (c *call) namesProject() bool { return slices.Contains(c.resource.parameters, "id") }

// checkProjectKey refuses a key that the organization does not allow, or that is
// limited to other projects or organizations.
// Below /api/projects/ the organization is the caller's current one, whichever the
// project belongs to.
func (c *call) checkProjectKey() error {
	if c.Key == nil {
		return nil
	}
	if err := c.checkKeysAllowed(); err != nil {
		return err
	}
	if len(c.Key.Projects) > 0 {
		if !c.namesProject() {
			return errProjectKey
		}
		project, err := c.findProject()
		if err != nil {
			return err
		}
		if !slices.Contains(c.Key.Projects, project.ID) {
			return rest.PermissionDenied(fmt.Sprintf("API key does not have access to the requested project: ID %d.", project.ID))
		}
	}
	return c.checkOrganizationKey()
}

// findProject finds the project that the path names. One that the caller has no
// access to is not there.
func (c *call) findProject() (*world.Project, error) {
	project, err := c.namedProject(c.param("id"))
	if err != nil {
		return nil, err
	}
	if _, ok := c.view.ProjectLevel(c.User.ID, project); !ok {
		return nil, rest.ErrNotFound
	}
	return project, nil
}

// namedProject looks a project up. What is no number is a bad request, as the real
// server's database look-up makes of it.
func (c *call) namedProject(name string) (*world.Project, error) {
	if name == currentAlias {
		if project, ok := c.view.CurrentProject(c.User); ok {
			return project, nil
		}
		return nil, rest.ErrNotFound
	}
	number, ok := pytext.ParseInt(name)
	if !ok {
		return nil, rest.InvalidInput("Field 'id' expected a number but got " + pytext.Repr(name) + ".")
	}
	id, ok := number.(int64)
	if !ok {
		return nil, rest.ErrNotFound // beyond the database's range
	}
	project, ok := c.view.Project(int(id))
	if !ok || !c.reachesProject(project) {
		return nil, rest.ErrNotFound
	}
	return project, nil
}

// reachesProject reports whether the project lies in the organization of the path. A
// path without one reaches all, a limited key only those of its organizations.
func (c *call) reachesProject(p *world.Project) bool {
	if c.resource.nested {
		return p.Organization == c.organization.ID
	}
	return c.Key == nil || len(c.Key.Organizations) == 0 || slices.Contains(c.Key.Organizations, p.Organization)
}

// checkProjectPlan refuses what goes beyond the plan. The real server asks this of
// PUT too, where it is about a project that exists.
// Source: PremiumMultiProjectPermission in posthog/api/project.py.
func (c *call) checkProjectPlan() error {
	limit := 1
	if c.hasFeature(world.FeatureProjects) {
		limit = maxProjects
		if c.organization.ProjectLimit != nil {
			limit = *c.organization.ProjectLimit
		}
	}
	unlimited := c.hasFeature(world.FeatureProjects) && c.organization.ProjectLimit == nil
	switch count := c.view.Projects(c.organization.ID).Len(); {
	case count < limit, unlimited && c.op.Method == http.MethodPut:
		return nil
	case unlimited:
		return errProjectMaximum
	}
	return errProjectLimit
}

// checkMayCreateProject wants an administrator, or a member where the organization lets
// them. Who is no member learns nothing of the organization.
// Source: UserCanCreateProjectPermission in posthog/permissions.py.
func (c *call) checkMayCreateProject() error {
	membership, ok := c.view.Membership(c.User.ID, c.organization.ID)
	if !ok {
		return errNoOrganization
	}
	c.membership = membership
	everybody := c.organization.MembersCanCreateProjects
	if membership.Level < c.requiredLevel() && (everybody == nil || !*everybody || !c.hasFeature(world.FeatureInviteSettings)) {
		return errCreateProject
	}
	return nil
}

// checkProjectLevel wants access to the project, and its administration to delete
// it. Source: TeamMemberLightManagementPermission in posthog/permissions.py.
func (c *call) checkProjectLevel() error {
	if !c.namesProject() {
		return nil // a list shows what the caller has access to
	}
	project, err := c.findProject()
	if err != nil {
		return err
	}
	if of, ok := c.view.Organization(project.Organization); ok && of.ID != c.organization.ID {
		if err := c.checkVerifiedDomainOf(of); err != nil {
			return err
		}
	}
	level, _ := c.view.ProjectLevel(c.User.ID, project)
	if c.op.Method == http.MethodDelete && level < world.Administrator {
		return errProjectLevel
	}
	return nil
}
