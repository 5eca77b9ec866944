package metrics_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/metrics"
)

func show(t *testing.T, m *metrics.Metrics) []string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	NewWithT(t).Expect(answer.Header().Get("Content-Type")).To(HavePrefix("text/plain"))
	text, err := io.ReadAll(answer.Body)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return strings.Split(string(text), "\n")
}

func TestWhatIsCounted(t *testing.T) {
	g := NewWithT(t)
	sandboxes := 3
	m := metrics.New(func() int { return sandboxes })
	m.Answered("domains_list", 200, 300*time.Microsecond)
	m.Answered("domains_list", 200, 700*time.Microsecond)
	m.Answered("domains_list", 404, time.Minute)
	m.Answered("", 404, 0)
	m.Answered("odd", 799, 0)
	m.Answered("odd", 0, 0)
	m.FaultMet("before")
	m.FaultMet("before")
	m.FaultMet("lost")
	m.Violated("unknown_field")
	m.Journalled()
	m.Dropped(4)
	m.Dropped(3)
	lines := show(t, m)
	for _, line := range []string{
		`understudy_requests_total{operation="domains_list",status="200"} 2`,
		`understudy_requests_total{operation="domains_list",status="404"} 1`,
		`understudy_requests_total{operation="none",status="404"} 1`,
		`understudy_requests_total{operation="odd",status="799"} 1`,
		`understudy_request_duration_seconds_bucket{operation="domains_list",le="0.00025"} 0`,
		`understudy_request_duration_seconds_bucket{operation="domains_list",le="0.0005"} 1`,
		`understudy_request_duration_seconds_bucket{operation="domains_list",le="0.001"} 2`,
		`understudy_request_duration_seconds_bucket{operation="domains_list",le="30"} 2`,
		`understudy_request_duration_seconds_bucket{operation="domains_list",le="+Inf"} 3`,
		`understudy_request_duration_seconds_sum{operation="domains_list"} 60.001`,
		`understudy_requests_total{operation="odd",status="none"} 1`,
		`understudy_faults_total{phase="before"} 2`,
		`understudy_faults_total{phase="lost"} 1`,
		`understudy_violations_total{code="unknown_field"} 1`,
		`understudy_journal_entries_total 1`,
		`understudy_journal_dropped_total 7`,
		`understudy_sandboxes 3`,
	} {
		g.Expect(lines).To(ContainElement(line))
	}
	g.Expect(lines).To(ContainElement(HavePrefix("go_goroutines ")))
	g.Expect(lines).To(ContainElement(HavePrefix("go_memstats_heap_alloc_bytes ")))
	sandboxes = 1
	g.Expect(show(t, m)).To(ContainElement("understudy_sandboxes 1"))
}

func TestServersCountApart(t *testing.T) {
	g := NewWithT(t)
	one, other := metrics.New(func() int { return 1 }), metrics.New(func() int { return 1 })
	var busy sync.WaitGroup
	for range 4 {
		busy.Go(func() {
			for range 100 {
				one.Answered("op", 200, time.Millisecond)
			}
		})
	}
	busy.Wait()
	g.Expect(show(t, one)).To(ContainElement(`understudy_requests_total{operation="op",status="200"} 400`))
	g.Expect(show(t, other)).NotTo(ContainElement(ContainSubstring(`operation="op"`)))
}

func BenchmarkAnswered(b *testing.B) {
	m := metrics.New(func() int { return 1 })
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Answered("domains_list", 200, 20*time.Microsecond)
		}
	})
}
