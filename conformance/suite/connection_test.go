package suite

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/target"
)

// memory is a target that keeps configs and may lose answers.
type memory struct {
	mu     sync.Mutex
	rows   []string
	posts  int
	lose   func(post int) bool // after the config is made
	gets   int
	failed func(get int) bool
}

func (m *memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch r.Method {
	case http.MethodPost:
		m.posts++
		var name string
		if r.Header.Get("Content-Type") == MediaJSON {
			_, _ = fmt.Sscanf(readAll(r), `{"name":%q}`, &name)
		} else {
			name = r.PostFormValue("name")
		}
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", m.posts)
		m.rows = append(m.rows, fmt.Sprintf(`{"id":%q,"name":%q,"created_at":%q}`, id, name, time.Now().UTC().Format(time.RFC3339Nano)))
		if m.lose(m.posts) {
			panic(http.ErrAbortHandler)
		}
		answer(w, http.StatusCreated, "%s", m.rows[len(m.rows)-1])
	case http.MethodDelete:
		for i, row := range m.rows {
			if strings.Contains(row, strings.Split(r.URL.Path, "/")[5]) {
				m.rows = append(m.rows[:i], m.rows[i+1:]...)
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	default:
		if m.gets++; m.failed != nil && m.failed(m.gets) {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(w, http.StatusOK, `{"count":%d,"next":null,"results":[%s]}`, len(m.rows), strings.Join(m.rows, ","))
	}
}

func readAll(r *http.Request) string {
	var b strings.Builder
	buffer := make([]byte, 512)
	for {
		n, err := r.Body.Read(buffer)
		b.Write(buffer[:n])
		if err != nil {
			return b.String()
		}
	}
}

// A story that breaks off for want of an answer is told again with new names, and
// what the first made is found and deleted, whether it carries a label or not.
func TestLostAnswers(t *testing.T) {
	body := func(name string) func(s *S) *Response {
		return func(s *S) *Response { return s.Admin().Post(s.Org(Configs), JSON{name: s.Name()}) }
	}
	for name, post := range map[string]func(*S) *Response{
		"with a label":           body("name"),
		"without a label":        func(s *S) *Response { return s.Admin().Post(s.Org(Configs), JSON{"name": "plain"}) },
		"with a label elsewhere": body("saml_entity_id"),
		"with a label in a form": func(s *S) *Response { return s.Admin().PostForm(s.Org(Configs), url.Values{"name": {s.Name()}}) },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			m := &memory{lose: func(post int) bool { return post <= 2 }, rows: []string{`{"id":"theirs","name":"plain","created_at":"2020-01-01T00:00:00Z"}`}}
			client := newTestClient(t, m.ServeHTTP, target.Limits{})
			client.wait = func(context.Context, time.Duration) error { return nil }
			file := filepath.Join(t.TempDir(), "journal")
			var err error
			client.Journal, err = journal.Open(file, "test", journal.Target{})
			g.Expect(err).NotTo(HaveOccurred())
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				s.Admin().Get("/elsewhere/")
				post(s)
			}}, "test")
			g.Expect(result.Failure).To(ContainSubstring("differs from the OpenAPI document"), "the third was answered")
			g.Expect(result.Error).To(BeEmpty())
			g.Expect(result.Retried).To(Equal(2))
			g.Expect(result.Leftovers).To(BeEmpty())
			g.Expect(m.posts).To(Equal(3), "no request is sent twice that may have had an effect")
			g.Expect(m.rows).To(HaveExactElements(ContainSubstring("theirs")))
			g.Expect(journal.Read(file, journal.Target{})).To(BeEmpty())
		})
	}
}

func TestGatewaysWithoutAnAnswer(t *testing.T) {
	g := NewWithT(t)
	m := &memory{lose: func(int) bool { return false }, failed: func(get int) bool { return get <= 2 }}
	client := newTestClient(t, m.ServeHTTP, target.Limits{})
	var waits []time.Duration
	client.wait = func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().Get("/elsewhere/").Status(200) }}, "test")
	g.Expect(result.Failure + result.Error).To(BeEmpty())
	g.Expect(result.Retried).To(Equal(2))
	g.Expect(waits).To(ContainElement(3*time.Second), "Retry-After counts here as well")

	m.failed = func(int) bool { return true }
	result = Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().Get("/elsewhere/").Status(200) }}, "test")
	g.Expect(result.Failure).To(BeEmpty(), "nobody knows what the target would have said")
	g.Expect(result.Error).To(Equal(client.Gone()))
	g.Expect(result.Error).To(MatchRegexp(`^the target has been in trouble for [0-9]m[0-9]+s: it answers with status 503$`))
}

