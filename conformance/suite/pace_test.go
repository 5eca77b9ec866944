package suite_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// sharedTime is a clock that moves only when somebody waits.
type sharedTime struct {
	mu  sync.Mutex
	now time.Time
}

func (s *sharedTime) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// wait moves the clock instead of waiting. Waits at the same time add up, so that
// only a run of one scenario at a time is as tight as it can be.
func (s *sharedTime) wait(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d > 0 {
		s.now = s.now.Add(d)
	}
	return ctx.Err()
}

// refusals counts the answers 429 of a handler, but for those of sandboxes in which a story goes
// over a limit because it wants to.
func refusals(h http.Handler, count *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Understudy-Sandbox") == "" {
			w = statusWriter{w, count}
		}
		h.ServeHTTP(w, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	count *atomic.Int64
}

func (w statusWriter) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		w.count.Add(1)
	}
	w.ResponseWriter.WriteHeader(status)
}

// TestSuiteKeepsBelowRealLimits plays every scenario against a fake that limits
// the requests of keys as the real API does. Both go by one clock, which stands still but for
// the suite's own waiting, so that the hours that it may take cost nothing.
func TestSuiteKeepsBelowRealLimits(t *testing.T) {
	for name, parallel := range map[string]int{"one at a time": 1, "eight at a time": 8} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			clock := &sharedTime{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			started := clock.Now()
			// A run invites more people than a deployment that limits invites lets in within a day.
			limits := mock.RateLimits{PerMinute: mock.RealRateLimits.PerMinute, PerHour: mock.RealRateLimits.PerHour}
			fake, err := mock.New(mock.WithClock(clock), mock.WithRateLimits(limits))
			g.Expect(err).NotTo(HaveOccurred())
			var refused atomic.Int64
			server := httptest.NewServer(refusals(fake, &refused))
			t.Cleanup(server.Close)
			file := filepath.Join(t.TempDir(), "target.json")
			data, err := fake.Profile(server.URL)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(os.WriteFile(file, data, 0o600)).To(Succeed())
			profile, err := target.Load(file)
			g.Expect(err).NotTo(HaveOccurred())
			client, err := suite.NewClient(profile)
			g.Expect(err).NotTo(HaveOccurred())
			t.Cleanup(client.Close)
			client.GoBy(clock.Now, clock.wait)

			all := scenarios.In(spec.DefaultRevision)
			var group errgroup.Group
			group.SetLimit(parallel)
			var requests atomic.Int64
			for i := range all {
				group.Go(func() error {
					result := suite.Play(t.Context(), client, &all[i], "limits")
					requests.Add(int64(result.Requests))
					if problem := result.Failure + result.Error; problem != "" {
						t.Errorf("%s: %s", all[i].ID, problem)
					}
					return nil
				})
			}
			_ = group.Wait()
			// What is under way while the clock jumps arrives late, and counts in another minute than the
			// one that it was sent in.
			minutes := int(clock.Now().Sub(started).Minutes()) + 1
			g.Expect(refused.Load()).To(BeNumerically("<=", (parallel-1)*minutes))
			g.Expect(requests.Load()).To(BeNumerically(">", 480), "fewer would not meet the limits")
			t.Logf("%d requests in %s of the shared clock", requests.Load(), clock.Now().Sub(started))
		})
	}
}
