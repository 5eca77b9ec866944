package mock_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// domains are the names of the domains that a caller sees.
func domainsSeenBy(c *mocktest.Caller, prefix string) string {
	return c.Get(prefix + c.Org("domains")).Status(200).Get("results.#.domain").Raw
}

func TestSandboxesAreChosen(t *testing.T) {
	f := mocktest.New(t)
	before := domainsSeenBy(f.As("admin"), "")
	f.As("admin").And(mocktest.SandboxHeader, "a").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	minted := f.With(mocktest.SandboxHeader, "a").Post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).Status(201).Get("value").String()
	for _, tc := range []struct {
		name   string
		caller *mocktest.Caller
		prefix string
		there  bool
	}{
		{"by nothing", f.As("admin"), "", false},
		{"by header", f.As("admin").And(mocktest.SandboxHeader, "a"), "", true},
		{"by another header", f.As("admin").And(mocktest.SandboxHeader, "b"), "", false},
		{"by the name of the default", f.As("admin").And(mocktest.SandboxHeader, mock.DefaultSandbox), "", false},
		{"by path", f.As("admin"), "/_sandbox/a", true},
		{"by path, whatever the header says", f.As("admin").And(mocktest.SandboxHeader, "b"), "/_sandbox/a", true},
		{"by a key that was minted there", f.With("Authorization", "Bearer "+minted), "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			seen := domainsSeenBy(tc.caller, tc.prefix)
			NewWithT(t).Expect(strings.Contains(seen, "a.example.com")).To(Equal(tc.there), seen)
		})
	}
	NewWithT(t).Expect(domainsSeenBy(f.As("admin"), "")).To(Equal(before))
	f.With("Authorization", "Bearer "+minted).And(mocktest.SandboxHeader, "b").Get(f.Org("domains")).Status(401)
	f.Anonymous().Get(f.Org("domains")+"?personal_api_key="+minted).Status(200).Has(`results.#(domain=="a.example.com").domain`, `"a.example.com"`)
}

// TestKeysOfSandboxesOfAnExport: a key leads to where it was minted, also when all
// sandboxes go on from the same state.
func TestKeysOfSandboxesOfAnExport(t *testing.T) {
	g := NewWithT(t)
	w, err := mocktest.New(t).Export()
	g.Expect(err).NotTo(HaveOccurred())
	f := mocktest.New(t, mock.WithWorld(w))
	mint := func(name string) *mocktest.Caller {
		value := f.With(mocktest.SandboxHeader, name).Post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).Status(201).Get("value").String()
		return f.With("Authorization", "Bearer "+value)
	}
	names := []string{mock.DefaultSandbox, "a", "b"}
	keys := map[string]*mocktest.Caller{}
	for _, name := range names {
		keys[name] = mint(name)
		keys[name].Post(f.Org("domains"), `{"domain": "`+name+`.example.com"}`).Status(201)
	}
	for _, name := range names {
		for _, other := range names {
			g.Expect(strings.Contains(domainsSeenBy(f.As("admin").And(mocktest.SandboxHeader, name), ""), other+".example.com")).To(Equal(other == name), other+" in "+name)
		}
	}

	// Those that were told to go on from one state mint the same keys, which then lead to
	// none of them.
	var world bytes.Buffer
	g.Expect(fixtures.Write(&world, w)).To(Succeed())
	for _, name := range []string{"c", "d"} {
		f.With(mocktest.SandboxHeader, name).Put("/_understudy/world", world.String()).Status(204)
	}
	c, d := mint("c"), mint("d")
	g.Expect(c.Header).To(Equal(d.Header))
	c.Get("/api/users/@me/").Status(200) // the default one, which has minted it as well
	g.Expect(domainsSeenBy(c, "")).To(Equal(domainsSeenBy(f.As("admin"), "")))
}

