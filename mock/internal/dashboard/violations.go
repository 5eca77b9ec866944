package dashboard

import (
	"net/http"
	"time"
)

// violationsPage are the violations of the API document by clients.
type violationsPage struct {
	Count, Total, Dropped int
	Violations            []violation
}

type violation struct {
	Code, Operation, Method, Path, Where, Message string
	Count                                         int
	First, Last                                   struct {
		Request int64
		Time    time.Time
	}
}

func (d *dashboard) violations() {
	s := pageSpec{title: "Violations", section: "violations", template: "violations"}
	d.page("GET /ui/violations", s, func(p *pageRequest) (any, error) {
		page := new(violationsPage)
		return page, p.get("/violations", page)
	})
	d.form("/ui/violations/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: http.MethodDelete, path: "/violations", done: "The violations are forgotten.", back: "ui/violations"}, nil
	})
}
