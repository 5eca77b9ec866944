package control_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const rateLimits = control + "/rate-limits"

func TestRateLimitsAreSwitched(t *testing.T) {
	f := mocktest.New(t)
	admin, path := f.As("admin"), f.Org("domains")
	f.Anonymous().Get(rateLimits).Status(200).Bytes(200,
		`{"mode":"off","per_minute":480,"per_hour":4800,"invites_per_hour":50,"invites_per_day":100,"delegations_per_hour":10,"refused":[],"would_have_refused":[],"unlisted":0,"impatient":[],"impatient_unlisted":0}`)

	f.Anonymous().Put(rateLimits, `{"mode": "enforce", "per_minute": 2}`).Status(200).
		Has("mode", `"enforce"`).Has("per_minute", "2").Has("per_hour", "4800")
	admin.Get(path).Status(200)
	admin.Get(path).Status(200)
	admin.Get(path).Throttled(60)
	f.Advance(time.Second)
	admin.Get(path).Throttled(59)
	f.As("owner").Get(path).Status(200)
	f.Anonymous().Get(rateLimits).Has("refused.#", "1").Has("refused.0.requests", "2").Has("refused.0.user", `"admin@hedgerow.example"`).
		Has("refused.0.last_at", `"2026-03-01T12:00:01Z"`).Has("would_have_refused", "[]")

	f.Anonymous().Put(rateLimits, `{"mode": "off"}`).Status(200).Has("per_minute", "2").Has("refused", "[]")
	admin.Get(path).Status(200)
	f.Anonymous().Put(rateLimits, `{"mode": "enforce"}`).Status(200)
	admin.Get(path).Status(200) // counted anew
	admin.Get(path).Status(200)
	admin.Get(path).Status(429)
}

func TestImpatientClientsAreShown(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.As("admin").Get(f.Org("domains")).Throttled(60)
	f.Advance(15 * time.Second)
	f.As("admin").Get(f.Org("invites")).Throttled(45)
	f.Anonymous().Get(rateLimits).Has("impatient.#", "1").Has("impatient.0.operation", `"invites_list"`).
		Has("impatient.0.told_seconds", "60").Has("impatient.0.waited_seconds", "15")
	f.Anonymous().Post(control+"/reset", `{"only": ["rate_limits"]}`).Status(204)
	f.Anonymous().Get(rateLimits).Has("impatient", "[]")
}

// Two keys of one label are two callers, whether a limit or a fault told them to wait.
func TestImpatientClientsAreToldApart(t *testing.T) {
	f := mocktest.New(t)
	mint := func() (*mocktest.Caller, string) {
		key := f.Anonymous().Post(control+"/keys", `{"user": "admin@hedgerow.example", "label": "ci"}`).Status(201)
		return f.With("Authorization", "Bearer "+key.Get("value").String()), key.Get("id").Raw
	}
	one, id := mint()
	other, _ := mint()
	f.Anonymous().Post(control+"/faults", `{"status": 503, "retry_after": 30, "count": 1}`).Status(201)
	one.Get(f.Org("domains")).Status(503)
	other.Get(f.Org("domains")).Status(200)
	f.Anonymous().Get(rateLimits).Has("impatient", "[]")
	one.Get(f.Org("domains")).Status(200)
	f.Anonymous().Get(rateLimits).Has("impatient.#", "1").Has("impatient.0.caller", `"ci"`).Has("impatient.0.key", id)
}

func TestObservedRateLimitsRefuseNothing(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 2}), mock.WithRateLimitMode(mock.RateLimitsObserve))
	for range 5 {
		f.As("admin").Get(f.Org("domains")).Status(200)
	}
	for range 3 {
		f.As("owner").Get(f.Org("invites")).Status(200)
	}
	for range 9 {
		f.Session("admin").Get(f.Org("domains")).Status(200)
	}
	keys := f.Anonymous().Get(control + "/keys").Status(200)
	f.Anonymous().Get(rateLimits).Status(200).Has("mode", `"observe"`).Has("refused", "[]").
		Has("would_have_refused.#.user", `["admin@hedgerow.example","owner@hedgerow.example"]`).
		Has("would_have_refused.#.requests", "[3,1]").
		Has("would_have_refused.1.key", keys.Get(`keys.#(user=="owner@hedgerow.example").id`).Raw).
		Has("would_have_refused.1.label", keys.Get(`keys.#(user=="owner@hedgerow.example").label`).Raw)
	NewWithT(t).Expect(f.Target.Get("limits").Exists()).To(BeFalse(), "a client need not keep to them")
}

