package dashboard

import (
	"net/http"
	"net/url"
	"time"
)

// violationsPage are the violations of the API document by clients, and what of their requests breaks
// in another revision.
type violationsPage struct {
	Count, Total, Dropped int
	Violations            []violation
	Revision              string // of the sandbox
	Revisions             []struct{ Name, Title string }
	Against               *migrationAdvice // nil while no revision is chosen
}

type violation struct {
	Code, Operation, Method, Path, Where, Message string
	Effect                                        string // in another revision
	Refused                                       int
	met
}

// met is how many requests had something, the first and the last of them.
type met struct {
	Count       int
	First, Last struct {
		Request int64
		Time    time.Time
	}
}

// migrationAdvice is what a move to another revision costs the requests of the journal.
type migrationAdvice struct {
	Against            string
	Requests, Breaking int
	Count, Dropped     int
	Violations         []violation
	Answers            []struct {
		Operation, Method, Path string
		Gone                    []string
		Statuses                []int
		met
	}
	NotChecked []struct {
		Operation, Reason string
		met
	} `json:"not_checked"`
	Notes []string
}

func (d *dashboard) violations() {
	s := pageSpec{title: "Violations", section: "violations", template: "violations"}
	d.page("GET /ui/violations", s, func(p *pageRequest) (any, error) {
		page := new(violationsPage)
		if err := p.get("/violations", page); err != nil {
			return page, err
		}
		if err := p.get("/revision", page); err != nil {
			return page, err
		}
		if chosen := p.value("against"); chosen != "" {
			page.Against = new(migrationAdvice)
			return page, p.get("/violations?against="+url.QueryEscape(chosen), page.Against)
		}
		return page, nil
	})
	d.form("/ui/violations/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: http.MethodDelete, path: "/violations", done: "The violations are forgotten.", back: "ui/violations"}, nil
	})
}
