package journal_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// typical is a request as a frontend sends it, with a page of results.
func typical() journal.Exchange {
	x := get("/api/organizations/@current/domains/?limit=10")
	x.Operation, x.Caller = "domains_list", "ada@example.com"
	x.RequestHeader = http.Header{
		"Authorization": {"Bearer " + apiKey}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"},
		"User-Agent": {"Mozilla/5.0"}, "Origin": {"http://localhost:3000"}, "Content-Type": {"application/json"},
	}
	x.ResponseHeader = http.Header{"Content-Type": {"application/json"}, "Allow": {"GET, POST"}, "Vary": {"Accept"}, "Content-Length": {"4000"}}
	x.ResponseBody = body(`{"results":[` + strings.Repeat(`{"id":"01900000-0000-7000-8000-000000000000","has_token":false},`, 60) + `{}]}`)
	x.Steps = []journal.Step{{Name: "authentication", Passed: true}, {Name: "scope", Passed: true}}
	return x
}

func BenchmarkRecord(b *testing.B) {
	j, x := journal.New(journal.Limits{}), typical()
	b.ReportAllocs()
	for b.Loop() {
		j.Record(x)
	}
}

func BenchmarkList(b *testing.B) {
	j, x := journal.New(journal.Limits{}), typical()
	for range 1000 {
		j.Record(x)
	}
	b.ReportAllocs()
	for b.Loop() {
		j.List(journal.Query{})
	}
}

func BenchmarkSearch(b *testing.B) {
	j, x, query := journal.New(journal.Limits{}), typical(), parse(b, "search=nowhere")
	for range 1000 {
		j.Record(x)
	}
	b.ReportAllocs()
	for b.Loop() {
		j.List(query)
	}
}

// Every request pays for its recording: it takes a handful of allocations, whatever
// is in it.
func TestRecordingIsCheap(t *testing.T) {
	j, x := journal.New(journal.Limits{Entries: 100}), typical()
	for range 200 {
		j.Record(x)
	}
	NewWithT(t).Expect(testing.AllocsPerRun(1000, func() { j.Record(x) })).To(BeNumerically("<=", 5))
}
