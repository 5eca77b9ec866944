package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

var update = flag.Bool("update", false, "write what the doctor says into testdata/doctor.txtar")

const doctorFile = "testdata/doctor.txtar"

// setUp is what the doctor looks at in a test.
type setUp struct {
	*GomegaWithT
	t      *testing.T
	url    string
	folder string
	args   []string
}

// fake starts one.
func (s *setUp) fake(options ...mock.Option) *mock.Running {
	f := mock.Start(s.t, options...)
	s.url = f.URL
	return f
}

// behind starts a fake whose answers somebody changes.
func (s *setUp) behind(change func(r *http.Request, header http.Header)) {
	server, err := mock.New()
	s.Expect(err).NotTo(HaveOccurred())
	s.listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		change(r, answer.Header())
		passOn(w, answer, answer.Body.Bytes())
	}))
}

func (s *setUp) listen(h http.Handler) {
	server := httptest.NewServer(h)
	s.t.Cleanup(server.Close)
	s.url = server.URL
}

// control changes something by the control plane.
func (s *setUp) control(path, body string) {
	answer, err := http.Post(s.url+"/_understudy"+path, "application/json", strings.NewReader(body))
	s.Expect(err).NotTo(HaveOccurred())
	s.Expect(answer.Body.Close()).To(Succeed())
	s.Expect(answer.StatusCode).To(BeNumerically("<", 300))
}

func (s *setUp) write(name, text string, mode os.FileMode) string {
	file := filepath.Join(s.folder, name)
	s.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	s.Expect(os.Chmod(file, mode)).To(Succeed())
	return file
}

// profile writes the target profile of a fake.
func (s *setUp) profile(f *mock.Running, mode os.FileMode) string {
	text, err := f.Profile(f.URL)
	s.Expect(err).NotTo(HaveOccurred())
	return s.write("target.json", string(text), mode)
}

