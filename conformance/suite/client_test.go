package suite

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

func newTestClient(t *testing.T, handler http.HandlerFunc, limits target.Limits) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := NewClient(&target.Profile{
		BaseURL: server.URL, Limits: limits, Organization: target.Organization{ID: Nowhere}, Allow: []string{target.CreateUsers},
		Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: "phx_key_of_the_administrator"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// A client that is told to wait waits as long as it was told, and says so.
func TestWaitsAfter429(t *testing.T) {
	g := NewWithT(t)
	calls := 0
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls <= 2 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}, target.Limits{})
	var waits []time.Duration
	client.wait = func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}
	scenario := &Scenario{Run: func(s *S) { s.Anonymous().Get("/elsewhere/").Status(200) }}
	result := Play(t.Context(), client, scenario, "test")
	g.Expect(result).To(And(HaveField("Failure", ""), HaveField("Error", ""), HaveField("Waited", 2), HaveField("Requests", 1)))
	told, learned := 0, 0
	for _, wait := range waits {
		if wait == 7*time.Second {
			told++
		} else if wait > 0 && wait <= 2*time.Second {
			learned++
		}
	}
	g.Expect(told).To(Equal(2))
	g.Expect(learned).To(Equal(len(waits)-2), "afterwards it goes slower of itself: %v", waits)
	g.Expect(learned).To(BeNumerically(">", 0))
}

// In no window may there be more requests than the target allows.
func TestKeepsBelowLimits(t *testing.T) {
	g := NewWithT(t)
	for _, limits := range []target.Limits{{RequestsPerMinute: 480, RequestsPerHour: 4800}, {RequestsPerMinute: 1}, {RequestsPerHour: 10}} {
		client := newTestClient(t, func(http.ResponseWriter, *http.Request) {}, limits)
		windows := map[time.Duration]int{}
		if limits.RequestsPerMinute > 0 {
			windows[time.Minute] = limits.RequestsPerMinute
		}
		if limits.RequestsPerHour > 0 {
			windows[time.Hour] = limits.RequestsPerHour
		}
		limiters := client.paceOf("admin").limiters()
		g.Expect(limiters).To(HaveLen(len(windows)))
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for length, allowed := range windows {
			sent := 0
			for at := time.Duration(0); at < length; at += length / 10_000 {
				free := true
				for _, limiter := range limiters {
					free = free && limiter.TokensAt(start.Add(at)) >= 1
				}
				if free {
					for _, limiter := range limiters {
						limiter.AllowN(start.Add(at), 1)
					}
					sent++
				}
			}
			g.Expect(sent).To(BeNumerically("<=", allowed), "%v in %v", limits, length)
			g.Expect(sent).To(BeNumerically(">", 0))
			start = start.Add(24 * time.Hour)
		}
	}
}

func TestWhatEndsAStory(t *testing.T) {
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id": "` + Nowhere + `", "internal": true}`))
		}
	}, target.Limits{})
	client.wait = func(context.Context, time.Duration) error { return nil }
	for _, tc := range []struct {
		name           string
		story          func(*S)
		failure, error string
	}{
		{"nothing", func(*S) {}, "", ""},
		{"a wrong status", func(s *S) { s.Anonymous().Get("/x/").Status(418) }, "expected status 418, got 200", ""},
		{"a matcher", func(s *S) { s.Expect(1).To(Equal(2)) }, "to equal", ""},
		{"a bug of ours", func(*S) { panic("oops") }, "", "the scenario crashed: oops"},
		{"no answer", func(s *S) { s.Anonymous().Get("http://127.0.0.1:1/") }, "", "127.0.0.1:1"},
		{"in parallel", func(s *S) {
			s.Parallel(3, func(int) *Response { return s.Anonymous().Get("/x/").Status(404) })
		}, "expected status 404, got 200", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			result := Play(t.Context(), client, &Scenario{Run: tc.story}, "test")
			g.Expect(result.Failure).To(ContainSubstring(tc.failure))
			g.Expect(result.Error).To(ContainSubstring(tc.error))
			g.Expect(result.Failure == "").To(Equal(tc.failure == ""))
			g.Expect(result.Error == "").To(Equal(tc.error == ""))
		})
	}
}

// What a faulty target made is deleted as well, though the answer is refused.
func TestCleansUpAfterAFaultyAnswer(t *testing.T) {
	g := NewWithT(t)
	var deleted []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.Method {
		case http.MethodDelete:
			deleted = append(deleted, r.URL.Path)
			w.WriteHeader(http.StatusNoContent)
		case http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id": "` + Nowhere + `", "internal": true}`))
		}
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.NewConfig(nil) }}, "test")
	g.Expect(result.Failure).To(ContainSubstring("differs from the OpenAPI document"))
	g.Expect(result.Leftovers).To(BeEmpty())
	g.Expect(deleted).To(Equal([]string{OrgPath(Nowhere, Configs, Nowhere)}))
}

