package mock_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// throttled wants a 429 that tells to wait so many seconds.
func (a *answer) throttled(seconds int) {
	a.t.Helper()
	unit := "seconds"
	if seconds == 1 {
		unit = "second"
	}
	a.refused(http.StatusTooManyRequests, "throttled_error", "throttled",
		fmt.Sprintf("Request was throttled. Expected available in %d %s.", seconds, unit), "")
	if got := a.header.Get("Retry-After"); got != fmt.Sprint(seconds) {
		a.fail("want Retry-After %d, got %q", seconds, got)
	}
}

func TestRealRateLimits(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RealRateLimits))
	admin, path := f.as("admin"), f.org("domains")
	for range 480 {
		admin.get(path).status(200)
		f.Advance(10 * time.Millisecond)
	}
	admin.get(path).throttled(56) // 55.2 seconds until the first is a minute old
	f.as("owner").get(path).status(200)
	f.session("admin").get(path).status(200)
	f.Advance(55 * time.Second)
	admin.get(path).throttled(1)
	f.Advance(200 * time.Millisecond)
	admin.get(path).status(200)

	// The hour: a minute's worth, again and again, as long as it lasts. The two
	// that the minute refused have counted.
	for passed := 480 + 2 + 1; passed < 4800; {
		f.Advance(time.Minute)
		for n := 0; n < 480 && passed < 4800; n++ {
			admin.get(path).status(200)
			passed++
		}
	}
	f.Advance(time.Minute)
	refused := admin.get(path).status(http.StatusTooManyRequests)
	NewWithT(t).Expect(refused.header.Get("Retry-After")).To(Equal(fmt.Sprint(3600 - 60 - 10*60)))

	f.Reset()
	admin.get(path).status(200)
}

func TestRateLimitsAreOffUnlessAskedFor(t *testing.T) {
	f := newFake(t)
	for range 500 {
		f.as("admin").get(f.org("domains") + "?limit=1").status(200)
	}
	NewWithT(t).Expect(f.profile.Get("limits").Exists()).To(BeFalse())
}

// What is counted is what the permissions let pass, whatever comes of it.
func TestWhatCountsForRateLimits(t *testing.T) {
	const nobody = "01900000-0000-7000-8000-00000000dead"
	for _, tc := range []struct {
		name    string
		ask     func(f *fake) *answer
		status  int
		counted bool
	}{
		{"a list", func(f *fake) *answer { return f.as("admin").get(f.org("domains")) }, 200, true},
		{"HEAD", func(f *fake) *answer { return f.as("admin").do("HEAD", f.org("domains"), "", "") }, 200, true},
		{"OPTIONS", func(f *fake) *answer { return f.as("admin").do("OPTIONS", f.org("domains"), "", "") }, 200, true},
		{"an object that is not there", func(f *fake) *answer { return f.as("admin").get(f.org("domains", nobody)) }, 404, true},
		{"a refused body", func(f *fake) *answer { return f.as("admin").post(f.org("domains"), `{}`) }, 400, true},
		{"a body that cannot be read", func(f *fake) *answer { return f.as("admin").post(f.org("domains"), `{`) }, 400, true},
		{"a method that is not there", func(f *fake) *answer { return f.as("admin").patch(f.org("domains"), `{}`) }, 405, true},
		{"what asks upstream first, once", func(f *fake) *answer { return f.as("admin").delete(f.org("integrations", nobody)) }, 404, true},
		{"a missing scope", func(f *fake) *answer { return f.as("unrelated_scope").get(f.org("domains")) }, 403, false},
		{"an action without a scope", func(f *fake) *answer { return f.as("admin").post(f.org("domains", nobody, "verify"), "") }, 403, false},
		{"a low level", func(f *fake) *answer { return f.as("member").post(f.org("domains"), `{}`) }, 403, false},
		{"no organization", func(f *fake) *answer { return f.as("admin").get("/api/organizations/" + nobody + "/domains/") }, 404, false},
		{"the current user", func(f *fake) *answer { return f.as("admin").get("/api/users/@me/") }, 200, false},
		{"nobody", func(f *fake) *answer { return f.anonymous().get(f.org("domains")) }, 401, false},
		{"a wrong key", func(f *fake) *answer { return f.with("Authorization", "Bearer phx_wrong").get(f.org("domains")) }, 401, false},
		{"a session", func(f *fake) *answer { return f.session("admin").get(f.org("domains")) }, 200, false},
		{"a key in the query", func(f *fake) *answer {
			return f.anonymous().get(f.org("domains") + "?personal_api_key=" + f.key("admin"))
		}, 200, true},
		{"a key in the body", func(f *fake) *answer {
			return f.anonymous().post(f.org("domains"), `{"personal_api_key": "`+f.key("admin")+`"}`)
		}, 400, false},
		{"a key in body and query", func(f *fake) *answer {
			return f.anonymous().post(f.org("domains")+"?personal_api_key="+f.key("admin"), `{"personal_api_key": "`+f.key("admin")+`"}`)
		}, 400, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
			tc.ask(f).status(tc.status)
			if tc.counted {
				again := tc.ask(f).status(http.StatusTooManyRequests)
				NewWithT(t).Expect(again.header.Get("Retry-After")).To(Equal("60"))
				return
			}
			tc.ask(f).status(tc.status)
		})
	}
}

// key is the personal API key of a role of the profile.
func (f *fake) key(role string) string { return f.known("credentials." + role + ".personal_api_key") }

func TestThrottledRequestsChangeNothing(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.as("admin").post(f.org("domains"), `{"domain": "first.example.com"}`).status(201)
	f.as("admin").post(f.org("domains"), `{"domain": "second.example.com"}`).throttled(60)
	f.as("admin").post(f.org("domains"), `{"domain": "not a domain"}`).throttled(60)
	list := f.session("admin").get(f.org("domains") + "?limit=1000").status(200)
	NewWithT(t).Expect(list.get(`results.#(domain=="second.example.com")`).Exists()).To(BeFalse())
}

func TestRateLimitsUnderLoad(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerHour: 100}))
	statuses := make([][]int, 16)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			for range 20 {
				statuses[i] = append(statuses[i], f.as("admin").get(f.org("invites")).code)
			}
		})
	}
	group.Wait()
	counts := map[int]int{}
	for _, list := range statuses {
		for _, status := range list {
			counts[status]++
		}
	}
	g.Expect(counts).To(Equal(map[int]int{200: 100, 429: 220}))
}

func TestProfileNamesRateLimits(t *testing.T) {
	g := NewWithT(t)
	for _, tc := range []struct {
		limits mock.RateLimits
		want   string
	}{
		{mock.RealRateLimits, `{"requests_per_minute": 480, "requests_per_hour": 4800}`},
		{mock.RateLimits{PerMinute: 7}, `{"requests_per_minute": 7}`},
	} {
		f := newFake(t, mock.WithRateLimits(tc.limits))
		g.Expect(json.RawMessage(f.profile.Get("limits").Raw)).To(MatchJSON(tc.want))
	}
}
