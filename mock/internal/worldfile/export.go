package worldfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Export makes a fixture world of an initial state and the state of the source of
// identifiers. Importing it gives the same state again. Default values are left out. The
// cost grows with the number of rows.
func Export(from *InitialState, at ids.State) (*fixtures.World, error) {
	e := &exporter{view: from.World}
	w := &fixtures.World{
		Revision: string(e.view.Revision),
		Name:     from.Fixture.Name, Description: from.Fixture.Description,
		Deployment: fixtures.Deployment{
			SiteURL: from.Fixture.Deployment.SiteURL, Cloud: copyPointer(from.Fixture.Deployment.Cloud),
			Features: slices.Clone(from.Fixture.Deployment.Features),
		},
		Clock: e.clock(from.Clock), Users: e.users(), Organizations: e.organizations(),
		Keys: e.keys(), Sessions: e.sessions(),
		DNS: e.dns(), DNSMode: unlessUp(e.view.DNSMode()), MailMode: unlessUp(e.view.MailMode()), Upstream: e.upstream(), Outbox: e.outbox(),
		Target: e.target(from), State: e.state(at),
	}
	if e.view.Revision == spec.DefaultRevision {
		w.Revision = ""
	}
	if at, found := FindNullCharacter(reflect.ValueOf(w)); found {
		e.fail("%s contains a null character, which no world can say", strings.TrimPrefix(at, "."))
	}
	if e.err != nil {
		return nil, fmt.Errorf("export of %s: %w", from.Name, e.err)
	}
	w.PruneTarget()
	return w, nil
}

// exporter reads rows. It has a method for each kind of row.
type exporter struct {
	view *world.World
	err  error // the first one
}

// fail records the first problem: something that a fixture world cannot express.
func (e *exporter) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

// email is the e-mail of a user who must exist.
func (e *exporter) email(user int) string {
	u, ok := e.view.User(user)
	if !ok {
		e.fail("there is no user %d any more", user)
		return ""
	}
	return u.Email
}

// creator is the e-mail of the user who created something, "" if the user was deleted: ids
// are not reused.
func (e *exporter) creator(user int) string {
	if u, ok := e.view.User(user); ok {
		return u.Email
	}
	return ""
}

// at converts a time. It fails for years that RFC 3339 does not have.
func (e *exporter) at(moment time.Time) fixtures.Time {
	if year := moment.UTC().Year(); year < 0 || year > 9999 {
		e.fail("the year %d is beyond what a world can say: set the clock to one before 10000", year)
	}
	return fixtures.At(moment)
}

func (e *exporter) optional(moment *time.Time) *fixtures.Time {
	if moment == nil {
		return nil
	}
	at := e.at(*moment)
	return &at
}

// unlessDefault converts a time, to the zero time if it is the default.
func (e *exporter) unlessDefault(moment, byDefault time.Time) fixtures.Time {
	if moment.Equal(byDefault) {
		return fixtures.Time{}
	}
	return e.at(moment)
}

// copyPointer copies an optional value: a change to the fixture world must not change a row.
func copyPointer[T any](value *T) *T {
	if value == nil {
		return nil
	}
	copied := *value
	return &copied
}

// unlessTrue leaves out a setting that is true by default.
func unlessTrue(value bool) *bool {
	if value {
		return nil
	}
	return &value
}

// The state of a sandbox besides its rows.

func (e *exporter) clock(c clock.State) fixtures.Clock {
	return fixtures.Clock{Offset: c.Offset, Frozen: e.optional(c.Frozen)}
}

// state is the state of identifiers, and the last ids of users and projects if those were
// deleted.
func (e *exporter) state(at ids.State) *fixtures.State {
	text, err := at.MarshalText()
	if err != nil {
		e.fail("identifiers: %w", err)
	}
	s := &fixtures.State{Identifiers: string(text), LastUser: e.view.LastUserID(), LastProject: e.view.LastProjectID()}
	if _, there := e.view.User(s.LastUser); there {
		s.LastUser = 0
	}
	if _, there := e.view.Project(s.LastProject); there {
		s.LastProject = 0
	}
	return s
}

// target is the target section with the open sessions and the present e-mails of its users.
// Export removes what else no longer exists.
func (e *exporter) target(from *InitialState) *fixtures.Target {
	if from.Fixture.Target == nil {
		return nil
	}
	target := *from.Fixture.Target
	target.Projects = copyList(target.Projects)
	target.OtherOrganization, target.FeaturelessOrganization = copyPointer(target.OtherOrganization), copyPointer(target.FeaturelessOrganization)
	target.Credentials.Change(func(role string, c fixtures.Credential) fixtures.Credential {
		return e.credential(c, from.Logins[role])
	})
	return &target
}