// A status that says that the target cannot be reached is its own where it comes each time for one
// operation, while the target is well otherwise.
func TestOneOperationIsUnavailable(t *testing.T) {
	g := NewWithT(t)
	var asked atomic.Int64
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPatch {
			answer(w, http.StatusOK, "{}")
			return
		}
		asked.Add(1)
		answer(w, http.StatusServiceUnavailable, "{}")
	}, target.Limits{})
	story := &Scenario{Run: func(s *S) {
		s.Admin().Get("/elsewhere/").Status(200)
		s.Admin().Patch("/elsewhere/", JSON{}).Status(200)
	}}
	for _, want := range []int64{maxLosses, maxLosses + 1} { // once it is known, it is not asked as often
		result := Play(t.Context(), client, story, "test")
		g.Expect(result.Failure).To(Equal("expected status 200, got 503"))
		g.Expect(asked.Load()).To(Equal(want))
	}
}

// A long story is told again as often as it takes where now this request is lost and now that: it is the
// way's doing. Where it is the same one each time, it is the target's, and soon told.
func TestHowOftenAStoryIsToldAgain(t *testing.T) {
	for _, tc := range []struct {
		name string
		lose func(try, request int) bool
		told int
		err  string
	}{
		{"another request each time", func(try, request int) bool { return try <= 20 && request == 40-try }, 21, ""},
		{"the same request each time", func(_, request int) bool { return request == 7 }, maxLosses, "no answer"},
		{"four at a place", func(try, request int) bool { return try <= 16 && request == 3+try%4 }, 17, ""},
		{"always, anywhere", func(try, request int) bool { return request == try+1 }, maxTries, "no answer"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var try, request atomic.Int64
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				if tc.lose(int(try.Load()), int(request.Add(1))) {
					panic(http.ErrAbortHandler)
				}
				answer(w, http.StatusOK, "{}")
			}, target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				try.Add(1)
				request.Store(0)
				for range 40 {
					s.Admin().Patch("/elsewhere/", JSON{}).Status(200)
				}
			}}, "test")
			g.Expect(result.Failure).To(BeEmpty())
			g.Expect(result.Error).To(ContainSubstring(tc.err))
			g.Expect(result.Error == "").To(Equal(tc.err == ""), result.Error)
			g.Expect(try.Load()).To(BeEquivalentTo(tc.told))
			g.Expect(result.Retried).To(Equal(tc.told - 1))
		})
	}
}

// A story whose login had no answer is told again, too.
func TestLostLogin(t *testing.T) {
	g := NewWithT(t)
	var logins atomic.Int64
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/login/" && logins.Add(1) <= maxRetries+1 {
			panic(http.ErrAbortHandler)
		}
		http.SetCookie(w, &http.Cookie{Name: "posthog_csrftoken", Value: "token"})
		answer(w, http.StatusOK, "{}")
	}, target.Limits{})
	client.wait = func(context.Context, time.Duration) error { return nil }
	client.Target.Credentials["admin"] = target.Credential{PersonalAPIKey: "key", Email: "admin@example.com", Password: "secret"}
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.Admin().Get("/elsewhere/").Status(200)
		s.Session("admin").Get("/elsewhere/").Status(200)
	}}, "test")
	g.Expect(result.Failure + result.Error + result.CouldNotRun).To(BeEmpty())
	g.Expect(result.Retried).To(Equal(1))
	g.Expect(logins.Load()).To(BeEquivalentTo(maxRetries + 2))
}

// A creation that cannot be noted is not tried.
func TestNoJournalNoCreation(t *testing.T) {
	g := NewWithT(t)
	m := &memory{lose: func(int) bool { return false }}
	client := newTestClient(t, m.ServeHTTP, target.Limits{})
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal"), "test", journal.Target{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(j.Close()).To(Succeed())
	client.Journal = j
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.NewConfig(nil) }}, "test")
	g.Expect(result.Error).To(ContainSubstring("cannot write the journal"))
	g.Expect(m.posts).To(BeZero())
}

