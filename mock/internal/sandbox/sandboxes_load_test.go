package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// load is what happens to the sandboxes of a server from many sides at once.
type load struct {
	*mocktest.Fake
	made atomic.Int64 // numbers what is made
}

// roots are sandboxes that all workers use. Forks of them are named "a-f1", "a-f1-f2".
var roots = []string{"a", "b", "c"}

// blow is one thing that happens to a sandbox. It tells what is wrong, if anything is.
type blow struct {
	name   string
	strike func(l *load, c *mocktest.Caller, name string) string
}

// blows are weighted by how often they are there.
var blows = []blow{
	{"create", (*load).create}, {"create", (*load).create}, {"create", (*load).create},
	{"list", (*load).list}, {"list", (*load).list}, {"list", (*load).list},
	{"fork", (*load).fork},
	{"drop", func(_ *load, c *mocktest.Caller, name string) string {
		return among(c.Delete("/_understudy/sandboxes/"+name).Code, 204, 404)
	}},
	{"reset", func(_ *load, c *mocktest.Caller, _ string) string {
		return among(c.Post("/_understudy/reset", "").Code, 204)
	}},
	{"snapshot", func(_ *load, c *mocktest.Caller, _ string) string {
		return among(c.Post("/_understudy/snapshots", `{"name": "s"}`).Code, 201)
	}},
	{"restore", func(_ *load, c *mocktest.Caller, _ string) string {
		return among(c.Post("/_understudy/snapshots/s/restore", "").Code, 204, 404)
	}},
	{"rewind", func(_ *load, c *mocktest.Caller, _ string) string {
		number := c.Get("/_understudy/requests?limit=5").Get("requests.#.n").Array()
		if len(number) == 0 {
			return ""
		}
		return among(c.Post("/_understudy/rewind", fmt.Sprintf(`{"before": %d}`, number[len(number)-1].Int())).Code, 204, 404)
	}},
	{"export", (*load).export},
}

// among says that a status is none of those that there may be.
func among(status int, allowed ...int) string {
	if slices.Contains(allowed, status) {
		return ""
	}
	return fmt.Sprintf("status %d, not one of %v", status, allowed)
}

func (l *load) create(c *mocktest.Caller, name string) string {
	return among(c.Post(l.Org("domains"), fmt.Sprintf(`{"domain": "%s.n%d.load.example.com"}`, name, l.made.Add(1))).Code, 201)
}

// list wants only what was made in the sandbox, or in one that it is a fork of.
func (l *load) list(c *mocktest.Caller, name string) string {
	page := c.Get(l.Org("domains") + "?limit=10000")
	if page.Code != http.StatusOK {
		return among(page.Code, http.StatusOK)
	}
	return foreign(page.Get("results.#.domain").Array(), name)
}

func foreign(domains []gjson.Result, name string) string {
	for _, domain := range domains {
		home, made := strings.CutSuffix(domain.String(), ".load.example.com")
		if home, _, _ = strings.Cut(home, "."); made && home != name && !strings.HasPrefix(name, home+"-") {
			return name + " has " + domain.String()
		}
	}
	return ""
}

// fork makes a fork, lets both have something of their own, and drops the fork again
// most of the time.
func (l *load) fork(c *mocktest.Caller, name string) string {
	child := fmt.Sprintf("%s-f%d", name, l.made.Add(1))
	made := c.Post("/_understudy/sandboxes", fmt.Sprintf(`{"name": %q, "sandbox": %q}`, child, name))
	if made.Code != http.StatusCreated { // the parent was dropped meanwhile
		return among(made.Code, 400)
	}
	own := l.As("admin").And(mocktest.SandboxHeader, child)
	for _, wrong := range []string{l.create(own, child), l.list(own, child), l.list(c, name)} {
		if wrong != "" {
			return wrong
		}
	}
	if l.made.Load()%4 == 0 {
		return ""
	}
	return among(c.Delete("/_understudy/sandboxes/"+child).Code, 204)
}

// export wants a world that can be started from.
func (l *load) export(c *mocktest.Caller, name string) string {
	out := c.Get("/_understudy/world?format=json")
	if out.Code != http.StatusOK {
		return among(out.Code, http.StatusOK)
	}
	if _, err := fixtures.Load(strings.NewReader(string(out.Body)), "export of "+name); err != nil {
		return err.Error()
	}
	return foreign(out.Get("organizations.#.domains.#.domain|@flatten").Array(), name)
}