var setUps = []struct {
	name   string
	status int
	make   func(s *setUp)
}{
	{"all is well", exitOK, func(s *setUp) {
		f := s.fake()
		s.args = []string{"--origin", "http://localhost:5173", "--world", "default", "--target", s.profile(f, 0o600), "--host", "fake.internal"}
	}},
	{"nobody listens", exitFailed, func(s *setUp) {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		s.Expect(err).NotTo(HaveOccurred())
		s.url = "http://" + free.Addr().String()
		s.Expect(free.Close()).To(Succeed())
	}},
	{"another program has the port", exitFailed, func(s *setUp) {
		s.listen(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", "nginx")
			w.WriteHeader(http.StatusNotFound)
		}))
	}},
	{"another program says yes to everything", exitFailed, func(s *setUp) {
		s.listen(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	}},
	{"what listens does not speak HTTP", exitFailed, func(s *setUp) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		s.Expect(err).NotTo(HaveOccurred())
		s.t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = connection.Write([]byte("220 mail.example ESMTP\r\n"))
				_ = connection.Close()
			}
		}()
		s.url = "http://" + listener.Addr().String()
	}},
	{"https where there is none", exitFailed, func(s *setUp) {
		s.fake()
		s.url = strings.Replace(s.url, "http:", "https:", 1)
	}},
	{"the host of the address is refused", exitFailed, func(s *setUp) { s.fake(mock.WithHosts("fake.internal")) }},
	{"another name is refused", exitFailed, func(s *setUp) {
		s.fake(mock.WithHosts(append([]string{"fake.internal"}, mock.LoopbackHosts...)...))
		s.args = []string{"--host", "fake.internal:8010", "--host", "other.internal"}
	}},
	{"another version", exitOK, func(s *setUp) {
		s.behind(func(_ *http.Request, header http.Header) { header.Set("Understudy-Version", "v0.0.1") })
	}},
	{"no version", exitOK, func(s *setUp) {
		s.behind(func(_ *http.Request, header http.Header) { header.Del("Understudy-Version") })
	}},
	{"a token is needed", exitFailed, func(s *setUp) { s.fake(mock.WithControlToken("open sesame")) }},
	{"a token is given", exitOK, func(s *setUp) {
		s.fake(mock.WithControlToken("open sesame"))
		s.args = []string{"--control-token", "open sesame"}
	}},
	{"a world without a target", exitOK, func(s *setUp) {
		world, err := fixtures.Named("empty")
		s.Expect(err).NotTo(HaveOccurred())
		world.Target = nil
		s.fake(mock.WithWorld(world))
	}},
	{"a sandbox that is not there", exitOK, func(s *setUp) {
		s.fake()
		s.url += "/_sandbox/mine"
	}},
	{"a sandbox with another key", exitFailed, func(s *setUp) {
		f := s.fake()
		_, err := f.Sandbox.Fork("mine")
		s.Expect(err).NotTo(HaveOccurred())
		s.url += "/_sandbox/mine"
		s.control("/clock", `{"freeze": true, "set": "2026-03-01T12:00:00Z"}`)
		s.args = []string{"--key", "phx_of_another_fake"}
	}},
	{"the clock was moved", exitOK, func(s *setUp) {
		s.fake()
		s.control("/clock", `{"advance": "36h"}`)
	}},
	{"the clock is wrong", exitOK, func(s *setUp) {
		s.fake(mock.WithClock(mock.ClockFunc(func() time.Time { return time.Now().Add(-time.Hour) })))
	}},
	{"the key was used too often", exitOK, func(s *setUp) {
		s.fake(mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
		s.Expect(call(s.t, s.url+organizationPath, "phx_understudy_admin_00000000000000000000000000")).To(Equal(http.StatusOK))
	}},
	{"an origin that is not allowed", exitFailed, func(s *setUp) {
		s.fake()
		s.args = []string{"--origin", "https://app.example.com"}
	}},
	{"an origin whose preflight lacks a header", exitFailed, func(s *setUp) {
		s.behind(func(_ *http.Request, header http.Header) { header.Del("Access-Control-Allow-Headers") })
		s.args = []string{"--origin", "http://localhost:5173"}
	}},
	{"an origin whose preflight lists a wildcard", exitFailed, func(s *setUp) {
		s.behind(func(_ *http.Request, header http.Header) { header.Set("Access-Control-Allow-Headers", "*") })
		s.args = []string{"--origin", "http://localhost:5173"}
	}},
	{"an origin whose preflight lacks the method", exitFailed, func(s *setUp) {
		s.behind(func(_ *http.Request, header http.Header) { header.Set("Access-Control-Allow-Methods", "GET") })
		s.args = []string{"--origin", "http://localhost:5173"}
	}},
	{"an origin that may not read", exitFailed, func(s *setUp) {
		s.behind(func(r *http.Request, header http.Header) {
			if r.Method == http.MethodGet {
				header.Del("Access-Control-Allow-Origin")
			}
		})
		s.args = []string{"--origin", "http://localhost:5173"}
	}},
	{"a proxy is in the way", exitOK, func(s *setUp) {
		s.fake()
		s.t.Setenv("HTTP_PROXY", "http://user:secret@proxy.example:3128")
		s.t.Setenv("NO_PROXY", "example.com,10.0.0.0/8")
	}},
	{"a proxy is not in the way", exitOK, func(s *setUp) {
		s.fake()
		s.t.Setenv("ALL_PROXY", "socks5://proxy.example")
		s.t.Setenv("no_proxy", "localhost, 127.0.0.0/8")
	}},
	{"files that are wrong", exitFailed, func(s *setUp) {
		s.fake()
		world := s.write("world.yaml", "name: a\nuser: []\nkeys: [{}]\n", 0o600)
		s.args = []string{"--world", world, "--target", s.write("target.json", `{"base_url": "nowhere"}`, 0o600)}
	}},
	{"a profile that others may read", exitOK, func(s *setUp) {
		s.args = []string{"--target", s.profile(s.fake(), 0o644)}
	}},
	{"a profile without secrets that others may read", exitOK, func(s *setUp) {
		s.fake()
		s.t.Setenv("DOCTOR_TEST_KEY", "phx_understudy_owner_00000000000000000000000000")
		s.args = []string{"--target", s.write("target.yaml", "base_url: "+s.url+"\norganization: {id: 01900000-0001-7000-8000-000000000001}\n"+
			"credentials: {owner: {personal_api_key: env:DOCTOR_TEST_KEY}}\n", 0o644)}
	}},
	{"a profile of another fake", exitOK, func(s *setUp) {
		file := s.profile(s.fake(), 0o600)
		s.args = []string{"--target", file}
		s.fake()
	}},
}

