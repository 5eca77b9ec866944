package fault_test

import (
	"encoding/json"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
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
		{"API", fault.Fault{Status: 429}, fault.API, "application/json", "1", `{"type":"throttled_error","code":"throttled","detail":"` + throttled + `","attr":null}`},
		{"API after the change", fault.Fault{Status: 504, Phase: fault.After}, fault.API, "application/json", "",
			`{"type":"server_error","code":"gateway_timeout","detail":"The service behind the server did not respond in time.","attr":null}`},
		{"SCIM", fault.Fault{Status: 429}, fault.SCIM, "application/scim+json", "1",
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":429,"detail":"` + throttled + `"}`},
		{"SCIM out of service", fault.Fault{Status: 503, RetryAfter: 30}, fault.SCIM, "application/scim+json", "30",
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":503,"detail":"Service temporarily unavailable, try again later."}`},
		{"SCIM with a body of its own", fault.Fault{Status: 422, Error: json.RawMessage(`[]`)}, fault.SCIM, "application/scim+json", "", `[]`},
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