// credential is a credential with the session of its login, if that is still open.
func (e *exporter) credential(c fixtures.Credential, l Login) fixtures.Credential {
	c.Session, c.CSRFToken = "", ""
	if l.User == nil {
		return c
	}
	user, ok := e.view.User(l.User.ID)
	if !ok {
		c.User = "" // another user may have the address now
		return c
	}
	c.User = user.Email
	if s, open := e.view.Session(l.Key); open && s.User == user.ID {
		c.Session, c.CSRFToken = l.Key, l.CSRF
	}
	return c
}

func (e *exporter) organizations() (list []fixtures.Organization) {
	kinds := e.projectIntegrations()
	e.view.Organizations().All(func(o *world.Organization) bool {
		list = append(list, fixtures.Organization{
			ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: e.at(o.CreatedAt), UpdatedAt: e.at(o.UpdatedAt),
			Features: copyList(o.Features), MembersCanInvite: copyPointer(o.MembersCanInvite), ProjectLimit: copyPointer(o.ProjectLimit),
			MemberJoinEmails: unlessTrue(o.MemberJoinEmails), MembersCanUseKeys: unlessTrue(o.MembersCanUseKeys),
			PublicSharing: unlessTrue(o.PublicSharing), Enforce2FA: copyPointer(o.Enforce2FA), ExperimentStats: copyPointer(o.ExperimentStats),
			MembersCanCreateProjects: copyPointer(o.MembersCanCreateProjects), AIDataProcessing: copyPointer(o.AIDataProcessing),
			AITraining: copyPointer(o.AITraining), AITrainingLocked: o.AITrainingLocked, AITrainingShown: unlessTrue(!o.AITrainingHidden),
			HIPAA: o.HIPAA, PendingDeletion: o.PendingDeletion,
			AnonymizeIPs: o.AnonymizeIPs, Active: unlessTrue(!o.Inactive), NotActiveReason: copyPointer(o.NotActiveReason),
			DefaultRole: o.DefaultRole, EnforceVerifiedDomains: copyPointer(o.EnforceVerifiedDomains), MembersSeeMembers: copyPointer(o.MembersSeeMembers),
			Members: e.members(o), Projects: e.projects(o, kinds), Domains: e.domains(o), IdentityProviderConfigs: e.configs(o),
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
			ID: i.ID, TargetEmail: i.TargetEmail, FirstName: i.FirstName, Level: int(i.Level), Message: copyPointer(i.Message),
			PrivateProjectAccess: accessOf(i), EmailingAttemptMade: i.EmailingAttemptMade, SetupDelegation: i.SetupDelegation,
			CreatedBy: e.creator(i.CreatedBy), CreatedAt: e.at(i.CreatedAt), UpdatedAt: e.at(i.UpdatedAt),
		})
		return true
	})
	return list
}

// accessOf is the project access of an invite. No list and an empty list differ.
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

// projectIntegrations are the kinds of integrations of each project.
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
			ID: p.ID, UUID: p.UUID, Name: p.Name, APIToken: p.APIToken, Timezone: p.Timezone, Description: copyPointer(p.ProductDescription),
			Private: p.Private, Onboarded: unlessTrue(p.Onboarded), Integrations: kinds[p.ID],
			CreatedAt: e.unlessDefault(p.CreatedAt, o.CreatedAt), UpdatedAt: e.unlessDefault(p.UpdatedAt, o.CreatedAt),
			DeletionStartedAt: e.optional(p.DeletionStartedAt),
		}
		if project.Timezone == world.DefaultTimezone {
			project.Timezone = ""
		}
		e.addGrants(&project, p.Grants)
		list = append(list, project)
		return true
	})
	return list
}

// addGrants lists users by the access that they were granted.
func (e *exporter) addGrants(to *fixtures.Project, grants []world.Grant) {
	for _, g := range grants {
		list := map[string]*[]string{world.AccessAdmin: &to.Admins, world.AccessMember: &to.Members, world.AccessNone: &to.ShutOut}[g.Level]
		*list = append(*list, e.email(g.User))
	}
}