// TestSandboxesUnderLoad makes, forks, resets, drops, rewinds and exports sandboxes from
// many sides at once. No request fails, nothing is seen elsewhere, and identifiers still
// grow in each.
func TestSandboxesUnderLoad(t *testing.T) {
	g := NewWithT(t)
	running := gleak.Goroutines()
	l := &load{Fake: mocktest.New(t)}
	before := l.As("admin").Domains("")
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			dice := rand.New(rand.NewPCG(1, uint64(worker)))
			for range 150 {
				name, b := roots[dice.IntN(len(roots))], blows[dice.IntN(len(blows))]
				if wrong := b.strike(l, l.As("admin").And(mocktest.SandboxHeader, name), name); wrong != "" {
					t.Errorf("%s in %s: %s", b.name, name, wrong)
				}
			}
		})
	}
	workers.Wait()

	names := l.Anonymous().Get("/_understudy/sandboxes").Status(200).Get("sandboxes.#.name").Array()
	g.Expect(len(names)).To(BeNumerically(">", len(roots)), "some forks are left")
	for _, name := range names[1:] {
		l.growing(t, name.String())
		l.Anonymous().Delete("/_understudy/sandboxes/" + name.String()).Status(204)
	}
	g.Expect(l.Anonymous().Get("/_understudy/sandboxes").Get("sandboxes.#.name").Raw).To(Equal(`["default"]`))
	g.Expect(l.As("admin").Domains("")).To(Equal(before))
	g.Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(running))
}

// growing wants what is made in a sandbox next to have an identifier after all others:
// the clock stands, so one that went back would make some a second time.
func (l *load) growing(t *testing.T, name string) {
	t.Helper()
	c := l.As("admin").And(mocktest.SandboxHeader, name)
	ids := c.Get(l.Org("domains") + "?limit=10000").Status(200).Get("results.#.id").Array()
	next := c.Post(l.Org("domains"), fmt.Sprintf(`{"domain": "%s.last.load.example.com"}`, name)).Status(201).Get("id").String()
	for _, id := range ids {
		if id.String() >= next {
			t.Errorf("%s: %s was made after %s", name, next, id)
		}
	}
}

// TestStreamsEndWithTheirSandbox: whoever watches a sandbox that is dropped is told that
// it is over, and nothing goes on running.
func TestStreamsEndWithTheirSandbox(t *testing.T) {
	g := NewWithT(t)
	running := gleak.Goroutines()
	f := mocktest.New(t)
	var streams sync.WaitGroup
	for i := range 20 {
		name := fmt.Sprint("s", i)
		streams.Go(func() {
			stream := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://fake.test/_understudy/requests/stream", nil)
			stream.Header.Set(mocktest.SandboxHeader, name)
			f.ServeHTTP(httptest.NewRecorder(), stream)
		})
		g.Eventually(func() string {
			return f.Anonymous().Get("/_understudy/sandboxes/" + name).Get("in_use").Raw
		}).Should(Equal("true"), "somebody watches")
		f.Anonymous().Delete("/_understudy/sandboxes/" + name).Status(204)
	}
	streams.Wait()
	g.Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(running))
}

// TestDroppedSandboxesGiveTheirMemoryBack: a thousand sandboxes that were used, watched
// and had a key minted leave next to nothing.
func TestDroppedSandboxesGiveTheirMemoryBack(t *testing.T) {
	const many, bound = 1000, 1 << 20
	f := mocktest.New(t)
	use := func(names int) {
		for i := range names {
			name := fmt.Sprint("s", i)
			c := f.As("admin").And(mocktest.SandboxHeader, name)
			c.Post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).Status(201)
			c.Post("/_understudy/snapshots", `{"name": "s"}`).Status(201)
			for n := range 5 {
				c.Post(f.Org("domains"), fmt.Sprintf(`{"domain": "n%d.example.com", "colour": "green"}`, n)).Status(201)
			}
			c.Get(f.Org("domains")).Status(200)
		}
	}
	drop := func() {
		for _, name := range f.Anonymous().Get("/_understudy/sandboxes").Get("sandboxes.#.name").Array()[1:] {
			f.Anonymous().Delete("/_understudy/sandboxes/" + name.String()).Status(204)
		}
	}
	use(10) // what is made once is there
	drop()
	before := inUse()
	use(many)
	full := inUse()
	drop()
	after := inUse()
	t.Logf("%d KiB before, %d KiB with %d sandboxes, %d KiB after", before>>10, full>>10, many, after>>10)
	g := NewWithT(t)
	g.Expect(full).To(BeNumerically(">", before+10*bound), "the sandboxes are there")
	g.Expect(after).To(BeNumerically("<", before+bound))
}
