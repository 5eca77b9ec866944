package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// served is the fake as the command starts it, until the test ends.
type served struct {
	t         *testing.T
	site      string // such as http://127.0.0.1:49152
	announced string
	stderr    *io.PipeReader
	stop      func() // and wants that it ends well
}

var announcedURL = regexp.MustCompile(`at (http://\S+)`)

// startServing starts the command on a free port and wants that it ends well.
func startServing(t *testing.T, flags ...string) *served {
	t.Helper()
	g := NewWithT(t)
	ctx, stop := context.WithCancel(t.Context())
	greeting := &signalWriter{told: make(chan struct{})}
	reader, stderr := io.Pipe()
	stopped := make(chan int, 1)
	go func() {
		stopped <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...), streams{nil, greeting, stderr})
		_ = stderr.Close()
	}()
	select {
	case <-greeting.told:
	case status := <-stopped:
		t.Fatalf("serve ended with status %d", status)
	}
	end := sync.OnceFunc(func() {
		stop()
		_ = reader.Close() // nobody reads what is still said
		g.Expect(<-stopped).To(Equal(exitOK))
	})
	t.Cleanup(end)
	found := announcedURL.FindStringSubmatch(greeting.String())
	g.Expect(found).NotTo(BeNil(), greeting.String())
	return &served{t, found[1], greeting.String(), reader, end}
}

// get answers with status, header and body of a path. Headers come in pairs.
func (s *served) get(path string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.site+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response, string(body)
}

// dial connects without speaking HTTP by itself.
func (s *served) dial() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.site, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	// A server that never lets go fails the test before it times out.
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// stream opens a stream of events, which goes on until the test is over.
func (s *served) stream(path string) *bufio.Reader {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), http.MethodGet, s.site+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = response.Body.Close() })
	return bufio.NewReader(response.Body)
}

// timeOut lets the time-out for requests go by, by waiting for one that it ends.
func timeOut(g *WithT, s *served) {
	conn := s.dial()
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n")
	g.Expect(err).NotTo(HaveOccurred())
	_, err = io.ReadAll(conn)
	g.Expect(err).NotTo(HaveOccurred())
}

// The live journal outlives the time-outs, and ends with the server, which does not
// wait for it.
func TestStreamsOfTheControlPlane(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--header-timeout=100ms", "--read-timeout=100ms", "--write-timeout=100ms")
	events := s.stream("/_understudy/requests/stream")
	for range 2 {
		timeOut(g, s)
		s.get("/api/users/@me/")
		line := ""
		for !strings.HasPrefix(line, "data:") {
			var err error
			line, err = events.ReadString('\n')
			g.Expect(err).NotTo(HaveOccurred())
		}
		g.Expect(line).To(ContainSubstring("/api/users/@me/"))
	}
	s.stop()
}

// Clients that dawdle let go of their connection, so that others are served: here
// there is one for all.
func TestClientsThatDawdle(t *testing.T) {
	const request = "GET /_understudy/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for _, tc := range []struct {
		name, flag string
		dawdle     func(g *WithT, conn net.Conn)
	}{
		{"headers", "--header-timeout=50ms", func(g *WithT, conn net.Conn) {
			_, err := io.WriteString(conn, "GET /_understudy/health HTTP/1.1\r\nHost: local")
			g.Expect(err).NotTo(HaveOccurred())
			_, err = io.ReadAll(conn)
			g.Expect(err).NotTo(HaveOccurred())
		}},
		{"a body", "--read-timeout=50ms", func(g *WithT, conn net.Conn) {
			_, err := io.WriteString(conn, "POST /_understudy/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
			g.Expect(err).NotTo(HaveOccurred())
			_, err = io.ReadAll(conn)
			g.Expect(err).NotTo(HaveOccurred())
		}},
		{"between requests", "--idle-timeout=50ms", func(g *WithT, conn net.Conn) {
			_, err := io.WriteString(conn, request)
			g.Expect(err).NotTo(HaveOccurred())
			said, err := io.ReadAll(conn)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(said)).To(HavePrefix("HTTP/1.1 200 OK"))
		}},
		{"taking answers", "--write-timeout=50ms", func(g *WithT, conn net.Conn) {
			var err error
			for err == nil { // until nothing fits any more
				_, err = io.WriteString(conn, strings.Repeat(request, 1000))
			}
			g.Expect(os.IsTimeout(err)).To(BeFalse(), "the server waits for ever")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s := startServing(t, "--max-connections=1", tc.flag)
			tc.dawdle(g, s.dial())
			response, _ := s.get("/_understudy/health", "Connection", "close")
			g.Expect(response.StatusCode).To(Equal(http.StatusOK))
		})
	}
}