// TestDoctor holds what the doctor says against testdata/doctor.txtar, which
// `go test ./cmd/understudy -run TestDoctor -update` writes.
func TestDoctor(t *testing.T) {
	archive, err := txtar.ParseFile(doctorFile)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	want := map[string]string{}
	for _, file := range archive.Files {
		want[file.Name] = string(file.Data)
	}
	NewWithT(t).Expect(*update || len(want) == len(setUps)).To(BeTrue(), "what there is no longer goes with -update")
	archive.Files = nil
	for _, tc := range setUps {
		t.Run(tc.name, func(t *testing.T) {
			s := newSetUp(t)
			tc.make(s)
			printed := commandLine(t, append([]string{"doctor", "--url", s.url}, s.args...)...)
			s.Expect(printed.status).To(Equal(tc.status), printed.out+printed.err)
			s.Expect(printed.err).To(BeEmpty())
			got := s.neutral(printed.out)
			archive.Files = append(archive.Files, txtar.File{Name: tc.name, Data: []byte(got)})
			if !*update {
				s.Expect(got).To(Equal(want[tc.name]))
			}
		})
	}
	if *update {
		NewWithT(t).Expect(os.WriteFile(doctorFile, txtar.Format(archive), 0o644)).To(Succeed())
	}
}

// newSetUp begins without what the environment of the test says.
func newSetUp(t *testing.T) *setUp {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "UNDERSTUDY_URL", "UNDERSTUDY_KEY"} {
		t.Setenv(name, "")
		t.Setenv(strings.ToLower(name), "")
	}
	return &setUp{GomegaWithT: NewWithT(t), t: t, folder: t.TempDir()}
}

var loopbackPort = regexp.MustCompile(`127\.0\.0\.1:\d{2,}`)

// neutral takes out what differs between runs.
func (s *setUp) neutral(text string) string {
	u, err := url.Parse(s.url)
	s.Expect(err).NotTo(HaveOccurred())
	text = strings.ReplaceAll(text, u.Host, "127.0.0.1:1")
	text = loopbackPort.ReplaceAllString(text, "127.0.0.1:2")
	text = strings.ReplaceAll(text, s.folder+string(filepath.Separator), "")
	text = strings.ReplaceAll(text, mock.Version(), "VERSION")
	text = regexp.MustCompile(`in \d+ seconds`).ReplaceAllString(text, "in N seconds")
	return regexp.MustCompile(`-(59m59|1h0m[01])s`).ReplaceAllString(text, "-1h0m0s")
}

func TestDoctorForPrograms(t *testing.T) {
	s := newSetUp(t)
	s.fake()
	s.control("/clock", `{"advance": "36h"}`)
	printed := commandLine(t, "doctor", "--url", s.url, "--key", "phx_of_another_fake", "--json")
	s.Expect(printed.status).To(Equal(exitFailed))
	var d diagnosis
	s.Expect(json.Unmarshal([]byte(printed.out), &d)).To(Succeed())
	s.Expect(d.URL).To(Equal(s.url))
	s.Expect([]int{d.Problems, d.Warnings}).To(Equal([]int{1, 1}))
	s.Expect(d.Findings).To(ContainElements(
		finding{"fake", "ok", "a fake answers at " + s.url, ""},
		And(HaveField("Check", "key"), HaveField("State", "problem"), HaveField("Do", Not(BeEmpty()))),
		And(HaveField("Check", "clock"), HaveField("State", "warning")),
	))
	s.Expect(printed.out).NotTo(ContainSubstring("phx_of"), "a key is not shown")
}

