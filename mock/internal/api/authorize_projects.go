package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
