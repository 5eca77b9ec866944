package guard_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// at is the nth request, a second after the one before.
func at(n int) guard.Occurrence {
	return guard.Occurrence{Request: n, Time: start.Add(time.Duration(n) * time.Second)}
}

func TestStoreCountsWhatIsTheSame(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	list := func(body string) []guard.Violation {
		return exchange{operation: "invites_bulk_create", target: invites + "bulk/", body: body}.check(t)
	}

	store.Add(list(`[{"target_email": "a@b.example", "colour": 1}]`), at(3))
	store.Add(list(`[{"target_email": "a@b.example"}, {"target_email": "a@b.example", "colour": 1, "level": "1"}]`), at(5))
	store.Add(list(`[{"target_email": "a@b.example", "colour": "green"}]`), at(9))
	store.Add(nil, at(10))

	found := store.Report()
	g.Expect(found.Count).To(Equal(2))
	g.Expect(found.Total).To(Equal(4))
	g.Expect(found.Dropped).To(BeZero())
	g.Expect(found.Violations).To(HaveLen(2))
	g.Expect(found.Violations[0]).To(And(HaveField("Where", "body /0/colour"), HaveField("Count", 3), HaveField("First", at(3)), HaveField("Last", at(9))))
	g.Expect(found.Violations[1]).To(And(HaveField("Where", "body /1/level"), HaveField("Count", 1), HaveField("First", at(5)), HaveField("Last", at(5))))
}

func TestStoreTellsUnknownPathsApart(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	for i, path := range []string{"/api/badgers/1/", "/api/badgers/2/", "/api/hedgehogs/1/"} {
		store.Add(theGuard(t).Check("", httptest.NewRequest(http.MethodGet, path, http.NoBody), nil, guard.Facts{}), at(i))
	}

	found := store.Report()

	g.Expect(found.Count).To(Equal(2))
	g.Expect(found.Violations[0]).To(And(HaveField("Path", "/api/badgers/{id}/"), HaveField("Count", 2)))
}

func TestStoreIsBounded(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	for i := range guard.MaxViolations + 7 {
		store.Add([]guard.Violation{{Code: guard.UnknownPath, Method: "GET", Path: fmt.Sprintf("/api/x%d/", i)}}, at(i))
	}

	found := store.Report()

	g.Expect(found.Count).To(Equal(guard.MaxViolations))
	g.Expect(found.Dropped).To(Equal(7))
	g.Expect(found.Violations[0].Path).To(Equal("/api/x0/"))
}

func TestStoreForgets(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	store.Add(exchange{operation: "domains_list", target: domains + "?x=1"}.check(t), at(1))

	store.Reset()

	g.Expect(store.Report()).To(Equal(guard.Report{Violations: []guard.RecordedViolation{}}))
}

// An idle sandbox has a store, too. Ten thousand of them are nothing.
func TestStoreIsSmallWhileItIsEmpty(t *testing.T) {
	NewWithT(t).Expect(int(unsafe.Sizeof(guard.Store{}))).To(BeNumerically("<=", 48))
}

func TestStoreTakesRequestsAtOnce(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	var wait sync.WaitGroup
	found := exchange{operation: "domains_list", target: domains + "?x=1"}.check(t)
	for i := range 50 {
		wait.Go(func() {
			store.Add(found, at(i))
			store.Report()
		})
	}
	wait.Wait()

	g.Expect(store.Report().Violations).To(ConsistOf(And(HaveField("Count", 50), HaveField("First", at(0)), HaveField("Last", at(49)))))
}

// several fills a store with findings of each kind.
func several(t *testing.T) *guard.Store {
	t.Helper()
	store := &guard.Store{}
	add := func(n int, e exchange) { store.Add(e.check(t), at(n)) }
	add(1, exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": "8", "colour": "green"}`})
	store.Add(theGuard(t).Check("", httptest.NewRequest(http.MethodGet, "/api/badgers/12/", http.NoBody), nil, guard.Facts{}), at(2))
	add(3, exchange{operation: "domains_list", target: domains + "?search=hedge", facts: guard.Facts{Key: true, Scopes: []string{"insight:read"}}})
	add(4, exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "level": "8"}`})
	store.Add(theGuard(t).Check("", httptest.NewRequest(http.MethodPut, domains, http.NoBody), nil, guard.Facts{Path: "/api/organizations/{organization_id}/domains/"}), at(5))
	add(6, exchange{operation: "invites_create", target: invites, body: `{"target_email": "a@b.example", "\u001b[31mred": 1}`})
	return store
}

func TestText(t *testing.T) {
	g := NewWithT(t)
	found := several(t).Report()
	var text strings.Builder

	g.Expect(found.WriteText(&text)).To(Succeed())

	golden(t, "violations.txt", []byte(text.String()))
}

func TestTextOfNothing(t *testing.T) {
	g := NewWithT(t)
	var store guard.Store
	found := store.Report()
	var text strings.Builder

	g.Expect(found.WriteText(&text)).To(Succeed())

	g.Expect(text.String()).To(BeEmpty())
}

func TestTextTellsWhatWasDropped(t *testing.T) {
	g := NewWithT(t)
	found := guard.Report{Count: 1, Total: 1, Dropped: 12, Violations: []guard.RecordedViolation{{Violation: guard.Violation{Code: guard.UnknownPath, Method: "GET", Path: "/x/"}, Count: 1}}}
	var text strings.Builder

	g.Expect(found.WriteText(&text)).To(Succeed())

	g.Expect(text.String()).To(HaveSuffix("\n12 violations more, for which there was no room. Correct these first.\n"))
}

func TestJSON(t *testing.T) {
	g := NewWithT(t)

	data, err := json.MarshalIndent(several(t).Report(), "", "  ")

	g.Expect(err).NotTo(HaveOccurred())
	golden(t, "violations.json", append(data, '\n'))
}

// golden compares with a file of testdata; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	NewWithT(t).Expect(string(got)).To(Equal(string(want)))
}

func TestStoresMerge(t *testing.T) {
	g := NewWithT(t)
	odd := func(path string) []guard.Violation {
		return theGuard(t).Check("", httptest.NewRequest(http.MethodGet, path, http.NoBody), nil, guard.Facts{})
	}
	var store, other guard.Store
	store.Add(odd("/api/badgers/1/"), at(4))
	store.Add(odd("/api/badgers/1/"), at(5))
	other.Add(odd("/api/badgers/2/"), at(3))
	other.Add(odd("/api/hedgehogs/1/"), at(9))

	store.Merge(other.Report())

	found := store.Report()
	g.Expect(found).To(And(HaveField("Count", 2), HaveField("Total", 4)))
	g.Expect(found.Violations[0]).To(And(HaveField("Path", "/api/badgers/{id}/"), HaveField("Count", 3), HaveField("First", at(3)), HaveField("Last", at(5))))
	g.Expect(found.Violations[1]).To(And(HaveField("Path", "/api/hedgehogs/{id}/"), HaveField("Count", 1)))

	store.Add(odd("/api/hedgehogs/1/"), at(10))
	g.Expect(other.Report().Total).To(Equal(2), "the other one stays as it is")
}
