package fault_test

import (
	"encoding/json"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Refusals have the form of the protocol, whatever the phase.
func TestRefusalsInTheirProtocol(t *testing.T) {
	const throttled = "Request was throttled. Expected available in 1 second."
	for _, c := range []struct {
		name        string
		fault       fault.Fault
		render      fault.Render
		contentType string
		retryAfter  string
		body        string
	}{
		{"API", fault.Fault{Status: 429}, fault.RenderAPI, "application/json", "1", `{"type":"throttled_error","code":"throttled","detail":"` + throttled + `","attr":null}`},
		{"API after the change", fault.Fault{Status: 504, Phase: fault.After}, fault.RenderAPI, "application/json", "",
			`{"type":"server_error","code":"gateway_timeout","detail":"The service behind the server did not respond in time.","attr":null}`},
		{"SCIM", fault.Fault{Status: 429}, fault.RenderSCIM, "application/scim+json", "1",
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":429,"detail":"` + throttled + `"}`},
		{"SCIM out of service", fault.Fault{Status: 503, RetryAfter: 30}, fault.RenderSCIM, "application/scim+json", "30",
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":503,"detail":"Service temporarily unavailable, try again later."}`},
		{"SCIM with a body of its own", fault.Fault{Status: 422, Error: json.RawMessage(`[]`)}, fault.RenderSCIM, "application/scim+json", "", `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
			for range 2 { // no call changes what the next one gets
				answer := s.Decide(fault.Call{}).Answer(fault.Answer{}, c.render)
				g.Expect(answer.Status).To(Equal(c.fault.Status))
				g.Expect(string(answer.Body)).To(Equal(c.body))
				g.Expect(answer.Header.Get("Content-Type")).To(Equal(c.contentType))
				g.Expect(answer.Header.Get("Retry-After")).To(Equal(c.retryAfter))
				g.Expect(answer.Header.Get("Understudy-Fault")).To(Equal("f1"))
			}
		})
	}
}

// What the API says without faults stays as it is.
func TestRefusalsAreCopies(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	g.Expect(s.Add(fault.Fault{Status: 401})).Error().NotTo(HaveOccurred())
	answer := s.Decide(fault.Call{}).Answer(fault.Answer{}, fault.RenderAPI)
	g.Expect(answer.Header.Get("WWW-Authenticate")).To(Equal("Bearer"))
	g.Expect(rest.ErrNotAuthenticated.Header).To(Equal(http.Header{"Www-Authenticate": {"Bearer"}}))
}

// An answer that is broken keeps its headers, but not the length it had; the one
// that was given stays as it is.
func TestBrokenAnswersAreCopies(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	g.Expect(s.Add(fault.Fault{Phase: fault.Malformed})).Error().NotTo(HaveOccurred())
	given := fault.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/scim+json"}, "Content-Length": {"35"}}, Body: []byte(whole)}
	answer := s.Decide(fault.Call{}).Answer(given, fault.RenderAPI)
	g.Expect(answer.Header).To(Equal(http.Header{"Content-Type": {"application/scim+json"}, "Understudy-Fault": {"f1"}}))
	g.Expect(given.Header).To(HaveLen(2))
	g.Expect(string(given.Body)).To(Equal(whole))
}
