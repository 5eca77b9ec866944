// Package moves plays a server in tests: random calls, through all that it offers, that
// bring its state to where no test would think of bringing it. What is checked of that
// state belongs to the tests.
package moves

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// Player makes random moves: calls that change something, through the API, SCIM and
// the control plane. Moves that are refused are moves as well. Two players with the
// same seed make the same moves as long as their servers are in the same state.
type Player struct {
	*mocktest.Fake
	*rand.Rand
	world *fixtures.World    // as it was before the move
	Heard []*mocktest.Answer // every answer so far
}

// New plays a server.
func New(t testing.TB, server *mock.Server, seed uint64) *Player {
	return &Player{Fake: &mocktest.Fake{Server: server, T: t}, Rand: rand.New(rand.NewPCG(seed, 1))}
}

// Play makes moves, each of the moves once in a round, in random order.
func (p *Player) Play(rounds int) {
	p.T.Helper()
	for range rounds {
		for _, i := range p.Perm(len(moves)) {
			world, err := p.Export()
			if err != nil {
				p.T.Fatal(err)
			}
			p.world = world
			moves[i](p)
		}
	}
}

// hears keeps an answer.
func (p *Player) hears(a *mocktest.Answer) *mocktest.Answer {
	p.Heard = append(p.Heard, a)
	return a
}

// Transcript is everything that was asked and answered.
func (p *Player) Transcript() string { return fmt.Sprint(p.Heard) }

func one[T any](p *Player, list []T) *T {
	if len(list) == 0 {
		return new(T)
	}
	return &list[p.IntN(len(list))]
}

// word makes a name, now and then an awkward one.
func (p *Player) word() string {
	if p.IntN(8) == 0 {
		return *one(p, []string{`a "quoted" <b> & c`, "naïve 日本 😀", "- x: #1", "two\nlines", "null", "  spaced  ", "\u2028", "O'Brien\\", "true", "1.0"})
	}
	return fmt.Sprintf("word-%d", p.IntN(1000))
}

// organization picks an organization and somebody who may do most things there.
func (p *Player) organization() (*fixtures.Organization, *mocktest.Caller) {
	o := one(p, p.world.Organizations)
	return o, p.by(o)
}

// newestProject is the project with the highest number, and whose it is.
func (p *Player) newestProject() (of *fixtures.Organization, number int) {
	of = new(fixtures.Organization)
	for i := range p.world.Organizations {
		for _, project := range p.world.Organizations[i].Projects {
			if project.ID > number {
				of, number = &p.world.Organizations[i], project.ID
			}
		}
	}
	return of, number
}

// by calls as a member of an organization.
func (p *Player) by(o *fixtures.Organization) *mocktest.Caller {
	var user string
	for _, m := range o.Members {
		if user == "" || m.Level >= 8 && p.IntN(2) == 0 {
			user = m.User
		}
	}
	if user == "" {
		user = one(p, p.world.Users).Email
	}
	s := p.hears(p.Anonymous().Post("/_understudy/sessions", fmt.Sprintf(`{"user": %q, "age": %d}`, user, p.IntN(30))))
	return p.With("Cookie", s.Get("cookie").String(), "X-CSRFToken", s.Get("csrf_token").String())
}

// below is a path within an organization.
func below(o *fixtures.Organization, parts ...any) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = fmt.Sprint(part)
	}
	return mocktest.Org(o.ID, texts...)
}

