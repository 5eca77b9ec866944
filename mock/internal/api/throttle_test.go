package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestRealRateLimits(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RealRateLimits))
	admin, path := f.As("admin"), f.Org("domains")
	for range 480 {
		admin.Get(path).Status(200)
		f.Advance(10 * time.Millisecond)
	}
	admin.Get(path).Throttled(56) // 55.2 seconds until the first is a minute old
	f.As("owner").Get(path).Status(200)
	f.Session("admin").Get(path).Status(200)
	f.Advance(55 * time.Second)
	admin.Get(path).Throttled(1)
	f.Advance(200 * time.Millisecond)
	admin.Get(path).Status(200)

	// The hour: a minute's worth, again and again, as long as it lasts. The two
	// that the minute refused have counted.
	for passed := 480 + 2 + 1; passed < 4800; {
		f.Advance(time.Minute)
		for n := 0; n < 480 && passed < 4800; n++ {
			admin.Get(path).Status(200)
			passed++
		}
	}
	f.Advance(time.Minute)
	refused := admin.Get(path).Status(http.StatusTooManyRequests)
	NewWithT(t).Expect(refused.Header.Get("Retry-After")).To(Equal(fmt.Sprint(3600 - 60 - 10*60)))

	f.Reset()
	admin.Get(path).Status(200)
}

func TestRateLimitsAreOffUnlessAskedFor(t *testing.T) {
	f := mocktest.New(t)
	for range 500 {
		f.As("admin").Get(f.Org("domains") + "?limit=1").Status(200)
	}
	NewWithT(t).Expect(f.Target.Get("limits").Exists()).To(BeFalse())
}

// What is counted is what the permissions let pass, whatever comes of it.
func TestWhatCountsForRateLimits(t *testing.T) {
	const nobody = "01900000-0000-7000-8000-00000000dead"
	for _, tc := range []struct {
		name    string
		ask     func(f *mocktest.Fake) *mocktest.Answer
		status  int
		counted bool
	}{
		{"a list", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Get(f.Org("domains")) }, 200, true},
		{"HEAD", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Do("HEAD", f.Org("domains"), "", "") }, 200, true},
		{"OPTIONS", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Do("OPTIONS", f.Org("domains"), "", "") }, 200, true},
		{"an object that is not there", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Get(f.Org("domains", nobody)) }, 404, true},
		{"a refused body", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Post(f.Org("domains"), `{}`) }, 400, true},
		{"a body that cannot be read", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Post(f.Org("domains"), `{`) }, 400, true},
		{"a method that is not there", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Patch(f.Org("domains"), `{}`) }, 405, true},
		{"what asks upstream first, once", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Delete(f.Org("integrations", nobody)) }, 404, true},
		{"a missing scope", func(f *mocktest.Fake) *mocktest.Answer { return f.As("unrelated_scope").Get(f.Org("domains")) }, 403, false},
		{"an action without a scope", func(f *mocktest.Fake) *mocktest.Answer {
			return f.As("admin").Post(f.Org("domains", nobody, "verify"), "")
		}, 403, false},
		{"a low level", func(f *mocktest.Fake) *mocktest.Answer { return f.As("member").Post(f.Org("domains"), `{}`) }, 403, false},
		{"no organization", func(f *mocktest.Fake) *mocktest.Answer {
			return f.As("admin").Get("/api/organizations/" + nobody + "/domains/")
		}, 404, false},
		{"the current user", func(f *mocktest.Fake) *mocktest.Answer { return f.As("admin").Get("/api/users/@me/") }, 200, false},
		{"nobody", func(f *mocktest.Fake) *mocktest.Answer { return f.Anonymous().Get(f.Org("domains")) }, 401, false},
		{"a wrong key", func(f *mocktest.Fake) *mocktest.Answer {
			return f.With("Authorization", "Bearer phx_wrong").Get(f.Org("domains"))
		}, 401, false},
		{"a session", func(f *mocktest.Fake) *mocktest.Answer { return f.Session("admin").Get(f.Org("domains")) }, 200, false},
		{"a key in the query", func(f *mocktest.Fake) *mocktest.Answer {
			return f.Anonymous().Get(f.Org("domains") + "?personal_api_key=" + keyOfRole(f, "admin"))
		}, 200, true},
		{"a key in the body", func(f *mocktest.Fake) *mocktest.Answer {
			return f.Anonymous().Post(f.Org("domains"), `{"personal_api_key": "`+keyOfRole(f, "admin")+`"}`)
		}, 400, false},
		{"a key in body and query", func(f *mocktest.Fake) *mocktest.Answer {
			return f.Anonymous().Post(f.Org("domains")+"?personal_api_key="+keyOfRole(f, "admin"), `{"personal_api_key": "`+keyOfRole(f, "admin")+`"}`)
		}, 400, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
			tc.ask(f).Status(tc.status)
			if tc.counted {
				again := tc.ask(f).Status(http.StatusTooManyRequests)
				NewWithT(t).Expect(again.Header.Get("Retry-After")).To(Equal("60"))
				return
			}
			tc.ask(f).Status(tc.status)
		})
	}
}

// keyOfRole is the personal API key of a role of the profile.
func keyOfRole(f *mocktest.Fake, role string) string {
	return f.Known("credentials." + role + ".personal_api_key")
}

func TestThrottledRequestsChangeNothing(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.As("admin").Post(f.Org("domains"), `{"domain": "first.example.com"}`).Status(201)
	f.As("admin").Post(f.Org("domains"), `{"domain": "second.example.com"}`).Throttled(60)
	f.As("admin").Post(f.Org("domains"), `{"domain": "not a domain"}`).Throttled(60)
	list := f.Session("admin").Get(f.Org("domains") + "?limit=1000").Status(200)
	NewWithT(t).Expect(list.Get(`results.#(domain=="second.example.com")`).Exists()).To(BeFalse())
}

func TestRateLimitsUnderLoad(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerHour: 100}))
	statuses := make([][]int, 16)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			for range 20 {
				statuses[i] = append(statuses[i], f.As("admin").Get(f.Org("invites")).Code)
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
		f := mocktest.New(t, mock.WithRateLimits(tc.limits))
		g.Expect(json.RawMessage(f.Target.Get("limits").Raw)).To(MatchJSON(tc.want))
	}
}

// An operation that asks outside is admitted twice; its steps are those of every other.
func TestStepsOfWhatAsksOutside(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.Session("admin").Post(f.Org("domains", f.NewDomain("steps.example.com"), "verify"), "").Status(200)
	requests := f.Requests()
	var names []string
	for _, step := range requests[len(requests)-1].Steps {
		names = append(names, step.Name)
	}
	g.Expect(names).To(Equal([]string{
		"authenticate", "scope", "organization", "key limits", "membership", "level", "recent login", "throttle",
	}))
}