func (e *exporter) roles(o *world.Organization) (list []fixtures.Role) {
	e.view.Roles(o.ID).All(func(r *world.Role) bool {
		role := fixtures.Role{ID: r.ID, Name: r.Name, CreatedBy: e.creator(r.CreatedBy), CreatedAt: e.unlessDefault(r.CreatedAt, o.CreatedAt)}
		e.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
			e.addRoleMember(&role, o, m)
			return true
		})
		list = append(list, role)
		return true
	})
	return list
}

// addRoleMember lists a member of a role, by e-mail alone if everything else is the default.
func (e *exporter) addRoleMember(role *fixtures.Role, o *world.Organization, m *world.RoleMembership) {
	if m.ID == roleMembershipID(m.Role, m.User) && m.JoinedAt.Equal(o.CreatedAt) && m.UpdatedAt.Equal(o.CreatedAt) {
		role.Members = append(role.Members, e.email(m.User))
		return
	}
	role.Memberships = append(role.Memberships, fixtures.RoleMembership{
		ID: m.ID, User: e.email(m.User), JoinedAt: e.at(m.JoinedAt), UpdatedAt: e.at(m.UpdatedAt),
	})
}

func (e *exporter) configs(o *world.Organization) (list []fixtures.IdentityProviderConfig) {
	e.view.Configs(o.ID).All(func(c *world.IdentityProviderConfig) bool {
		list = append(list, fixtures.IdentityProviderConfig{
			ID: c.ID, Name: c.Name, CreatedAt: e.at(c.CreatedAt), UpdatedAt: e.at(c.UpdatedAt), Identity: settingsOf(&c.Identity),
			Slug: c.Slug, DomainScope: copyPointer(c.DomainScope), ConfigScope: copyPointer(c.ConfigScope), Domains: e.linkedDomains(c),
			SAMLRelayState: c.SAMLRelayState, OIDCIssuerURL: c.OIDCIssuerURL, OIDCClientID: c.OIDCClientID, OIDCClientSecret: c.OIDCClientSecret,
			SCIMLogs: e.logs(c.ID), ProvisionedUsers: e.provisioned(c.ID),
		})
		return true
	})
	return list
}

func (e *exporter) linkedDomains(c *world.IdentityProviderConfig) (ids []string) {
	for _, d := range e.view.LinkedDomains(c) {
		ids = append(ids, d.ID)
	}
	return ids
}

func settingsOf(i *world.Identity) fixtures.Identity {
	return fixtures.Identity{
		SAMLEntityID: copyPointer(i.SAMLEntityID), SAMLACSURL: copyPointer(i.SAMLACSURL), SAMLX509Cert: copyPointer(i.SAMLX509Cert),
		SCIMEnabled: i.SCIMEnabled, SCIMBearerToken: i.SCIMBearerToken,
		IDJAGIssuerURL: copyPointer(i.IDJAGIssuerURL), IDJAGJWKSURL: copyPointer(i.IDJAGJWKSURL), IDJAGAllowedClients: copyList(i.IDJAGAllowedClients),
	}
}

// domains leaves out the settings of domains that equal those of their config.
func (e *exporter) domains(o *world.Organization) (list []fixtures.Domain) {
	e.view.Domains(o.ID).All(func(d *world.Domain) bool {
		domain := fixtures.Domain{
			ID: d.ID, Domain: d.Domain, VerifiedAt: e.optional(d.VerifiedAt), VerificationChallenge: d.VerificationChallenge,
			JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
			Identity: settingsOf(&d.Identity), IdentityProviderConfig: d.Config,
			SCIMLogs: e.logs(d.ID), ProvisionedUsers: e.provisioned(d.ID),
		}
		if config, ok := e.view.Config(o.ID, d.Config); ok && config.Identity.Equal(&d.Identity) {
			domain.Identity = fixtures.Identity{}
		}
		list = append(list, domain)
		return true
	})
	return list
}

// provisioned leaves out names that equal the address of their user.
func (e *exporter) provisioned(provisioner string) (list []fixtures.ProvisionedUser) {
	e.view.Provisioned(provisioner).All(func(p *world.ProvisionedUser) bool {
		user := fixtures.ProvisionedUser{Email: e.email(p.User)}
		if p.UserName != user.Email {
			user.UserName = copyPointer(&p.UserName)
		}
		list = append(list, user)
		return true
	})
	return list
}

