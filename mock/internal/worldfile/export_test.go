package worldfile_test

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
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
	"github.com/understudy-dev/understudy/mock/internal/mocktest/moves"
)

// startFrom starts a server from a world. Its clock is the same for all of them.
func startFrom(t testing.TB, w *fixtures.World, options ...mock.Option) *mock.Server {
	t.Helper()
	clock := mock.ClockFunc(func() time.Time { return mocktest.Epoch })
	server, err := mock.New(append([]mock.Option{mock.WithClock(clock), mock.WithWorld(w)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return server
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
	f := &mocktest.Fake{Server: s, T: t}
	w, err := s.Export()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(c *mocktest.Caller, path string) {
		a := c.Get(path)
		answers = append(answers, a.String())
	}
	for _, path := range []string{"keys", "outbox", "upstream", "upstream/mode", "dns", "clock"} {
		ask(f.Anonymous(), "/_understudy/"+path)
	}
	for i := range w.Organizations {
		ask(f.Anonymous(), "/_understudy/organizations/"+w.Organizations[i].ID)
		for _, in := range w.Organizations[i].Integrations {
			ask(f.Anonymous(), "/_understudy/integrations/"+in.ID)
		}
		for _, in := range w.Organizations[i].Invites {
			ask(f.Anonymous(), "/api/signup/"+in.ID+"/")
		}
	}
	asked := map[string]bool{}
	for _, session := range w.Sessions {
		if asked[session.User] {
			continue
		}
		asked[session.User] = true
		by := f.With("Cookie", "sessionid="+session.Key)
		ask(by, "/api/users/@me/")
		ask(by, "/api/organizations/")
		ask(by, "/api/projects/")
		for i := range w.Organizations {
			askOrganization(ask, by, &w.Organizations[i])
		}
	}
	for _, key := range w.Keys {
		ask(f.With("Authorization", "Bearer "+key.Value), "/api/organizations/@current/")
	}
	for i := range w.Organizations {
		o := &w.Organizations[i]
		for j := range o.Domains {
			by := f.With("Authorization", "Bearer "+o.Settings(&o.Domains[j]).SCIMBearerToken)
			ask(by, "/scim/v2/"+o.Domains[j].ID+"/Users?count=200")
			ask(by, "/scim/v2/"+o.Domains[j].ID+"/Groups?count=200")
		}
	}
	return answers
}

func askOrganization(ask func(*mocktest.Caller, string), by *mocktest.Caller, o *fixtures.Organization) {
	ask(by, mocktest.Org(o.ID))
	for _, list := range []string{"projects", "domains", "identity_provider_configs", "integrations", "invites", "members", "roles"} {
		ask(by, mocktest.Org(o.ID, list)+"?limit=1000")
	}
	for _, p := range o.Projects {
		ask(by, mocktest.Org(o.ID, "projects", fmt.Sprint(p.ID)))
	}
	for _, d := range o.Domains {
		ask(by, mocktest.Org(o.ID, "domains", d.ID))
		ask(by, mocktest.Org(o.ID, "domains", d.ID, "scim", "logs")+"?page_size=100")
		ask(by, mocktest.Org(o.ID, "domains", d.ID, "scim", "logs")+"?page_size=100&search=null")
	}
	for _, c := range o.IdentityProviderConfigs {
		ask(by, mocktest.Org(o.ID, "identity_provider_configs", c.ID))
	}
	for _, r := range o.Roles {
		ask(by, mocktest.Org(o.ID, "roles", r.ID))
		ask(by, mocktest.Org(o.ID, "roles", r.ID, "role_memberships"))
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
				moves.New(t, one, uint64(seed)).Play(rounds)
				text := mocktest.Exported(t, one, fixtures.Write)
				two := startFrom(t, read(t, text), mock.WithSeed(99))
				mocktest.SameText(t, mocktest.Exported(t, two, fixtures.Write), text)
				three := startFrom(t, read(t, mocktest.Exported(t, one, fixtures.WriteJSON)))
				mocktest.SameText(t, mocktest.Exported(t, three, fixtures.Write), text)
				mocktest.SameText(t, strings.Join(everything(t, two), "\n"), strings.Join(everything(t, one), "\n"))

				first, second := moves.New(t, one, 10), moves.New(t, two, 10)
				first.Play(2)
				second.Play(2)
				mocktest.SameText(t, second.Transcript(), first.Transcript())
				mocktest.SameText(t, mocktest.Exported(t, two, fixtures.Write), mocktest.Exported(t, one, fixtures.Write))

				two.Reset()
				mocktest.SameText(t, mocktest.Exported(t, two, fixtures.Write), text)
			})
		}
	}
}

