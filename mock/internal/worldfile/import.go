package worldfile

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// seed builds the starting world from its description. Relative times count
// from now.
func seed(w *fixtures.World, now time.Time) (*world.World, error) {
	s := &seeder{now: now, users: map[string]int{}}
	empty := world.Empty()
	empty.SiteURL, empty.OnCloud = w.Deployment.SiteURL, w.Deployment.OnCloud()
	store := world.NewStore(empty)
	err := store.Update(func(tx *world.Tx) error {
		s.tx = tx
		return s.plant(w)
	})
	if err != nil {
		return nil, fmt.Errorf("world %s: %w", w.Name, err)
	}
	return store.View(), nil
}

type seeder struct {
	tx    *world.Tx
	now   time.Time
	users map[string]int // by lower-case e-mail
}

func (s *seeder) plant(w *fixtures.World) error {
	for i := range w.Users {
		s.plantUser(&w.Users[i])
	}
	for i := range w.Organizations {
		if err := s.plantOrganization(&w.Organizations[i]); err != nil {
			return err
		}
	}
	for i := range w.Keys {
		if err := s.plantKey(&w.Keys[i]); err != nil {
			return err
		}
	}
	for i := range w.Sessions {
		if err := s.plantSession(&w.Sessions[i]); err != nil {
			return err
		}
	}
	for _, record := range w.DNS {
		s.tx.PutTXT(&world.TXTRecord{Name: record.Name, Values: record.Values})
	}
	s.plantOutbox(w.Outbox)
	s.plantUpstream(&w.Upstream)
	if w.State != nil {
		s.tx.AdvanceSequences(w.State.LastUser, w.State.LastProject)
	}
	return nil
}

func (s *seeder) plantUser(u *fixtures.User) {
	s.users[strings.ToLower(u.Email)] = u.ID
	s.tx.PutUser(&world.User{
		ID: u.ID, UUID: u.UUID, DistinctID: u.DistinctID, Email: u.Email,
		FirstName: u.FirstName, LastName: u.LastName, Password: u.Password,
		EmailVerified: u.EmailVerified, CurrentOrganization: u.CurrentOrganization, CurrentProject: u.CurrentProject,
		RoleAtOrganization: u.RoleAtOrganization, JoinedAt: u.JoinedAt.At(s.now), LastLogin: s.optional(u.LastLogin),
	})
}

// optional is the moment of a time that may not be there.
func (s *seeder) optional(t *fixtures.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.At(s.now)
	return &at
}

// user finds the number of the user with an e-mail; "" is nobody, 0.
func (s *seeder) user(email string) (int, error) {
	if email == "" {
		return 0, nil
	}
	id, ok := s.users[strings.ToLower(email)]
	if !ok {
		return 0, fmt.Errorf("there is no user %s", email)
	}
	return id, nil
}

func (s *seeder) plantKey(k *fixtures.PersonalAPIKey) error {
	user, err := s.user(k.User)
	if err != nil {
		return fmt.Errorf("key %s: %w", k.Name, err)
	}
	s.tx.PutKey(&world.Key{
		ID: k.ID, Label: k.Name, Value: k.Value, User: user, Scopes: k.Scopes,
		Organizations: k.Organizations, Projects: k.Projects, CreatedAt: k.CreatedAt.At(s.now),
	})
	return nil
}

func (s *seeder) plantOrganization(o *fixtures.Organization) error {
	s.tx.PutOrganization(&world.Organization{
		ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: o.CreatedAt.At(s.now), UpdatedAt: o.UpdatedAt.At(s.now),
		Features: o.Features, MembersCanInvite: o.MembersCanInvite, ProjectLimit: o.ProjectLimit,
		MemberJoinEmails: unlessNot(o.MemberJoinEmails), MembersCanUseKeys: unlessNot(o.MembersCanUseKeys),
		PublicSharing: unlessNot(o.PublicSharing), Enforce2FA: o.Enforce2FA, ExperimentStats: o.ExperimentStats, DefaultRole: o.DefaultRole,
	})
	for _, plant := range []func(*fixtures.Organization) error{
		s.plantMembers, s.plantProjects, s.plantConfigs, s.plantDomains, s.plantIntegrations, s.plantInvites, s.plantRoles,
	} {
		if err := plant(o); err != nil {
			return fmt.Errorf("organization %s: %w", o.Name, err)
		}
	}
	return nil
}

