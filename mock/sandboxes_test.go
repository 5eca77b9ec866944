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
)

const inSandbox = "Understudy-Sandbox"

// domains are the names of the domains that a caller sees.
func (c *caller) domains(prefix string) string {
	return c.get(prefix + c.org("domains")).status(200).get("results.#.domain").Raw
}

func TestSandboxesAreChosen(t *testing.T) {
	f := newFake(t)
	before := f.as("admin").domains("")
	f.as("admin").and(inSandbox, "a").post(f.org("domains"), `{"domain": "a.example.com"}`).status(201)
	minted := f.with(inSandbox, "a").post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).status(201).get("value").String()
	for _, tc := range []struct {
		name   string
		caller *caller
		prefix string
		there  bool
	}{
		{"by nothing", f.as("admin"), "", false},
		{"by header", f.as("admin").and(inSandbox, "a"), "", true},
		{"by another header", f.as("admin").and(inSandbox, "b"), "", false},
		{"by the name of the default", f.as("admin").and(inSandbox, mock.DefaultSandbox), "", false},
		{"by path", f.as("admin"), "/_sandbox/a", true},
		{"by path, whatever the header says", f.as("admin").and(inSandbox, "b"), "/_sandbox/a", true},
		{"by a key that was minted there", f.with("Authorization", "Bearer "+minted), "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			seen := tc.caller.domains(tc.prefix)
			NewWithT(t).Expect(strings.Contains(seen, "a.example.com")).To(Equal(tc.there), seen)
		})
	}
	NewWithT(t).Expect(f.as("admin").domains("")).To(Equal(before))
	f.with("Authorization", "Bearer "+minted).and(inSandbox, "b").get(f.org("domains")).status(401)
	f.anonymous().get(f.org("domains")+"?personal_api_key="+minted).status(200).has(`results.#(domain=="a.example.com").domain`, `"a.example.com"`)
}

// TestKeysOfSandboxesOfAnExport: a key leads to where it was minted, also when all
// sandboxes go on from the same state.
func TestKeysOfSandboxesOfAnExport(t *testing.T) {
	g := NewWithT(t)
	w, err := newFake(t).Export()
	g.Expect(err).NotTo(HaveOccurred())
	f := newFake(t, mock.WithWorld(w))
	mint := func(name string) *caller {
		value := f.with(inSandbox, name).post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).status(201).get("value").String()
		return f.with("Authorization", "Bearer "+value)
	}
	names := []string{mock.DefaultSandbox, "a", "b"}
	keys := map[string]*caller{}
	for _, name := range names {
		keys[name] = mint(name)
		keys[name].post(f.org("domains"), `{"domain": "`+name+`.example.com"}`).status(201)
	}
	for _, name := range names {
		for _, other := range names {
			g.Expect(strings.Contains(f.as("admin").and(inSandbox, name).domains(""), other+".example.com")).To(Equal(other == name), other+" in "+name)
		}
	}

	// Those that were told to go on from one state mint the same keys, which then lead to
	// none of them.
	var world bytes.Buffer
	g.Expect(fixtures.Write(&world, w)).To(Succeed())
	for _, name := range []string{"c", "d"} {
		f.with(inSandbox, name).put("/_understudy/world", world.String()).status(204)
	}
	c, d := mint("c"), mint("d")
	g.Expect(c.header).To(Equal(d.header))
	c.get("/api/users/@me/").status(200) // the default one, which has minted it as well
	g.Expect(c.domains("")).To(Equal(f.as("admin").domains("")))
}

func TestLinksKeepTheSandbox(t *testing.T) {
	f := newFake(t)
	page := f.as("admin").get("/_sandbox/a" + f.org("domains") + "?limit=1").status(200)
	next := page.get("next").String()
	NewWithT(t).Expect(next).To(HavePrefix("http://fake.test/_sandbox/a" + f.org("domains")))
	f.as("admin").get(strings.TrimPrefix(next, "http://fake.test")).status(200)

	id := f.known("known.scim.domain_id")
	scim := f.with("Authorization", "Bearer "+f.known("known.scim.token"))
	made := scim.do("POST", "/_sandbox/a/scim/v2/"+id+"/Users", "application/scim+json", `{"emails": [{"value": "new@`+f.known("known.scim.email_domain")+`", "primary": true}]}`)
	location := made.status(201).get("meta.location").String()
	NewWithT(t).Expect(location).To(HavePrefix("/_sandbox/a/scim/v2/"))
	scim.get(location).status(200)
	scim.get(strings.TrimPrefix(location, "/_sandbox/a")).status(404)

	f.as("admin").post("/_sandbox/a"+f.org("invites"), `{"target_email": "new@example.com"}`).status(201)
	NewWithT(t).Expect(f.anonymous().get("/_sandbox/a/_understudy/outbox").status(200).get("messages.0.link").String()).
		To(HavePrefix("http://fake.test/_sandbox/a/signup/"))
	NewWithT(t).Expect(f.Outbox()).To(BeEmpty())

	login := f.anonymous().post("/_sandbox/a/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`,
		f.known("credentials.admin.email"), f.known("credentials.admin.password"))).status(200)
	NewWithT(t).Expect(login.header.Values("Set-Cookie")).To(ConsistOf(
		And(HavePrefix("sessionid="), ContainSubstring("Path=/_sandbox/a/;")),
		And(HavePrefix("posthog_csrftoken="), ContainSubstring("Path=/;")),
	))
}