// moves touch every kind of thing that there is.
var moves = []func(*Player){
	func(p *Player) {
		_, by := p.organization()
		p.hears(by.Post("/api/organizations/", fmt.Sprintf(`{"name": %s}`, mocktest.Quote(p.word()))))
	},
	func(p *Player) {
		o, by := p.organization()
		p.hears(by.Patch(below(o), fmt.Sprintf(`{"name": %s, "is_member_join_email_enabled": %t, "members_can_use_personal_api_keys": %t,
			"allow_publicly_shared_resources": %t, "members_can_invite": %t, "enforce_2fa": %t, "default_experiment_stats_method": "frequentist"}`,
			mocktest.Quote(p.word()), p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0)))
		if len(o.Roles) > 0 {
			p.hears(by.Patch(below(o), `{"default_role_id": `+mocktest.Quote(one(p, o.Roles).ID)+`}`))
		}
	},
	func(p *Player) { // seldom: what is gone cannot be played with
		if o, by := p.organization(); p.IntN(8) == 0 && len(p.world.Organizations) > 2 {
			p.hears(by.Delete(below(o)))
		}
	},
	func(p *Player) {
		o, by := p.organization()
		p.hears(by.Post(below(o, "projects"), fmt.Sprintf(`{"name": %s, "product_description": %s, "timezone": "Europe/Berlin"}`, mocktest.Quote(p.word()), mocktest.Quote(p.word()))))
		p.hears(by.Patch(below(o, "projects", one(p, o.Projects).ID), fmt.Sprintf(`{"name": %s, "product_description": null}`, mocktest.Quote(p.word()))))
	},
	func(p *Player) {
		gone, newest := p.newestProject()
		if p.IntN(2) == 0 {
			gone = one(p, p.world.Organizations)
			newest = one(p, gone.Projects).ID
		}
		p.hears(p.by(gone).Delete(below(gone, "projects", newest)))
	},
	func(p *Player) {
		o, by := p.organization()
		made := p.hears(by.Post(below(o, "domains"), fmt.Sprintf(`{"domain": "d%d.example"}`, p.IntN(10_000))))
		p.PublishTXT("_posthog-challenge."+made.Get("domain").String(), made.Get("verification_challenge").String(), p.word())
		p.hears(by.Post(below(o, "domains", made.Get("id"), "verify"), ""))
		p.hears(by.Post(below(o, "domains", made.Get("id"), "scim", "token"), ""))
	},
	func(p *Player) {
		o, by := p.organization()
		d := below(o, "domains", one(p, o.Domains).ID)
		p.hears(by.Patch(d, fmt.Sprintf(`{"jit_provisioning_enabled": %t, "saml_entity_id": %s, "saml_acs_url": "", "scim_enabled": true,
			"id_jag_issuer_url": "https://idp.example/%d", "id_jag_allowed_clients": ["a", %s]}`, p.IntN(2) == 0, mocktest.Quote(p.word()), p.IntN(9), mocktest.Quote(p.word()))))
		p.hears(by.Patch(d, *one(p, []string{`{"identity_provider_config": null}`, `{"sso_enforcement": "saml"}`, `{"scim_enabled": false}`,
			`{"identity_provider_config": ` + mocktest.Quote(one(p, o.IdentityProviderConfigs).ID) + `}`})))
	},
	func(p *Player) {
		if o, by := p.organization(); p.IntN(3) == 0 {
			p.hears(by.Delete(below(o, "domains", one(p, o.Domains).ID)))
		}
	},
	func(p *Player) {
		o, by := p.organization()
		p.hears(by.Post(below(o, "identity_provider_configs"), fmt.Sprintf(`{"name": %s, "scim_enabled": true}`, mocktest.Quote(p.word()))))
		c := below(o, "identity_provider_configs", one(p, o.IdentityProviderConfigs).ID)
		p.hears(by.Patch(c, fmt.Sprintf(`{"saml_entity_id": %s, "saml_acs_url": "https://a.example/acs", "saml_x509_cert": "x\ny\n"}`, mocktest.Quote(p.word()))))
		p.hears(by.Post(c+"scim/token/", ""))
		if p.IntN(3) == 0 {
			p.hears(by.Delete(c))
		}
	},
	func(p *Player) {
		o, by := p.organization()
		config := *one(p, []string{`{}`, `{"type": "connectable"}`, `{"type": "marketplace", "a": [1, 2.5, 1.0, 1e30, null, {"b": ""}]}`,
			`{"type": "connectable", "long": 123456789012345678901234567890, "nul": "\u0000", "half": "\ud800"}`,
			`{"deep": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, `{"` + strings.Repeat("k", 300) + `": true}`, `{"credentials": {"access_token": "t"}}`})
		made := p.hears(p.Anonymous().Post("/_understudy/integrations", fmt.Sprintf(`{"organization": %q, "integration_id": "icfg_%d", "config": %s, "access_token": %q, "upstream": %q, "created_by": %q}`,
			o.ID, p.IntN(5), config, *one(p, []string{"", "secret"}), *one(p, []string{"up", "down", "unpaid_invoices"}), one(p, p.world.Users).Email)))
		p.hears(by.Patch(below(o, "integrations", made.Get("id"), "environment-mapping"), fmt.Sprintf(`{"production": %d, "preview": %d, "development": %d}`,
			one(p, o.Projects).ID, one(p, o.Projects).ID, one(p, o.Projects).ID)))
		if p.IntN(2) == 0 {
			p.hears(by.Delete(below(o, "integrations", one(p, o.Integrations).ID)))
		}
	},
	func(p *Player) {
		o, by := p.organization()
		access := *one(p, []string{`null`, `[]`, fmt.Sprintf(`[{"id": %d, "level": "admin"}]`, one(p, o.Projects).ID)})
		p.hears(by.Post(below(o, "invites"), fmt.Sprintf(`{"target_email": "i%d@example.com", "first_name": "N", "message": %s, "level": 8, "private_project_access": %s}`, p.IntN(50), mocktest.Quote(p.word()), access)))
		p.hears(by.Post(below(o, "invites", "bulk"), fmt.Sprintf(`[{"target_email": "i%d@example.com", "message": null}, {"target_email": "\"odd\"@d%d.example", "send_email": false}]`, p.IntN(50), p.IntN(50))))
		p.hears(by.Post(below(o, "invites", "delegate"), fmt.Sprintf(`{"target_email": "g%d@example.com"}`, p.IntN(50))))
		if p.IntN(2) == 0 {
			p.hears(by.Delete(below(o, "invites", one(p, o.Invites).ID)))
		}
	},
	func(p *Player) {
		o := one(p, p.world.Organizations)
		p.hears(p.Anonymous().Post("/api/signup/"+one(p, o.Invites).ID+"/", `{"first_name": "Nia", "password": "long enough", "role_at_organization": "data"}`))
	},
	func(p *Player) {
		o, by := p.organization()
		uuid := "none"
		if user := p.world.User(one(p, o.Members).User); user != nil {
			uuid = user.UUID
		}
		m := below(o, "members", uuid)
		p.hears(by.Patch(m, fmt.Sprintf(`{"level": %d}`, *one(p, []int{1, 8, 15}))))
		if p.IntN(3) == 0 {
			p.hears(by.Delete(m))
		}
	},
	func(p *Player) {
		o, by := p.organization()
		made := p.hears(by.Post(below(o, "roles"), fmt.Sprintf(`{"name": %s}`, mocktest.Quote(p.word()))))
		for range 3 {
			if user := p.world.User(one(p, o.Members).User); user != nil {
				p.hears(by.Post(below(o, "roles", made.Get("id"), "role_memberships"), `{"user_uuid": `+mocktest.Quote(user.UUID)+`}`))
			}
		}
		r := below(o, "roles", one(p, o.Roles).ID)
		p.hears(by.Patch(r, fmt.Sprintf(`{"name": %s}`, mocktest.Quote(p.word()))))
		if p.IntN(3) == 0 {
			p.hears(by.Delete(r))
		}
	},
	func(p *Player) {
		_, by := p.organization()
		o := one(p, p.world.Organizations)
		p.hears(by.Patch("/api/users/@me/", *one(p, []string{`{"set_current_organization": ` + mocktest.Quote(o.ID) + `}`, fmt.Sprintf(`{"set_current_team": "%d"}`, one(p, o.Projects).ID)})))
		if p.IntN(2) == 0 {
			p.hears(by.Post("/logout", ""))
		}
	},
	func(p *Player) {
		user := one(p, p.world.Users)
		p.hears(p.Anonymous().Post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, user.Email, user.Password)))
	},
	func(p *Player) { // the newest user more often than others, whose number shows nowhere then
		if users := p.world.Users; p.IntN(2) == 0 {
			gone := one(p, []string{one(p, users).Email, users[len(users)-1].Email, users[len(users)-1].Email})
			p.hears(p.Anonymous().Delete("/_understudy/members/" + url.PathEscape(*gone)))
		}
	},
	playSCIM, playSCIM, playControl,
}

// playSCIM is what an identity provider does.
func playSCIM(p *Player) {
	o := one(p, p.world.Organizations)
	d := one(p, o.Domains)
	by := p.ProviderOf(d.ID, o.Settings(d).SCIMBearerToken).And("User-Agent", *one(p, []string{"Okta", "Entra", "x \u00e9"}))
	person := func() string {
		return mocktest.SCIMPerson(fmt.Sprintf("S%d@%s", p.IntN(50), d.Domain), p.word(), p.word())
	}
	made := p.hears(by.Send("POST", "Users", person()))
	user := "Users/" + *one(p, []string{made.Get("id").String(), fmt.Sprint(one(p, p.world.Users).ID)})
	p.hears(by.Patch(user, *one(p, []string{`{"op": "replace", "path": "active", "value": false}`, `{"op": "replace", "value": {"name": {"givenName": "G"}}}`})))
	p.hears(by.Send("PUT", user, person()))
	group := p.hears(by.Send("POST", "Groups", fmt.Sprintf(`{"displayName": %s, "members": [{"value": "%d"}, {"value": %s}], "big": 123456789012345678901234, "f": 1.0, "s": "\ud800"}`,
		mocktest.Quote(p.word()), one(p, p.world.Users).ID, mocktest.Quote(made.Get("id").String()))))
	p.hears(by.Get("Users?filter=" + `userName+eq+"x@y.z"`))
	p.hears(by.Send("POST", "Groups", `{`))
	switch p.IntN(4) {
	case 0:
		p.hears(by.Send("DELETE", user, ""))
	case 1:
		p.hears(by.Send("DELETE", "Groups/"+group.Get("id").String(), ""))
	}
}

// playControl is what a test does.
func playControl(p *Player) {
	o, user := one(p, p.world.Organizations), one(p, p.world.Users)
	control := func(method, path, body string) {
		p.hears(p.Anonymous().Do(method, "/_understudy"+path, "application/json", body))
	}
	control("POST", "/keys", fmt.Sprintf(`{"user": %q, "label": %s, "scopes": ["organization:read"], "organizations": [%q], "projects": [%d]}`,
		user.Email, mocktest.Quote(p.word()), o.ID, one(p, o.Projects).ID))
	control("DELETE", "/keys/"+one(p, p.world.Keys[len(p.world.Keys)/2:]).ID, "")
	control("POST", "/members", fmt.Sprintf(`{"email": "c%d@example.com", "organization": %q, "level": %d, "password": "p"}`, p.IntN(50), o.ID, *one(p, []int{1, 8, 15})))
	control("POST", "/members", fmt.Sprintf(`{"email": "not an address %d", "first_name": %s}`, p.IntN(3), mocktest.Quote(p.word())))
	control("PATCH", "/organizations/"+o.ID, fmt.Sprintf(`{"feature": {"saml": %t, "something_else": %t, "scim": true}, "members_can_invite": true}`, p.IntN(2) == 0, p.IntN(2) == 0))
	control("PUT", fmt.Sprintf("/dns/Txt%d.Example.COM.", p.IntN(5)), fmt.Sprintf(`{"values": [%s, ""]}`, mocktest.Quote(p.word())))
	control("PATCH", "/domains/"+one(p, o.Domains).ID, fmt.Sprintf(`{"verified": %t, "scim_enabled": %t, "sso_enforcement": "saml", "jit_provisioning_enabled": true}`, p.IntN(2) == 0, p.IntN(2) == 0))
	control("PATCH", "/invites/"+one(p, o.Invites).ID, fmt.Sprintf(`{"expired": %t}`, p.IntN(2) == 0))
	control("PATCH", "/members/"+url.PathEscape(one(p, o.Members).User), fmt.Sprintf(`{"organization": %q, "level": %d}`, o.ID, *one(p, []int{1, 8, 15})))
	control("PUT", "/upstream/mode", fmt.Sprintf(`{"mode": %q}`, *one(p, []string{"up", "down", "unpaid_invoices", "up"})))
	switch p.IntN(10) {
	case 0:
		control("DELETE", "/outbox", "")
	case 1:
		control("DELETE", "/upstream", "")
	case 2, 3:
		control("POST", "/clock", `{"freeze": true}`)
	case 4:
		control("POST", "/clock", `{"freeze": false}`)
	case 5, 6, 7:
		p.Advance(time.Duration(p.Int64N(int64(30 * time.Hour))))
	}
}