// unlessNot is true unless a world says false.
func unlessNot(said *bool) bool { return said == nil || *said }

func (s *seeder) plantMembers(o *fixtures.Organization) error {
	for _, m := range o.Members {
		user, err := s.user(m.User)
		if err != nil {
			return err
		}
		s.tx.PutMembership(&world.Membership{
			ID: m.ID, Organization: o.ID, User: user, Level: world.Level(m.Level),
			JoinedAt: m.JoinedAt.At(s.now), UpdatedAt: m.UpdatedAt.At(s.now),
		})
	}
	return nil
}

func identityOf(i *fixtures.Identity) world.Identity {
	return world.Identity{
		SAMLEntityID: i.SAMLEntityID, SAMLACSURL: i.SAMLACSURL, SAMLX509Cert: i.SAMLX509Cert,
		SCIMEnabled: i.SCIMEnabled, SCIMBearerToken: i.SCIMBearerToken,
		IDJAGIssuerURL: i.IDJAGIssuerURL, IDJAGJWKSURL: i.IDJAGJWKSURL, IDJAGAllowedClients: i.IDJAGAllowedClients,
	}
}

func (s *seeder) plantConfigs(o *fixtures.Organization) error {
	for i := range o.IdentityProviderConfigs {
		c := &o.IdentityProviderConfigs[i]
		s.tx.PutConfig(&world.IdentityProviderConfig{
			ID: c.ID, Organization: o.ID, Name: c.Name, CreatedAt: c.CreatedAt.At(s.now), UpdatedAt: c.UpdatedAt.At(s.now),
			Identity: identityOf(&c.Identity),
		})
	}
	return nil
}

// plantDomains stores the domains. A linked one has the settings of its config.
func (s *seeder) plantDomains(o *fixtures.Organization) error {
	for i := range o.Domains {
		d := &o.Domains[i]
		row := &world.Domain{
			ID: d.ID, Organization: o.ID, Domain: d.Domain, VerificationChallenge: d.VerificationChallenge,
			VerifiedAt: s.optional(d.VerifiedAt), JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
			Identity: identityOf(&d.Identity), Config: d.IdentityProviderConfig,
		}
		if config, ok := s.tx.Config(o.ID, d.IdentityProviderConfig); ok {
			row.Identity = config.Identity
		}
		s.tx.PutDomain(row)
		for _, email := range d.ProvisionedUsers {
			user, err := s.user(email)
			if err != nil {
				return fmt.Errorf("domain %s: %w", d.Domain, err)
			}
			s.tx.PutProvisioned(&world.ProvisionedUser{Domain: d.ID, User: user})
		}
		for j := range d.SCIMLogs {
			if err := s.plantLog(d.ID, &d.SCIMLogs[j]); err != nil {
				return fmt.Errorf("domain %s: %w", d.Domain, err)
			}
		}
	}
	return nil
}

