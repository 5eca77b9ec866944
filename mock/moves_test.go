package mock_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// player makes random moves: calls that change something, through the API, SCIM and
// the control plane. Moves that are refused are moves as well. Two players with the
// same seed make the same moves as long as their servers are in the same state.
type player struct {
	*fake
	*rand.Rand
	world *fixtures.World // as it was before the move
	heard []*answer
}

func newPlayer(t testing.TB, server *mock.Server, seed uint64) *player {
	return &player{fake: &fake{Server: server, t: t}, Rand: rand.New(rand.NewPCG(seed, 1))}
}

// play makes moves, each of the moves once in a round, in random order.
func (p *player) play(rounds int) {
	p.t.Helper()
	for range rounds {
		for _, i := range p.Perm(len(moves)) {
			world, err := p.Export()
			if err != nil {
				p.t.Fatal(err)
			}
			p.world = world
			moves[i](p)
		}
	}
}

// hears keeps an answer.
func (p *player) hears(a *answer) *answer {
	p.heard = append(p.heard, a)
	return a
}

func (a *answer) String() string { return fmt.Sprintf("%s\n%d %s\n", a.asked, a.code, a.body) }

// transcript is everything that was asked and answered.
func (p *player) transcript() string { return fmt.Sprint(p.heard) }

func one[T any](p *player, list []T) *T {
	if len(list) == 0 {
		return new(T)
	}
	return &list[p.IntN(len(list))]
}

// word makes a name, now and then an awkward one.
func (p *player) word() string {
	if p.IntN(8) == 0 {
		return *one(p, []string{`a "quoted" <b> & c`, "naïve 日本 😀", "- x: #1", "two\nlines", "null", "  spaced  ", "\u2028", "O'Brien\\", "true", "1.0"})
	}
	return fmt.Sprintf("word-%d", p.IntN(1000))
}

// organization picks an organization and somebody who may do most things there.
func (p *player) organization() (*fixtures.Organization, *caller) {
	o := one(p, p.world.Organizations)
	return o, p.by(o)
}

