package mock_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// trial is a test that may fail without failing the one around it.
type trial struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (t *trial) Helper()           {}
func (t *trial) Cleanup(do func()) { t.cleanups = append(t.cleanups, do) }
func (t *trial) Error(args ...any) { t.errors = append(t.errors, fmt.Sprint(args...)) }

func (t *trial) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

// end ends the test and returns why it failed.
func (t *trial) end() []string {
	for len(t.cleanups) > 0 {
		last := len(t.cleanups) - 1
		t.cleanups[last]()
		t.cleanups = t.cleanups[:last]
	}
	return t.errors
}

const (
	goodPath = "/api/organizations/@current/domains/"
	oddPath  = goodPath + "?pgae=2"
)

func TestStartFailsTheTest(t *testing.T) {
	violation := ContainSubstring("pgae is not documented")
	rare := mock.Fault{ID: "rare", Operation: "invites_create", Status: 500}
	for _, tc := range []struct {
		name    string
		options []mock.Option
		use     func(t *testing.T, fake *mock.Running, key string)
		says    []any
	}{
		{"nothing happened", []mock.Option{mock.FailOnViolation(), mock.FailOnUnmetFault()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, goodPath)
		}, nil},
		{"nobody wants to know", nil, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, oddPath)
			NewWithT(t).Expect(fake.Fault(rare)).To(Succeed())
		}, nil},
		{"a violation", []mock.Option{mock.FailOnViolation()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, oddPath)
		}, []any{And(HavePrefix("Sandbox default: 1 violation of the OpenAPI document"), violation)}},
		{"a violation in a sandbox", []mock.Option{mock.FailOnViolation()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, "/_sandbox/other"+oddPath)
		}, []any{And(HavePrefix("Sandbox other: "), violation)}},
		{"a violation in a sandbox that is gone", []mock.Option{mock.FailOnViolation()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, "/_sandbox/other"+oddPath)
			other, err := fake.SandboxNamed("other")
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			other.Drop()
		}, []any{And(HavePrefix("Sandbox other: "), violation)}},
		{"a violation before a reset", []mock.Option{mock.FailOnViolation()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, oddPath)
			fake.Reset()
			get(t, fake, key, oddPath)
		}, []any{And(HavePrefix("Sandbox default: 1 violation of the OpenAPI document, met 2 times"), violation)}},
		{"a violation that was forgiven", []mock.Option{mock.FailOnViolation()}, func(t *testing.T, fake *mock.Running, key string) {
			get(t, fake, key, oddPath)
			ask(t, fake, key, http.MethodDelete, "/_understudy/violations", "", http.StatusNoContent)
		}, nil},
		{"a fault that no call matched", []mock.Option{mock.FailOnUnmetFault()}, func(t *testing.T, fake *mock.Running, _ string) {
			NewWithT(t).Expect(fake.Fault(rare)).To(Succeed())
		}, []any{ContainSubstring(`rare  operation "invites_create": no call matched it`)}},
		{"a fault that was met too few times", []mock.Option{mock.FailOnUnmetFault()}, func(t *testing.T, fake *mock.Running, key string) {
			NewWithT(t).Expect(fake.Fault(mock.Fault{ID: "thrice", Operation: "domains_list", Status: 500, Count: 3})).To(Succeed())
			ask(t, fake, key, http.MethodGet, goodPath, "", http.StatusInternalServerError)
		}, []any{ContainSubstring(`thrice  operation "domains_list": 1 matched it, 1 of 3 met it`)}},
		{"a fault that was met", []mock.Option{mock.FailOnUnmetFault()}, func(t *testing.T, fake *mock.Running, key string) {
			NewWithT(t).Expect(fake.Fault(mock.Fault{Operation: "domains_list", Status: 500, Count: 1})).To(Succeed())
			ask(t, fake, key, http.MethodGet, goodPath, "", http.StatusInternalServerError)
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			inner := &trial{TB: t}
			fake := mock.Start(inner, tc.options...)
			tc.use(t, fake, adminKey)
			g.Expect(inner.errors).To(BeEmpty(), "before the end")
			g.Expect(inner.end()).To(ConsistOf(tc.says...))
		})
	}
}

// A fork fails its own test, and that one alone.
func TestForksFailTheirOwnTest(t *testing.T) {
	g := NewWithT(t)
	outer, inner, other := &trial{TB: t}, &trial{TB: t}, &trial{TB: t}
	fake := mock.Start(outer, mock.FailOnViolation(), mock.FailOnUnmetFault())
	wrong, right := fake.Fork(inner), fake.Fork(other)
	key, err := wrong.Key("organization:read")
	g.Expect(err).NotTo(HaveOccurred())
	get(t, wrong, key, oddPath)
	g.Expect(wrong.Fault(mock.Fault{Operation: "domains_list", Status: 500})).To(Succeed())
	key, err = right.Key("organization:read")
	g.Expect(err).NotTo(HaveOccurred())
	get(t, right, key, goodPath)
	g.Expect(other.end()).To(BeEmpty())
	g.Expect(inner.end()).To(ConsistOf(ContainSubstring("pgae is not documented"), ContainSubstring("no call matched it")))
	g.Expect(outer.end()).To(BeEmpty())
}

