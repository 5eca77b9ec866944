package mock

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// rateLimitsJSON is how the control plane shows the rate limits of a sandbox.
type rateLimitsJSON struct {
	Mode      RateLimitMode `json:"mode"`
	PerMinute int           `json:"per_minute"`
	PerHour   int           `json:"per_hour"`
	// Refused and WouldHaveRefused are whose requests were too many, since these
	// limits are in force: in the mode "enforce" the one, in "observe" the other.
	Refused          []excessOfKey `json:"refused"`
	WouldHaveRefused []excessOfKey `json:"would_have_refused"`
	// Unlisted is how many requests of keys beyond those were too many.
	Unlisted int `json:"unlisted"`
	// Impatient are the calls of clients that did not wait as they were told, the latest
	// ones, by a limit or by a fault. ImpatientUnlisted is how many there were before.
	Impatient         []fault.EarlyCall `json:"impatient"`
	ImpatientUnlisted int               `json:"impatient_unlisted"`
}

func (b *Sandbox) showRateLimits(g *gin.Context) {
	r := b.rateLimits.Load()
	shown := rateLimitsJSON{
		Mode: r.mode, PerMinute: r.limits.PerMinute, PerHour: r.limits.PerHour,
		Refused: []excessOfKey{}, WouldHaveRefused: []excessOfKey{}, Impatient: []fault.EarlyCall{},
	}
	early, before := b.patience.EarlyCalls()
	shown.Impatient, shown.ImpatientUnlisted = append(shown.Impatient, early...), before
	keys, unlisted := r.excess.list()
	shown.Unlisted = unlisted
	if r.mode == RateLimitsObserve {
		shown.WouldHaveRefused = keys
	} else {
		shown.Refused = keys
	}
	g.JSON(http.StatusOK, shown)
}

// rateLimitsRequest sets rate limits. Numbers that are not sent stay.
type rateLimitsRequest struct {
	Mode      RateLimitMode `json:"mode"`
	PerMinute *int          `json:"per_minute"`
	PerHour   *int          `json:"per_hour"`
}

func (b *Sandbox) setRateLimits(g *gin.Context) {
	var body rateLimitsRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	wanted := rateLimitSetting{body.Mode, b.rateLimits.Load().limits}
	assign(&wanted.limits.PerMinute, body.PerMinute)
	assign(&wanted.limits.PerHour, body.PerHour)
	if err := wanted.check(); err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	b.limit(wanted)
	b.showRateLimits(g)
}
