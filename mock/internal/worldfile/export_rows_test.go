package worldfile

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

var (
	exportDay   = time.Date(2026, 3, 1, 12, 0, 0, 1000, time.UTC)
	exportLater = exportDay.Add(time.Hour)
	filled      = world.Identity{
		SAMLEntityID: new("entity"), SAMLACSURL: new("acs"), SAMLX509Cert: new("cert"), SCIMEnabled: true, SCIMBearerToken: "token",
		IDJAGIssuerURL: new("https://issuer.example"), IDJAGJWKSURL: new("https://keys.example"), IDJAGAllowedClients: []string{"client"},
	}
	loggedOne = func() []byte { return []byte(`{"answer":1}`) }
)

// fullRows are rows of every kind in which every field says something. The domain has
// settings of its own: those of a linked one are its config's.
var fullRows = []any{
	&world.Organization{
		ID: "org", Name: "Org", Slug: "org", CreatedAt: exportDay, UpdatedAt: exportLater, Features: []string{"scim", "own"}, MembersCanInvite: new(false),
		MemberJoinEmails: true, Enforce2FA: new(true), MembersCanUseKeys: true, PublicSharing: true,
		MembersCanCreateProjects: new(true), AIDataProcessing: new(false), AITraining: new(false), AITrainingLocked: true, AITrainingHidden: true, HIPAA: true, PendingDeletion: true, AnonymizeIPs: true, Inactive: true, NotActiveReason: new("unpaid"), ExperimentStats: new("bayesian"), DefaultRole: "role", ProjectLimit: new(2),
		EnforceVerifiedDomains: new(true), MembersSeeMembers: new(false),
	},
	&world.User{
		ID: 3, UUID: "uuid", DistinctID: "distinct", Email: "A@example.com", FirstName: "A", LastName: "B", Password: "p", EmailVerified: true, TwoFactor: true,
		CurrentOrganization: "org", CurrentProject: 7, RoleAtOrganization: "data", JoinedAt: exportDay, LastLogin: new(exportLater),
	},
	&world.Membership{ID: "member", Organization: "org", User: 3, Level: world.Owner, JoinedAt: exportDay, UpdatedAt: exportLater},
	&world.Key{ID: "key", Label: "Key", Value: "phx_x", User: 3, Scopes: []string{"*"}, Organizations: []string{"gone"}, Projects: []int{99}, CreatedAt: exportDay, LastUsedAt: new(exportLater), LastRolledAt: new(exportDay)},
	&world.Session{Key: "session", User: 3, LoggedInAt: exportDay, SSO: true},
	&world.Project{
		ID: 7, UUID: "project", Organization: "org", Name: "P", APIToken: "phc_x", Timezone: "Europe/Berlin", ProductDescription: new("d"), Private: true, Onboarded: true,
		Grants: []world.Grant{{User: 3, Level: world.AccessNone}}, CreatedAt: exportLater, UpdatedAt: exportLater.Add(time.Minute),
		DeletionStartedAt: new(exportLater),
	},
	&world.IdentityProviderConfig{
		ID: "config", Organization: "org", Name: "C", CreatedAt: exportDay, UpdatedAt: exportLater, Identity: filled,
		Slug: "slug", DomainScope: new("all"), ConfigScope: new("saml"), SAMLRelayState: "state",
		OIDCIssuerURL: "https://idp.example/", OIDCClientID: "client", OIDCClientSecret: "secret",
	},
	&world.ConfigLink{Config: "config", Domain: "linked"},
	&world.Domain{
		ID: "domain", Organization: "org", Domain: "a.example", VerifiedAt: &exportDay, VerificationChallenge: "challenge", JITProvisioningEnabled: true,
		SSOEnforcement: "saml", Identity: filled,
	},
	&world.Integration{
		ID: "integration", Organization: "org", Kind: "vercel", IntegrationID: new("icfg"), Type: "connectable", Config: []byte(`{"type":"connectable","n":1.0}`),
		AccessToken: "t", Upstream: world.UpstreamDown, CreatedAt: exportDay, UpdatedAt: exportLater, CreatedBy: 3,
	},
	&world.ProjectIntegration{Organization: "org", Project: 7, Kind: "vercel"},
	&world.Invite{
		ID: "invite", Organization: "org", TargetEmail: "i@example.com", FirstName: "I", EmailingAttemptMade: true, Level: world.Administrator, Message: new("m"),
		ProjectAccess: []world.ProjectAccess{{Project: 98, Level: "admin"}}, SetupDelegation: true, CreatedBy: 3, CreatedAt: exportDay, UpdatedAt: exportLater,
	},
	&world.Role{ID: "role", Organization: "org", Name: "R", CreatedBy: 3, CreatedAt: exportLater},
	&world.RoleMembership{ID: "place", Role: "role", Organization: "org", User: 3, JoinedAt: exportDay, UpdatedAt: exportLater},
	&world.ProvisionedUser{Provisioner: "domain", User: 3, UserName: "ada", LeftIn: "org"},
	&world.SCIMLog{
		ID: "log", Provisioner: "domain", RequestMethod: "PUT", RequestPath: "/x", RequestHeaders: []byte(`{"A":"b"}`), RequestBody: []byte(`[1e400]`), ResponseStatus: 200,
		ResponseBody: loggedOne, IdentityProvider: "okta", DurationMS: 5, CreatedAt: exportDay,
	},
	&world.TXTRecord{Name: "txt.example", Values: []string{"v", ""}},
	&world.Mail{Seq: 1, Recipient: "r@example.com", ReplyTo: "a@example.com", Subject: "s", Text: "t\n\n", HTML: "<p>", Link: "https://x", SentAt: exportDay},
	&world.UpstreamCall{
		Seq: 1, Action: "uninstall", Method: "POST", URL: "https://x", Organization: "org", Integration: "gone", IntegrationID: "icfg", Body: []byte(`{"a":1}`),
		Outcome: "failed", Problem: "p", MadeAt: exportDay,
	},
}