func (e *exporter) logs(provisioner string) (list []fixtures.SCIMLog) {
	e.view.SCIMLogs(provisioner).All(func(l *world.SCIMLog) bool {
		log := fixtures.SCIMLog{
			ID: l.ID, RequestMethod: l.RequestMethod, RequestPath: l.RequestPath, ResponseStatus: l.ResponseStatus,
			IdentityProvider: l.IdentityProvider, DurationMS: l.DurationMS, CreatedAt: e.at(l.CreatedAt),
		}
		log.RequestHeaders, log.RequestHeadersJSON = jsonValue(l.RequestHeaders)
		log.RequestBody, log.RequestBodyJSON = jsonValue(l.RequestBody)
		log.ResponseBody, log.ResponseBodyJSON = jsonValue(l.ResponseBody())
		list = append(list, log)
		return true
	})
	return list
}

func (e *exporter) users() (list []fixtures.User) {
	e.view.Users().All(func(u *world.User) bool {
		list = append(list, fixtures.User{
			ID: u.ID, UUID: u.UUID, DistinctID: u.DistinctID, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
			Password: u.Password, EmailVerified: u.EmailVerified, TwoFactor: u.TwoFactor,
			CurrentOrganization: u.CurrentOrganization, CurrentProject: u.CurrentProject,
			RoleAtOrganization: u.RoleAtOrganization, JoinedAt: e.at(u.JoinedAt), LastLogin: e.optional(u.LastLogin),
		})
		return true
	})
	return list
}

func (e *exporter) keys() (list []fixtures.PersonalAPIKey) {
	for _, k := range e.view.AllKeys() {
		list = append(list, fixtures.PersonalAPIKey{
			ID: k.ID, Name: k.Label, Value: k.Value, User: e.email(k.User), Scopes: slices.Clone(k.Scopes),
			Organizations: copyList(k.Organizations), Projects: copyList(k.Projects), CreatedAt: e.at(k.CreatedAt),
			LastUsedAt: e.optional(k.LastUsedAt), LastRolledAt: e.optional(k.LastRolledAt),
		})
	}
	return list
}

func (e *exporter) sessions() (list []fixtures.Session) {
	for _, s := range e.view.AllSessions() {
		list = append(list, fixtures.Session{Key: s.Key, User: e.email(s.User), LoggedInAt: e.at(s.LoggedInAt), SSO: s.SSO})
	}
	return list
}

// copyList copies a list, and leaves out an empty one.
func copyList[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}

// External services: marketplaces, DNS, mail.

func (e *exporter) integrations(o *world.Organization) (list []fixtures.Integration) {
	e.view.Integrations(o.ID).All(func(i *world.Integration) bool {
		integration := fixtures.Integration{
			ID: i.ID, Kind: i.Kind, IntegrationID: copyPointer(i.IntegrationID), AccessToken: i.AccessToken,
			UnpaidInvoices: i.Upstream == world.UpstreamUnpaid, UpstreamDown: i.Upstream == world.UpstreamDown,
			CreatedBy: e.creator(i.CreatedBy), CreatedAt: e.at(i.CreatedAt), UpdatedAt: e.at(i.UpdatedAt),
		}
		config, text := jsonValue(i.Config)
		integration.Config, _ = config.(fixtures.Object)
		integration.ConfigJSON = text
		list = append(list, integration)
		return true
	})
	return list
}

func (e *exporter) dns() (list []fixtures.TXTRecord) {
	for _, r := range e.view.AllTXT() {
		list = append(list, fixtures.TXTRecord{Name: r.Name, Values: copyList(r.Values)})
	}
	return list
}

// unlessUp leaves out a mode that is the default.
func unlessUp[M ~string](mode M) string {
	if mode == "up" {
		return ""
	}
	return string(mode)
}

func (e *exporter) upstream() (u fixtures.Upstream) {
	u.Mode = unlessUp(e.view.UpstreamMode())
	for _, c := range e.view.UpstreamCalls() {
		u.Calls = append(u.Calls, fixtures.UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization, Integration: c.Integration,
			IntegrationID: c.IntegrationID, BodyJSON: string(c.Body), Outcome: c.Outcome, Problem: c.Problem, MadeAt: e.at(c.MadeAt),
		})
	}
	return u
}

func (e *exporter) outbox() (list []fixtures.Mail) {
	for _, m := range e.view.Mail() {
		list = append(list, fixtures.Mail{
			Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject, Link: m.Link, SentAt: e.at(m.SentAt), Text: m.Text, HTML: m.HTML,
		})
	}
	return list
}
