package mock_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const rateLimits = control + "/rate-limits"

func TestRateLimitsAreSwitched(t *testing.T) {
	f := newFake(t)
	admin, path := f.as("admin"), f.org("domains")
	f.anonymous().get(rateLimits).status(200).bytes(200,
		`{"mode":"off","per_minute":480,"per_hour":4800,"refused":[],"would_have_refused":[],"unlisted":0,"impatient":[],"impatient_unlisted":0}`)

	f.anonymous().put(rateLimits, `{"mode": "enforce", "per_minute": 2}`).status(200).
		has("mode", `"enforce"`).has("per_minute", "2").has("per_hour", "4800")
	admin.get(path).status(200)
	admin.get(path).status(200)
	admin.get(path).throttled(60)
	f.Advance(time.Second)
	admin.get(path).throttled(59)
	f.as("owner").get(path).status(200)
	f.anonymous().get(rateLimits).has("refused.#", "1").has("refused.0.requests", "2").has("refused.0.user", `"admin@hedgerow.example"`).
		has("refused.0.last_at", `"2026-03-01T12:00:01Z"`).has("would_have_refused", "[]")

	f.anonymous().put(rateLimits, `{"mode": "off"}`).status(200).has("per_minute", "2").has("refused", "[]")
	admin.get(path).status(200)
	f.anonymous().put(rateLimits, `{"mode": "enforce"}`).status(200)
	admin.get(path).status(200) // counted anew
	admin.get(path).status(200)
	admin.get(path).status(429)
}

func TestImpatientClientsAreShown(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.as("admin").get(f.org("domains")).status(200)
	f.as("admin").get(f.org("domains")).throttled(60)
	f.Advance(15 * time.Second)
	f.as("admin").get(f.org("invites")).throttled(45)
	f.anonymous().get(rateLimits).has("impatient.#", "1").has("impatient.0.operation", `"invites_list"`).
		has("impatient.0.told_seconds", "60").has("impatient.0.waited_seconds", "15")
	f.anonymous().post(control+"/reset", `{"only": ["rate_limits"]}`).status(204)
	f.anonymous().get(rateLimits).has("impatient", "[]")
}

// Two keys of one label are two callers, whether a limit or a fault told them to wait.
func TestImpatientClientsAreToldApart(t *testing.T) {
	f := newFake(t)
	mint := func() (*caller, string) {
		key := f.anonymous().post(control+"/keys", `{"user": "admin@hedgerow.example", "label": "ci"}`).status(201)
		return f.with("Authorization", "Bearer "+key.get("value").String()), key.get("id").Raw
	}
	one, id := mint()
	other, _ := mint()
	f.anonymous().post(control+"/faults", `{"status": 503, "retry_after": 30, "count": 1}`).status(201)
	one.get(f.org("domains")).status(503)
	other.get(f.org("domains")).status(200)
	f.anonymous().get(rateLimits).has("impatient", "[]")
	one.get(f.org("domains")).status(200)
	f.anonymous().get(rateLimits).has("impatient.#", "1").has("impatient.0.caller", `"ci"`).has("impatient.0.key", id)
}

func TestObservedRateLimitsRefuseNothing(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 2}), mock.WithRateLimitMode(mock.RateLimitsObserve))
	for range 5 {
		f.as("admin").get(f.org("domains")).status(200)
	}
	for range 3 {
		f.as("owner").get(f.org("invites")).status(200)
	}
	for range 9 {
		f.session("admin").get(f.org("domains")).status(200)
	}
	keys := f.anonymous().get(control + "/keys").status(200)
	f.anonymous().get(rateLimits).status(200).has("mode", `"observe"`).has("refused", "[]").
		has("would_have_refused.#.user", `["admin@hedgerow.example","owner@hedgerow.example"]`).
		has("would_have_refused.#.requests", "[3,1]").
		has("would_have_refused.1.key", keys.get(`keys.#(user=="owner@hedgerow.example").id`).Raw).
		has("would_have_refused.1.label", keys.get(`keys.#(user=="owner@hedgerow.example").label`).Raw)
	NewWithT(t).Expect(f.profile.Get("limits").Exists()).To(BeFalse(), "a client need not keep to them")
}

