package worldfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// importWorld makes rows of a fixture world, for a revision of the API. Relative times count
// from now.
func importWorld(w *fixtures.World, now time.Time, revision spec.Revision) (*world.World, error) {
	im := &importer{now: now, revision: revision, users: map[string]int{}}
	empty := world.Empty()
	empty.SiteURL, empty.OnCloud = w.Deployment.SiteURL, w.Deployment.OnCloud()
	empty.NewFeatures = slices.Clone(w.Deployment.Features)
	store := world.NewStore(empty)
	err := store.Update(func(tx *world.Tx) error {
		im.tx = tx
		if err := im.addWorld(w); err != nil {
			return err
		}
		return im.enter(w)
	})
	if err != nil {
		return nil, fmt.Errorf("world %s: %w", w.Name, err)
	}
	return store.View(), nil
}

// importer writes rows in one transaction. It has a method for each kind of row.
type importer struct {
	tx       *world.Tx
	now      time.Time
	revision spec.Revision  // that is to be played
	users    map[string]int // by lower-case e-mail
}

func (im *importer) addWorld(w *fixtures.World) error {
	for i := range w.Users {
		im.addUser(&w.Users[i])
	}
	for i := range w.Organizations {
		if err := im.addOrganization(&w.Organizations[i]); err != nil {
			return err
		}
	}
	for i := range w.Keys {
		if err := im.addKey(&w.Keys[i]); err != nil {
			return err
		}
	}
	for i := range w.Sessions {
		if err := im.addSession(&w.Sessions[i]); err != nil {
			return err
		}
	}
	for _, record := range w.DNS {
		im.tx.PutTXT(&world.TXTRecord{Name: record.Name, Values: record.Values})
	}
	im.addOutbox(w.Outbox)
	im.addModes(w) // after the mail that was sent
	im.addUpstream(&w.Upstream)
	if w.State != nil {
		im.tx.AdvanceSequences(w.State.LastUser, w.State.LastProject)
	}
	return nil
}

func (im *importer) addUser(u *fixtures.User) {
	im.users[strings.ToLower(u.Email)] = u.ID
	im.tx.PutUser(&world.User{
		ID: u.ID, UUID: u.UUID, DistinctID: u.DistinctID, Email: u.Email,
		FirstName: u.FirstName, LastName: u.LastName, Password: u.Password,
		EmailVerified: u.EmailVerified, TwoFactor: u.TwoFactor, CurrentOrganization: u.CurrentOrganization, CurrentProject: u.CurrentProject,
		RoleAtOrganization: u.RoleAtOrganization, JoinedAt: u.JoinedAt.At(im.now), LastLogin: im.optional(u.LastLogin),
	})
}

// optional is an optional time.
func (im *importer) optional(t *fixtures.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.At(im.now)
	return &at
}

// user finds the id of the user with an e-mail; 0 for "", which is nobody.
func (im *importer) user(email string) (int, error) {
	if email == "" {
		return 0, nil
	}
	id, ok := im.users[strings.ToLower(email)]
	if !ok {
		return 0, fmt.Errorf("there is no user %s", email)
	}
	return id, nil
}

func (im *importer) addKey(k *fixtures.PersonalAPIKey) error {
	user, err := im.user(k.User)
	if err != nil {
		return fmt.Errorf("key %s: %w", k.Name, err)
	}
	im.tx.PutKey(&world.Key{
		ID: k.ID, Label: k.Name, Value: k.Value, User: user, Scopes: k.Scopes,
		Organizations: k.Organizations, Projects: k.Projects, CreatedAt: k.CreatedAt.At(im.now),
		LastUsedAt: im.optional(k.LastUsedAt), LastRolledAt: im.optional(k.LastRolledAt),
	})
	return nil
}