// The doctor leaves the sandbox that it was asked about as it was: not there.
func TestDoctorMakesNothing(t *testing.T) {
	s := newSetUp(t)
	f := s.fake()
	commandLine(t, "doctor", "--url", f.URL+"/_sandbox/mine", "--origin", "http://localhost:5173")
	s.Expect(call(t, f.URL+"/_understudy/sandboxes/mine", "")).To(Equal(http.StatusNotFound))
}

func TestDoctorWrongUse(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"an origin with a path", []string{"--origin", "http://localhost:5173/"}, "--origin http://localhost:5173/: want a scheme, a host"},
		{"an origin without a scheme", []string{"--origin", "localhost:5173"}, "--origin localhost:5173: want"},
		{"no address", []string{"--url", "//"}, "--url //: want an address such as"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			printed := commandLine(t, append([]string{"doctor"}, tc.args...)...)
			g.Expect(printed.status).To(Equal(exitUsage))
			g.Expect(printed.err).To(ContainSubstring(tc.want))
		})
	}
}

// What cannot be brought about without a network or long waits.
func TestDoctorUnreachable(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want finding
	}{
		{"no such host", &url.Error{Op: "Get", Err: &net.DNSError{Err: "no such host", Name: "fake.internal"}},
			finding{"fake", stateProblem, "there is no host fake.internal", "correct the name, or say where the fake is with --url"}},
		{"no answer", &url.Error{Op: "Get", Err: context.DeadlineExceeded},
			finding{"fake", stateProblem, "something listens at http://fake.internal:8010, and does not answer within 5s", adviceOtherPort}},
		{"anything else", &url.Error{Op: "Get", URL: "http://secret", Err: fmt.Errorf("dial: %w", net.ErrClosed)},
			finding{"fake", stateProblem, "http://fake.internal:8010 cannot be reached: use of closed network connection", "start the fake there, or say where it is with --url"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			r, err := (&remoteFlags{URL: "http://fake.internal:8010"}).remote("")
			g.Expect(err).NotTo(HaveOccurred())
			d := &diagnosis{}
			d.unreachable("fake", r, tc.err)
			g.Expect(d.Findings).To(Equal([]finding{tc.want}))
		})
	}
}

func TestNoProxy(t *testing.T) {
	for _, tc := range []struct {
		list, host string
		want       bool
	}{
		{"", "127.0.0.1", false},
		{"*", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1:8010", "127.0.0.1", true},
		{"10.0.0.0/8, 127.0.0.0/8", "127.0.0.1", true},
		{"10.0.0.0/8", "127.0.0.1", false},
		{"::1", "::1", true},
		{"[::1]:80", "::1", true},
		{"LOCALHOST", "localhost", true},
		{"localhost", "127.0.0.1", false},
		{"internal", "fake.internal", true},
		{".internal", "fake.internal", true},
		{"*.internal", "fake.internal", true},
		{"ternal", "fake.internal", false},
		{",,", "fake.internal", false},
	} {
		t.Run(tc.list+" "+tc.host, func(t *testing.T) {
			NewWithT(t).Expect(inNoProxy(tc.list, tc.host)).To(Equal(tc.want))
		})
	}
}

// TestSpeaksNoHTTP has what net/http says of a server that greets before it is asked:
// which of the first two comes is a matter of timing.
func TestSpeaksNoHTTP(t *testing.T) {
	var nothing error
	for _, tc := range []struct {
		name string
		err  error
		want bool
	}{
		{"asked first", errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP status code "mail.example"`), true},
		{"greeted first", fmt.Errorf("readLoopPeekFailLocked: %w", nothing), true}, // as net/http does
		{"cut off", fmt.Errorf("readLoopPeekFailLocked: %w", errors.New("connection reset by peer")), false},
		{"closed", errors.New("http: server closed idle connection"), false},
	} {
		t.Run(tc.name, func(t *testing.T) { NewWithT(t).Expect(speaksNoHTTP(tc.err)).To(Equal(tc.want)) })
	}
}
