package fault_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// testClock is set by the test.
type testClock struct{ at time.Time }

func (c *testClock) now() time.Time          { return c.at }
func (c *testClock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newTracker() (*fault.RetryTracker, *testClock) {
	clock := &testClock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	return fault.NewRetryTracker(clock.now), clock
}

func named(name string) fault.Caller { return fault.Caller{Name: name} }

func wait(seconds string) http.Header { return http.Header{"Retry-After": {seconds}} }

func TestRetryTracker(t *testing.T) {
	g := NewWithT(t)
	p, clock := newTracker()
	p.RecordRequest(named("ann"), "invites_list")
	p.RecordResponse(named("ann"), 429, wait("3"))
	p.RecordRequest(named("bob"), "invites_list")
	clock.advance(500 * time.Millisecond)
	p.RecordRequest(named("ann"), "members_list")
	clock.advance(2500 * time.Millisecond)
	p.RecordRequest(named("ann"), "invites_list") // as told
	p.RecordResponse(named("ann"), 429, wait("10"))
	clock.advance(9999 * time.Millisecond)
	p.RecordRequest(named("ann"), "invites_list")
	p.RecordResponse(named("ann"), 429, wait("2")) // told anew
	clock.advance(2 * time.Second)
	p.RecordRequest(named("ann"), "invites_list")
	early, dropped := p.EarlyCalls()
	g.Expect(early).To(Equal([]fault.EarlyCall{
		{Caller: named("ann"), Operation: "members_list", ToldSeconds: 3, WaitedSeconds: 0.5},
		{Caller: named("ann"), Operation: "invites_list", ToldSeconds: 10, WaitedSeconds: 9.999},
	}))
	g.Expect(dropped).To(Equal(0))
	p.RecordResponse(named("ann"), 429, wait("10"))
	p.Reset()
	p.RecordRequest(named("ann"), "invites_list")
	early, _ = p.EarlyCalls()
	g.Expect(early).To(BeEmpty())
}

func TestRetryTrackerIgnoresOtherResponses(t *testing.T) {
	for _, c := range []struct {
		name, caller string
		status       int
		header       http.Header
	}{
		{"another status", "ann", 500, wait("3")},
		{"no header", "ann", 429, http.Header{}},
		{"a date", "ann", 429, wait("Wed, 21 Oct 2026 07:28:00 GMT")},
		{"no time", "ann", 429, wait("0")},
		{"a negative time", "ann", 429, wait("-3")},
		{"nobody", "", 429, wait("3")},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := newTracker()
			p.RecordResponse(named(c.caller), c.status, c.header)
			p.RecordRequest(named(c.caller), "invites_list")
			early, _ := p.EarlyCalls()
			NewWithT(t).Expect(early).To(BeEmpty())
		})
	}
}

// Two keys of one label are two callers, and each is told for itself.
func TestRetryTrackerTellsKeysApart(t *testing.T) {
	g := NewWithT(t)
	p, _ := newTracker()
	one, other := fault.Caller{Name: "ci", Key: "1"}, fault.Caller{Name: "ci", Key: "2"}
	p.RecordResponse(one, 503, wait("3"))
	p.RecordRequest(other, "invites_list")
	early, _ := p.EarlyCalls()
	g.Expect(early).To(BeEmpty())
	p.RecordRequest(one, "invites_list")
	early, _ = p.EarlyCalls()
	g.Expect(early).To(Equal([]fault.EarlyCall{{Caller: one, Operation: "invites_list", ToldSeconds: 3}}))
}

// A clock that is set back starts anew.
func TestRetryTrackerWithClockSetBack(t *testing.T) {
	p, clock := newTracker()
	p.RecordResponse(named("ann"), 429, wait("3"))
	clock.advance(-time.Hour)
	p.RecordRequest(named("ann"), "invites_list")
	early, _ := p.EarlyCalls()
	NewWithT(t).Expect(early).To(BeEmpty())
}

func TestRetryTrackerIsBounded(t *testing.T) {
	g := NewWithT(t)
	p, clock := newTracker()
	p.RecordResponse(named("first"), 429, wait("3600"))
	for i := range 5000 {
		clock.advance(time.Millisecond)
		p.RecordResponse(named(fmt.Sprint("caller ", i)), 429, wait("3600"))
	}
	p.RecordRequest(named("first"), "invites_list") // forgotten
	for i := range 5000 {
		p.RecordRequest(named(fmt.Sprint("caller ", i)), "invites_list")
	}
	early, dropped := p.EarlyCalls()
	g.Expect(early).To(HaveLen(1000))
	g.Expect(dropped).To(Equal(24), "1024 callers are remembered")
	g.Expect(early[999].Caller).To(Equal(named("caller 4999")))

	clock.advance(2 * time.Hour)
	p.RecordResponse(named("late"), 429, wait("3600")) // the others are forgotten, not "late"
	clock.advance(time.Second)
	p.RecordResponse(named("later"), 429, wait("3600"))
	p.RecordRequest(named("late"), "members_list")
	early, _ = p.EarlyCalls()
	g.Expect(early[999]).To(Equal(fault.EarlyCall{Caller: named("late"), Operation: "members_list", ToldSeconds: 3600, WaitedSeconds: 1}))
}

func TestRetryTrackerOfManyAtOnce(t *testing.T) {
	g := NewWithT(t)
	p, _ := newTracker()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			caller := fmt.Sprint("caller ", i)
			for range 100 {
				p.RecordResponse(named(caller), 429, wait("3"))
				p.RecordRequest(named(caller), "invites_list")
			}
		})
	}
	group.Wait()
	early, dropped := p.EarlyCalls()
	g.Expect(len(early) + dropped).To(Equal(800))
}