func TestEverythingWithStateIsInTheSandbox(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 3}))
	a := f.with(inSandbox, "a")
	a.post("/_understudy/clock", `{"advance": "1h"}`).status(200)
	a.put("/_understudy/dns/x.example.com", `{"values": ["v"]}`).status(200)
	a.patch("/_understudy/organizations/hedgerow-works", `{"features": []}`).status(200)
	session := f.with(inSandbox, "a").post("/_understudy/sessions", `{"user": "admin@hedgerow.example"}`).status(201)
	for range 3 {
		f.as("admin").and(inSandbox, "a").get("/api/users/@me/").status(200)
		f.as("admin").and(inSandbox, "a").get(f.org("domains")).status(200)
	}
	f.as("admin").and(inSandbox, "a").get(f.org("domains")).status(429)

	f.anonymous().get("/_understudy/clock").status(200).has("now", `"2026-03-01T12:00:00Z"`)
	f.anonymous().get("/_understudy/dns/x.example.com").status(404)
	NewWithT(t).Expect(f.anonymous().get("/_understudy/organizations/hedgerow-works").status(200).get("features").Array()).NotTo(BeEmpty())
	f.as("admin").get(f.org("domains")).status(200)
	f.with("Cookie", session.get("cookie").String()).get("/api/users/@me/").status(401)
}

