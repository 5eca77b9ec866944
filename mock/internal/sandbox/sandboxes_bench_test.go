package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// BenchmarkFork forks a world with many invites. What is kept for each fork is the
// memory that is still in use once the garbage is gone.
func BenchmarkFork(b *testing.B) {
	for _, invites := range []int{100, 100_000} {
		b.Run(fmt.Sprintf("%d invites", invites), func(b *testing.B) {
			server := bigServer(b, invites)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := server.Fork(""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// bigServer has a world with many invites in one organization, and room for any number
// of sandboxes.
func bigServer(tb testing.TB, invites int) *mock.Server {
	tb.Helper()
	w := fixtures.Generate(fixtures.GenerateOptions{Seed: 1, Organizations: 1, Invites: invites})
	server, err := mock.New(mock.WithWorld(w), mock.WithSandboxLimits(1<<30, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return server
}

// BenchmarkIdleSandboxes is the memory of ten thousand sandboxes of the default world,
// each of which has answered one request.
func BenchmarkIdleSandboxes(b *testing.B) {
	const many = 10_000
	f := mocktest.New(b, mock.WithSandboxLimits(many, 0))
	for b.Loop() {
		before := inUse()
		for i := range many {
			request := httptest.NewRequest(http.MethodGet, "http://fake.test"+f.Org("domains"), nil)
			request.Header.Set("Authorization", "Bearer "+f.Known("credentials.admin.personal_api_key"))
			request.Header.Set(mocktest.SandboxHeader, fmt.Sprint("s", i))
			f.ServeHTTP(httptest.NewRecorder(), request)
		}
		b.ReportMetric(float64(inUse()-before)/(1<<20), "MiB/10000")
		runtime.KeepAlive(f)
	}
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
