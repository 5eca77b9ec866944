package world_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Each change is shown as these lines of JSON.
func TestDiff(t *testing.T) {
	domain := world.Domain{ID: "d", Organization: "o", Domain: "a.example"}
	for _, test := range []struct {
		name           string
		before, change func(*world.Tx)
		want           []string
	}{
		{"nothing", func(tx *world.Tx) { tx.PutDomain(&domain) }, func(*world.Tx) {}, nil},
		{"a row stored as it was", func(tx *world.Tx) { tx.PutDomain(&domain) }, func(tx *world.Tx) {
			same := domain
			same.IDJAGAllowedClients = []string{} // as empty as none
			tx.PutDomain(&same)
		}, nil},
		{"a row that came and went", nil, func(tx *world.Tx) { tx.PutDomain(&domain); tx.DeleteDomain(&domain) }, nil},
		{"an organization that is new", nil, func(tx *world.Tx) {
			tx.PutOrganization(&world.Organization{ID: "o", Name: "Acme", Slug: "acme", CreatedAt: day, UpdatedAt: day, Features: []string{"scim"}, Enforce2FA: new(false)})
		}, []string{`{"table":"organization","id":"o","action":"created","fields":[` +
			`{"name":"name","before":null,"after":"Acme"},{"name":"slug","before":null,"after":"acme"},` +
			`{"name":"created_at","before":null,"after":"2026-03-01T12:00:00Z"},{"name":"updated_at","before":null,"after":"2026-03-01T12:00:00Z"},` +
			`{"name":"available_product_features","before":null,"after":["scim"]},{"name":"is_member_join_email_enabled","before":null,"after":false},` +
			`{"name":"enforce_2fa","before":null,"after":false},{"name":"members_can_use_personal_api_keys","before":null,"after":false},` +
			`{"name":"allow_publicly_shared_resources","before":null,"after":false},{"name":"is_ai_training_locked","before":null,"after":false},{"name":"is_ai_training_cta_shown","before":null,"after":true},{"name":"is_hipaa","before":null,"after":false},{"name":"is_pending_deletion","before":null,"after":false},{"name":"default_anonymize_ips","before":null,"after":false},` +
			`{"name":"is_active","before":null,"after":true}]}`}},
		{"an organization's switches", func(tx *world.Tx) { tx.PutOrganization(&world.Organization{ID: "o", DefaultRole: "r"}) }, func(tx *world.Tx) {
			tx.PutOrganization(&world.Organization{ID: "o", MembersCanInvite: new(true), ProjectLimit: new(0)})
		}, []string{`{"table":"organization","id":"o","action":"updated","fields":[{"name":"members_can_invite","before":null,"after":true},` +
			`{"name":"default_role_id","before":"r","after":null},{"name":"project_limit","before":null,"after":0}]}`}},
		{"a user's password, which is secret", func(tx *world.Tx) { tx.PutUser(&world.User{ID: 1, Password: "old"}) }, func(tx *world.Tx) {
			tx.PutUser(&world.User{ID: 1, Password: "new", LastLogin: &day, CurrentProject: 2})
		}, []string{`{"table":"user","id":"1","action":"updated","fields":[{"name":"password","before":"***","after":"*** (changed)"},` +
			`{"name":"current_project","before":null,"after":2},{"name":"last_login","before":null,"after":"2026-03-01T12:00:00Z"}]}`}},
		{"a first password", func(tx *world.Tx) { tx.PutUser(&world.User{ID: 1}) }, func(tx *world.Tx) {
			tx.PutUser(&world.User{ID: 1, Password: "new"})
		}, []string{`{"table":"user","id":"1","action":"updated","fields":[{"name":"password","before":null,"after":"***"}]}`}},
		{"a user that goes with all that it has", func(tx *world.Tx) {
			tx.PutUser(&world.User{ID: 7, Email: "a@example.com"})
			tx.PutMembership(&world.Membership{ID: "m", Organization: "o", User: 7, Level: world.Owner})
			tx.PutKey(&world.Key{ID: "k", Value: "phx_secret", User: 7, Scopes: []string{"*"}, Projects: []int{1}})
			tx.PutSession(&world.Session{Key: "secret", User: 7, LoggedInAt: day})
			tx.PutRoleMembership(&world.RoleMembership{ID: "rm", Role: "r", Organization: "o", User: 7})
			tx.PutProvisioned(&world.ProvisionedUser{Provisioner: "d", User: 7, UserName: "ada"})
		}, func(tx *world.Tx) {
			user, _ := tx.User(7)
			tx.DeleteUser(user)
		}, []string{
			`{"table":"user","id":"7","action":"deleted","fields":[{"name":"email","before":"a@example.com","after":null},` +
				`{"name":"is_email_verified","before":false,"after":null},{"name":"has_two_factor","before":false,"after":null},{"name":"date_joined","before":"0001-01-01T00:00:00Z","after":null}]}`,
			`{"table":"organization_member","id":"m","action":"deleted","fields":[{"name":"id","before":"m","after":null},{"name":"organization","before":"o","after":null},` +
				`{"name":"user","before":7,"after":null},{"name":"level","before":15,"after":null},` +
				`{"name":"joined_at","before":"0001-01-01T00:00:00Z","after":null},{"name":"updated_at","before":"0001-01-01T00:00:00Z","after":null}]}`,
			`{"table":"personal_api_key","id":"k","action":"deleted","fields":[{"name":"id","before":"k","after":null},{"name":"value","before":"***","after":null},` +
				`{"name":"user","before":7,"after":null},{"name":"scopes","before":["*"],"after":null},` +
				`{"name":"scoped_teams","before":[1],"after":null},{"name":"created_at","before":"0001-01-01T00:00:00Z","after":null}]}`,
			`{"table":"session","id":"2bb80d537b1d","action":"deleted","fields":[{"name":"key","before":"***","after":null},` +
				`{"name":"user","before":7,"after":null},{"name":"is_sso","before":false,"after":null},{"name":"logged_in_at","before":"2026-03-01T12:00:00Z","after":null}]}`,
			`{"table":"role_membership","id":"rm","action":"deleted","fields":[{"name":"role_id","before":"r","after":null},{"name":"organization","before":"o","after":null},` +
				`{"name":"user","before":7,"after":null},{"name":"joined_at","before":"0001-01-01T00:00:00Z","after":null},{"name":"updated_at","before":"0001-01-01T00:00:00Z","after":null}]}`,
			`{"table":"provisioned_user","id":"d/7","action":"deleted","fields":[{"name":"provisioner","before":"d","after":null},{"name":"user","before":7,"after":null},{"name":"user_name","before":"ada","after":null}]}`,
		}},
		{"a member's level", func(tx *world.Tx) {
			tx.PutMembership(&world.Membership{ID: "m", Organization: "o", User: 1, Level: world.Member})
		}, func(tx *world.Tx) {
			tx.PutMembership(&world.Membership{ID: "m", Organization: "o", User: 1, Level: world.Administrator})
		}, []string{`{"table":"organization_member","id":"m","action":"updated","fields":[{"name":"level","before":1,"after":8}]}`}},
		{"a project's grants", func(tx *world.Tx) { tx.PutProject(&world.Project{ID: 3}) }, func(tx *world.Tx) {
			p, _ := tx.Project(3)
			tx.PutProject(p.WithGrant(1, world.AccessAdmin))
		}, []string{`{"table":"project","id":"3","action":"updated","fields":[{"name":"grants","before":[],"after":[{"user":1,"level":"admin"}]}]}`}},
		{"a domain that is verified and gets a token", func(tx *world.Tx) { tx.PutDomain(&domain) }, func(tx *world.Tx) {
			changed := domain
			changed.VerifiedAt, changed.SCIMEnabled, changed.SCIMBearerToken = &day, true, "secret"
			changed.SAMLEntityID = new("")
			tx.PutDomain(&changed)
		}, []string{`{"table":"domain","id":"d","action":"updated","fields":[{"name":"verified_at","before":null,"after":"2026-03-01T12:00:00Z"},` +
			`{"name":"saml_entity_id","before":null,"after":""},{"name":"scim_enabled","before":false,"after":true},{"name":"scim_bearer_token","before":null,"after":"***"}]}`}},
		{"a config that loses its token", func(tx *world.Tx) {
			tx.PutConfig(&world.IdentityProviderConfig{ID: "c", Identity: world.Identity{SCIMEnabled: true, SCIMBearerToken: "secret"}})
		}, func(tx *world.Tx) {
			tx.PutConfig(&world.IdentityProviderConfig{ID: "c", Identity: world.Identity{IDJAGAllowedClients: []string{"x"}}})
		}, []string{`{"table":"identity_provider_config","id":"c","action":"updated","fields":[{"name":"scim_enabled","before":true,"after":false},` +
			`{"name":"scim_bearer_token","before":"***","after":null},{"name":"id_jag_allowed_clients","before":[],"after":["x"]}]}`}},
		{"an integration's settings, credential and upstream", func(tx *world.Tx) {
			tx.PutIntegration(&world.Integration{ID: "i", Config: []byte(`{}`), AccessToken: "old"})
		}, func(tx *world.Tx) {
			tx.PutIntegration(&world.Integration{ID: "i", Config: []byte(`{"type":"connectable"}`), Type: "connectable", AccessToken: "new", Upstream: world.UpstreamDown})
		}, []string{`{"table":"integration","id":"i","action":"updated","fields":[{"name":"config","before":{},"after":{"type":"connectable"}},` +
			`{"name":"type","before":"","after":"connectable"},{"name":"access_token","before":"***","after":"*** (changed)"},{"name":"upstream","before":"up","after":"down"}]}`}},
		{"the part of an integration in a project", nil, func(tx *world.Tx) {
			tx.PutProjectIntegration(&world.ProjectIntegration{Organization: "o", Project: 1, Kind: "vercel"})
		}, []string{`{"table":"project_integration","id":"1/vercel","action":"created","fields":[{"name":"organization","before":null,"after":"o"},` +
			`{"name":"project","before":null,"after":1},{"name":"kind","before":null,"after":"vercel"}]}`}},
		{"what an invite opens: nothing, and an empty list", func(tx *world.Tx) { tx.PutInvite(&world.Invite{ID: "i"}) }, func(tx *world.Tx) {
			tx.PutInvite(&world.Invite{ID: "i", ProjectAccess: []world.ProjectAccess{}, Message: new("hi")})
		}, []string{`{"table":"invite","id":"i","action":"updated","fields":[{"name":"message","before":null,"after":"hi"},{"name":"private_project_access","before":null,"after":[]}]}`}},
		{"a role by nobody", nil, func(tx *world.Tx) { tx.PutRole(&world.Role{ID: "r", Organization: "o", Name: "Ops", CreatedAt: day}) }, []string{
			`{"table":"role","id":"r","action":"created","fields":[{"name":"organization","before":null,"after":"o"},{"name":"name","before":null,"after":"Ops"},` +
				`{"name":"created_at","before":null,"after":"2026-03-01T12:00:00Z"}]}`}},
		{"a SCIM request", nil, func(tx *world.Tx) {
			tx.PutSCIMLog(&world.SCIMLog{ID: "l", Provisioner: "d", RequestMethod: "GET", RequestPath: "/x", ResponseStatus: 200, ResponseBody: answering(`{"a":"b***"}`), CreatedAt: day})
		}, []string{`{"table":"scim_log","id":"l","action":"created","fields":[{"name":"provisioner","before":null,"after":"d"},{"name":"request_method","before":null,"after":"GET"},` +
			`{"name":"request_path","before":null,"after":"/x"},{"name":"response_status","before":null,"after":200},{"name":"response_body","before":null,"after":{"a":"b***"}},` +
			`{"name":"duration_ms","before":null,"after":0},{"name":"created_at","before":null,"after":"2026-03-01T12:00:00Z"}]}`}},
		{"TXT records", func(tx *world.Tx) { tx.PutTXT(&world.TXTRecord{Name: "a", Values: []string{"x"}}) }, func(tx *world.Tx) {
			tx.PutTXT(&world.TXTRecord{Name: "A.", Values: []string{"y", "x"}})
		}, []string{`{"table":"txt_record","id":"a","action":"updated","fields":[{"name":"values","before":["x"],"after":["y","x"]}]}`}},
		{"a mail", nil, func(tx *world.Tx) { tx.Send(world.Mail{Recipient: "a@example.com", SentAt: day}) }, []string{
			`{"table":"mail","id":"1","action":"created","fields":[{"name":"recipient","before":null,"after":"a@example.com"},{"name":"sent_at","before":null,"after":"2026-03-01T12:00:00Z"}]}`}},
		{"a call upstream, and how it answers", nil, func(tx *world.Tx) {
			tx.RecordUpstreamCall(world.UpstreamCall{Action: "uninstall", Body: []byte(`{"a":1}`), MadeAt: day})
			tx.SetUpstreamMode(world.UpstreamDown)
		}, []string{
			`{"table":"upstream_call","id":"1","action":"created","fields":[{"name":"action","before":null,"after":"uninstall"},{"name":"body","before":null,"after":{"a":1}},` +
				`{"name":"made_at","before":null,"after":"2026-03-01T12:00:00Z"}]}`,
			`{"table":"upstream","id":"","action":"updated","fields":[{"name":"mode","before":"up","after":"down"}]}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := NewWithT(t)
			before := world.Empty()
			if test.before != nil {
				before = after(before, test.before)
			}
			var got []string
			for _, change := range world.Diff(before, after(before, test.change)) {
				line, err := json.Marshal(change)
				g.Expect(err).NotTo(HaveOccurred())
				got = append(got, string(line))
			}
			g.Expect(got).To(HaveExactElements(test.want))
		})
	}
}

// TestDiffOfRandomChanges plays changes on a plain map as well.
func TestDiffOfRandomChanges(t *testing.T) {
	g := NewWithT(t)
	random := rand.New(rand.NewPCG(3, 4))
	var before, is = world.Empty(), world.Empty()
	was, model := map[string]string{}, map[string]string{}
	for range 200 {
		is = after(is, func(tx *world.Tx) {
			for range random.IntN(5) {
				id := fmt.Sprintf("%03d", random.IntN(300))
				if random.IntN(3) == 0 {
					tx.DeleteRole(&world.Role{ID: id, Organization: "o", Name: model[id]})
					delete(model, id)
					continue
				}
				model[id] = fmt.Sprintf("%s-%d", id, random.IntN(2))
				tx.PutRole(&world.Role{ID: id, Organization: "o", Name: model[id]})
			}
		})
		want := map[string]world.Action{}
		for id, name := range model {
			if old, there := was[id]; !there {
				want[id] = world.Created
			} else if old != name {
				want[id] = world.Updated
			}
		}
		for id := range was {
			if _, there := model[id]; !there {
				want[id] = world.Deleted
			}
		}
		got, last := map[string]world.Action{}, ""
		for _, change := range world.Diff(before, is) {
			got[change.ID] = change.Action
			g.Expect(change.ID > last).To(BeTrue(), "in the order of the keys")
			last = change.ID
		}
		g.Expect(got).To(Equal(want))
		if random.IntN(4) == 0 {
			before, was = is, map[string]string{}
			maps.Copy(was, model)
		}
	}
}

// What one write among many rows costs, and what a table costs that was not written.
func BenchmarkDiff(b *testing.B) {
	large := after(world.Empty(), func(tx *world.Tx) {
		for i := range 100_000 {
			tx.PutInvite(&world.Invite{ID: fmt.Sprintf("%07d", i), Organization: org, TargetEmail: fmt.Sprintf("%d@example.com", i)})
		}
	})
	for _, test := range []struct {
		name   string
		change func(*world.Tx)
	}{
		{"one of 100k invites", func(tx *world.Tx) { tx.PutInvite(&world.Invite{ID: "0050000", Organization: org}) }},
		{"a domain beside 100k invites", func(tx *world.Tx) { tx.PutDomain(&world.Domain{ID: "d", Organization: org}) }},
	} {
		is := after(large, test.change)
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if changes := world.Diff(large, is); len(changes) != 1 {
					b.Fatal(changes)
				}
			}
		})
	}
}
