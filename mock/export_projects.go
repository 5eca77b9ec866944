package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// projectIntegrations are the kinds of integrations that have a part in a project.
func (e *exporter) projectIntegrations() map[int][]string {
	kinds := map[int][]string{}
	for _, part := range e.view.AllProjectIntegrations() {
		kinds[part.Project] = append(kinds[part.Project], part.Kind)
	}
	return kinds
}

func (e *exporter) projects(o *world.Organization, kinds map[int][]string) (list []fixtures.Project) {
	e.view.Projects(o.ID).All(func(p *world.Project) bool {
		project := fixtures.Project{
			ID: p.ID, UUID: p.UUID, Name: p.Name, APIToken: p.APIToken, Timezone: p.Timezone, Description: own(p.ProductDescription),
			Private: p.Private, Onboarded: onlyFalse(p.Onboarded), Integrations: kinds[p.ID],
			CreatedAt: e.unless(p.CreatedAt, o.CreatedAt), UpdatedAt: e.unless(p.UpdatedAt, o.CreatedAt),
		}
		if project.Timezone == defaultTimezone {
			project.Timezone = ""
		}
		e.grant(&project, p.Grants)
		list = append(list, project)
		return true
	})
	return list
}

// grant lists who has an access of their own.
func (e *exporter) grant(to *fixtures.Project, grants []world.Grant) {
	for _, g := range grants {
		list := map[string]*[]string{world.AccessAdmin: &to.Admins, world.AccessMember: &to.Members, world.AccessNone: &to.ShutOut}[g.Level]
		*list = append(*list, e.email(g.User))
	}
}

func (e *exporter) roles(o *world.Organization) (list []fixtures.Role) {
	e.view.Roles(o.ID).All(func(r *world.Role) bool {
		role := fixtures.Role{ID: r.ID, Name: r.Name, CreatedBy: e.maker(r.CreatedBy), CreatedAt: e.unless(r.CreatedAt, o.CreatedAt)}
		e.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
			e.join(&role, o, m)
			return true
		})
		list = append(list, role)
		return true
	})
	return list
}

// join lists a member of a role, by e-mail alone where everything else is usual.
func (e *exporter) join(role *fixtures.Role, o *world.Organization, m *world.RoleMembership) {
	if m.ID == roleMembershipID(m.Role, m.User) && m.JoinedAt.Equal(o.CreatedAt) && m.UpdatedAt.Equal(o.CreatedAt) {
		role.Members = append(role.Members, e.email(m.User))
		return
	}
	role.Memberships = append(role.Memberships, fixtures.RoleMembership{
		ID: m.ID, User: e.email(m.User), JoinedAt: e.at(m.JoinedAt), UpdatedAt: e.at(m.UpdatedAt),
	})
}
