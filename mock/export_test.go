package mock_test

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// startFrom starts a server from a world. Its clock is the same for all of them.
func startFrom(t testing.TB, w *fixtures.World, options ...mock.Option) *mock.Server {
	t.Helper()
	clock := mock.ClockFunc(func() time.Time { return testStart })
	server, err := mock.New(append([]mock.Option{mock.WithClock(clock), mock.WithWorld(w)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// exported is the text that a server's state is exported as.
func exported(t testing.TB, s *mock.Server, write func(io.Writer, *fixtures.World) error) string {
	t.Helper()
	w, err := s.Export()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := write(&text, w); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func read(t testing.TB, text string) *fixtures.World {
	t.Helper()
	w, err := fixtures.Load(strings.NewReader(text), "exported.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// everything is what a server answers to every question that changes nothing, as each
// user asks it. SCIM comes last, since its log keeps questions too.
func everything(t testing.TB, s *mock.Server) (answers []string) {
	t.Helper()
	f := &fake{Server: s, t: t}
	w, err := s.Export()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(c *caller, path string) {
		a := c.get(path)
		answers = append(answers, a.String())
	}
	for _, path := range []string{"keys", "outbox", "upstream", "upstream/mode", "dns", "clock"} {
		ask(f.anonymous(), "/_understudy/"+path)
	}
	for i := range w.Organizations {
		ask(f.anonymous(), "/_understudy/organizations/"+w.Organizations[i].ID)
		for _, in := range w.Organizations[i].Integrations {
			ask(f.anonymous(), "/_understudy/integrations/"+in.ID)
		}
		for _, in := range w.Organizations[i].Invites {
			ask(f.anonymous(), "/api/signup/"+in.ID+"/")
		}
	}
	asked := map[string]bool{}
	for _, session := range w.Sessions {
		if asked[session.User] {
			continue
		}
		asked[session.User] = true
		by := f.with("Cookie", "sessionid="+session.Key)
		ask(by, "/api/users/@me/")
		ask(by, "/api/organizations/")
		ask(by, "/api/projects/")
		for i := range w.Organizations {
			askOrganization(ask, by, &w.Organizations[i])
		}
	}
	for _, key := range w.Keys {
		ask(f.with("Authorization", "Bearer "+key.Value), "/api/organizations/@current/")
	}
	for i := range w.Organizations {
		o := &w.Organizations[i]
		for j := range o.Domains {
			by := f.with("Authorization", "Bearer "+o.Settings(&o.Domains[j]).SCIMBearerToken)
			ask(by, "/scim/v2/"+o.Domains[j].ID+"/Users?count=200")
			ask(by, "/scim/v2/"+o.Domains[j].ID+"/Groups?count=200")
		}
	}
	return answers
}

func askOrganization(ask func(*caller, string), by *caller, o *fixtures.Organization) {
	ask(by, below(o))
	for _, list := range []string{"projects", "domains", "identity_provider_configs", "integrations", "invites", "members", "roles"} {
		ask(by, below(o, list)+"?limit=1000")
	}
	for _, p := range o.Projects {
		ask(by, below(o, "projects", p.ID))
	}
	for _, d := range o.Domains {
		ask(by, below(o, "domains", d.ID))
		ask(by, below(o, "domains", d.ID, "scim", "logs")+"?page_size=100")
		ask(by, below(o, "domains", d.ID, "scim", "logs")+"?page_size=100&search=null")
	}
	for _, c := range o.IdentityProviderConfigs {
		ask(by, below(o, "identity_provider_configs", c.ID))
	}
	for _, r := range o.Roles {
		ask(by, below(o, "roles", r.ID))
		ask(by, below(o, "roles", r.ID, "role_memberships"))
	}
}

func small() *fixtures.World { return fixtures.Generate(fixtures.DefaultGenerateOptions()) }

func embedded(name string) func() *fixtures.World {
	return func() *fixtures.World {
		w, err := fixtures.Named(name)
		if err != nil {
			panic(err)
		}
		return w
	}
}

var startingWorlds = []struct {
	name string
	make func() *fixtures.World
}{{"default", embedded("default")}, {"empty", embedded("empty")}, {"generated", small}}

// A server that starts from the export of another is in the same state: it is exported
// as the same bytes, gives the same answers, and whatever is played on both afterwards
// has the same results, identifiers and secrets among them.
func TestExportedWorldsGoOn(t *testing.T) {
	for _, start := range startingWorlds {
		for seed, rounds := range []int{0, 1, 3, 6} {
			t.Run(fmt.Sprintf("%s/%d rounds", start.name, rounds), func(t *testing.T) {
				t.Parallel()
				one := startFrom(t, start.make(), mock.WithSeed(int64(seed)))
				newPlayer(t, one, uint64(seed)).play(rounds)
				text := exported(t, one, fixtures.Write)
				two := startFrom(t, read(t, text), mock.WithSeed(99))
				sameText(t, exported(t, two, fixtures.Write), text)
				three := startFrom(t, read(t, exported(t, one, fixtures.WriteJSON)))
				sameText(t, exported(t, three, fixtures.Write), text)
				sameText(t, strings.Join(everything(t, two), "\n"), strings.Join(everything(t, one), "\n"))

				first, second := newPlayer(t, one, 10), newPlayer(t, two, 10)
				first.play(2)
				second.play(2)
				sameText(t, second.transcript(), first.transcript())
				sameText(t, exported(t, two, fixtures.Write), exported(t, one, fixtures.Write))

				two.Reset()
				sameText(t, exported(t, two, fixtures.Write), text)
			})
		}
	}
}

// A world travels by call as well, in both forms.
func TestExportByCall(t *testing.T) {
	for _, form := range []string{"yaml", "json"} {
		t.Run(form, func(t *testing.T) {
			one := newPlayer(t, startFrom(t, embedded("default")()), 3)
			one.play(2)
			text := string(one.anonymous().get("/_understudy/world?format=" + form).status(200).body)
			two := newFake(t)
			two.anonymous().do("PUT", "/_understudy/world", "application/"+form, text).status(204)
			sameText(t, string(two.anonymous().get("/_understudy/world?format="+form).status(200).body), text)
			two.invite(`{"target_email": "more@example.com"}`)
			two.anonymous().post("/_understudy/reset", "").status(204)
			sameText(t, string(two.anonymous().get("/_understudy/world?format="+form).status(200).body), text)
		})
	}
}

// sameText shows the first lines that differ.
func sameText(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Fatalf("line %d\n got: %.1500s\nwant: %.1500s", i+1, strings.Join(a[min(i, len(a)):min(i+3, len(a))], "\n"), strings.Join(b[min(i, len(b)):min(i+3, len(b))], "\n"))
		}
	}
}

// The moves are worth something only as long as most of them are allowed, and as what
// is exported, over some games, holds all there is.
func TestMovesReachEverything(t *testing.T) {
	g := NewWithT(t)
	var text strings.Builder
	done, all := 0, 0
	for seed := range uint64(6) {
		server := startFrom(t, embedded("default")())
		p := newPlayer(t, server, seed)
		for range 6 {
			p.play(1)
			text.WriteString(exported(t, server, fixtures.Write))
		}
		for _, a := range p.heard {
			if all++; a.code < 300 {
				done++
			}
		}
	}
	g.Expect(done).To(BeNumerically(">", all/2), "of %d moves", all)
	for _, section := range []string{
		"frozen:", "offset:", "sessions:", "mode: down", "calls:", "outbox:", "identifiers:", "last_user:", "last_project:", "memberships:",
		"provisioned_users:", "config_json:", "request_body_json:", "default_role:", "completed_snippet_onboarding: false",
		"is_setup_delegation: true", "last_login:", "role_at_organization:", "current_project:", "upstream_down: true", "unpaid_invoices: true",
		"enforce_2fa:", "product_description:", "integrations: [vercel]", "csrf_token:", "private_project_access: []", "is_member_join_email_enabled: false",
		"members_can_use_personal_api_keys: false", "allow_publicly_shared_resources: false", "default_experiment_stats_method: frequentist",
	} {
		g.Expect(strings.Contains(text.String(), " "+section) || strings.Contains(text.String(), "\n"+section)).To(BeTrue(), section)
	}
}

// Whoever changes an export changes nothing that the server goes by.
func TestAnExportIsACopy(t *testing.T) {
	g := NewWithT(t)
	server := startFrom(t, embedded("default")())
	before := exported(t, server, fixtures.Write)
	w, err := server.Export()
	g.Expect(err).NotTo(HaveOccurred())
	spoil(reflect.ValueOf(w))
	g.Expect(exported(t, server, fixtures.Write)).To(Equal(before))
	server.Reset()
	g.Expect(exported(t, server, fixtures.Write)).To(Equal(before))
}

// spoil changes every text, number and switch that a value leads to.
func spoil(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			spoil(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Field(i).CanSet() {
				spoil(value.Field(i))
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			spoil(value.Index(i))
		}
	case reflect.String:
		value.SetString("spoilt")
	case reflect.Int, reflect.Int64:
		value.SetInt(-1)
	case reflect.Bool:
		value.SetBool(!value.Bool())
	}
}

// Whatever way a sandbox came to where it is, going back and forking among them, what
// starts from its export is exported as the same bytes.
func TestExportsAfterGoingBack(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("game ", seed), func(t *testing.T) {
			t.Parallel()
			one := startFrom(t, embedded("default")())
			for round := range 6 {
				p := newPlayer(t, one, seed*100+uint64(round))
				p.play(1)
				switch requests := one.Requests(); p.IntN(6) {
				case 0:
					_ = one.Snapshot("then")
				case 1:
					_ = one.Restore("then") // there may be none yet
				case 2:
					one.Reset()
				case 3, 4:
					if err := one.Rewind(int(requests[p.IntN(len(requests))].Number)); err != nil {
						t.Fatal(err)
					}
				}
				fork, err := one.Fork("")
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range []*mock.Sandbox{one.Sandbox, fork} {
					w, err := b.Export()
					if err != nil {
						t.Fatal(err)
					}
					var text bytes.Buffer
					if err := fixtures.Write(&text, w); err != nil {
						t.Fatal(err)
					}
					two := startFrom(t, read(t, text.String()))
					sameText(t, exported(t, two, fixtures.Write), text.String())
				}
			}
		})
	}
}

// An identifiers' position that no source has stood at is found when a server starts.
func TestStartFromNoPosition(t *testing.T) {
	w := &fixtures.World{Name: "w", State: &fixtures.State{Identifiers: strings.Repeat("_", 64)}}
	_, err := mock.New(mock.WithWorld(w))
	NewWithT(t).Expect(err).To(MatchError(HavePrefix("mock: world w: state.identifiers: ")))
}