func (im *importer) addOrganization(o *fixtures.Organization) error {
	row := &world.Organization{
		ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: o.CreatedAt.At(im.now), UpdatedAt: o.UpdatedAt.At(im.now),
		Features: o.Features, MembersCanInvite: o.MembersCanInvite, ProjectLimit: o.ProjectLimit,
		MemberJoinEmails: trueByDefault(o.MemberJoinEmails), MembersCanUseKeys: trueByDefault(o.MembersCanUseKeys),
		MembersCanCreateProjects: o.MembersCanCreateProjects, AIDataProcessing: o.AIDataProcessing, AnonymizeIPs: o.AnonymizeIPs,
		AITraining: o.AITraining, AITrainingLocked: o.AITrainingLocked, AITrainingHidden: !trueByDefault(o.AITrainingShown),
		HIPAA: o.HIPAA, PendingDeletion: o.PendingDeletion,
		Inactive: !trueByDefault(o.Active), NotActiveReason: o.NotActiveReason,
		PublicSharing: trueByDefault(o.PublicSharing), Enforce2FA: o.Enforce2FA, ExperimentStats: o.ExperimentStats, DefaultRole: o.DefaultRole,
	}
	if im.revision.Has(spec.MembershipRestricted) {
		row.EnforceVerifiedDomains, row.MembersSeeMembers = o.EnforceVerifiedDomains, o.MembersSeeMembers
	}
	im.tx.PutOrganization(row)
	for _, add := range []func(*fixtures.Organization) error{
		im.addMembers, im.addProjects, im.addConfigs, im.addDomains, im.addIntegrations, im.addInvites, im.addRoles,
	} {
		if err := add(o); err != nil {
			return fmt.Errorf("organization %s: %w", o.Name, err)
		}
	}
	return nil
}

// trueByDefault reports whether an optional setting is on: only false switches it off.
func trueByDefault(set *bool) bool { return set == nil || *set }

