package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func (e *exporter) organizations() (list []fixtures.Organization) {
	parts := e.projectIntegrations()
	e.view.Organizations().All(func(o *world.Organization) bool {
		list = append(list, fixtures.Organization{
			ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: e.at(o.CreatedAt), UpdatedAt: e.at(o.UpdatedAt),
			Features: said(o.Features), MembersCanInvite: own(o.MembersCanInvite), ProjectLimit: own(o.ProjectLimit),
			MemberJoinEmails: onlyFalse(o.MemberJoinEmails), MembersCanUseKeys: onlyFalse(o.MembersCanUseKeys),
			PublicSharing: onlyFalse(o.PublicSharing), Enforce2FA: own(o.Enforce2FA), ExperimentStats: own(o.ExperimentStats),
			DefaultRole: o.DefaultRole,
			Members:     e.members(o), Projects: e.projects(o, parts), Domains: e.domains(o), IdentityProviderConfigs: e.configs(o),
			Integrations: e.integrations(o), Invites: e.invites(o), Roles: e.roles(o),
		})
		return true
	})
	return list
}

func (e *exporter) members(o *world.Organization) (list []fixtures.Member) {
	e.view.Members(o.ID).All(func(m *world.Membership) bool {
		list = append(list, fixtures.Member{
			ID: m.ID, User: e.email(m.User), Level: int(m.Level), JoinedAt: e.at(m.JoinedAt), UpdatedAt: e.at(m.UpdatedAt),
		})
		return true
	})
	return list
}

func (e *exporter) invites(o *world.Organization) (list []fixtures.Invite) {
	e.view.Invites(o.ID).All(func(i *world.Invite) bool {
		list = append(list, fixtures.Invite{
			ID: i.ID, TargetEmail: i.TargetEmail, FirstName: i.FirstName, Level: int(i.Level), Message: own(i.Message),
			PrivateProjectAccess: accessOf(i), EmailingAttemptMade: i.EmailingAttemptMade, SetupDelegation: i.SetupDelegation,
			CreatedBy: e.maker(i.CreatedBy), CreatedAt: e.at(i.CreatedAt), UpdatedAt: e.at(i.UpdatedAt),
		})
		return true
	})
	return list
}

// accessOf is what an invite opens; nothing and an empty list are not the same.
func accessOf(i *world.Invite) []fixtures.ProjectAccess {
	if i.ProjectAccess == nil {
		return nil
	}
	list := make([]fixtures.ProjectAccess, len(i.ProjectAccess))
	for n, access := range i.ProjectAccess {
		list[n] = fixtures.ProjectAccess{ID: access.Project, Level: access.Level}
	}
	return list
}