// newest are the fields and the rows that only the newest revision has.
var newest = map[string][]string{
	"Organization":           {"EnforceVerifiedDomains", "MembersSeeMembers"},
	"IdentityProviderConfig": {"Slug", "DomainScope", "ConfigScope", "SAMLRelayState", "OIDCIssuerURL", "OIDCClientID", "OIDCClientSecret"},
	"ConfigLink":             {"Config", "Domain"},
	"ProvisionedUser":        {"LeftIn"},
}

// inRevision is a full row as a revision can have it. It reports whether there is any.
func inRevision(r spec.Revision, row any) (any, bool) {
	changed := reflect.New(reflect.TypeOf(row).Elem())
	changed.Elem().Set(reflect.ValueOf(row).Elem())
	if domain, ok := reflect.TypeAssert[*world.Domain](changed); ok && r.Since(spec.September2026) {
		domain.Identity, domain.Config = world.Identity{}, "" // on the config
	}
	if r.Since(spec.September2026) {
		return changed.Interface(), true
	}
	_, isLink := row.(*world.ConfigLink)
	for _, name := range newest[changed.Elem().Type().Name()] {
		changed.Elem().FieldByName(name).SetZero()
	}
	return changed.Interface(), !isLink
}

// derived are fields that follow from others, or that are never empty: they say which
// row it is, or what it belongs to.
var derived = map[string][]string{
	"Organization":           {"ID", "Slug"},
	"User":                   {"ID", "UUID", "Email"},
	"Membership":             {"ID", "Organization", "User"},
	"Key":                    {"ID", "Value", "User"},
	"Session":                {"Key", "User"},
	"Project":                {"ID", "UUID", "Organization", "Timezone"},
	"IdentityProviderConfig": {"ID", "Organization", "Cache"},
	"Domain":                 {"ID", "Organization", "Domain", "Config", "Cache"},
	"ConfigLink":             {"Config", "Domain"},
	"Integration":            {"ID", "Organization", "Type", "Config", "Cache"},
	"ProjectIntegration":     {"Organization", "Project", "Kind"},
	"Invite":                 {"ID", "Organization", "Cache"},
	"Role":                   {"ID", "Organization"},
	"RoleMembership":         {"ID", "Role", "Organization", "User"},
	"ProvisionedUser":        {"Provisioner", "User", "LeftIn"},
	"SCIMLog":                {"ID", "Provisioner"},
	"TXTRecord":              {"Name"},
	"Mail":                   {"Seq"},
	"UpstreamCall":           {"Seq"},
}

// A world of full rows comes back from its export as it was, and so does each world in
// which one field of one row is empty.
func TestEveryFieldTravels(t *testing.T) {
	tables := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[world.World]()) {
		if strings.HasPrefix(field.Type.String(), "*world.table[") {
			tables++
		}
	}
	NewWithT(t).Expect(fullRows).To(HaveLen(tables), "export the table, and add a full row here")
	for _, revision := range []spec.Revision{spec.June2026, spec.September2026} {
		t.Run(string(revision), func(t *testing.T) { fieldsTravel(t, revision) })
	}
}