func TestEncodings(t *testing.T) {
	g := NewWithT(t)
	secrets := NewSecrets(&target.Profile{Credentials: map[string]target.Credential{"admin": {Password: `p"ß<&>\/ word+1`}}})
	for _, text := range []string{
		`p"ß<&>\/ word+1`, `p\"ß<&>\\/ word+1`, `p\"ß\u003c\u0026\u003e\\/ word+1`, `p\"\u00df<&>\\/ word+1`,
		"p%22%C3%9F%3C%26%3E%5C%2F+word%2B1", "p%22%c3%9f%3c%26%3e%5c%2f+word%2b1", "p%22%C3%9F%3C&%3E%5C%2F%20word+1",
		"p%2522%25C3%259F%253C%2526%253E%255C%252F%2Bword%252B1", `p&#34;ß&lt;&amp;&gt;\/ word+1`, "7022c39f3c263e5c2f20776f72642b31",
	} {
		g.Expect(secrets.Mask("before " + text + " after")).To(Equal("before «UNDERSTUDY_ADMIN_PASSWORD» after"))
	}
	for before := range 6 {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("x", before) + `p"ß<&>\/ word+1` + "yyy"))
			g.Expect(secrets.Mask(text)).To(ContainSubstring("«UNDERSTUDY_ADMIN_PASSWORD»"), "%d before", before)
		}
	}
	secrets.Add("a-second-one", "UNDERSTUDY_TOKEN")
	g.Expect(secrets.Mask("a-second-one")).To(Equal("«UNDERSTUDY_TOKEN»"), "also after the first use")
}

// What an alias stands for is not deleted twice.
func TestSentOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		ask   func(*S) *Response
		again bool
	}{
		"a list":           {func(s *S) *Response { return s.Admin().Get("/things/") }, true},
		"a thing by name":  {func(s *S) *Response { return s.Admin().Delete("/things/7/") }, true},
		"a thing by alias": {func(s *S) *Response { return s.Admin().Delete("/things/@current/") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var asked atomic.Int64
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/things/") {
					asked.Add(1)
					panic(http.ErrAbortHandler)
				}
				answer(w, http.StatusOK, "{}")
			}, target.Limits{})
			client.wait = func(context.Context, time.Duration) error { return nil }
			told := 0
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				told++
				s.Admin().Get("/elsewhere/")
				tc.ask(s)
			}}, "test")
			g.Expect(result.Error).To(ContainSubstring("no answer"))
			g.Expect(asked.Load() > int64(told)).To(Equal(tc.again), "%d requests in %d tries", asked.Load(), told)
		})
	}
}

// A request without an answer, of somebody who is refused, made nothing.
func TestLostRequestOfSomebodyRefused(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && strings.Contains(r.URL.Path, "Users"):
			panic(http.ErrAbortHandler)
		case strings.Contains(r.URL.Path, "/scim/"):
			answer(w, http.StatusUnauthorized, "{}")
		default:
			answer(w, http.StatusOK, "{}")
		}
	}, target.Limits{})
	client.wait = func(context.Context, time.Duration) error { return nil }
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		p := s.SCIMOf("d", "revoked")
		p.Post(p.Path("Users"), SCIMPerson("a@example.com"))
	}}, "test")
	g.Expect(result.Error).To(ContainSubstring("no answer"))
	g.Expect(result.Leftovers).To(BeEmpty())
}

// A story about requests that the target counts is told anew when one was sent
// again, be it by net/http itself on a connection that was used before.
func TestCountedRequests(t *testing.T) {
	g := NewWithT(t)
	var asked atomic.Int64
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/things/" && asked.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		answer(w, http.StatusOK, "{}")
	}, target.Limits{})
	told := 0
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		told++
		s.Admin().Get("/elsewhere/")
		s.Admin().Once().Get("/things/")
	}}, "test")
	g.Expect(result.Failure + result.Error).To(BeEmpty())
	g.Expect(told).To(Equal(2))
}