func TestSandboxesByCall(t *testing.T) {
	f := newFake(t)
	const path = "/_understudy/sandboxes"
	f.as("admin").post(f.org("domains"), `{"domain": "early.example.com"}`).status(201)
	f.anonymous().post(path, `{"name": "a", "sandbox": "default"}`).status(201).
		has("name", `"a"`).has("from", `"sandbox default"`).has("url", `"http://fake.test/_sandbox/a"`)
	f.as("admin").post(f.org("domains"), `{"domain": "late.example.com"}`).status(201)
	g := NewWithT(t)
	g.Expect(f.as("admin").domains("/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("late"))))

	f.as("admin").post("/_sandbox/a"+f.org("domains"), `{"domain": "more.example.com"}`).status(201)
	f.anonymous().post("/_sandbox/a/_understudy/reset", "").status(204)
	g.Expect(f.as("admin").domains("/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("more"))))

	f.anonymous().post("/_sandbox/a/_understudy/snapshots", `{"name": "then"}`).status(201)
	f.as("admin").post("/_sandbox/a"+f.org("domains"), `{"domain": "more.example.com"}`).status(201)
	f.anonymous().post(path, `{"name": "c", "sandbox": "a", "snapshot": "then"}`).status(201).has("from", `"snapshot then of sandbox a"`)
	g.Expect(f.as("admin").domains("/_sandbox/c")).NotTo(ContainSubstring("more"))

	f.anonymous().post(path, `{"name": "b", "world": "empty"}`).status(201)
	f.as("admin").get("/_sandbox/b" + f.org("domains")).status(401)
	f.anonymous().post(path, `{}`).status(201).has("name", `"sandbox-1"`)
	f.anonymous().get(path).status(200).has("sandboxes.#.name", `["default","a","b","c","sandbox-1"]`)
	f.anonymous().get(path+"/a").status(200).has("in_use", "false")
	f.anonymous().delete(path + "/a").status(204)
	f.anonymous().get(path + "/a").status(404)
	f.anonymous().delete(path + "/a").status(404)
	f.anonymous().delete(path + "/default").status(409)
}

func TestSandboxesThatCannotBe(t *testing.T) {
	f := newFake(t, mock.WithExplicitSandboxes())
	const path = "/_understudy/sandboxes"
	f.anonymous().post(path, `{"name": "a"}`).status(201)
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
			NewWithT(t).Expect(f.anonymous().post(path, tc.body).status(tc.status).get("understudy").String()).To(Equal(tc.code))
		})
	}
	f.with(inSandbox, "new").get("/api/users/@me/").status(404).has("understudy", `"no_such_sandbox"`)
	f.with(inSandbox, "a b").get("/api/users/@me/").status(400).has("understudy", `"invalid_sandbox"`)
	f.anonymous().get("/_sandbox/new/api/users/@me/").status(404).has("understudy", `"no_such_sandbox"`)
	f.anonymous().get("/_sandbox/").status(400).has("understudy", `"invalid_sandbox"`)
	f.anonymous().get("/_sandbox/a%2Fb/api/users/@me/").status(400).has("understudy", `"invalid_sandbox"`)
	f.anonymous().get("/_sandbox/%2e%2e/api/users/@me/").status(400).has("understudy", `"invalid_sandbox"`)
}

// TestEncodedPrefixes: a path leads to the same place however it is written.
func TestEncodedPrefixes(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	for _, path := range []string{"/_sandbox/abc/api/users/%40me/", "/_sandbox/%61bc/api/users/@me/", "/%5Fsandbox/abc/api/users/@me/"} {
		f.as("admin").get(path).status(200)
	}
	f.anonymous().get("/_sandbox/abc/_understudy/requests").status(200).
		has("requests.#.path", `["/api/users/@me/","/api/users/@me/","/api/users/%40me/"]`)
	g.Expect(f.as("admin").get("/_sandbox/%61bc" + f.org("invites") + "?limit=1").get("next").String()).To(HavePrefix("http://fake.test/_sandbox/abc/api/"))
	f.anonymous().get("/_understudy/sandboxes").has("sandboxes.#.name", `["default","abc"]`)
}

// TestSandboxesCountRequests: what the control plane is asked is no request of a test.
func TestSandboxesCountRequests(t *testing.T) {
	f := newFake(t)
	f.as("admin").and(inSandbox, "a").get("/api/users/@me/").status(200)
	f.with(inSandbox, "a").get("/nowhere").status(404)
	for _, path := range []string{"requests", "world", "nowhere"} {
		f.with(inSandbox, "a").get("/_understudy/" + path)
	}
	f.anonymous().get("/_understudy/sandboxes/a").status(200).has("requests", "2")
	f.anonymous().get("/_understudy/sandboxes/default").status(200).has("requests", "0")
}

// TestSandboxesAreIdleFromTheirLastAnswer: a stream that was open for long has kept its
// sandbox in use for as long.
func TestSandboxesAreIdleFromTheirLastAnswer(t *testing.T) {
	g := NewWithT(t)
	var now atomic.Int64
	clock := mock.ClockFunc(func() time.Time { return testStart.Add(time.Duration(now.Load())) })
	f := newFake(t, mock.WithClock(clock), mock.WithSandboxLimits(2, 0))
	f.with(inSandbox, "watched").get("/api/users/@me/")
	ctx, leave := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		request := httptest.NewRequestWithContext(ctx, "GET", "http://fake.test/_sandbox/watched/_understudy/requests/stream", nil)
		f.ServeHTTP(httptest.NewRecorder(), request)
	}()
	inUse := func() string { return f.anonymous().get("/_understudy/sandboxes/watched").get("in_use").Raw }
	g.Eventually(inUse).Should(Equal("true"))
	now.Store(int64(time.Hour))
	f.with(inSandbox, "later").get("/api/users/@me/")
	now.Store(int64(2 * time.Hour))
	leave()
	<-over
	f.with(inSandbox, "new").get("/api/users/@me/")
	f.anonymous().get("/_understudy/sandboxes").has("sandboxes.#.name", `["default","new","watched"]`)
}

// TestIdleSandboxesGoWhoeverComes: it takes no request for a sandbox to look for them.
func TestIdleSandboxesGoWhoeverComes(t *testing.T) {
	g := NewWithT(t)
	now := testStart
	clock := mock.ClockFunc(func() time.Time { return now })
	f := newFake(t, mock.WithClock(clock), mock.WithSandboxLimits(2, time.Hour))
	b, err := f.SandboxNamed("a")
	g.Expect(err).NotTo(HaveOccurred())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range b.Watch(t.Context()) {
		}
	}()
	now = now.Add(2 * time.Hour)
	f.as("admin").get("/api/users/@me/").status(200)
	g.Eventually(ended).Should(BeClosed())
}

func TestWorldOfANewSandbox(t *testing.T) {
	f := newFake(t)
	f.as("admin").and(inSandbox, "a").and("Understudy-World", "empty").get("/api/users/@me/").status(401)
	f.as("admin").and(inSandbox, "b").and("Understudy-World", "nowhere").get("/api/users/@me/").status(400).has("understudy", `"no_such_world"`)
	f.as("admin").and(inSandbox, "b").and("Understudy-World", "default").get("/api/users/@me/").status(200)
}