func TestLinksKeepTheSandbox(t *testing.T) {
	f := mocktest.New(t)
	page := f.As("admin").Get("/_sandbox/a" + f.Org("domains") + "?limit=1").Status(200)
	next := page.Get("next").String()
	NewWithT(t).Expect(next).To(HavePrefix("http://fake.test/_sandbox/a" + f.Org("domains")))
	f.As("admin").Get(strings.TrimPrefix(next, "http://fake.test")).Status(200)

	id := f.Known("known.scim.domain_id")
	scim := f.With("Authorization", "Bearer "+f.Known("known.scim.token"))
	made := scim.Do("POST", "/_sandbox/a/scim/v2/"+id+"/Users", "application/scim+json", `{"emails": [{"value": "new@`+f.Known("known.scim.email_domain")+`", "primary": true}]}`)
	location := made.Status(201).Get("meta.location").String()
	NewWithT(t).Expect(location).To(HavePrefix("/_sandbox/a/scim/v2/"))
	scim.Get(location).Status(200)
	scim.Get(strings.TrimPrefix(location, "/_sandbox/a")).Status(404)

	f.As("admin").Post("/_sandbox/a"+f.Org("invites"), `{"target_email": "new@example.com"}`).Status(201)
	NewWithT(t).Expect(f.Anonymous().Get("/_sandbox/a/_understudy/outbox").Status(200).Get("messages.0.link").String()).
		To(HavePrefix("http://fake.test/_sandbox/a/signup/"))
	NewWithT(t).Expect(f.Outbox()).To(BeEmpty())

	login := f.Anonymous().Post("/_sandbox/a/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`,
		f.Known("credentials.admin.email"), f.Known("credentials.admin.password"))).Status(200)
	NewWithT(t).Expect(login.Header.Values("Set-Cookie")).To(ConsistOf(
		And(HavePrefix("sessionid="), ContainSubstring("Path=/_sandbox/a/;")),
		And(HavePrefix("posthog_csrftoken="), ContainSubstring("Path=/;")),
	))
}

func TestEverythingWithStateIsInTheSandbox(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 3}))
	a := f.With(mocktest.SandboxHeader, "a")
	a.Post("/_understudy/clock", `{"advance": "1h"}`).Status(200)
	a.Put("/_understudy/dns/x.example.com", `{"values": ["v"]}`).Status(200)
	a.Patch("/_understudy/organizations/hedgerow-works", `{"features": []}`).Status(200)
	session := f.With(mocktest.SandboxHeader, "a").Post("/_understudy/sessions", `{"user": "admin@hedgerow.example"}`).Status(201)
	for range 3 {
		f.As("admin").And(mocktest.SandboxHeader, "a").Get("/api/users/@me/").Status(200)
		f.As("admin").And(mocktest.SandboxHeader, "a").Get(f.Org("domains")).Status(200)
	}
	f.As("admin").And(mocktest.SandboxHeader, "a").Get(f.Org("domains")).Status(429)

	f.Anonymous().Get("/_understudy/clock").Status(200).Has("now", `"2026-03-01T12:00:00Z"`)
	f.Anonymous().Get("/_understudy/dns/x.example.com").Status(404)
	NewWithT(t).Expect(f.Anonymous().Get("/_understudy/organizations/hedgerow-works").Status(200).Get("features").Array()).NotTo(BeEmpty())
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.With("Cookie", session.Get("cookie").String()).Get("/api/users/@me/").Status(401)
}

