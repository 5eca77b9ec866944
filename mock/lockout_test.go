package mock_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock"
)

// TestLockout: where rate limits are enforced, the thirtieth login that fails locks its
// address out, whoever it tries to be, until ten minutes pass without another.
func TestLockout(t *testing.T) {
	f := newFake(t, mock.WithRateLimitMode(mock.RateLimitsEnforce))
	try := func(c *caller, password string) *answer {
		return c.post("/api/login/", `{"email": "member@hedgerow.example", "password": "`+password+`"}`)
	}
	wrong := func(a *answer) { a.t.Helper(); a.invalid("invalid_credentials", "Invalid email or password.", "") }
	locked := func(a *answer) {
		a.t.Helper()
		a.refused(http.StatusForbidden, "authentication_error", "too_many_failed_attempts",
			"Too many failed login attempts. Please try again in 10 minutes.", "")
	}
	right := f.known("credentials.member.password")
	for range 29 {
		wrong(try(f.anonymous(), "wrong"))
	}
	try(f.anonymous(), right).status(200) // which forgives nothing
	f.anonymous().post("/api/login/", `{"email": "member@hedgerow.example"}`).invalid("required", "This field is required.", "password")
	locked(try(f.anonymous(), "wrong"))
	locked(try(f.anonymous(), right))
	locked(f.anonymous().post("/api/login/", `{"email": "nobody@example.com", "password": "wrong"}`))
	f.session("member").get(f.org("domains")).status(200)
	try(f.with("X-Forwarded-For", "203.0.113.7, 10.0.0.1"), right).status(200)

	f.Advance(9 * time.Minute)
	locked(try(f.anonymous(), right)) // which makes it last
	f.Advance(9 * time.Minute)
	locked(try(f.anonymous(), right))
	f.Advance(10 * time.Minute)
	try(f.anonymous(), right).status(200)
	wrong(try(f.anonymous(), "wrong"))
}

func TestLockoutOnlyWhereRateLimitsAreEnforced(t *testing.T) {
	for _, mode := range []mock.RateLimitMode{mock.RateLimitsOff, mock.RateLimitsObserve} {
		t.Run(string(mode), func(t *testing.T) {
			f := newFake(t, mock.WithRateLimitMode(mode))
			for range 40 {
				f.anonymous().post("/api/login/", `{"email": "member@hedgerow.example", "password": "wrong"}`).status(400)
			}
		})
	}
}
