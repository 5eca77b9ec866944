package worldfile

import (
	"cmp"
	"fmt"
	"time"

	"github.com/google/uuid"
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
			Timezone: cmp.Or(p.Timezone, world.DefaultTimezone), ProductDescription: p.Description,
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

// since is a moment in an organization; without one, when it was created.
func (s *seeder) since(t fixtures.Time, o *fixtures.Organization) time.Time {
	if t.IsZero() {
		return o.CreatedAt.At(s.now)
	}
	return t.At(s.now)
}

// plantRoles stores the roles. What a world does not say of them follows from what
// it says: a role is as old as its organization, a place in it has an id of its own
// for ever.
func (s *seeder) plantRoles(o *fixtures.Organization) error {
	for i := range o.Roles {
		r := &o.Roles[i]
		if err := s.plantRole(o, r); err != nil {
			return fmt.Errorf("role %s: %w", r.Name, err)
		}
	}
	return nil
}

func (s *seeder) plantRole(o *fixtures.Organization, r *fixtures.Role) error {
	creator, err := s.user(r.CreatedBy)
	if err != nil {
		return err
	}
	s.tx.PutRole(&world.Role{ID: r.ID, Organization: o.ID, Name: r.Name, CreatedBy: creator, CreatedAt: s.since(r.CreatedAt, o)})
	since := o.CreatedAt.At(s.now)
	for _, email := range r.Members {
		user, err := s.user(email)
		if err != nil {
			return err
		}
		s.tx.PutRoleMembership(&world.RoleMembership{
			ID: roleMembershipID(r.ID, user), Role: r.ID, Organization: o.ID, User: user, JoinedAt: since, UpdatedAt: since,
		})
	}
	for _, m := range r.Memberships {
		user, err := s.user(m.User)
		if err != nil {
			return err
		}
		s.tx.PutRoleMembership(&world.RoleMembership{
			ID: m.ID, Role: r.ID, Organization: o.ID, User: user, JoinedAt: m.JoinedAt.At(s.now), UpdatedAt: m.UpdatedAt.At(s.now),
		})
	}
	return nil
}

// roleMembershipID is the id of a place in a role to which a world gives none.
func roleMembershipID(role string, user int) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", role, user)).String()
}
