package sandbox_test

import (
	"context"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

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

// resolverFunc is a function that is a [mock.Resolver].
type resolverFunc func(name string) ([]string, error)

func (f resolverFunc) LookupTXT(_ context.Context, name string) ([]string, error) { return f(name) }
