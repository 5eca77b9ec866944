package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

const servedKey = "Bearer phx_understudy_admin_00000000000000000000000000"

// stopServing serves, has something done with the site, stops, and returns the exit
// status and what was said.
func stopServing(t *testing.T, use func(s *served), flags ...string) (status int, said string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	greeting := &signalWriter{told: make(chan struct{})}
	var stderr bytes.Buffer
	stopped := make(chan int, 1)
	go func() {
		stopped <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...), streams{nil, greeting, &stderr})
	}()
	select {
	case <-greeting.told:
	case status := <-stopped:
		t.Fatalf("serve ended with status %d: %s", status, stderr.String())
	}
	use(&served{t: t, site: announcedURL.FindStringSubmatch(greeting.String())[1]})
	stop()
	return <-stopped, stderr.String()
}

func TestServeFailsOnViolations(t *testing.T) {
	const domains = "/api/organizations/@current/domains/"
	for _, tc := range []struct {
		name   string
		flags  []string
		use    func(s *served)
		status int
		says   string
	}{
		{"nothing was wrong", []string{"--fail-on-violation"}, func(s *served) {
			s.get(domains, "Authorization", servedKey)
		}, exitOK, ""},
		{"something was", []string{"--fail-on-violation"}, func(s *served) {
			s.get(domains+"?pgae=2", "Authorization", servedKey)
		}, exitFailed, "pgae is not documented"},
		{"nobody wants to know", nil, func(s *served) {
			s.get(domains+"?pgae=2", "Authorization", servedKey)
		}, exitOK, ""},
		{"in a sandbox that is gone", []string{"--fail-on-violation"}, func(s *served) {
			s.get(domains+"?pgae=2", "Authorization", servedKey, "Understudy-Sandbox", "short-lived")
			s.delete("/_understudy/sandboxes/short-lived")
		}, exitFailed, "Sandbox short-lived: 1 violation"},
		{"the answers are the document's", []string{"--self-check"}, func(s *served) {
			s.get(domains, "Authorization", servedKey)
		}, exitOK, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			status, said := stopServing(t, tc.use, tc.flags...)
			g.Expect(status).To(Equal(tc.status), said)
			if tc.says == "" {
				g.Expect(said).To(BeEmpty())
			}
			g.Expect(said).To(ContainSubstring(tc.says))
		})
	}
}

func (s *served) delete(path string) {
	s.t.Helper()
	g := NewWithT(s.t)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodDelete, s.site+path, nil)
	g.Expect(err).NotTo(HaveOccurred())
	response, err := http.DefaultTransport.RoundTrip(request)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(response.Body.Close()).To(Succeed())
	g.Expect(response.StatusCode).To(Equal(http.StatusNoContent))
}

// A reset is another error to a client than an answer that is lost.
func TestServeResetsConnections(t *testing.T) {
	for _, tc := range []struct {
		word, flag string
		want       error
	}{
		{"reset", "--max-connections=10", syscall.ECONNRESET},
		{"reset", "--max-connections=0", syscall.ECONNRESET},
		{"lost", "--max-connections=10", io.EOF},
	} {
		t.Run(tc.word+" "+tc.flag, func(t *testing.T) {
			g := NewWithT(t)
			conn := startServing(t, tc.flag).dial()
			_, err := io.WriteString(conn, "GET /api/users/@me/ HTTP/1.1\r\nHost: localhost\r\nUnderstudy-Fault: "+tc.word+"\r\n\r\n")
			g.Expect(err).NotTo(HaveOccurred())
			_, err = conn.Read(make([]byte, 1))
			g.Expect(err).To(MatchError(tc.want))
		})
	}
}

// A stream that somebody reads does not keep the fake from stopping.
func TestServeStopsAlthoughAStreamIsOpen(t *testing.T) {
	g := NewWithT(t)
	var stream *http.Response
	status, _ := stopServing(t, func(s *served) {
		request, err := http.NewRequest(http.MethodGet, s.site+"/_understudy/requests/stream", nil)
		g.Expect(err).NotTo(HaveOccurred())
		stream, err = http.DefaultTransport.RoundTrip(request)
		g.Expect(err).NotTo(HaveOccurred())
		s.get("/api/users/@me/", "Authorization", servedKey)
		line, err := bufio.NewReader(stream.Body).ReadString('\n')
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(line).NotTo(BeEmpty())
	})
	g.Expect(status).To(Equal(exitOK))
	g.Expect(stream.Body.Close()).To(Succeed())
}

func TestFaultsOfServe(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--latency=1ms", "--fault=maintenance", `--fault={"operation": "users_me_retrieve", "status": 429, "retry_after": 7}`)
	for _, sandbox := range []string{"default", "another"} {
		_, listed := s.get("/_understudy/faults", "Understudy-Sandbox", sandbox)
		g.Expect(gjson.Get(listed, "faults.#.id").Raw).To(Equal(`["latency","maintenance","f1"]`))
		response, _ := s.get("/api/organizations/@current/domains/", "Authorization", servedKey, "Understudy-Sandbox", sandbox)
		g.Expect(response.StatusCode).To(Equal(http.StatusServiceUnavailable))
		g.Expect(response.Header.Get("Understudy-Fault")).To(And(ContainSubstring("latency"), ContainSubstring("maintenance")))
	}
}

func TestSandboxesOfServe(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--sandboxes=explicit", "--journal=1")
	response, body := s.get("/api/users/@me/", "Authorization", servedKey, "Understudy-Sandbox", "unknown")
	g.Expect(response.StatusCode).To(Equal(http.StatusNotFound))
	g.Expect(gjson.Get(body, "understudy").String()).To(Equal("no_such_sandbox"))
	for range 3 {
		s.get("/api/users/@me/", "Authorization", servedKey)
	}
	_, journal := s.get("/_understudy/requests")
	g.Expect(gjson.Get(journal, "count").Int()).To(BeEquivalentTo(1))

	s = startServing(t, "--journal-memory=1")
	for _, name := range []string{"one", "two"} {
		s.get("/api/users/@me/", "Authorization", servedKey, "Understudy-Sandbox", name)
	}
	_, journal = s.get("/_understudy/requests", "Understudy-Sandbox", "one")
	g.Expect(gjson.Parse(journal).Get("count").Int()).To(BeZero(), "it made room for the request to the other one")
	g.Expect(gjson.Parse(journal).Get("dropped").Int()).To(BeEquivalentTo(1))

	s = startServing(t, "--max-sandboxes=1", "--sandbox-idle=0s")
	for _, name := range []string{"one", "two"} {
		s.get("/api/users/@me/", "Authorization", servedKey, "Understudy-Sandbox", name)
	}
	_, sandboxes := s.get("/_understudy/sandboxes")
	g.Expect(gjson.Get(sandboxes, "sandboxes.#.name").Raw).To(Equal(`["default","two"]`))
}

func TestServeRefusesWrongFaults(t *testing.T) {
	for _, tc := range []struct{ flag, says string }{
		{"--fault=rainy-day", `there is no preset "rainy-day": send one of "flaky-network"`},
		{`--fault={"operation": "nowhere"}`, `there is no operation "nowhere"`},
		{`--fault={"status"`, "fault "},
		{"--latency=-1s", "latency"},
	} {
		t.Run(tc.flag, func(t *testing.T) {
			g := NewWithT(t)
			var stderr strings.Builder
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			g.Expect(run(ctx, []string{"serve", "--addr=127.0.0.1:0", tc.flag}, streams{nil, &strings.Builder{}, &stderr})).To(Equal(exitUsage))
			g.Expect(stderr.String()).To(ContainSubstring(tc.says))
		})
	}
}
