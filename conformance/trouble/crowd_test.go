package trouble_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// TestCrowd runs the whole suite in many sandboxes of one server at the same time, half
// of them chosen by a header, half by the path of the base URL. Each run must find a
// conformant target, leave its world as it was, and have its journal for itself.
//
// UNDERSTUDY_CROWD says how many there are.
func TestCrowd(t *testing.T) {
	many := crowdSize(t)
	c := newCrowd(t, many)
	nobody := c.profile(t, c.fake.Sandbox, "")
	before := c.contents(t, nobody)
	started := time.Now()
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { c.visit(t, i) })
	}
	all.Wait()
	t.Logf("%d sandboxes, %d requests in %s; %d MiB in use", many, c.requests.Load(), time.Since(started).Round(time.Second), heap())
	c.checkJournal(t, c.fake.Sandbox)
	NewWithT(t).Expect(c.contents(t, nobody)).To(Equal(before))
	runtime.KeepAlive(c)
}

func crowdSize(t *testing.T) int {
	t.Helper()
	text := os.Getenv("UNDERSTUDY_CROWD")
	if text == "" {
		return usualCrowd
	}
	many, err := strconv.Atoi(text)
	if err != nil || many < 1 {
		t.Fatalf("UNDERSTUDY_CROWD=%s: want the number of sandboxes, such as 500", text)
	}
	return many
}

// crowd is a fake that counts what it is asked by the header that each visitor wears.
type crowd struct {
	fake     *mock.Server
	url      string
	requests atomic.Int64
	byBadge  sync.Map // of *atomic.Int64
}

const badge = "X-Badge"

// rememberedByAll is how many requests the journals of a crowd keep together.
const rememberedByAll = 50_000

func newCrowd(t *testing.T, many int) *crowd {
	t.Helper()
	fake, err := mock.New(mock.WithJournal(rememberedByAll / many))
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{fake: fake}
	listening := httptest.NewServer(http.HandlerFunc(c.count))
	t.Cleanup(listening.Close)
	c.url = listening.URL
	return c
}

func (c *crowd) count(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.Path, "/_understudy/") {
		c.requests.Add(1)
		if visited := visitedBy(r); visited == "" || visited == r.Header.Get(badge) {
			asked, _ := c.byBadge.LoadOrStore(r.Header.Get(badge), new(atomic.Int64))
			asked.(*atomic.Int64).Add(1)
		}
	}
	c.fake.ServeHTTP(w, r)
}

// visitedBy is the sandbox that a request names: a story may have one beside that of its run.
func visitedBy(r *http.Request) string {
	if rest, ok := strings.CutPrefix(r.URL.Path, byPath); ok {
		name, _, _ := strings.Cut(rest, "/")
		return name
	}
	return r.Header.Get(byHeader)
}

// visit runs the suite in a sandbox of its own.
func (c *crowd) visit(t *testing.T, i int) {
	name := fmt.Sprintf("crowd-%03d", i)
	g := NewWithT(t)
	sandbox, err := c.fake.SandboxNamed(name)
	g.Expect(err).NotTo(HaveOccurred())
	profile := c.profile(t, sandbox, []string{byHeader, byPath}[i%2])
	before := c.contents(t, profile)
	report, err := conformance.Execute(context.WithoutCancel(t.Context()), profile, conformance.Options{Parallel: 2})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if report.Conformance != conformance.Conformant || !report.OK() {
		t.Errorf("%s: %s", name, report.Verdict())
	}
	for _, o := range report.Outcomes {
		if o.Wrong() {
			t.Errorf("%s: %s: %s\n%s\n%s", name, o.ID, o.Reason, o.Request, o.Response)
		}
	}
	if after := c.contents(t, profile); after != before {
		t.Errorf("%s: the run changed the world from\n%s\nto\n%s", name, before, after)
	}
	c.checkJournal(t, sandbox)
}

// How a sandbox is chosen.
const (
	byHeader = "Understudy-Sandbox"
	byPath   = "/_sandbox/"
)

// profile leads to a sandbox; "" is the way to the default one.
func (c *crowd) profile(t *testing.T, sandbox *mock.Sandbox, way string) *conformance.Target {
	address, headers := c.url, map[string]string{badge: sandbox.Name()}
	switch way {
	case byHeader:
		headers[byHeader] = sandbox.Name()
	case byPath:
		address += byPath + sandbox.Name()
	}
	data, err := sandbox.Profile(address)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := target.Parse(data, "sandbox", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	profile.Headers = headers
	return profile
}

// checkJournal wants all of the run's requests to be in a journal, and no other's.
func (c *crowd) checkJournal(t *testing.T, sandbox *mock.Sandbox) {
	requests := sandbox.Requests()
	if len(requests) == 0 {
		t.Errorf("%s: the journal is empty", sandbox.Name())
		return
	}
	for _, r := range requests {
		if worn := r.Request.Headers.Get(badge); worn != sandbox.Name() {
			t.Errorf("%s: the journal has a request of %q: %s %s", sandbox.Name(), worn, r.Method, r.Path)
		}
	}
	asked, _ := c.byBadge.Load(sandbox.Name())
	if last := requests[len(requests)-1].Number; last != asked.(*atomic.Int64).Load() {
		t.Errorf("%s: the journal counted %d requests, the run sent %d", sandbox.Name(), last, asked.(*atomic.Int64).Load())
	}
}

// moving are the fields that change when somebody logs in or a level is changed and
// changed back.
var moving = regexp.MustCompile(`"(last_login|updated_at)":("[^"]*"|null)`)

// contents is everything that the administrator of a sandbox can list.
func (c *crowd) contents(t *testing.T, profile *conformance.Target) string {
	var all strings.Builder
	for _, collection := range []string{"domains", "identity_provider_configs", "integrations", "invites", "members", "projects", "roles"} {
		address := profile.BaseURL + "/api/organizations/" + profile.Organization.ID + "/" + collection + "/?limit=1000"
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		request.Header.Set("Authorization", "Bearer "+profile.Credentials["admin"].PersonalAPIKey)
		for name, value := range profile.Headers {
			request.Header.Set(name, value)
		}
		answer := httptest.NewRecorder()
		c.count(answer, request)
		all.WriteString(strconv.Itoa(answer.Code) + " " + answer.Body.String() + "\n")
	}
	return moving.ReplaceAllString(all.String(), "")
}

// heap is how many MiB are in use once the garbage is gone.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc >> 20
}
