package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// TestLockout: where rate limits are enforced, the thirtieth login that fails locks its
// address out, whoever it tries to be, until ten minutes pass without another.
func TestLockout(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimitMode(mock.RateLimitsEnforce))
	try := func(c *mocktest.Caller, password string) *mocktest.Answer {
		return c.Post("/api/login/", `{"email": "member@hedgerow.example", "password": "`+password+`"}`)
	}
	wrong := func(a *mocktest.Answer) {
		a.T.Helper()
		a.Invalid("invalid_credentials", "Invalid email or password.", "")
	}
	locked := func(a *mocktest.Answer) {
		a.T.Helper()
		a.Refused(http.StatusForbidden, "authentication_error", "too_many_failed_attempts",
			"Too many failed login attempts. Please try again in 10 minutes.", "")
	}
	right := f.Known("credentials.member.password")
	for range 29 {
		wrong(try(f.Anonymous(), "wrong"))
	}
	try(f.Anonymous(), right).Status(200) // which forgives nothing
	f.Anonymous().Post("/api/login/", `{"email": "member@hedgerow.example"}`).Invalid("required", "This field is required.", "password")
	locked(try(f.Anonymous(), "wrong"))
	locked(try(f.Anonymous(), right))
	locked(f.Anonymous().Post("/api/login/", `{"email": "nobody@example.com", "password": "wrong"}`))
	f.Session("member").Get(f.Org("domains")).Status(200)
	try(f.With("X-Forwarded-For", "203.0.113.7, 10.0.0.1"), right).Status(200)

	f.Advance(9 * time.Minute)
	locked(try(f.Anonymous(), right)) // which makes it last
	f.Advance(9 * time.Minute)
	locked(try(f.Anonymous(), right))
	f.Advance(10 * time.Minute)
	try(f.Anonymous(), right).Status(200)
	wrong(try(f.Anonymous(), "wrong"))
}

func TestLockoutOnlyWhereRateLimitsAreEnforced(t *testing.T) {
	for _, mode := range []mock.RateLimitMode{mock.RateLimitsOff, mock.RateLimitsObserve} {
		t.Run(string(mode), func(t *testing.T) {
			f := mocktest.New(t, mock.WithRateLimitMode(mode))
			for range 40 {
				f.Anonymous().Post("/api/login/", `{"email": "member@hedgerow.example", "password": "wrong"}`).Status(400)
			}
		})
	}
}