// A fake that answers what the document does not allow is a bug that no test misses,
// unless it is wanted.
func TestStartFindsFlaws(t *testing.T) {
	flawed := mock.WithMutant("domains.representation.missing")
	for _, tc := range []struct {
		name    string
		options []mock.Option
		says    []any
	}{
		{"none", nil, nil},
		{"a mutant", []mock.Option{flawed}, nil},
		{"a mutant that is watched", []mock.Option{flawed, mock.WithSelfCheck()}, []any{
			And(HavePrefix("understudy has bugs"), ContainSubstring("domains_list answers 200, which is not what the document says"))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inner := &trial{TB: t}
			fake := mock.Start(inner, tc.options...)
			get(t, fake, adminKey, goodPath)
			NewWithT(t).Expect(inner.end()).To(ConsistOf(tc.says...))
		})
	}
}

// A stream that is read to its end does not keep the fake from stopping, and nothing
// is left of either.
func TestStartLeavesNothing(t *testing.T) {
	before := gleak.Goroutines()
	g := NewWithT(t)
	inner := &trial{TB: t}
	fake := mock.Start(inner)
	key, err := fake.Key()
	g.Expect(err).NotTo(HaveOccurred())
	stream, err := fake.Client.Get(fake.URL + "/_understudy/requests/stream")
	g.Expect(err).NotTo(HaveOccurred())
	inProcess, err := (&http.Client{Transport: fake.Transport()}).Get("http://fake.test/_understudy/requests/stream")
	g.Expect(err).NotTo(HaveOccurred())
	get(t, fake, key, goodPath)
	for _, body := range []*bufio.Scanner{bufio.NewScanner(stream.Body), bufio.NewScanner(inProcess.Body)} {
		for body.Scan() && !strings.HasPrefix(body.Text(), "data:") {
		}
		g.Expect(body.Text()).To(ContainSubstring("domains_list"))
	}
	g.Expect(inner.end()).To(BeEmpty())
	g.Expect(stream.Body.Close()).To(Succeed())
	g.Expect(inProcess.Body.Close()).To(Succeed())
	g.Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
}

func TestKeysByName(t *testing.T) {
	f := mocktest.New(t)
	for _, tc := range []struct {
		name   string
		mint   func() (string, error)
		domain int // the status of reading domains
		invite int // the status of reading invites
	}{
		{"everything", func() (string, error) { return f.Key() }, 200, 200},
		{"one scope", func() (string, error) { return f.Key("organization:read") }, 200, 403},
		{"another scope", func() (string, error) { return f.Key("organization_member:read") }, 403, 200},
		{"somebody else", func() (string, error) { return f.KeyOf(f.Known("credentials.outsider.email")) }, 403, 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			key, err := tc.mint()
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			f.With("Authorization", "Bearer "+key).Get(f.Org("domains")).Status(tc.domain)
			f.With("Authorization", "Bearer "+key).Get(f.Org("invites")).Status(tc.invite)
		})
	}
	_, err := f.KeyOf("nobody@example.com")
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring(`names no user: "nobody@example.com"`)))
	w, err := fixtures.Named("default")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	w.Target = nil
	without, err := mock.New(mock.WithWorld(w))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	_, err = without.Key()
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("KeyOf")))
}

// A key that a fork made needs no more to reach the fork.
func TestKeysOfForks(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	fork, err := f.Fork("keyed")
	g.Expect(err).NotTo(HaveOccurred())
	key, err := fork.Key()
	g.Expect(err).NotTo(HaveOccurred())
	f.With("Authorization", "Bearer "+key).Post(f.Org("domains"), `{"domain": "of-the-fork.example.com"}`).Status(201)
	g.Expect(f.As("admin").Domains("")).NotTo(ContainSubstring("of-the-fork"))
	g.Expect(fork.Requests()).To(HaveLen(1))
	g.Expect(f.Requests()).To(HaveLen(1))
}

// TestParallelForks: 200 tests on one server, none of which sees another.
func TestParallelForks(t *testing.T) {
	fake := mock.Start(t)
	t.Run("all", func(t *testing.T) {
		for i := range 200 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				own := fake.Fork(t)
				mine := fmt.Sprintf("test-%d.example.com", i)
				post(t, own, adminKey, "/api/organizations/@current/domains/", `{"domain": "`+mine+`"}`)
				runtime.Gosched()
				list := get(t, own, adminKey, "/api/organizations/@current/domains/?limit=1000")
				g := NewWithT(t)
				g.Expect(strings.Count(list, `"domain":"test-`)).To(Equal(1))
				g.Expect(list).To(ContainSubstring(mine))
			})
		}
	})
	NewWithT(t).Expect(get(t, fake, adminKey, "/api/organizations/@current/domains/?limit=1000")).NotTo(ContainSubstring("test-"))
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
