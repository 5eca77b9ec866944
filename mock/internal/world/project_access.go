package world

// Who may do what in a project.
// Source: posthog/user_permissions.py (UserTeamPermissions).

// ProjectLevel is what a user may do in a project, as the level of a member: an
// administrator administers it, a member uses it. It is not ok for who has no
// access. Without the feature advanced_permissions every member has their own level
// everywhere; with it, who is named in the project has what was granted, and the
// others administer every project that is not private.
func (w *World) ProjectLevel(user int, p *Project) (level Level, ok bool) {
	membership, ok := w.Membership(user, p.Organization)
	if !ok {
		return 0, false
	}
	organization, ok := w.Organization(p.Organization)
	switch {
	case !ok:
		return 0, false
	case membership.Level >= Administrator:
		return Administrator, true
	case !organization.HasFeature(FeatureAccessControl):
		return membership.Level, true
	}
	granted, ok := p.Grant(user)
	switch {
	case ok && granted == AccessAdmin:
		return Administrator, true
	case ok:
		return Member, granted == AccessMember
	}
	return Administrator, !p.Private
}

// VisibleProjects are the projects of an organization that a user has access to, by
// number. One that is being deleted is shown to who names it, and listed no more: our
// decision, no source says.
func (w *World) VisibleProjects(user int, organization string) (visible []*Project) {
	w.Projects(organization).All(func(p *Project) bool {
		if _, ok := w.ProjectLevel(user, p); ok && !p.BeingDeleted() {
			visible = append(visible, p)
		}
		return true
	})
	return visible
}

// ShareProject reports whether two users have access to one project of an organization.
func (w *World) ShareProject(organization string, user, other int) (shared bool) {
	w.Projects(organization).All(func(p *Project) bool {
		_, reaches := w.ProjectLevel(user, p)
		_, otherReaches := w.ProjectLevel(other, p)
		shared = reaches && otherReaches && !p.BeingDeleted()
		return !shared
	})
	return shared
}

// CurrentProject is the project that a user chose last, or the first one of the
// current organization when that is gone or out of reach. Source: User.team in
// posthog/models/user.py.
func (w *World) CurrentProject(user *User) (*Project, bool) {
	if chosen, ok := w.Project(user.CurrentProject); ok {
		if _, ok := w.ProjectLevel(user.ID, chosen); ok {
			return chosen, true
		}
	}
	organization, ok := w.CurrentOrganization(user)
	if !ok {
		return nil, false
	}
	visible := w.VisibleProjects(user.ID, organization.ID)
	if len(visible) == 0 {
		return nil, false
	}
	return visible[0], true
}
