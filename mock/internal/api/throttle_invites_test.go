package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// Invites of an organization are counted together, whoever makes them, well or badly.
func TestInviteLimits(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimitMode(mock.RateLimitsEnforce))
	path, n := f.Org("invites"), 0
	next := func() string { n++; return fmt.Sprintf(`{"target_email": "limit%d@example.com"}`, n) }
	bulk := func(size int) string {
		list := make([]string, size)
		for i := range list {
			list[i] = next()
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	for range 20 {
		f.As("admin").Post(path, next()).Status(201)
	}
	f.Advance(time.Minute)
	f.Session("member").Post(path, next()).Status(201)
	f.As("owner").Post(path, `{}`).Status(400) // refused, and counted
	f.As("owner").Post(path, `{`).Status(400)
	f.As("owner").Post(f.Org("invites", "bulk"), `{}`).Status(400) // as one
	f.Session("admin").Post(f.Org("invites", "bulk"), bulk(18)).Status(201)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(8)).Status(201)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(1)).Throttled(3600 - 60)
	f.Session("owner").Post(path, `{`).Throttled(3600 - 60)
	f.As("admin").Get(path).Status(200)
	f.As("outsider").Post(path, `{}`).Denied(noPermission) // not counted
	f.As("admin").Post(mocktest.Org(f.Known("known.featureless_organization.id"), "invites"), next()).Status(201)

	f.Advance(59 * time.Minute) // twenty have left the hour
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(21)).Throttled(60)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(20)).Status(201)
	f.Advance(2 * time.Hour)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(7)).Status(201) // 100 of the day, with the 23 that the hour alone refused
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(11)).Throttled(21 * 3600)
	f.Advance(21*time.Hour - time.Second)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(11)).Throttled(1)
	f.Advance(time.Second)
	f.As("admin").Post(f.Org("invites", "bulk"), bulk(11)).Status(201)
}

// How many invites a day there may be follows the revision, unless somebody chose it.
func TestInvitesADayFollowTheRevision(t *testing.T) {
	const limits, revision, newest = "/_understudy/rate-limits", "/_understudy/revision", `{"revision": "2026-09"}`
	chosen := mock.WithRateLimits(mock.RateLimits{PerHour: 1000, InvitesPerDay: 100})
	for _, tc := range []struct {
		name          string
		options       []mock.Option
		put           string
		before, after string
	}{
		{"the real ones", []mock.Option{mock.WithRateLimitMode(mock.RateLimitsEnforce)}, "", "100", "200"},
		{"nothing is limited", nil, "", "100", "200"},
		{"chosen at the start", []mock.Option{chosen}, "", "100", "100"},
		{"chosen later, as it was", nil, `{"mode": "enforce", "invites_per_day": 100}`, "100", "100"},
		{"others chosen later", nil, `{"mode": "enforce", "per_hour": 7}`, "100", "200"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := mocktest.New(t, tc.options...)
			if tc.put != "" {
				f.Anonymous().Put(limits, tc.put).Status(200)
			}
			f.Anonymous().Get(limits).Has("invites_per_day", tc.before)
			f.Anonymous().Put(revision, newest).Status(200)
			f.Anonymous().Get(limits).Has("invites_per_day", tc.after)
			f.Anonymous().Post("/_understudy/reset", `{}`).Status(204)
			f.Anonymous().Put(revision, newest).Status(200)
			if tc.put == "" {
				f.Anonymous().Get(limits).Has("invites_per_day", tc.after)
			}
		})
	}
}

func TestDelegationLimits(t *testing.T) {
	f := mocktest.New(t, mock.WithRateLimitMode(mock.RateLimitsEnforce))
	path := f.Org("invites", "delegate")
	for i := range 10 {
		f.As("admin").Post(path, fmt.Sprintf(`{"target_email": "delegate%d@example.com"}`, i)).Status(201)
	}
	f.Session("admin").Post(path, `{}`).Throttled(3600)
	f.As("owner").Post(path, `{"target_email": "other@example.com"}`).Status(201)
	for range 50 { // they do not count as invites
		f.As("admin").Post(f.Org("invites"), `{}`).Status(400)
	}
	f.As("admin").Post(f.Org("invites"), `{}`).Throttled(3600)
}

func TestInviteLimitsAreSwitched(t *testing.T) {
	f := mocktest.New(t)
	try := func() *mocktest.Answer { return f.Session("admin").Post(f.Org("invites"), `{}`) }
	for range 60 {
		try().Status(400)
	}
	f.Anonymous().Put("/_understudy/rate-limits", `{"mode": "enforce", "invites_per_hour": 2, "invites_per_day": 3}`).Status(200).
		Has("invites_per_hour", "2").Has("invites_per_day", "3").Has("delegations_per_hour", "10")
	try().Status(400)
	try().Status(400)
	try().Throttled(3600)
	f.Anonymous().Get("/_understudy/rate-limits").Has("refused.0.label", `"invites"`).Has("refused.0.user", `"admin@hedgerow.example"`).Has("refused.0.requests", "1")
	f.Anonymous().Put("/_understudy/rate-limits", `{"mode": "observe", "invites_per_hour": 1}`).Status(200)
	try().Status(400)
	try().Status(400)
	f.Anonymous().Get("/_understudy/rate-limits").Has("would_have_refused.0.requests", "1")
	f.Anonymous().Put("/_understudy/rate-limits", `{"mode": "enforce", "invites_per_day": -1}`).Status(400)
}
