package dashboard

import (
	"net/http"
	"time"
)

// upstreamPage is the mode of the upstream services and the calls to them.
type upstreamPage struct {
	Mode  string
	Calls []upstreamCall
}

type upstreamCall struct {
	Action, Method, URL string
	IntegrationID       string `json:"integration_id"`
	Body                rawJSON
	Outcome, Problem    string
	MadeAt              time.Time `json:"made_at"`
}

func (d *dashboard) upstream() {
	d.page("GET /ui/upstream", pageSpec{title: "Marketplace", section: "upstream", template: "upstream"}, func(p *pageRequest) (any, error) {
		page := new(upstreamPage)
		if err := p.get("/upstream/mode", page); err != nil {
			return page, err
		}
		return page, p.get("/upstream", page)
	})
	d.form("/ui/upstream/mode", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodPut, path: "/upstream/mode", body: map[string]any{"mode": p.value("mode")},
			done: "Upstream is " + words(p.value("mode")) + " for everything.", back: "ui/upstream",
		}, nil
	})
	d.form("/ui/upstream/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: http.MethodDelete, path: "/upstream", done: "The calls are forgotten.", back: "ui/upstream"}, nil
	})
}