func TestRoomForSandboxes(t *testing.T) {
	g := NewWithT(t)
	now := testStart
	clock := mock.ClockFunc(func() time.Time { return now })
	f := newFake(t, mock.WithClock(clock), mock.WithSandboxLimits(2, time.Hour))
	names := func() string { return f.anonymous().get("/_understudy/sandboxes").get("sandboxes.#.name").Raw }
	for _, name := range []string{"a", "b", "a", "c"} {
		now = now.Add(time.Minute)
		f.with(inSandbox, name).get("/api/users/@me/").status(401)
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
	f := newFake(t, mock.WithSandboxLimits(1, time.Hour), mock.WithResolver(slow), mock.WithPersonalKeysEverywhere())
	done := make(chan int)
	go func() {
		done <- f.as("admin").and(inSandbox, "a").post(f.org("domains", "01900000-0004-7000-8000-000000000004", "verify"), "").code
	}()
	<-entered
	f.with(inSandbox, "b").get("/api/users/@me/").status(503).has("understudy", `"too_many_sandboxes"`)
	f.anonymous().get("/_understudy/sandboxes/a").status(200).has("in_use", "true")
	close(leave)
	g.Expect(<-done).To(Equal(200))
	f.with(inSandbox, "b").get("/api/users/@me/").status(401)
	f.anonymous().get("/_understudy/sandboxes/a").status(404)
}

func TestSnapshots(t *testing.T) {
	f := newFake(t)
	const path = "/_understudy/snapshots"
	before := f.as("admin").domains("")
	f.anonymous().post(path, `{"name": "start"}`).status(201).has("taken_at", `"2026-03-01T12:00:00Z"`)
	first := f.as("admin").post(f.org("domains"), `{"domain": "a.example.com"}`).status(201)
	f.anonymous().post("/_understudy/clock", `{"advance": "1h"}`).status(200)
	f.anonymous().get(path).status(200).has("snapshots.#.name", `["start"]`)
	f.anonymous().post(path+"/start/restore", "").status(204)
	g := NewWithT(t)
	g.Expect(f.as("admin").domains("")).To(Equal(before))
	again := f.as("admin").post(f.org("domains"), `{"domain": "a.example.com"}`).status(201)
	g.Expect(string(again.body)).To(Equal(string(first.body)), "the same call at the same time gives the same answer")
	f.anonymous().delete(path + "/start").status(204)
	f.anonymous().post(path+"/start/restore", "").status(404)
	f.anonymous().delete(path + "/start").status(404)
	f.anonymous().post(path, `{"name": ""}`).status(400)
	f.anonymous().post(path, `{"name": "../etc"}`).status(400)
}

// TestSnapshotsHaveTheLogins: whoever has not called yet finds the logins of the world
// after going back, too.
func TestSnapshotsHaveTheLogins(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	b, err := f.SandboxNamed("a")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b.Snapshot("start")).To(Succeed())
	login := f.with("Cookie", f.known("credentials.admin.session.cookie"), inSandbox, "a")
	login.get("/api/users/@me/").status(200)
	g.Expect(b.Restore("start")).To(Succeed())
	login.get("/api/users/@me/").status(200)
}

// TestGoingBackIsWhole: of a reset and a restoration at once, one is last. State and
// clock are of the same.
func TestGoingBackIsWhole(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	f.as("admin").post(f.org("domains"), `{"domain": "late.example.com"}`).status(201)
	f.Advance(time.Hour)
	g.Expect(f.Snapshot("late")).To(Succeed())
	for range 200 {
		var busy sync.WaitGroup
		busy.Go(f.Reset)
		busy.Go(func() { _ = f.Restore("late") })
		busy.Wait()
		g.Expect(strings.Contains(f.as("admin").domains(""), "late")).To(Equal(f.Now().After(testStart)))
	}
}

// TestResetUnderLoad: whoever looks sees the start or what came after, never a mixture.
func TestResetUnderLoad(t *testing.T) {
	f := newFake(t)
	whole := f.as("admin").get(f.org("domains")).status(200).get("count").Int()
	var torn atomic.Int64
	var busy sync.WaitGroup
	for worker := range 4 {
		busy.Go(func() {
			for i := range 50 {
				made := f.as("admin").post(f.org("domains"), fmt.Sprintf(`{"domain": "w%d-%d.example.com"}`, worker, i))
				list := f.as("admin").get(f.org("domains") + "?limit=1000")
				if made.code != 201 || list.code != 200 || list.get("count").Int() < whole {
					torn.Add(1)
				}
			}
		})
	}
	for range 50 {
		f.anonymous().post("/_understudy/reset", "").status(204)
	}
	busy.Wait()
	f.Reset()
	g := NewWithT(t)
	g.Expect(torn.Load()).To(BeZero())
	g.Expect(f.as("admin").get(f.org("domains")).get("count").Int()).To(Equal(whole))
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
	return newFake(t).known("credentials.admin.personal_api_key")
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