func (s *seeder) plantLog(domain string, l *fixtures.SCIMLog) (err error) {
	row := &world.SCIMLog{
		ID: l.ID, Domain: domain, RequestMethod: l.RequestMethod, RequestPath: l.RequestPath,
		ResponseStatus: l.ResponseStatus, IdentityProvider: l.IdentityProvider, DurationMS: l.DurationMS,
		CreatedAt: l.CreatedAt.At(s.now),
	}
	var answer []byte
	row.ResponseBody = func() []byte { return answer }
	for _, part := range []struct {
		from any
		text string
		to   *[]byte
	}{
		{l.RequestHeaders, l.RequestHeadersJSON, &row.RequestHeaders},
		{l.RequestBody, l.RequestBodyJSON, &row.RequestBody}, {l.ResponseBody, l.ResponseBodyJSON, &answer},
	} {
		if *part.to, err = either(part.from, part.text); err != nil {
			return fmt.Errorf("SCIM log %s: %w", l.ID, err)
		}
	}
	s.tx.PutSCIMLog(row)
	return nil
}

func (s *seeder) plantIntegrations(o *fixtures.Organization) error {
	for i := range o.Integrations {
		in := &o.Integrations[i]
		creator, err := s.user(in.CreatedBy)
		if err != nil {
			return err
		}
		config, err := either(in.Config, in.ConfigJSON)
		if err != nil {
			return fmt.Errorf("integration %s: %w", in.ID, err)
		}
		s.tx.PutIntegration(&world.Integration{
			ID: in.ID, Organization: o.ID, Kind: in.Kind, IntegrationID: in.IntegrationID, Type: textOf(config, "type"), Config: config,
			AccessToken: in.AccessToken, Upstream: upstreamOf(in), CreatedBy: creator,
			CreatedAt: in.CreatedAt.At(s.now), UpdatedAt: in.UpdatedAt.At(s.now),
		})
	}
	return nil
}

// upstreamOf is how upstream answers for an integration of a world.
func upstreamOf(in *fixtures.Integration) world.UpstreamMode {
	switch {
	case in.UnpaidInvoices:
		return world.UpstreamUnpaid
	case in.UpstreamDown:
		return world.UpstreamDown
	}
	return world.UpstreamUp
}

func (s *seeder) plantInvites(o *fixtures.Organization) error {
	for i := range o.Invites {
		in := &o.Invites[i]
		creator, err := s.user(in.CreatedBy)
		if err != nil {
			return err
		}
		row := &world.Invite{
			ID: in.ID, Organization: o.ID, TargetEmail: strings.ToLower(in.TargetEmail), FirstName: in.FirstName,
			EmailingAttemptMade: in.EmailingAttemptMade, Level: world.Level(in.Level), Message: in.Message, SetupDelegation: in.SetupDelegation,
			CreatedBy: creator, CreatedAt: in.CreatedAt.At(s.now), UpdatedAt: in.UpdatedAt.At(s.now),
		}
		if in.PrivateProjectAccess != nil {
			row.ProjectAccess = []world.ProjectAccess{}
		}
		for _, access := range in.PrivateProjectAccess {
			row.ProjectAccess = append(row.ProjectAccess, world.ProjectAccess{Project: access.ID, Level: access.Level})
		}
		s.tx.PutInvite(row)
	}
	return nil
}

func (s *seeder) plantSession(session *fixtures.Session) error {
	user, err := s.user(session.User)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	s.tx.PutSession(&world.Session{Key: session.Key, User: user, LoggedInAt: session.LoggedInAt.At(s.now)})
	return nil
}

func (s *seeder) plantOutbox(outbox []fixtures.Mail) {
	for _, m := range outbox {
		s.tx.Send(world.Mail{
			Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
			Link: m.Link, SentAt: m.SentAt.At(s.now),
		})
	}
}

func (s *seeder) plantUpstream(u *fixtures.Upstream) {
	if u.Mode != "" {
		s.tx.SetUpstreamMode(world.UpstreamMode(u.Mode))
	}
	for _, c := range u.Calls {
		body, _ := either(nil, c.BodyJSON) // text never fails
		s.tx.RecordUpstreamCall(world.UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization, Integration: c.Integration,
			IntegrationID: c.IntegrationID, Body: body, Outcome: c.Outcome, Problem: c.Problem, MadeAt: c.MadeAt.At(s.now),
		})
	}
}

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
