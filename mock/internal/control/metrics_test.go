package control_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func metricsOf(f *mocktest.Fake) []string {
	f.T.Helper()
	answer := f.Anonymous().Get(control + "/metrics").Status(200)
	NewWithT(f.T).Expect(answer.Header.Get("Content-Type")).To(HavePrefix("text/plain; version=0.0.4"))
	return strings.Split(string(answer.Body), "\n")
}

func TestMetrics(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 3}))
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.As("admin").And(mocktest.SandboxHeader, "a").Get(f.Org("domains")).Status(200)
	f.Anonymous().Get(f.Org("domains")).Status(401)
	f.As("admin").Post(f.Org("domains"), `{"domain": "new.example.com"}`).Status(201)
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.As("admin").Get(f.Org("domains")).Status(429)
	f.With("Authorization", "Bearer "+f.Known("known.scim.token")).Get("/scim/v2/" + f.Known("known.scim.domain_id") + "/Users").Status(200)
	f.Anonymous().Get("/api/nowhere/").Status(404)
	f.Anonymous().Get("/_understudy/clock").Status(200)
	lines := metricsOf(f)
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
	g.Expect(metricsOf(f)).To(ContainElement(`understudy_requests_total{operation="domains_list",status="200"} 3`), "counters only grow")

	other := mocktest.New(t)
	g.Expect(metricsOf(other)).NotTo(ContainElement(HavePrefix("understudy_requests_total")))
}

func TestMetricsOfTheJournalFaultsAndViolations(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithJournal(2))
	g.Expect(f.Fault(mock.Fault{Operation: "domains_list", Status: 503, Count: 2})).To(Succeed())
	f.As("admin").Get(f.Org("domains")).Status(503)
	f.As("admin").Get(f.Org("domains")).Status(503)
	f.As("admin").Get(f.Org("domains")).Status(200)
	violated := f.As("admin").Post(f.Org("domains"), `{"domain": 5}`).Status(400).Header.Get("Understudy-Violation")
	f.With(mocktest.SandboxHeader, "a").Get(f.Org("domains")).Status(401)
	lines := metricsOf(f)
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