func TestResetBringsBackTheRateLimits(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.Anonymous().Put(rateLimits, `{"mode": "off", "per_minute": 9, "per_hour": 9}`).Status(200)
	f.Anonymous().Post(control+"/reset", "").Status(204)
	f.Anonymous().Get(rateLimits).Has("mode", `"enforce"`).Has("per_minute", "1").Has("per_hour", "0")
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.As("admin").Get(f.Org("domains")).Status(429)
}

func TestRateLimitsAreTheSandboxes(t *testing.T) {
	f := mocktest.New(t)
	a := f.With(mocktest.SandboxHeader, "a")
	a.Put(rateLimits, `{"mode": "enforce", "per_minute": 1}`).Status(200)
	inA := f.As("admin").And(mocktest.SandboxHeader, "a")
	inA.Get(f.Org("domains")).Status(200)
	inA.Get(f.Org("domains")).Status(429)
	for range 3 {
		f.As("admin").Get(f.Org("domains")).Status(200)
	}
	f.Anonymous().Get(rateLimits).Has("mode", `"off"`)

	f.Anonymous().Post(control+"/sandboxes", `{"name": "b", "sandbox": "a"}`).Status(201)
	f.With(mocktest.SandboxHeader, "b").Get(rateLimits).Has("mode", `"enforce"`).Has("per_minute", "1").Has("refused", "[]")
	f.With(mocktest.SandboxHeader, "b").Put(rateLimits, `{"mode": "off"}`).Status(200)
	f.With(mocktest.SandboxHeader, "b").Post(control+"/reset", "").Status(204)
	f.With(mocktest.SandboxHeader, "b").Get(rateLimits).Has("mode", `"enforce"`)
}

func TestRateLimitsThatCannotBe(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 5}))
	for _, tc := range []struct{ name, body, detail string }{
		{"nothing", `{}`, "mode"},
		{"another mode", `{"mode": "sometimes"}`, "observe"},
		{"a mode that is a number", `{"mode": 1}`, "mode"},
		{"less than nothing", `{"mode": "enforce", "per_minute": -1}`, "-1"},
		{"less than nothing, switched off", `{"mode": "off", "per_hour": -5}`, "-5"},
		{"no limit", `{"mode": "enforce", "per_minute": 0}`, "off"},
		{"a number that is a text", `{"mode": "enforce", "per_minute": "5"}`, "per_minute"},
		{"a fraction", `{"mode": "enforce", "per_minute": 0.5}`, "per_minute"},
		{"an unknown field", `{"mode": "enforce", "per_day": 5}`, "per_day"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			refused := f.Anonymous().Put(rateLimits, tc.body).Status(400).Has("understudy", `"invalid_body"`)
			NewWithT(t).Expect(refused.Get("detail").String()).To(ContainSubstring(tc.detail))
			f.Anonymous().Get(rateLimits).Has("mode", `"enforce"`).Has("per_minute", "5")
		})
	}
	_, err := mock.New(mock.WithRateLimitMode("sometimes"))
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring(`"sometimes"`)))
}

// TestSwitchingRateLimitsUnderLoad: every request goes by one setting, whole.
func TestSwitchingRateLimitsUnderLoad(t *testing.T) {
	f := mocktest.New(t)
	var busy sync.WaitGroup
	statuses := make([]map[int]int, 4)
	for worker := range statuses {
		statuses[worker] = map[int]int{}
		busy.Go(func() {
			for range 100 {
				statuses[worker][f.As("admin").Get(f.Org("invites")).Code]++
			}
		})
	}
	for i := range 50 {
		f.Anonymous().Put(rateLimits, fmt.Sprintf(`{"mode": %q, "per_minute": %d}`, mock.RateLimitModes[i%3], 1+i)).Status(200)
		f.Anonymous().Get(rateLimits).Status(200)
	}
	busy.Wait()
	for _, seen := range statuses {
		NewWithT(t).Expect(seen[200] + seen[http.StatusTooManyRequests]).To(Equal(100))
	}
}

// TestExcessIsBounded: however many keys there are, a thousand are told apart.
func TestExcessIsBounded(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}), mock.WithRateLimitMode(mock.RateLimitsObserve))
	for range 1001 {
		value := f.Anonymous().Post(control+"/keys", `{"user": "admin@hedgerow.example"}`).Status(201).Get("value").String()
		for range 2 {
			f.With("Authorization", "Bearer "+value).Get(f.Org("invites") + "?limit=1").Status(200)
		}
	}
	f.Anonymous().Get(rateLimits).Status(200).Has("would_have_refused.#", "1000").Has("unlisted", "1")
}