func TestTooManyConnectionsWait(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--max-connections=2")
	const request = "GET /_understudy/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
	first, second, third := s.dial(), s.dial(), s.dial()
	for _, conn := range []net.Conn{first, second} {
		_, err := io.WriteString(conn, request)
		g.Expect(err).NotTo(HaveOccurred())
		line, err := bufio.NewReader(conn).ReadString('\n')
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(line).To(HavePrefix("HTTP/1.1 200"))
	}
	_, err := io.WriteString(third, request)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(first.Close()).To(Succeed())
	line, err := bufio.NewReader(third).ReadString('\n')
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(line).To(HavePrefix("HTTP/1.1 200"), "its turn has come")
}

func TestHeadersThatAreTooLong(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--max-header=1000")
	short, _ := s.get("/_understudy/health", "X-Padding", strings.Repeat("x", 500))
	g.Expect(short.StatusCode).To(Equal(http.StatusOK))
	// The library allows itself 4096 bytes more. Not one is sent that it leaves unread:
	// then the answer could be lost.
	conn := s.dial()
	request := "GET /_understudy/health HTTP/1.1\r\nHost: localhost\r\nX-Padding: "
	_, err := io.WriteString(conn, request+strings.Repeat("x", 1000+4096-len(request)))
	g.Expect(err).NotTo(HaveOccurred())
	line, err := bufio.NewReader(conn).ReadString('\n')
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(line).To(HavePrefix("HTTP/1.1 431"))
}

var announcedToken = regexp.MustCompile(`token +(\S+)`)

// TestControlTokenOfServe: who can be reached by more than the programs of this
// machine asks for a token.
func TestControlTokenOfServe(t *testing.T) {
	for _, tc := range []struct {
		name, variable string
		flags          []string
		token          bool
	}{
		{"only this machine", "", nil, false},
		{"only this machine, by name", "", []string{"--addr=localhost:0"}, false},
		{"every address", "", []string{"--addr=0.0.0.0:0"}, true},
		{"every address, unnamed", "", []string{"--addr=:0"}, true},
		{"every name", "", []string{"--allow-host=*"}, true},
		{"one that was given", "a token of our own", []string{"--addr=0.0.0.0:0"}, true},
		{"one that was given for this machine", "a token of our own", nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			t.Setenv("UNDERSTUDY_CONTROL_TOKEN", tc.variable)
			s := startServing(t, tc.flags...)
			health, _ := s.get("/_understudy/health")
			g.Expect(health.StatusCode).To(Equal(http.StatusOK), "at the address of the greeting")
			without, body := s.get("/_understudy/clock")
			if !tc.token {
				g.Expect(without.StatusCode).To(Equal(http.StatusOK))
				g.Expect(s.announced).NotTo(ContainSubstring("token"))
				return
			}
			g.Expect(without.StatusCode).To(Equal(http.StatusUnauthorized))
			g.Expect(gjson.Get(body, "understudy").String()).To(Equal("token_needed"))
			token := tc.variable
			if token == "" {
				token = announcedToken.FindStringSubmatch(s.announced)[1]
				g.Expect(len(token)).To(BeNumerically(">=", 20))
			}
			g.Expect(s.announced).To(ContainSubstring(token))
			with, _ := s.get("/_understudy/clock", "Understudy-Control-Token", token)
			g.Expect(with.StatusCode).To(Equal(http.StatusOK))
		})
	}
}

