package fault_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

const whole = `{"id":"0198c6d4","results":[1,2,3]}`

// operations are those of the server under test.
var operations = []string{"invites_list", "invites_create", "invites_destroy", "members_list", "members_update"}

// server has operations that calls meet faults in.
type server struct {
	*fault.Set
	changes atomic.Int64 // how many operations have run
	body    string
	status  int
	sleep   fault.Sleep
	ended   atomic.Int64 // how many calls are over, however they ended

	mu   sync.Mutex
	naps []time.Duration
}

func newServer() *server {
	s := &server{Set: fault.NewSet(fault.Config{Operations: operations, Seed: 1}), body: whole, status: http.StatusOK}
	s.sleep = s.nap
	return s
}

// nap takes no time.
func (s *server) nap(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.naps = append(s.naps, d)
	return ctx.Err()
}

func (s *server) slept() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum time.Duration
	for _, d := range s.naps {
		sum += d
	}
	return sum
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer s.ended.Add(1)
	body, _ := io.ReadAll(r.Body)
	d, err := fault.Magic(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if d == nil {
		d = s.Decide(fault.Call{Operation: r.URL.Query().Get("operation"), Callers: func() []string { return r.Header["From"] }})
	}
	if !d.WaitBefore(w, r, s.sleep) {
		return
	}
	var answer fault.Answer
	if !d.SkipsOperation() {
		s.changes.Add(1)
		answer = fault.Answer{Status: s.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(s.body)}
	}
	d.Send(w, r, d.Answer(answer, fault.RenderAPI), s.sleep)
}

// wire is a way in which calls reach the server.
type wire struct {
	name string
	// listen starts a server for the handler.
	listen func(http.Handler) *httptest.Server
	// resets tells that a reset connection shows as one.
	resets bool
}

var wires = []wire{
	{"HTTP/1.1", httptest.NewServer, true},
	{"TLS", httptest.NewTLSServer, true},
	{"HTTP/2", func(h http.Handler) *httptest.Server {
		s := httptest.NewUnstartedServer(h)
		s.EnableHTTP2 = true
		s.StartTLS()
		return s
	}, false},
	{"gin", func(h http.Handler) *httptest.Server {
		engine := gin.New()
		engine.NoRoute(gin.WrapH(h))
		return httptest.NewServer(engine)
	}, true},
}

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	m.Run()
}

// answer is what came of a call.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // of the call or of reading its body
}

// call sends a request over a connection of its own and reads the answer.
func call(t *testing.T, s *httptest.Server, method, query string) answer {
	t.Helper()
	transport := s.Client().Transport.(*http.Transport)
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body), err}
}

// leakless fails when goroutines outlive the test.
func leakless(t *testing.T) {
	before := gleak.Goroutines()
	t.Cleanup(func() {
		NewWithT(t).Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
	})
}

// problemsOf returns what an error lists.
func problemsOf(err error) map[string]string {
	var invalid *fault.InvalidError
	if !errors.As(err, &invalid) {
		return nil
	}
	found := map[string]string{}
	for _, p := range invalid.Problems {
		found[p.Field] = p.Detail
	}
	return found
}
