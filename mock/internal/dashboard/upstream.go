package dashboard

import (
	"net/http"
	"time"
)

// upstreamPage is what would have been asked of a marketplace, and how it answers.
type upstreamPage struct {
	Mode  string
	Calls []upstreamCall
}

type upstreamCall struct {
	Action, Method, URL string
	IntegrationID       string `json:"integration_id"`
	Body                raw
	Outcome, Problem    string
	MadeAt              time.Time `json:"made_at"`
}

func (d *dashboard) upstream() {
	d.page("GET /ui/upstream", screen{title: "Marketplace", section: "upstream", template: "upstream"}, func(v *visit) (any, error) {
		page := new(upstreamPage)
		if err := v.get("/upstream/mode", page); err != nil {
			return page, err
		}
		return page, v.get("/upstream", page)
	})
	d.change("/ui/upstream/mode", func(v *visit) (change, error) {
		return change{
			method: http.MethodPut, path: "/upstream/mode", body: map[string]any{"mode": v.value("mode")},
			done: "Upstream is " + words(v.value("mode")) + " for everything.", back: "ui/upstream",
		}, nil
	})
	d.change("/ui/upstream/clear", func(*visit) (change, error) {
		return change{method: http.MethodDelete, path: "/upstream", done: "The calls are forgotten.", back: "ui/upstream"}, nil
	})
}