func TestSandboxesByCall(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/sandboxes"
	f.As("admin").Post(f.Org("domains"), `{"domain": "early.example.com"}`).Status(201)
	f.Anonymous().Post(path, `{"name": "a", "sandbox": "default"}`).Status(201).
		Has("name", `"a"`).Has("from", `"sandbox default"`).Has("url", `"http://fake.test/_sandbox/a"`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "late.example.com"}`).Status(201)
	g := NewWithT(t)
	g.Expect(domainsSeenBy(f.As("admin"), "/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("late"))))

	f.As("admin").Post("/_sandbox/a"+f.Org("domains"), `{"domain": "more.example.com"}`).Status(201)
	f.Anonymous().Post("/_sandbox/a/_understudy/reset", "").Status(204)
	g.Expect(domainsSeenBy(f.As("admin"), "/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("more"))))

	f.Anonymous().Post("/_sandbox/a/_understudy/snapshots", `{"name": "then"}`).Status(201)
	f.As("admin").Post("/_sandbox/a"+f.Org("domains"), `{"domain": "more.example.com"}`).Status(201)
	f.Anonymous().Post(path, `{"name": "c", "sandbox": "a", "snapshot": "then"}`).Status(201).Has("from", `"snapshot then of sandbox a"`)
	g.Expect(domainsSeenBy(f.As("admin"), "/_sandbox/c")).NotTo(ContainSubstring("more"))

	f.Anonymous().Post(path, `{"name": "b", "world": "empty"}`).Status(201)
	f.As("admin").Get("/_sandbox/b" + f.Org("domains")).Status(401)
	f.Anonymous().Post(path, `{}`).Status(201).Has("name", `"sandbox-1"`)
	f.Anonymous().Get(path).Status(200).Has("sandboxes.#.name", `["default","a","b","c","sandbox-1"]`)
	f.Anonymous().Get(path+"/a").Status(200).Has("in_use", "false")
	f.Anonymous().Delete(path + "/a").Status(204)
	f.Anonymous().Get(path + "/a").Status(404)
	f.Anonymous().Delete(path + "/a").Status(404)
	f.Anonymous().Delete(path + "/default").Status(409)
}

func TestSandboxesThatCannotBe(t *testing.T) {
	f := mocktest.New(t, mock.WithExplicitSandboxes())
	const path = "/_understudy/sandboxes"
	f.Anonymous().Post(path, `{"name": "a"}`).Status(201)
	for _, tc := range []struct {
		name, body string
		status     int
		code       string
	}{
		{"a name twice", `{"name": "a"}`, 409, "sandbox_exists"},
		{"the name of the default", `{"name": "default"}`, 409, "sandbox_exists"},
		{"a name with a slash", `{"name": "a/b"}`, 400, "invalid_sandbox"},
		{"a name that is too long", `{"name": "` + strings.Repeat("a", 101) + `"}`, 400, "invalid_sandbox"},
		{"a world that is not there", `{"world": "nowhere"}`, 400, "invalid_body"},
		{"a sandbox that is not there", `{"sandbox": "nowhere"}`, 400, "invalid_body"},
		{"a snapshot that is not there", `{"snapshot": "nowhere"}`, 400, "invalid_body"},
		{"two things to start from", `{"world": "empty", "sandbox": "a"}`, 400, "invalid_body"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(f.Anonymous().Post(path, tc.body).Status(tc.status).Get("understudy").String()).To(Equal(tc.code))
		})
	}
	f.With(mocktest.SandboxHeader, "new").Get("/api/users/@me/").Status(404).Has("understudy", `"no_such_sandbox"`)
	f.With(mocktest.SandboxHeader, "a b").Get("/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/new/api/users/@me/").Status(404).Has("understudy", `"no_such_sandbox"`)
	f.Anonymous().Get("/_sandbox/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/a%2Fb/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/%2e%2e/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
}

// TestEncodedPrefixes: a path leads to the same place however it is written.
func TestEncodedPrefixes(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	for _, path := range []string{"/_sandbox/abc/api/users/%40me/", "/_sandbox/%61bc/api/users/@me/", "/%5Fsandbox/abc/api/users/@me/"} {
		f.As("admin").Get(path).Status(200)
	}
	f.Anonymous().Get("/_sandbox/abc/_understudy/requests").Status(200).
		Has("requests.#.path", `["/api/users/@me/","/api/users/@me/","/api/users/%40me/"]`)
	g.Expect(f.As("admin").Get("/_sandbox/%61bc" + f.Org("invites") + "?limit=1").Get("next").String()).To(HavePrefix("http://fake.test/_sandbox/abc/api/"))
	f.Anonymous().Get("/_understudy/sandboxes").Has("sandboxes.#.name", `["default","abc"]`)
}

// TestSandboxesCountRequests: what the control plane is asked is no request of a test.
func TestSandboxesCountRequests(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").And(mocktest.SandboxHeader, "a").Get("/api/users/@me/").Status(200)
	f.With(mocktest.SandboxHeader, "a").Get("/nowhere").Status(404)
	for _, path := range []string{"requests", "world", "nowhere"} {
		f.With(mocktest.SandboxHeader, "a").Get("/_understudy/" + path)
	}
	f.Anonymous().Get("/_understudy/sandboxes/a").Status(200).Has("requests", "2")
	f.Anonymous().Get("/_understudy/sandboxes/default").Status(200).Has("requests", "0")
}

// TestSandboxesAreIdleFromTheirLastAnswer: a stream that was open for long has kept its
// sandbox in use for as long.
func TestSandboxesAreIdleFromTheirLastAnswer(t *testing.T) {
	g := NewWithT(t)
	var now atomic.Int64
	clock := mock.ClockFunc(func() time.Time { return mocktest.Epoch.Add(time.Duration(now.Load())) })
	f := mocktest.New(t, mock.WithClock(clock), mock.WithSandboxLimits(2, 0))
	f.With(mocktest.SandboxHeader, "watched").Get("/api/users/@me/")
	ctx, leave := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		request := httptest.NewRequestWithContext(ctx, "GET", "http://fake.test/_sandbox/watched/_understudy/requests/stream", nil)
		f.ServeHTTP(httptest.NewRecorder(), request)
	}()
	inUse := func() string { return f.Anonymous().Get("/_understudy/sandboxes/watched").Get("in_use").Raw }
	g.Eventually(inUse).Should(Equal("true"))
	now.Store(int64(time.Hour))
	f.With(mocktest.SandboxHeader, "later").Get("/api/users/@me/")
	now.Store(int64(2 * time.Hour))
	leave()
	<-over
	f.With(mocktest.SandboxHeader, "new").Get("/api/users/@me/")
	f.Anonymous().Get("/_understudy/sandboxes").Has("sandboxes.#.name", `["default","new","watched"]`)
}

// TestIdleSandboxesGoWhoeverComes: it takes no request for a sandbox to look for them.
func TestIdleSandboxesGoWhoeverComes(t *testing.T) {
	g := NewWithT(t)
	now := mocktest.Epoch
	clock := mock.ClockFunc(func() time.Time { return now })
	f := mocktest.New(t, mock.WithClock(clock), mock.WithSandboxLimits(2, time.Hour))
	b, err := f.SandboxNamed("a")
	g.Expect(err).NotTo(HaveOccurred())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range b.Watch(t.Context()) {
		}
	}()
	now = now.Add(2 * time.Hour)
	f.As("admin").Get("/api/users/@me/").Status(200)
	g.Eventually(ended).Should(BeClosed())
}

func TestWorldOfANewSandbox(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").And(mocktest.SandboxHeader, "a").And("Understudy-World", "empty").Get("/api/users/@me/").Status(401)
	f.As("admin").And(mocktest.SandboxHeader, "b").And("Understudy-World", "nowhere").Get("/api/users/@me/").Status(400).Has("understudy", `"no_such_world"`)
	f.As("admin").And(mocktest.SandboxHeader, "b").And("Understudy-World", "default").Get("/api/users/@me/").Status(200)
}

func TestRoomForSandboxes(t *testing.T) {
	g := NewWithT(t)
	now := mocktest.Epoch
	clock := mock.ClockFunc(func() time.Time { return now })
	f := mocktest.New(t, mock.WithClock(clock), mock.WithSandboxLimits(2, time.Hour))
	names := func() string { return f.Anonymous().Get("/_understudy/sandboxes").Get("sandboxes.#.name").Raw }
	for _, name := range []string{"a", "b", "a", "c"} {
		now = now.Add(time.Minute)
		f.With(mocktest.SandboxHeader, name).Get("/api/users/@me/").Status(401)
	}
	g.Expect(names()).To(Equal(`["default","a","c"]`), "the one that was idle for longest went")
	now = now.Add(59*time.Minute + 30*time.Second)
	g.Expect(names()).To(Equal(`["default","c"]`), "one was idle for too long")
	now = now.Add(24 * time.Hour)
	g.Expect(names()).To(Equal(`["default"]`))
}

// TestSandboxesInUseStay: a request that takes long keeps its sandbox.
func TestSandboxesInUseStay(t *testing.T) {
	g := NewWithT(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := resolverFunc(func(string) ([]string, error) {
		close(entered)
		<-leave
		return nil, nil
	})
	f := mocktest.New(t, mock.WithSandboxLimits(1, time.Hour), mock.WithResolver(slow), mock.WithPersonalKeysEverywhere())
	done := make(chan int)
	go func() {
		done <- f.As("admin").And(mocktest.SandboxHeader, "a").Post(f.Org("domains", "01900000-0004-7000-8000-000000000004", "verify"), "").Code
	}()
	<-entered
	f.With(mocktest.SandboxHeader, "b").Get("/api/users/@me/").Status(503).Has("understudy", `"too_many_sandboxes"`)
	f.Anonymous().Get("/_understudy/sandboxes/a").Status(200).Has("in_use", "true")
	close(leave)
	g.Expect(<-done).To(Equal(200))
	f.With(mocktest.SandboxHeader, "b").Get("/api/users/@me/").Status(401)
	f.Anonymous().Get("/_understudy/sandboxes/a").Status(404)
}

func TestSnapshots(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/snapshots"
	before := domainsSeenBy(f.As("admin"), "")
	f.Anonymous().Post(path, `{"name": "start"}`).Status(201).Has("taken_at", `"2026-03-01T12:00:00Z"`)
	first := f.As("admin").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	f.Anonymous().Post("/_understudy/clock", `{"advance": "1h"}`).Status(200)
	f.Anonymous().Get(path).Status(200).Has("snapshots.#.name", `["start"]`)
	f.Anonymous().Post(path+"/start/restore", "").Status(204)
	g := NewWithT(t)
	g.Expect(domainsSeenBy(f.As("admin"), "")).To(Equal(before))
	again := f.As("admin").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	g.Expect(string(again.Body)).To(Equal(string(first.Body)), "the same call at the same time gives the same answer")
	f.Anonymous().Delete(path + "/start").Status(204)
	f.Anonymous().Post(path+"/start/restore", "").Status(404)
	f.Anonymous().Delete(path + "/start").Status(404)
	f.Anonymous().Post(path, `{"name": ""}`).Status(400)
	f.Anonymous().Post(path, `{"name": "../etc"}`).Status(400)
}

// TestSnapshotsHaveTheLogins: whoever has not called yet finds the logins of the world
// after going back, too.
func TestSnapshotsHaveTheLogins(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	b, err := f.SandboxNamed("a")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b.Snapshot("start")).To(Succeed())
	login := f.With("Cookie", f.Known("credentials.admin.session.cookie"), mocktest.SandboxHeader, "a")
	login.Get("/api/users/@me/").Status(200)
	g.Expect(b.Restore("start")).To(Succeed())
	login.Get("/api/users/@me/").Status(200)
}

// TestGoingBackIsWhole: of a reset and a restoration at once, one is last. State and
// clock are of the same.
func TestGoingBackIsWhole(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.As("admin").Post(f.Org("domains"), `{"domain": "late.example.com"}`).Status(201)
	f.Advance(time.Hour)
	g.Expect(f.Snapshot("late")).To(Succeed())
	for range 200 {
		var busy sync.WaitGroup
		busy.Go(f.Reset)
		busy.Go(func() { _ = f.Restore("late") })
		busy.Wait()
		g.Expect(strings.Contains(domainsSeenBy(f.As("admin"), ""), "late")).To(Equal(f.Now().After(mocktest.Epoch)))
	}
}

// TestResetUnderLoad: whoever looks sees the start or what came after, never a mixture.
func TestResetUnderLoad(t *testing.T) {
	f := mocktest.New(t)
	whole := f.As("admin").Get(f.Org("domains")).Status(200).Get("count").Int()
	var torn atomic.Int64
	var busy sync.WaitGroup
	for worker := range 4 {
		busy.Go(func() {
			for i := range 50 {
				made := f.As("admin").Post(f.Org("domains"), fmt.Sprintf(`{"domain": "w%d-%d.example.com"}`, worker, i))
				list := f.As("admin").Get(f.Org("domains") + "?limit=1000")
				if made.Code != 201 || list.Code != 200 || list.Get("count").Int() < whole {
					torn.Add(1)
				}
			}
		})
	}
	for range 50 {
		f.Anonymous().Post("/_understudy/reset", "").Status(204)
	}
	busy.Wait()
	f.Reset()
	g := NewWithT(t)
	g.Expect(torn.Load()).To(BeZero())
	g.Expect(f.As("admin").Get(f.Org("domains")).Get("count").Int()).To(Equal(whole))
}

// TestParallelForks: 200 tests on one server, none of which sees another.
func TestParallelForks(t *testing.T) {
	fake := mock.Start(t)
	key := profileKey(t, fake)
	t.Run("all", func(t *testing.T) {
		for i := range 200 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				own := fake.Fork(t)
				mine := fmt.Sprintf("test-%d.example.com", i)
				post(t, own, key, "/api/organizations/@current/domains/", `{"domain": "`+mine+`"}`)
				runtime.Gosched()
				list := get(t, own, key, "/api/organizations/@current/domains/?limit=1000")
				g := NewWithT(t)
				g.Expect(strings.Count(list, `"domain":"test-`)).To(Equal(1))
				g.Expect(list).To(ContainSubstring(mine))
			})
		}
	})
	NewWithT(t).Expect(get(t, fake, key, "/api/organizations/@current/domains/?limit=1000")).NotTo(ContainSubstring("test-"))
}

func profileKey(t *testing.T, fake *mock.Running) string {
	t.Helper()
	return mocktest.New(t).Known("credentials.admin.personal_api_key")
}

func post(t *testing.T, fake *mock.Running, key, path, body string) {
	t.Helper()
	ask(t, fake, key, http.MethodPost, path, body, http.StatusCreated)
}

func get(t *testing.T, fake *mock.Running, key, path string) string {
	t.Helper()
	return ask(t, fake, key, http.MethodGet, path, "", http.StatusOK)
}

func ask(t *testing.T, fake *mock.Running, key, method, path, body string, status int) string {
	t.Helper()
	g := NewWithT(t)
	request, err := http.NewRequestWithContext(t.Context(), method, fake.URL+path, strings.NewReader(body))
	g.Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := fake.Client.Do(request)
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(response.StatusCode).To(Equal(status), string(answer))
	return string(answer)
}

// resolverFunc is a function that is a [mock.Resolver].
type resolverFunc func(name string) ([]string, error)

func (f resolverFunc) LookupTXT(_ context.Context, name string) ([]string, error) { return f(name) }
