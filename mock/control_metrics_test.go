package mock_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

func (f *fake) metrics() []string {
	f.t.Helper()
	answer := f.anonymous().get(control + "/metrics").status(200)
	NewWithT(f.t).Expect(answer.header.Get("Content-Type")).To(HavePrefix("text/plain; version=0.0.4"))
	return strings.Split(string(answer.body), "\n")
}

func TestMetrics(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 3}))
	f.as("admin").get(f.org("domains")).status(200)
	f.as("admin").and(inSandbox, "a").get(f.org("domains")).status(200)
	f.anonymous().get(f.org("domains")).status(401)
	f.as("admin").post(f.org("domains"), `{"domain": "new.example.com"}`).status(201)
	f.as("admin").get(f.org("domains")).status(200)
	f.as("admin").get(f.org("domains")).status(429)
	f.with("Authorization", "Bearer "+f.known("known.scim.token")).get("/scim/v2/" + f.known("known.scim.domain_id") + "/Users").status(200)
	f.anonymous().get("/api/nowhere/").status(404)
	f.anonymous().get("/_understudy/clock").status(200)
	lines := f.metrics()
	for _, line := range []string{
		`understudy_requests_total{operation="domains_list",status="200"} 3`,
		`understudy_requests_total{operation="domains_list",status="401"} 1`,
		`understudy_requests_total{operation="domains_list",status="429"} 1`,
		`understudy_requests_total{operation="domains_create",status="201"} 1`,
		`understudy_requests_total{operation="scim_users_list",status="200"} 1`,
		`understudy_requests_total{operation="none",status="404"} 1`,
		`understudy_request_duration_seconds_count{operation="domains_list"} 5`,
		`understudy_sandboxes 2`,
	} {
		g.Expect(lines).To(ContainElement(line))
	}
	g.Expect(lines).NotTo(ContainElement(ContainSubstring("showClock")))
	f.Reset()
	g.Expect(f.metrics()).To(ContainElement(`understudy_requests_total{operation="domains_list",status="200"} 3`), "counters only grow")

	other := newFake(t)
	g.Expect(other.metrics()).NotTo(ContainElement(HavePrefix("understudy_requests_total")))
}

func TestMetricsOfTheJournalFaultsAndViolations(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t, mock.WithJournal(2))
	g.Expect(f.Fault(mock.Fault{Operation: "domains_list", Status: 503, Count: 2})).To(Succeed())
	f.as("admin").get(f.org("domains")).status(503)
	f.as("admin").get(f.org("domains")).status(503)
	f.as("admin").get(f.org("domains")).status(200)
	violated := f.as("admin").post(f.org("domains"), `{"domain": 5}`).status(400).header.Get("Understudy-Violation")
	f.with(inSandbox, "a").get(f.org("domains")).status(401)
	lines := f.metrics()
	for _, line := range []string{
		`understudy_requests_total{operation="domains_list",status="503"} 2`,
		`understudy_requests_total{operation="domains_list",status="200"} 1`,
		`understudy_faults_total{phase="before"} 2`,
		`understudy_violations_total{code="` + violated + `"} 1`,
		`understudy_journal_entries_total 5`,
		`understudy_journal_dropped_total 2`,
	} {
		g.Expect(lines).To(ContainElement(line))
	}
}