// A world travels by call as well, in both forms.
func TestExportByCall(t *testing.T) {
	for _, form := range []string{"yaml", "json"} {
		t.Run(form, func(t *testing.T) {
			one := moves.New(t, startFrom(t, embedded("default")()), 3)
			one.Play(2)
			text := string(one.Anonymous().Get("/_understudy/world?format=" + form).Status(200).Body)
			two := mocktest.New(t)
			two.Anonymous().Do("PUT", "/_understudy/world", "application/"+form, text).Status(204)
			mocktest.SameText(t, string(two.Anonymous().Get("/_understudy/world?format="+form).Status(200).Body), text)
			two.Invite(`{"target_email": "more@example.com"}`)
			two.Anonymous().Post("/_understudy/reset", "").Status(204)
			mocktest.SameText(t, string(two.Anonymous().Get("/_understudy/world?format="+form).Status(200).Body), text)
		})
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
		p := moves.New(t, server, seed)
		for range 6 {
			p.Play(1)
			text.WriteString(mocktest.Exported(t, server, fixtures.Write))
		}
		for _, a := range p.Heard {
			if all++; a.Code < 300 {
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
	before := mocktest.Exported(t, server, fixtures.Write)
	w, err := server.Export()
	g.Expect(err).NotTo(HaveOccurred())
	spoil(reflect.ValueOf(w))
	g.Expect(mocktest.Exported(t, server, fixtures.Write)).To(Equal(before))
	server.Reset()
	g.Expect(mocktest.Exported(t, server, fixtures.Write)).To(Equal(before))
}

// spoil changes every text, number and switch that a value leads to.
func spoil(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			spoil(value.Elem())
		}
	case reflect.Struct:
		for _, field := range value.Fields() {
			if field.CanSet() {
				spoil(field)
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
				p := moves.New(t, one, seed*100+uint64(round))
				p.Play(1)
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
					mocktest.SameText(t, mocktest.Exported(t, two, fixtures.Write), text.String())
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

// What an export costs for each invite is the same however many there are.
func BenchmarkExport(b *testing.B) {
	for _, invites := range []int{10_000, 100_000} {
		options := fixtures.DefaultGenerateOptions()
		options.Organizations, options.Invites = 1, invites
		server := startFrom(b, fixtures.Generate(options))
		w, err := server.Export()
		if err != nil {
			b.Fatal(err)
		}
		each := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*invites), "ns/invite")
		}
		b.Run(fmt.Sprintf("describe %d invites", invites), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := server.Export(); err != nil {
					b.Fatal(err)
				}
			}
			each(b)
		})
		for _, form := range []struct {
			name  string
			write func(io.Writer, *fixtures.World) error
		}{{"YAML", fixtures.Write}, {"JSON", fixtures.WriteJSON}} {
			b.Run(fmt.Sprintf("write %d invites as %s", invites, form.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := form.write(io.Discard, w); err != nil {
						b.Fatal(err)
					}
				}
				each(b)
			})
		}
		b.Run(fmt.Sprintf("start from %d invites", invites), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				startFrom(b, w)
			}
			each(b)
		})
	}
}
