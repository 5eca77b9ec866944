package dashboard

import (
	"net/http"
	"strconv"
	"time"
)

// rateLimits are the limits of keys, the keys that exceeded them, and the calls that came
// before a Retry-After was over.
type rateLimits struct {
	Mode              string
	PerMinute         int `json:"per_minute"`
	PerHour           int `json:"per_hour"`
	InvitesPerHour    int `json:"invites_per_hour"`
	InvitesPerDay     int `json:"invites_per_day"`
	Delegations       int `json:"delegations_per_hour"`
	Refused           []limitedKey
	WouldHaveRefused  []limitedKey `json:"would_have_refused"`
	Unlisted          int
	Impatient         []earlyCall
	ImpatientUnlisted int `json:"impatient_unlisted"`
}

// TooMany are the keys that exceeded the limits, refused or not.
func (l rateLimits) TooMany() []limitedKey {
	if l.Mode == "observe" {
		return l.WouldHaveRefused
	}
	return l.Refused
}

// limitedKey is a key with the number of its requests above the limits.
type limitedKey struct {
	Key, Label, User string
	Requests         int
	LastAt           time.Time `json:"last_at"`
}

// earlyCall is a call that came before the time of a Retry-After was over.
type earlyCall struct {
	Caller, Key, Operation string
	Told                   float64 `json:"told_seconds"`
	Waited                 float64 `json:"waited_seconds"`
}

func (d *dashboard) rateLimits() {
	s := pageSpec{title: "Rate limits", section: "rate-limits", template: "rate_limits"}
	d.page("GET /ui/rate-limits", s, func(p *pageRequest) (any, error) {
		page := new(rateLimits)
		return page, p.get("/rate-limits", page)
	})
	d.form("/ui/rate-limits", func(p *pageRequest) (formCall, error) {
		body := map[string]any{"mode": p.value("mode")}
		var wrong error
		for _, name := range []string{"per_minute", "per_hour", "invites_per_hour", "invites_per_day", "delegations_per_hour"} {
			if value := p.value(name); value != "" {
				n, err := strconv.Atoi(value)
				if err != nil {
					wrong = inputError(words(name) + ": write a whole number.")
				}
				body[name] = n
			}
		}
		return formCall{
			method: http.MethodPut, path: "/rate-limits", body: body, done: "Rate limits: " + p.value("mode") + ".", back: "ui/rate-limits",
		}, wrong
	})
}