func TestMask(t *testing.T) {
	g := NewWithT(t)
	secrets := NewSecrets(&target.Profile{Credentials: map[string]target.Credential{
		"admin": {PersonalAPIKey: "phx_a/b+c", Password: `pass"word`, Session: &target.Session{Cookie: "sessionid=cookie-value; posthog_csrftoken=token-value", CSRFToken: "token-value"}},
	}})
	text := `phx_a/b+c phx_a%2Fb%2Bc cGh4X2EvYitj pass"word pass\"word cookie-value token-value plain`
	masked := secrets.Mask(text)
	for _, secret := range []string{"phx_a", "cGh4X2", "pass", "cookie-value", "token-value"} {
		g.Expect(masked).NotTo(ContainSubstring(secret))
	}
	g.Expect(masked).To(HaveSuffix("plain"))
	e := &Exchange{Method: "GET", URL: "https://example.com/", RequestHeader: http.Header{"Authorization": {"Bearer phx_a/b+c"}, "X-Quote": {`it's $HOME`}}}
	g.Expect(e.Curl(secrets)).To(Equal(`curl -i -X GET 'https://example.com/' -H "Authorization: Bearer $UNDERSTUDY_ADMIN_KEY" -H 'X-Quote: it'\''s $HOME'`))
}

// The token goes to the control plane alone, and into no report.
func TestControlToken(t *testing.T) {
	g := NewWithT(t)
	const token = "a token that nobody else may have"
	shown := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		shown[r.URL.Path] = r.Header.Get("Understudy-Control-Token")
	}))
	t.Cleanup(server.Close)
	client, err := NewClient(&target.Profile{
		BaseURL: server.URL, Control: server.URL + "/_understudy", ControlToken: token, Organization: target.Organization{ID: Nowhere},
	})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(client.Close)

	scenario := &Scenario{Run: func(s *S) {
		s.Anonymous().Get("/elsewhere/").Status(200)
		s.Anonymous().Get("/_understudy-not/clock").Status(200)
		s.Anonymous().Get(s.Target().Control + "/clock").Status(418)
	}}
	result := Play(t.Context(), client, scenario, "test")

	g.Expect(shown).To(Equal(map[string]string{"/elsewhere/": "", "/_understudy-not/clock": "", "/_understudy/clock": token}))
	command := result.Exchange.Curl(client.Secrets)
	g.Expect(command).To(ContainSubstring(`"Understudy-Control-Token: $UNDERSTUDY_CONTROL_TOKEN"`))
	g.Expect(command).NotTo(ContainSubstring(token))
}

// The headers of a profile go with everything that the target is asked, to nobody else,
// and into no report.
func TestHeaders(t *testing.T) {
	g := NewWithT(t)
	const token = "what the gateway wants to see"
	seen := map[string]string{}
	note := func(site string) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen[site+r.URL.Path] = r.Header.Get("X-Gateway-Token")
			if r.URL.Path == "/api/login/" {
				http.SetCookie(w, &http.Cookie{Name: "sessionid", Value: "a session of somebody"})
			}
		}))
		t.Cleanup(server.Close)
		return server
	}
	own, control, other := note("own"), note("control"), note("other")
	client, err := NewClient(&target.Profile{
		BaseURL: own.URL, Control: control.URL, Organization: target.Organization{ID: Nowhere},
		Credentials: map[string]target.Credential{"admin": {Email: "a@example.com", Password: "correct horse"}},
		Headers:     map[string]string{"X-Gateway-Token": token},
	})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(client.Close)

	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.Anonymous().Get(other.URL + "/").Status(200)
		s.Anonymous().Get(control.URL + "/clock").Status(200)
		s.Session("admin").Get("/elsewhere/").Status(418)
	}}, "test")

	g.Expect(result.Failure).To(ContainSubstring("418"))
	g.Expect(seen).To(Equal(map[string]string{
		"other/": "", "control/clock": token, "own/api/login/": token, "own/elsewhere/": token,
	}))
	command := result.Exchange.Curl(client.Secrets)
	g.Expect(command).To(ContainSubstring(`"X-Gateway-Token: $UNDERSTUDY_HEADER_X_GATEWAY_TOKEN"`))
	g.Expect(command).NotTo(ContainSubstring(token))
}
