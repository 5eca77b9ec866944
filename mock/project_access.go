package mock

import "github.com/understudy-dev/understudy/mock/internal/world"

// Who may do what in a project.
// Source: posthog/user_permissions.py (UserTeamPermissions).

// projectLevel is what a user may do in a project, as the level of a member: an
// administrator administers it, a member uses it. It is not ok for who has no
// access. Without the feature advanced_permissions every member has their own level
// everywhere; with it, who is named in the project has what was granted, and the
// others administer every project that is not private.
func projectLevel(view *world.World, user int, p *world.Project) (level world.Level, ok bool) {
	membership, ok := view.Membership(user, p.Organization)
	if !ok {
		return 0, false
	}
	organization, ok := view.Organization(p.Organization)
	switch {
	case !ok:
		return 0, false
	case membership.Level >= world.Administrator:
		return world.Administrator, true
	case !organization.HasFeature(featureAccessControl):
		return membership.Level, true
	}
	granted, ok := p.Grant(user)
	switch {
	case ok && granted == world.AccessAdmin:
		return world.Administrator, true
	case ok:
		return world.Member, granted == world.AccessMember
	}
	return world.Administrator, !p.Private
}

// visibleProjects are the projects of an organization that a user has access to, by
// number.
func visibleProjects(view *world.World, user int, organization string) (visible []*world.Project) {
	view.Projects(organization).All(func(p *world.Project) bool {
		if _, ok := projectLevel(view, user, p); ok {
			visible = append(visible, p)
		}
		return true
	})
	return visible
}

// currentProject is the project that a user chose last, or the first one of the
// current organization when that is gone or out of reach. Source: User.team in
// posthog/models/user.py.
func currentProject(view *world.World, user *world.User) (*world.Project, bool) {
	if chosen, ok := view.Project(user.CurrentProject); ok {
		if _, ok := projectLevel(view, user.ID, chosen); ok {
			return chosen, true
		}
	}
	organization, ok := view.CurrentOrganization(user)
	if !ok {
		return nil, false
	}
	visible := visibleProjects(view, user.ID, organization.ID)
	if len(visible) == 0 {
		return nil, false
	}
	return visible[0], true
}
