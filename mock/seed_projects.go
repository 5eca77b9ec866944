package mock

import (
	"cmp"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// plantProjects stores the projects. What a world does not say of them: they are as
// old as their organization, and set up.
func (s *seeder) plantProjects(o *fixtures.Organization) error {
	for i := range o.Projects {
		p := &o.Projects[i]
		project := &world.Project{
			ID: p.ID, UUID: p.UUID, Organization: o.ID, Name: p.Name, APIToken: p.APIToken,
			Timezone: cmp.Or(p.Timezone, defaultTimezone), ProductDescription: p.Description,
			Private: p.Private, Onboarded: unlessNot(p.Onboarded),
			CreatedAt: s.since(p.CreatedAt, o), UpdatedAt: s.since(p.UpdatedAt, o),
		}
		for _, granted := range []struct {
			level string
			to    []string
		}{{world.AccessAdmin, p.Admins}, {world.AccessMember, p.Members}, {world.AccessNone, p.ShutOut}} {
			for _, email := range granted.to {
				user, err := s.user(email)
				if err != nil {
					return err
				}
				project = project.WithGrant(user, granted.level)
			}
		}
		s.tx.PutProject(project)
		for _, kind := range p.Integrations {
			s.tx.PutProjectIntegration(&world.ProjectIntegration{Organization: o.ID, Project: p.ID, Kind: kind})
		}
	}
	return nil
}
