package control

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// rateLimitsJSON represents the rate limits of a sandbox.
type rateLimitsJSON struct {
	Mode      ratelimit.Mode `json:"mode"`
	PerMinute int            `json:"per_minute"`
	PerHour   int            `json:"per_hour"`

	InvitesPerHour     int `json:"invites_per_hour"`
	InvitesPerDay      int `json:"invites_per_day"`
	DelegationsPerHour int `json:"delegations_per_hour"`
	// Refused and WouldHaveRefused are the keys that exceeded these limits: the first in
	// the mode "enforce", the second in the mode "observe".
	Refused          []ratelimit.Excess `json:"refused"`
	WouldHaveRefused []ratelimit.Excess `json:"would_have_refused"`
	// Unlisted is how many requests of other keys exceeded the limits.
	Unlisted int `json:"unlisted"`
	// Impatient are the latest requests that came before the time that a Retry-After header
	// had asked for. ImpatientUnlisted is how many there were before those.
	Impatient         []fault.EarlyCall `json:"impatient"`
	ImpatientUnlisted int               `json:"impatient_unlisted"`
}

func showRateLimits(s *sandbox.Sandbox, g *gin.Context) {
	r := s.RateLimits()
	shown := rateLimitsJSON{
		Mode: r.Mode, PerMinute: r.Limits.PerMinute, PerHour: r.Limits.PerHour,
		InvitesPerHour: r.Limits.InvitesPerHour, InvitesPerDay: r.Limits.InvitesPerDay, DelegationsPerHour: r.Limits.DelegationsPerHour,
		Refused: []ratelimit.Excess{}, WouldHaveRefused: []ratelimit.Excess{}, Impatient: []fault.EarlyCall{},
	}
	early, before := s.Retries.EarlyCalls()
	shown.Impatient, shown.ImpatientUnlisted = append(shown.Impatient, early...), before
	keys, unlisted := r.Excess()
	shown.Unlisted = unlisted
	if r.Mode == ratelimit.Observe {
		shown.WouldHaveRefused = keys
	} else {
		shown.Refused = keys
	}
	g.JSON(http.StatusOK, shown)
}

// rateLimitsRequest is the body of a change to rate limits. Numbers that are not sent keep
// their values.
type rateLimitsRequest struct {
	Mode      ratelimit.Mode `json:"mode"`
	PerMinute *int           `json:"per_minute"`
	PerHour   *int           `json:"per_hour"`

	InvitesPerHour     *int `json:"invites_per_hour"`
	InvitesPerDay      *int `json:"invites_per_day"`
	DelegationsPerHour *int `json:"delegations_per_hour"`
}

func putRateLimits(s *sandbox.Sandbox, g *gin.Context) {
	var body rateLimitsRequest
	if !readBody(g, &body) {
		return
	}
	wanted := s.RateLimits().Setting
	wanted.Mode, wanted.ByRevision = body.Mode, wanted.ByRevision && body.InvitesPerDay == nil
	setIfSent(&wanted.Limits.PerMinute, body.PerMinute)
	setIfSent(&wanted.Limits.PerHour, body.PerHour)
	setIfSent(&wanted.Limits.InvitesPerHour, body.InvitesPerHour)
	setIfSent(&wanted.Limits.InvitesPerDay, body.InvitesPerDay)
	setIfSent(&wanted.Limits.DelegationsPerHour, body.DelegationsPerHour)
	if err := wanted.Check(); err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	s.SetRateLimits(wanted)
	showRateLimits(s, g)
}