func TestResetBringsBackTheRateLimits(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	f.anonymous().put(rateLimits, `{"mode": "off", "per_minute": 9, "per_hour": 9}`).status(200)
	f.anonymous().post(control+"/reset", "").status(204)
	f.anonymous().get(rateLimits).has("mode", `"enforce"`).has("per_minute", "1").has("per_hour", "0")
	f.as("admin").get(f.org("domains")).status(200)
	f.as("admin").get(f.org("domains")).status(429)
}

func TestRateLimitsAreTheSandboxes(t *testing.T) {
	f := newFake(t)
	a := f.with(inSandbox, "a")
	a.put(rateLimits, `{"mode": "enforce", "per_minute": 1}`).status(200)
	inA := f.as("admin").and(inSandbox, "a")
	inA.get(f.org("domains")).status(200)
	inA.get(f.org("domains")).status(429)
	for range 3 {
		f.as("admin").get(f.org("domains")).status(200)
	}
	f.anonymous().get(rateLimits).has("mode", `"off"`)

	f.anonymous().post(control+"/sandboxes", `{"name": "b", "sandbox": "a"}`).status(201)
	f.with(inSandbox, "b").get(rateLimits).has("mode", `"enforce"`).has("per_minute", "1").has("refused", "[]")
	f.with(inSandbox, "b").put(rateLimits, `{"mode": "off"}`).status(200)
	f.with(inSandbox, "b").post(control+"/reset", "").status(204)
	f.with(inSandbox, "b").get(rateLimits).has("mode", `"enforce"`)
}

func TestRateLimitsThatCannotBe(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 5}))
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
			f.t = t
			refused := f.anonymous().put(rateLimits, tc.body).status(400).has("understudy", `"invalid_body"`)
			NewWithT(t).Expect(refused.get("detail").String()).To(ContainSubstring(tc.detail))
			f.anonymous().get(rateLimits).has("mode", `"enforce"`).has("per_minute", "5")
		})
	}
	_, err := mock.New(mock.WithRateLimitMode("sometimes"))
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring(`"sometimes"`)))
}

// TestSwitchingRateLimitsUnderLoad: every request goes by one setting, whole.
func TestSwitchingRateLimitsUnderLoad(t *testing.T) {
	f := newFake(t)
	var busy sync.WaitGroup
	statuses := make([]map[int]int, 4)
	for worker := range statuses {
		statuses[worker] = map[int]int{}
		busy.Go(func() {
			for range 100 {
				statuses[worker][f.as("admin").get(f.org("invites")).code]++
			}
		})
	}
	for i := range 50 {
		f.anonymous().put(rateLimits, fmt.Sprintf(`{"mode": %q, "per_minute": %d}`, mock.RateLimitModes[i%3], 1+i)).status(200)
		f.anonymous().get(rateLimits).status(200)
	}
	busy.Wait()
	for _, seen := range statuses {
		NewWithT(t).Expect(seen[200] + seen[http.StatusTooManyRequests]).To(Equal(100))
	}
}

// TestExcessIsBounded: however many keys there are, a thousand are told apart.
func TestExcessIsBounded(t *testing.T) {
	f := newFake(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}), mock.WithRateLimitMode(mock.RateLimitsObserve))
	for range 1001 {
		value := f.anonymous().post(control+"/keys", `{"user": "admin@hedgerow.example"}`).status(201).get("value").String()
		for range 2 {
			f.with("Authorization", "Bearer "+value).get(f.org("invites") + "?limit=1").status(200)
		}
	}
	f.anonymous().get(rateLimits).status(200).has("would_have_refused.#", "1000").has("unlisted", "1")
}
