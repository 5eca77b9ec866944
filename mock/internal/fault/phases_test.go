package fault_test

import (
	"encoding/json"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Every phase is met by a real client, over every kind of connection.
func TestPhases(t *testing.T) {
	cases := []struct {
		name    string
		fault   fault.Fault
		runs    bool // the operation
		status  int  // 0 is no answer
		body    string
		cut     bool // the body ends too early
		slept   time.Duration
		resets  bool
		headers map[string]string
	}{
		{name: "before", fault: fault.Fault{Status: 503}, status: 503,
			body: `{"type":"server_error","code":"service_unavailable","detail":"Service temporarily unavailable, try again later.","attr":null}`},
		{name: "throttled", fault: fault.Fault{Status: 429, RetryAfter: 3}, status: 429, headers: map[string]string{"Retry-After": "3"},
			body: `{"type":"throttled_error","code":"throttled","detail":"Request was throttled. Expected available in 3 seconds.","attr":null}`},
		{name: "after", fault: fault.Fault{Phase: fault.After, Status: 500}, runs: true, status: 500,
			body: `{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}`},
		{name: "own body", fault: fault.Fault{Status: 418, Error: json.RawMessage(`{"tea":true}`)}, status: 418, body: `{"tea":true}`},
		{name: "lost", fault: fault.Fault{Phase: fault.Lost}, runs: true},
		{name: "partial", fault: fault.Fault{Phase: fault.Partial}, runs: true, status: 200, body: whole[:len(whole)/2], cut: true,
			headers: map[string]string{"Content-Length": "35"}},
		{name: "drip", fault: fault.Fault{Phase: fault.Drip, Over: fault.Duration(5 * time.Second)}, runs: true, status: 200, body: whole, slept: 5 * time.Second},
		{name: "malformed", fault: fault.Fault{Phase: fault.Malformed}, runs: true, status: 200, body: whole[:len(whole)/2]},
		{name: "reset", fault: fault.Fault{Phase: fault.Reset}, resets: true},
		{name: "slow", fault: fault.Fault{Latency: fault.Fixed(2 * time.Second)}, runs: true, status: 200, body: whole, slept: 2 * time.Second},
		{name: "slow answer", fault: fault.Fault{Phase: fault.After, Latency: fault.Fixed(time.Second)}, runs: true, status: 200, body: whole, slept: time.Second},
		{name: "slow refusal", fault: fault.Fault{Status: 502, Latency: fault.Fixed(time.Second)}, status: 502, slept: time.Second,
			body: `{"type":"server_error","code":"bad_gateway","detail":"The server received no valid response from the service behind it.","attr":null}`},
		{name: "slow loss", fault: fault.Fault{Phase: fault.Lost, Latency: fault.Fixed(time.Minute)}, runs: true, slept: time.Minute},
	}
	for _, wire := range wires {
		for _, c := range cases {
			t.Run(wire.name+"/"+c.name, func(t *testing.T) {
				leakless(t)
				g := NewWithT(t)
				s := newServer()
				c.fault.ID = "mine"
				g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
				server := wire.listen(s)
				defer server.Close()
				got := call(t, server, http.MethodPost, "")

				g.Expect(got.status).To(Equal(c.status), "error: %v", got.err)
				g.Expect(got.body).To(Equal(c.body))
				g.Expect(s.changes.Load() > 0).To(Equal(c.runs), "whether the operation ran")
				g.Expect(s.slept()).To(Equal(c.slept))
				if c.status == 0 || c.cut {
					g.Expect(got.err).To(HaveOccurred())
				} else {
					g.Expect(got.err).NotTo(HaveOccurred())
				}
				if c.status != 0 {
					g.Expect(got.header.Get("Understudy-Fault")).To(Equal("mine"))
					g.Expect(got.header.Get("Content-Type")).To(Equal("application/json"))
				}
				if c.cut && wire.resets {
					g.Expect(got.err).To(MatchError(io.ErrUnexpectedEOF))
				}
				if c.status == 0 && wire.resets {
					if c.resets {
						g.Expect(got.err).To(MatchError(syscall.ECONNRESET))
					} else {
						g.Expect(got.err).To(MatchError(io.EOF))
					}
				}
				for name, value := range c.headers {
					g.Expect(got.header.Get(name)).To(Equal(value))
				}
				state, _ := s.Get("mine")
				g.Expect([]int{state.Matched, state.Met}).To(Equal([]int{1, 1}))
			})
		}
	}
}

// Answers without a body go wrong all the same.
func TestPhasesWithoutBody(t *testing.T) {
	for _, c := range []struct {
		name, method string
		phase        fault.Phase
		status       int
		body         string
	}{
		{"nothing to cut", "DELETE", fault.Partial, 0, ""},
		{"nothing to drip", "DELETE", fault.Drip, 204, ""},
		{"nothing to break", "DELETE", fault.Malformed, 200, `{"`},
		{"no body to cut", "HEAD", fault.Partial, 0, ""},
		{"no body to drip", "HEAD", fault.Drip, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			leakless(t)
			g := NewWithT(t)
			s := newServer()
			if c.method == "DELETE" {
				s.status, s.body = http.StatusNoContent, ""
			}
			g.Expect(s.Add(fault.Fault{Phase: c.phase})).Error().NotTo(HaveOccurred())
			server := wires[0].listen(s)
			defer server.Close()
			got := call(t, server, c.method, "")
			g.Expect(got.status).To(Equal(c.status))
			g.Expect(got.body).To(Equal(c.body))
			g.Expect(s.changes.Load()).To(BeEquivalentTo(1))
			g.Expect(got.err != nil).To(Equal(c.status == 0))
			if c.phase == fault.Drip {
				g.Expect(s.slept()).To(Equal(time.Second))
			}
		})
	}
}

// Whatever JSON an answer holds, its broken form is none.
func TestMalformedIsNoJSON(t *testing.T) {
	for _, body := range []string{whole, `[]`, `{}`, `1234`, `12`, `1`, `true`, `null`, `""`, `"ab"`, `[1,[2]]`, ``, "[1,2]\n"} {
		t.Run(body, func(t *testing.T) {
			g := NewWithT(t)
			s := newServer()
			s.body = body
			g.Expect(s.Add(fault.Fault{Phase: fault.Malformed})).Error().NotTo(HaveOccurred())
			server := wires[0].listen(s)
			defer server.Close()
			got := call(t, server, http.MethodGet, "")
			g.Expect(got.err).NotTo(HaveOccurred())
			g.Expect(got.body).NotTo(BeEmpty())
			g.Expect(json.Valid([]byte(got.body))).To(BeFalse(), "%q", got.body)
		})
	}
}
