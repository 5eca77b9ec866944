package ratelimit

import (
	"fmt"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// testClock is set by the test.
type testClock struct{ at time.Time }

func (c *testClock) now() time.Time { return c.at }

func start() *testClock { return &testClock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func TestWindowSlides(t *testing.T) {
	g := NewWithT(t)
	clock := start()
	l := New(clock.now, Window{3, time.Minute})
	for _, step := range []struct {
		after   time.Duration // since the step before
		allowed bool
		wait    time.Duration
	}{
		{0, true, 0},
		{20 * time.Second, true, 0},
		{20 * time.Second, true, 0},
		{19 * time.Second, false, time.Second},
		{500 * time.Millisecond, false, 500 * time.Millisecond},
		{500 * time.Millisecond, true, 0}, // the first has left the window
		{0, false, 20 * time.Second},
		{20 * time.Second, true, 0},
		{0, false, 20 * time.Second},
		{time.Hour, true, 0},
	} {
		clock.at = clock.at.Add(step.after)
		wait, allowed := l.Take("key", 1)
		g.Expect(allowed).To(Equal(step.allowed), "at %s", clock.at)
		g.Expect(wait).To(Equal(step.wait), "at %s", clock.at)
	}
}

func TestKeysAreApart(t *testing.T) {
	g := NewWithT(t)
	l := New(start().now, Window{1, time.Minute})
	g.Expect(allowed(l, "one")).To(BeTrue())
	g.Expect(allowed(l, "two")).To(BeTrue())
	g.Expect(allowed(l, "one")).To(BeFalse())
	l.Reset()
	g.Expect(allowed(l, "one")).To(BeTrue())
}

// What one window refuses still counts in another, and the longer wait is told.
func TestWindowsKnowNothingOfEachOther(t *testing.T) {
	g := NewWithT(t)
	clock := start()
	l := New(clock.now, Window{2, time.Minute}, Window{4, time.Hour})
	for range 2 {
		g.Expect(allowed(l, "key")).To(BeTrue())
	}
	wait, ok := l.Take("key", 1) // the minute refuses, the hour counts
	g.Expect(ok).To(BeFalse())
	g.Expect(wait).To(Equal(time.Minute))
	clock.at = clock.at.Add(time.Minute)
	g.Expect(allowed(l, "key")).To(BeTrue())
	wait, ok = l.Take("key", 1) // the minute counts, the hour refuses
	g.Expect(ok).To(BeFalse())
	g.Expect(wait).To(Equal(59 * time.Minute))
	wait, ok = l.Take("key", 1) // both refuse
	g.Expect(ok).To(BeFalse())
	g.Expect(wait).To(Equal(59 * time.Minute))
}

func TestNoWindow(t *testing.T) {
	g := NewWithT(t)
	l := New(start().now, Window{0, time.Minute}, Window{-1, time.Hour})
	for range 1000 {
		g.Expect(allowed(l, "key")).To(BeTrue())
	}
}

func TestClockThatIsSetBackStartsAnew(t *testing.T) {
	g := NewWithT(t)
	clock := start()
	l := New(clock.now, Window{2, time.Minute})
	g.Expect(allowed(l, "key")).To(BeTrue())
	g.Expect(allowed(l, "key")).To(BeTrue())
	clock.at = clock.at.Add(-24 * time.Hour)
	g.Expect(allowed(l, "key")).To(BeTrue())
	g.Expect(allowed(l, "key")).To(BeTrue())
	wait, ok := l.Take("key", 1)
	g.Expect(ok).To(BeFalse())
	g.Expect(wait).To(Equal(time.Minute))
}

func TestMemoryIsBounded(t *testing.T) {
	g := NewWithT(t)
	clock := start()
	l := New(clock.now, Window{5, time.Minute}, Window{50, time.Hour})
	for range 10_000 {
		l.Take("busy", 1)
		clock.at = clock.at.Add(time.Millisecond)
	}
	for i, h := range l.keys["busy"] {
		g.Expect(len(h.passed)).To(BeNumerically("<=", l.windows[i].Requests))
		g.Expect(cap(h.passed)).To(BeNumerically("<=", 4*l.windows[i].Requests))
	}
	for i := range 20 * minSweepKeys {
		l.Take(fmt.Sprint("once ", i), 1)
		clock.at = clock.at.Add(10 * time.Second)
	}
	g.Expect(len(l.keys)).To(BeNumerically("<=", 2*minSweepKeys), "idle keys are forgotten")
}

func TestConcurrentRequestsAreAllCounted(t *testing.T) {
	g := NewWithT(t)
	l := New(start().now, Window{500, time.Minute})
	var group sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 20 {
		group.Go(func() {
			for range 50 {
				if _, ok := l.Take("key", 1); ok {
					mu.Lock()
					passed++
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	g.Expect(passed).To(Equal(500))
}

// Several pass together, or wait until there is room for all of them.
func TestSeveralAtOnce(t *testing.T) {
	g := NewWithT(t)
	clock := start()
	l := New(clock.now, Window{5, time.Hour}, Window{13, 24 * time.Hour})
	take := func(n int, want time.Duration) {
		wait, ok := l.Take("key", n)
		g.Expect(wait).To(Equal(want), "%d at %s", n, clock.at)
		g.Expect(ok).To(Equal(want == 0))
	}
	take(3, 0)
	clock.at = clock.at.Add(10 * time.Minute)
	take(2, 0)
	clock.at = clock.at.Add(10 * time.Minute)
	take(1, 40*time.Minute)
	take(4, 50*time.Minute)              // for one of the two that came later
	take(6, 24*time.Hour-20*time.Minute) // never in an hour; the day has counted what the hour refused
	clock.at = clock.at.Add(time.Hour)
	take(3, 0)
	take(6, 23*time.Hour)
}

func allowed(l *Limiter, key string) bool {
	_, ok := l.Take(key, 1)
	return ok
}
