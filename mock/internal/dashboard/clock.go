package dashboard

import (
	"net/http"
	"time"
)

// clockState is the clock of the fake.
type clockState struct {
	Now     time.Time
	Frozen  bool
	Seconds float64 `json:"offset_seconds"`
}

// Offset is the difference from the system's clock, to the second.
func (c clockState) Offset() time.Duration {
	return time.Duration(c.Seconds * float64(time.Second)).Round(time.Second)
}

// Ahead formats the offset with its sign.
func (c clockState) Ahead() string {
	if c.Offset() > 0 {
		return "+" + formatDuration(c.Offset())
	}
	return formatDuration(c.Offset())
}

// Real reports whether the fake goes by the system's clock.
func (c clockState) Real() bool { return !c.Frozen && c.Offset() == 0 }

// clockStep is a duration to advance the clock by, with a reason.
type clockStep struct{ Span, Label, Why string }

// clockSteps are durations after which something in the API changes.
var clockSteps = []clockStep{
	{"5m", "5 minutes", ""},
	{"1h", "1 hour", "the hourly rate limit begins again"},
	{"2h1m", "2 hours", "logins are no longer recent"},
	{"24h", "1 day", ""},
	{"73h", "3 days", "invites expire"},
	{"720h", "30 days", ""},
}

func (d *dashboard) clock() {
	d.page("GET /ui/clock", pageSpec{title: "Clock", section: "clock", template: "clock"}, func(p *pageRequest) (any, error) {
		var state clockState
		err := p.get("/clock", &state)
		return map[string]any{"Clock": state, "Steps": clockSteps}, err
	})
	d.form("/ui/clock", func(p *pageRequest) (formCall, error) {
		c := formCall{method: http.MethodPost, path: "/clock", back: "ui/clock"}
		switch p.value("do") {
		case "advance":
			c.body = map[string]any{"advance": p.value("span")}
			c.done = "The clock went on by " + p.value("span") + "."
		case "set":
			at, err := typedTime(p.value("at"))
			if err != nil {
				return c, err
			}
			c.body = map[string]any{"set": at.Format(time.RFC3339)}
			c.done = "It is " + when(at) + " now."
		case "freeze":
			c.body, c.done = map[string]any{"freeze": true}, "The clock stands still."
		case "thaw":
			c.body, c.done = map[string]any{"freeze": false}, "The clock goes on from where it stood."
		case "real":
			c.body, c.done = map[string]any{"reset": true}, "The fake goes by the system's clock again."
		default:
			return c, inputError("Choose what to do with the clock.")
		}
		return c, nil
	})
}

// typedTime parses a time as a form field or a person writes it, in UTC.
func typedTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", timeLayout, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, inputError("Write the time as 2030-01-31 12:00; it is read as UTC.")
}