func fieldsTravel(t *testing.T, revision spec.Revision) {
	t.Run("all", func(t *testing.T) { travels(NewWithT(t), storing(revision, nil, nil)) })
	for _, full := range fullRows {
		row, there := inRevision(revision, full)
		if !there {
			continue
		}
		kind := reflect.TypeOf(row).Elem()
		for _, field := range reflect.VisibleFields(kind) {
			if field.Anonymous || slices.Contains(derived[kind.Name()], field.Name) {
				continue // the fields of an anonymous one are visible
			}
			if reflect.ValueOf(row).Elem().FieldByIndex(field.Index).IsZero() && !reflect.ValueOf(full).Elem().FieldByIndex(field.Index).IsZero() {
				continue // the revision has no such field
			}
			if name := kind.Name() + "/" + field.Name; revision.Since(spec.September2026) && (name == "IdentityProviderConfig/Slug" || name == "IdentityProviderConfig/SAMLRelayState") {
				continue // never empty there
			}
			t.Run(kind.Name()+"/"+field.Name, func(t *testing.T) {
				g := NewWithT(t)
				changed := reflect.New(kind)
				changed.Elem().Set(reflect.ValueOf(row).Elem())
				value := changed.Elem().FieldByIndex(field.Index)
				g.Expect(value.IsZero()).To(BeFalse(), "give the field of the full row a value")
				if field.Name == "ResponseBody" { // a function, which is never nil
					value.Set(reflect.ValueOf(func() []byte { return nil }))
				} else {
					value.SetZero()
				}
				travels(g, storing(revision, full, changed.Interface()))
			})
		}
	}
}

// travels wants a world to come back from its export.
func travels(g *WithT, was *world.World) {
	from := &InitialState{Name: "test", Fixture: &fixtures.World{Name: "test"}, World: was, Clock: clock.State{Offset: 90 * time.Minute}}
	described, err := Export(from, ids.New(5).State())
	g.Expect(err).NotTo(HaveOccurred())
	var text bytes.Buffer
	g.Expect(fixtures.Write(&text, described)).To(Succeed())
	back, err := fixtures.Load(&text, "exported.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(back).To(Equal(described))
	start, err := New(back, 1, time.Time{}, "")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(world.Diff(was, start.World)).To(BeEmpty())
	g.Expect([]int{start.World.LastUserID(), start.World.LastProjectID()}).To(Equal([]int{20, 30}))
	g.Expect(start.Clock).To(Equal(from.Clock))
	g.Expect(*start.IDs).To(Equal(ids.New(5).State()))
}

// storing is a world of the full rows with one of them changed.
func storing(revision spec.Revision, replaced, by any) *world.World {
	empty := world.Empty()
	empty.Revision = revision
	store := world.NewStore(empty)
	_ = store.Update(func(tx *world.Tx) error {
		for _, full := range fullRows {
			row, there := inRevision(revision, full)
			if full == replaced {
				row = by
			}
			if there {
				putRow(tx, row)
			}
		}
		config, _ := tx.Config("org", "config")
		linked := &world.Domain{ID: "linked", Organization: "org", Domain: "b.example"}
		if !revision.Since(spec.September2026) {
			linked.Config, linked.Identity = config.ID, config.Identity
		}
		putRow(tx, linked)
		tx.AdvanceSequences(20, 30)
		tx.SetUpstreamMode(world.UpstreamUnpaid)
		tx.SetDNSMode(world.DNSServFail)
		return nil
	})
	return store.View()
}

func putRow(tx *world.Tx, row any) {
	switch row := row.(type) {
	case *world.Organization:
		tx.PutOrganization(row)
	case *world.User:
		tx.PutUser(row)
	case *world.Membership:
		tx.PutMembership(row)
	case *world.Key:
		tx.PutKey(row)
	case *world.Session:
		tx.PutSession(row)
	case *world.Project:
		tx.PutProject(row)
	case *world.IdentityProviderConfig:
		tx.PutConfig(row)
	case *world.ConfigLink:
		tx.LinkDomains(row.Config, []string{row.Domain})
	case *world.Domain:
		tx.PutDomain(row)
	case *world.Integration:
		tx.PutIntegration(row)
	case *world.ProjectIntegration:
		tx.PutProjectIntegration(row)
	case *world.Invite:
		tx.PutInvite(row)
	case *world.Role:
		tx.PutRole(row)
	case *world.RoleMembership:
		tx.PutRoleMembership(row)
	case *world.ProvisionedUser:
		tx.PutProvisioned(row)
	case *world.SCIMLog:
		tx.PutSCIMLog(row)
	case *world.TXTRecord:
		tx.PutTXT(row)
	case *world.Mail:
		tx.Send(*row)
	case *world.UpstreamCall:
		tx.RecordUpstreamCall(*row)
	default:
		panic(fmt.Sprintf("say here how a %T is stored", row))
	}
}

// What no world can say is an error, and no world that means something else.
func TestExportRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		row  any
		want string
	}{
		{"a member who is nobody", &world.Membership{ID: "m", Organization: "org", User: 8}, "export of test: there is no user 8 any more"},
		{"a time that RFC 3339 does not have", &world.Invite{ID: "i", Organization: "org", CreatedAt: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)},
			"export of test: the year 10000 is beyond what a world can say: set the clock to one before 10000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := world.NewStore(storing(spec.DefaultRevision, nil, nil))
			_ = store.Update(func(tx *world.Tx) error {
				putRow(tx, test.row)
				return nil
			})
			_, err := Export(&InitialState{Name: "test", Fixture: &fixtures.World{}, World: store.View()}, ids.New(1).State())
			NewWithT(t).Expect(err).To(MatchError(test.want))
		})
	}
}