// newestProject is the project with the highest number, and whose it is.
func (p *player) newestProject() (of *fixtures.Organization, number int) {
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
func (p *player) by(o *fixtures.Organization) *caller {
	var user string
	for _, m := range o.Members {
		if user == "" || m.Level >= 8 && p.IntN(2) == 0 {
			user = m.User
		}
	}
	if user == "" {
		user = one(p, p.world.Users).Email
	}
	s := p.hears(p.anonymous().post("/_understudy/sessions", fmt.Sprintf(`{"user": %q, "age": %d}`, user, p.IntN(30))))
	return p.with("Cookie", s.get("cookie").String(), "X-CSRFToken", s.get("csrf_token").String())
}

func below(o *fixtures.Organization, parts ...any) string {
	path := "/api/organizations/" + o.ID + "/"
	for _, part := range parts {
		path += fmt.Sprint(part) + "/"
	}
	return path
}

// moves touch every kind of thing that there is.
var moves = []func(*player){
	func(p *player) {
		_, by := p.organization()
		p.hears(by.post("/api/organizations/", fmt.Sprintf(`{"name": %s}`, quote(p.word()))))
	},
	func(p *player) {
		o, by := p.organization()
		p.hears(by.patch(below(o), fmt.Sprintf(`{"name": %s, "is_member_join_email_enabled": %t, "members_can_use_personal_api_keys": %t,
			"allow_publicly_shared_resources": %t, "members_can_invite": %t, "enforce_2fa": %t, "default_experiment_stats_method": "frequentist"}`,
			quote(p.word()), p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0, p.IntN(2) == 0)))
		if len(o.Roles) > 0 {
			p.hears(by.patch(below(o), `{"default_role_id": `+quote(one(p, o.Roles).ID)+`}`))
		}
	},
	func(p *player) { // seldom: what is gone cannot be played with
		if o, by := p.organization(); p.IntN(8) == 0 && len(p.world.Organizations) > 2 {
			p.hears(by.delete(below(o)))
		}
	},
	func(p *player) {
		o, by := p.organization()
		p.hears(by.post(below(o, "projects"), fmt.Sprintf(`{"name": %s, "product_description": %s, "timezone": "Europe/Berlin"}`, quote(p.word()), quote(p.word()))))
		p.hears(by.patch(below(o, "projects", one(p, o.Projects).ID), fmt.Sprintf(`{"name": %s, "product_description": null}`, quote(p.word()))))
	},
	func(p *player) {
		gone, newest := p.newestProject()
		if p.IntN(2) == 0 {
			gone = one(p, p.world.Organizations)
			newest = one(p, gone.Projects).ID
		}
		p.hears(p.by(gone).delete(below(gone, "projects", newest)))
	},
	func(p *player) {
		o, by := p.organization()
		made := p.hears(by.post(below(o, "domains"), fmt.Sprintf(`{"domain": "d%d.example"}`, p.IntN(10_000))))
		p.PublishTXT("_posthog-challenge."+made.get("domain").String(), made.get("verification_challenge").String(), p.word())
		p.hears(by.post(below(o, "domains", made.get("id"), "verify"), ""))
		p.hears(by.post(below(o, "domains", made.get("id"), "scim", "token"), ""))
	},
	func(p *player) {
		o, by := p.organization()
		d := below(o, "domains", one(p, o.Domains).ID)
		p.hears(by.patch(d, fmt.Sprintf(`{"jit_provisioning_enabled": %t, "saml_entity_id": %s, "saml_acs_url": "", "scim_enabled": true,
			"id_jag_issuer_url": "https://idp.example/%d", "id_jag_allowed_clients": ["a", %s]}`, p.IntN(2) == 0, quote(p.word()), p.IntN(9), quote(p.word()))))
		p.hears(by.patch(d, *one(p, []string{`{"identity_provider_config": null}`, `{"sso_enforcement": "saml"}`, `{"scim_enabled": false}`,
			`{"identity_provider_config": ` + quote(one(p, o.IdentityProviderConfigs).ID) + `}`})))
	},
	func(p *player) {
		if o, by := p.organization(); p.IntN(3) == 0 {
			p.hears(by.delete(below(o, "domains", one(p, o.Domains).ID)))
		}
	},
	func(p *player) {
		o, by := p.organization()
		p.hears(by.post(below(o, "identity_provider_configs"), fmt.Sprintf(`{"name": %s, "scim_enabled": true}`, quote(p.word()))))
		c := below(o, "identity_provider_configs", one(p, o.IdentityProviderConfigs).ID)
		p.hears(by.patch(c, fmt.Sprintf(`{"saml_entity_id": %s, "saml_acs_url": "https://a.example/acs", "saml_x509_cert": "x\ny\n"}`, quote(p.word()))))
		p.hears(by.post(c+"scim/token/", ""))
		if p.IntN(3) == 0 {
			p.hears(by.delete(c))
		}
	},
	func(p *player) {
		o, by := p.organization()
		config := *one(p, []string{`{}`, `{"type": "connectable"}`, `{"type": "marketplace", "a": [1, 2.5, 1.0, 1e30, null, {"b": ""}]}`,
			`{"type": "connectable", "long": 123456789012345678901234567890, "nul": "\u0000", "half": "\ud800"}`,
			`{"deep": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, `{"` + strings.Repeat("k", 300) + `": true}`, `{"credentials": {"access_token": "t"}}`})
		made := p.hears(p.anonymous().post("/_understudy/integrations", fmt.Sprintf(`{"organization": %q, "integration_id": "icfg_%d", "config": %s, "access_token": %q, "upstream": %q, "created_by": %q}`,
			o.ID, p.IntN(5), config, *one(p, []string{"", "secret"}), *one(p, []string{"up", "down", "unpaid_invoices"}), one(p, p.world.Users).Email)))
		p.hears(by.patch(below(o, "integrations", made.get("id"), "environment-mapping"), fmt.Sprintf(`{"production": %d, "preview": %d, "development": %d}`,
			one(p, o.Projects).ID, one(p, o.Projects).ID, one(p, o.Projects).ID)))
		if p.IntN(2) == 0 {
			p.hears(by.delete(below(o, "integrations", one(p, o.Integrations).ID)))
		}
	},
	func(p *player) {
		o, by := p.organization()
		access := *one(p, []string{`null`, `[]`, fmt.Sprintf(`[{"id": %d, "level": "admin"}]`, one(p, o.Projects).ID)})
		p.hears(by.post(below(o, "invites"), fmt.Sprintf(`{"target_email": "i%d@example.com", "first_name": "N", "message": %s, "level": 8, "private_project_access": %s}`, p.IntN(50), quote(p.word()), access)))
		p.hears(by.post(below(o, "invites", "bulk"), fmt.Sprintf(`[{"target_email": "i%d@example.com", "message": null}, {"target_email": "\"odd\"@d%d.example", "send_email": false}]`, p.IntN(50), p.IntN(50))))
		p.hears(by.post(below(o, "invites", "delegate"), fmt.Sprintf(`{"target_email": "g%d@example.com"}`, p.IntN(50))))
		if p.IntN(2) == 0 {
			p.hears(by.delete(below(o, "invites", one(p, o.Invites).ID)))
		}
	},
	func(p *player) {
		o := one(p, p.world.Organizations)
		p.hears(p.anonymous().post("/api/signup/"+one(p, o.Invites).ID+"/", newPerson))
	},
	func(p *player) {
		o, by := p.organization()
		uuid := "none"
		if user := p.world.User(one(p, o.Members).User); user != nil {
			uuid = user.UUID
		}
		m := below(o, "members", uuid)
		p.hears(by.patch(m, fmt.Sprintf(`{"level": %d}`, *one(p, []int{1, 8, 15}))))
		if p.IntN(3) == 0 {
			p.hears(by.delete(m))
		}
	},
	func(p *player) {
		o, by := p.organization()
		made := p.hears(by.post(below(o, "roles"), fmt.Sprintf(`{"name": %s}`, quote(p.word()))))
		for range 3 {
			if user := p.world.User(one(p, o.Members).User); user != nil {
				p.hears(by.post(below(o, "roles", made.get("id"), "role_memberships"), `{"user_uuid": `+quote(user.UUID)+`}`))
			}
		}
		r := below(o, "roles", one(p, o.Roles).ID)
		p.hears(by.patch(r, fmt.Sprintf(`{"name": %s}`, quote(p.word()))))
		if p.IntN(3) == 0 {
			p.hears(by.delete(r))
		}
	},
	func(p *player) {
		_, by := p.organization()
		o := one(p, p.world.Organizations)
		p.hears(by.patch("/api/users/@me/", *one(p, []string{`{"set_current_organization": ` + quote(o.ID) + `}`, fmt.Sprintf(`{"set_current_team": "%d"}`, one(p, o.Projects).ID)})))
		if p.IntN(2) == 0 {
			p.hears(by.post("/logout", ""))
		}
	},
	func(p *player) {
		user := one(p, p.world.Users)
		p.hears(p.anonymous().post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, user.Email, user.Password)))
	},
	func(p *player) { // the newest user more often than others, whose number shows nowhere then
		if users := p.world.Users; p.IntN(2) == 0 {
			gone := one(p, []string{one(p, users).Email, users[len(users)-1].Email, users[len(users)-1].Email})
			p.hears(p.anonymous().delete("/_understudy/members/" + url.PathEscape(*gone)))
		}
	},
	playSCIM, playSCIM, playControl,
}

// playSCIM is what an identity provider does.
func playSCIM(p *player) {
	o := one(p, p.world.Organizations)
	d := one(p, o.Domains)
	by := &provider{p.with("Authorization", "Bearer "+o.Settings(d).SCIMBearerToken, "User-Agent", *one(p, []string{"Okta", "Entra", "x \u00e9"})), "/scim/v2/" + d.ID + "/"}
	person := func() string {
		return scimPerson(fmt.Sprintf("S%d@%s", p.IntN(50), d.Domain), p.word(), p.word())
	}
	made := p.hears(by.sends("POST", "Users", person()))
	user := "Users/" + *one(p, []string{made.get("id").String(), fmt.Sprint(one(p, p.world.Users).ID)})
	p.hears(by.patches(user, *one(p, []string{`{"op": "replace", "path": "active", "value": false}`, `{"op": "replace", "value": {"name": {"givenName": "G"}}}`})))
	p.hears(by.sends("PUT", user, person()))
	group := p.hears(by.sends("POST", "Groups", fmt.Sprintf(`{"displayName": %s, "members": [{"value": "%d"}, {"value": %s}], "big": 123456789012345678901234, "f": 1.0, "s": "\ud800"}`,
		quote(p.word()), one(p, p.world.Users).ID, quote(made.get("id").String()))))
	p.hears(by.gets("Users?filter=" + `userName+eq+"x@y.z"`))
	p.hears(by.sends("POST", "Groups", `{`))
	switch p.IntN(4) {
	case 0:
		p.hears(by.sends("DELETE", user, ""))
	case 1:
		p.hears(by.sends("DELETE", "Groups/"+group.get("id").String(), ""))
	}
}

// playControl is what a test does.
func playControl(p *player) {
	o, user := one(p, p.world.Organizations), one(p, p.world.Users)
	control := func(method, path, body string) {
		p.hears(p.anonymous().do(method, "/_understudy"+path, "application/json", body))
	}
	control("POST", "/keys", fmt.Sprintf(`{"user": %q, "label": %s, "scopes": ["organization:read"], "organizations": [%q], "projects": [%d]}`,
		user.Email, quote(p.word()), o.ID, one(p, o.Projects).ID))
	control("DELETE", "/keys/"+one(p, p.world.Keys[len(p.world.Keys)/2:]).ID, "")
	control("POST", "/members", fmt.Sprintf(`{"email": "c%d@example.com", "organization": %q, "level": %d, "password": "p"}`, p.IntN(50), o.ID, *one(p, []int{1, 8, 15})))
	control("POST", "/members", fmt.Sprintf(`{"email": "not an address %d", "first_name": %s}`, p.IntN(3), quote(p.word())))
	control("PATCH", "/organizations/"+o.ID, fmt.Sprintf(`{"feature": {"saml": %t, "something_else": %t, "scim": true}, "members_can_invite": true}`, p.IntN(2) == 0, p.IntN(2) == 0))
	control("PUT", fmt.Sprintf("/dns/Txt%d.Example.COM.", p.IntN(5)), fmt.Sprintf(`{"values": [%s, ""]}`, quote(p.word())))
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
