package dashboard

import (
	"net/http"
	"strconv"
	"time"
)

// rateLimits is how keys are limited, whose requests were too many, and who did not
// wait as told.
type rateLimits struct {
	Mode              string
	PerMinute         int `json:"per_minute"`
	PerHour           int `json:"per_hour"`
	Refused           []excess
	WouldHaveRefused  []excess `json:"would_have_refused"`
	Unlisted          int
	Impatient         []impatient
	ImpatientUnlisted int `json:"impatient_unlisted"`
}

// TooMany are the keys whose requests were too many, refused or not.
func (l rateLimits) TooMany() []excess {
	if l.Mode == "observe" {
		return l.WouldHaveRefused
	}
	return l.Refused
}

// excess is how many requests of a key were too many.
type excess struct {
	Key, Label, User string
	Requests         int
	LastAt           time.Time `json:"last_at"`
}

// impatient is a call that came before its caller had waited.
type impatient struct {
	Caller, Key, Operation string
	Told                   float64 `json:"told_seconds"`
	Waited                 float64 `json:"waited_seconds"`
}

func (d *dashboard) rateLimits() {
	s := screen{title: "Rate limits", section: "rate-limits", template: "rate_limits"}
	d.page("GET /ui/rate-limits", s, func(v *visit) (any, error) {
		page := new(rateLimits)
		return page, v.get("/rate-limits", page)
	})
	d.change("/ui/rate-limits", func(v *visit) (change, error) {
		body := map[string]any{"mode": v.value("mode")}
		var wrong error
		for _, name := range []string{"per_minute", "per_hour"} {
			if value := v.value(name); value != "" {
				n, err := strconv.Atoi(value)
				if err != nil {
					wrong = hint(words(name) + ": write a whole number.")
				}
				body[name] = n
			}
		}
		return change{
			method: http.MethodPut, path: "/rate-limits", body: body, done: "Rate limits: " + v.value("mode") + ".", back: "ui/rate-limits",
		}, wrong
	})
}