func (im *importer) addMembers(o *fixtures.Organization) error {
	for _, m := range o.Members {
		user, err := im.user(m.User)
		if err != nil {
			return err
		}
		im.tx.PutMembership(&world.Membership{
			ID: m.ID, Organization: o.ID, User: user, Level: world.Level(m.Level),
			JoinedAt: m.JoinedAt.At(im.now), UpdatedAt: m.UpdatedAt.At(im.now),
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

func (im *importer) addConfigs(o *fixtures.Organization) error {
	for i := range o.IdentityProviderConfigs {
		c := &o.IdentityProviderConfigs[i]
		im.tx.PutConfig(&world.IdentityProviderConfig{
			ID: c.ID, Organization: o.ID, Name: c.Name, CreatedAt: c.CreatedAt.At(im.now), UpdatedAt: c.UpdatedAt.At(im.now),
			Identity: identityOf(&c.Identity),
		})
	}
	return nil
}

// addDomains adds domains. A linked one has the settings of its config.
func (im *importer) addDomains(o *fixtures.Organization) error {
	for i := range o.Domains {
		d := &o.Domains[i]
		row := &world.Domain{
			ID: d.ID, Organization: o.ID, Domain: d.Domain, VerificationChallenge: d.VerificationChallenge,
			VerifiedAt: im.optional(d.VerifiedAt), JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
			Identity: identityOf(&d.Identity), Config: im.configOf(o, d),
		}
		if config, ok := im.tx.Config(o.ID, row.Config); ok {
			row.Identity = config.Identity
		}
		im.tx.PutDomain(row)
		if err := im.addProvisioning(d.ID, d.ProvisionedUsers, d.SCIMLogs); err != nil {
			return fmt.Errorf("domain %s: %w", d.Domain, err)
		}
	}
	return nil
}

// addProvisioning adds what an identity provider has done: whom it made, and its log.
func (im *importer) addProvisioning(provisioner string, users []fixtures.ProvisionedUser, logs []fixtures.SCIMLog) error {
	for i := range users {
		user, err := im.user(users[i].Email)
		if err != nil {
			return err
		}
		im.addProvisioned(provisioner, user, users[i].UserName)
	}
	for i := range logs {
		if err := im.addLog(provisioner, &logs[i]); err != nil {
			return err
		}
	}
	return nil
}

// addProvisioned adds the record of a user, who is called by the address where there is
// no other name.
func (im *importer) addProvisioned(provisioner string, id int, userName *string) {
	row := &world.ProvisionedUser{Provisioner: provisioner, User: id}
	if userName != nil {
		row.UserName = *userName
	} else if user, ok := im.tx.User(id); ok {
		row.UserName = user.Email
	}
	im.tx.PutProvisioned(row)
}

func (im *importer) addLog(provisioner string, l *fixtures.SCIMLog) (err error) {
	row := &world.SCIMLog{
		ID: l.ID, Provisioner: provisioner, RequestMethod: l.RequestMethod, RequestPath: l.RequestPath,
		ResponseStatus: l.ResponseStatus, IdentityProvider: l.IdentityProvider, DurationMS: l.DurationMS,
		CreatedAt: l.CreatedAt.At(im.now),
	}
	var response []byte
	row.ResponseBody = func() []byte { return response }
	for _, part := range []struct {
		from any
		text string
		to   *[]byte
	}{
		{l.RequestHeaders, l.RequestHeadersJSON, &row.RequestHeaders},
		{l.RequestBody, l.RequestBodyJSON, &row.RequestBody}, {l.ResponseBody, l.ResponseBodyJSON, &response},
	} {
		if *part.to, err = jsonOrText(part.from, part.text); err != nil {
			return fmt.Errorf("SCIM log %s: %w", l.ID, err)
		}
	}
	im.tx.PutSCIMLog(row)
	return nil
}

func (im *importer) addIntegrations(o *fixtures.Organization) error {
	for i := range o.Integrations {
		in := &o.Integrations[i]
		creator, err := im.user(in.CreatedBy)
		if err != nil {
			return err
		}
		config, err := jsonOrText(in.Config, in.ConfigJSON)
		if err != nil {
			return fmt.Errorf("integration %s: %w", in.ID, err)
		}
		im.tx.PutIntegration(&world.Integration{
			ID: in.ID, Organization: o.ID, Kind: in.Kind, IntegrationID: in.IntegrationID, Type: textOf(config, "type"), Config: config,
			AccessToken: in.AccessToken, Upstream: upstreamOf(in), CreatedBy: creator,
			CreatedAt: in.CreatedAt.At(im.now), UpdatedAt: in.UpdatedAt.At(im.now),
		})
	}
	return nil
}

// upstreamOf is the upstream mode of an integration.
func upstreamOf(in *fixtures.Integration) world.UpstreamMode {
	switch {
	case in.UnpaidInvoices:
		return world.UpstreamUnpaid
	case in.UpstreamDown:
		return world.UpstreamDown
	}
	return world.UpstreamUp
}

func (im *importer) addInvites(o *fixtures.Organization) error {
	for i := range o.Invites {
		in := &o.Invites[i]
		creator, err := im.user(in.CreatedBy)
		if err != nil {
			return err
		}
		row := &world.Invite{
			ID: in.ID, Organization: o.ID, TargetEmail: strings.ToLower(in.TargetEmail), FirstName: in.FirstName,
			EmailingAttemptMade: in.EmailingAttemptMade, Level: world.Level(in.Level), Message: in.Message, SetupDelegation: in.SetupDelegation,
			CreatedBy: creator, CreatedAt: in.CreatedAt.At(im.now), UpdatedAt: in.UpdatedAt.At(im.now),
		}
		if in.PrivateProjectAccess != nil {
			row.ProjectAccess = []world.ProjectAccess{}
		}
		for _, access := range in.PrivateProjectAccess {
			row.ProjectAccess = append(row.ProjectAccess, world.ProjectAccess{Project: access.ID, Level: access.Level})
		}
		im.tx.PutInvite(row)
	}
	return nil
}

func (im *importer) addSession(session *fixtures.Session) error {
	user, err := im.user(session.User)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	im.tx.PutSession(&world.Session{Key: session.Key, User: user, LoggedInAt: session.LoggedInAt.At(im.now), SSO: session.SSO})
	return nil
}

func (im *importer) addOutbox(outbox []fixtures.Mail) {
	for _, m := range outbox {
		im.tx.Send(world.Mail{
			Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
			Link: m.Link, SentAt: m.SentAt.At(im.now),
		})
	}
}

// addModes sets how DNS and the mail server answer.
func (im *importer) addModes(w *fixtures.World) {
	if w.DNSMode != "" {
		im.tx.SetDNSMode(world.DNSMode(w.DNSMode))
	}
	if w.MailMode != "" {
		im.tx.SetMailMode(world.MailMode(w.MailMode))
	}
}

func (im *importer) addUpstream(u *fixtures.Upstream) {
	if u.Mode != "" {
		im.tx.SetUpstreamMode(world.UpstreamMode(u.Mode))
	}
	for _, c := range u.Calls {
		body, _ := jsonOrText(nil, c.BodyJSON) // text never fails
		im.tx.RecordUpstreamCall(world.UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization, Integration: c.Integration,
			IntegrationID: c.IntegrationID, Body: body, Outcome: c.Outcome, Problem: c.Problem, MadeAt: c.MadeAt.At(im.now),
		})
	}
}

// addProjects adds projects. By default they were created with their organization, and are
// set up.
func (im *importer) addProjects(o *fixtures.Organization) error {
	for i := range o.Projects {
		p := &o.Projects[i]
		project := &world.Project{
			ID: p.ID, UUID: p.UUID, Organization: o.ID, Name: p.Name, APIToken: p.APIToken,
			Timezone: cmp.Or(p.Timezone, world.DefaultTimezone), ProductDescription: p.Description,
			Private: p.Private, Onboarded: trueByDefault(p.Onboarded),
			CreatedAt: im.timeIn(p.CreatedAt, o), UpdatedAt: im.timeIn(p.UpdatedAt, o),
			DeletionStartedAt: im.optional(p.DeletionStartedAt),
		}
		for _, granted := range []struct {
			level string
			to    []string
		}{{world.AccessAdmin, p.Admins}, {world.AccessMember, p.Members}, {world.AccessNone, p.ShutOut}} {
			for _, email := range granted.to {
				user, err := im.user(email)
				if err != nil {
					return err
				}
				project = project.WithGrant(user, granted.level)
			}
		}
		im.tx.PutProject(project)
		for _, kind := range p.Integrations {
			im.tx.PutProjectIntegration(&world.ProjectIntegration{Organization: o.ID, Project: p.ID, Kind: kind})
		}
	}
	return nil
}

// timeIn is a time in an organization; the zero time is when that was created.
func (im *importer) timeIn(t fixtures.Time, o *fixtures.Organization) time.Time {
	if t.IsZero() {
		return o.CreatedAt.At(im.now)
	}
	return t.At(im.now)
}

// addRoles adds roles. By default they were created with their organization.
func (im *importer) addRoles(o *fixtures.Organization) error {
	for i := range o.Roles {
		r := &o.Roles[i]
		if err := im.addRole(o, r); err != nil {
			return fmt.Errorf("role %s: %w", r.Name, err)
		}
	}
	return nil
}

func (im *importer) addRole(o *fixtures.Organization, r *fixtures.Role) error {
	creator, err := im.user(r.CreatedBy)
	if err != nil {
		return err
	}
	im.tx.PutRole(&world.Role{ID: r.ID, Organization: o.ID, Name: r.Name, CreatedBy: creator, CreatedAt: im.timeIn(r.CreatedAt, o)})
	since := o.CreatedAt.At(im.now)
	for _, email := range r.Members {
		user, err := im.user(email)
		if err != nil {
			return err
		}
		im.tx.PutRoleMembership(&world.RoleMembership{
			ID: roleMembershipID(r.ID, user), Role: r.ID, Organization: o.ID, User: user, JoinedAt: since, UpdatedAt: since,
		})
	}
	for _, m := range r.Memberships {
		user, err := im.user(m.User)
		if err != nil {
			return err
		}
		im.tx.PutRoleMembership(&world.RoleMembership{
			ID: m.ID, Role: r.ID, Organization: o.ID, User: user, JoinedAt: m.JoinedAt.At(im.now), UpdatedAt: m.UpdatedAt.At(im.now),
		})
	}
	return nil
}

// roleMembershipID is the id of a role membership without an id in the fixture world: it
// is always the same.
func roleMembershipID(role string, user int) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", role, user)).String()
}