// TestVerifyWithAToken uses the profile that a server with a token writes.
func TestVerifyWithAToken(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "target.json")
	s := startServing(t, "--addr=0.0.0.0:0", "--target-out", file)
	printed := command(t, exitOK, "verify", "--target", file, "--run", "members.*")
	g.Expect(printed).To(ContainSubstring("0 failed, 0 errors, 0 skipped"))
	g.Expect(printed).NotTo(ContainSubstring(announcedToken.FindStringSubmatch(s.announced)[1]))
}

func TestOriginsOfServe(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--cors-origin=https://app.example.com", "--cors-origin=https://other.example.com")
	for origin, want := range map[string]string{
		"https://app.example.com": "https://app.example.com", "https://other.example.com": "https://other.example.com",
		"http://localhost:5173": "http://localhost:5173", "https://evil.example": "",
	} {
		response, _ := s.get("/api/users/@me/", "Origin", origin)
		g.Expect(response.Header.Get("Access-Control-Allow-Origin")).To(Equal(want))
	}
}

// TestHostsOfServe: the address that was asked for is answered for, and no other name.
func TestHostsOfServe(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--addr=127.0.0.2:0", "--allow-host=fake.example.com")
	g.Expect(s.site).To(HavePrefix("http://127.0.0.2:"))
	for host, want := range map[string]int{"": 401, "localhost": 401, "fake.example.com": 401, "evil.example": http.StatusMisdirectedRequest} {
		request, err := http.NewRequest(http.MethodGet, s.site+"/api/users/@me/", nil)
		g.Expect(err).NotTo(HaveOccurred())
		request.Host = host
		response, err := http.DefaultTransport.RoundTrip(request)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
		g.Expect(response.StatusCode).To(Equal(want), fmt.Sprint("host ", host))
	}
}

// servedJSON is a fake that was started by the command line, on a free port.
type servedJSON struct {
	*GomegaWithT
	announcement
	errors <-chan string // the lines of standard error
}

// startServingJSON waits until the fake says where it is, and ends it with the test.
func startServingJSON(t *testing.T, flags ...string) *servedJSON {
	t.Helper()
	s := &servedJSON{GomegaWithT: NewWithT(t)}
	ctx, stop := context.WithCancel(t.Context())
	out, greeted := io.Pipe()
	said, errs := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--json"}, flags...), streams{nil, greeted, errs})
		_, _ = greeted.Close(), errs.Close()
	}()
	s.errors = linesOf(said)
	s.Expect(json.NewDecoder(out).Decode(&s.announcement)).To(Succeed())
	go func() { _, _ = io.Copy(io.Discard, out) }()
	t.Cleanup(func() {
		stop()
		s.Expect(<-ended).To(Equal(exitOK))
	})
	return s
}

// linesOf hands on what is read, a line at a time.
func linesOf(r io.Reader) <-chan string {
	lines := make(chan string, 1000)
	go func() {
		for text := bufio.NewScanner(r); text.Scan(); {
			lines <- text.Text()
		}
	}()
	return lines
}

// says waits for a line of standard error with these words, and returns the lines up
// to it.
func (s *servedJSON) says(words string) (lines []string) {
	for {
		var line string
		s.Eventually(s.errors).WithTimeout(time.Minute).Should(Receive(&line), func() string {
			return "it has not said " + words + ", but:\n" + strings.Join(lines, "\n")
		})
		lines = append(lines, line)
		if strings.Contains(line, words) {
			return lines
		}
	}
}

// get asks with a key, if one is given.
func (s *servedJSON) get(path, key string) (int, gjson.Result) {
	request, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	s.Expect(err).NotTo(HaveOccurred())
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(request)
	s.Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.Expect(err).NotTo(HaveOccurred())
	return answer.StatusCode, gjson.ParseBytes(body)
}
