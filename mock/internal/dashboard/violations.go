package dashboard

import (
	"net/http"
	"time"
)

// violationsPage is what clients sent that the document of the API does not have.
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
	s := screen{title: "Violations", section: "violations", template: "violations"}
	d.page("GET /ui/violations", s, func(v *visit) (any, error) {
		page := new(violationsPage)
		return page, v.get("/violations", page)
	})
	d.change("/ui/violations/clear", func(*visit) (change, error) {
		return change{method: http.MethodDelete, path: "/violations", done: "The violations are forgotten.", back: "ui/violations"}, nil
	})
}
