package dashboard

import (
	"net/http"
	"slices"
	"strconv"
)

// requestPage is one entry of the journal.
type requestPage struct {
	requestSummary
	Request struct {
		URL   string
		Proto string
		message
	}
	Response struct {
		Status int
		message
	}
	Steps []struct {
		Name   string
		Passed bool
	}
	Explanation *struct{ Rule, Detail, Sufficient string }
	Curl        string
	Changes     []worldChange
	NoDiff      string // why there are no changes to show
}

func (p *requestPage) title() string { return p.Method + " " + p.Path }

// message is the headers and the body of a request or of an answer.
type message struct {
	Headers   http.Header
	Body      string
	Size      int64
	Truncated bool
	Omitted   string
}

// Lines are the headers, sorted by name.
func (m message) Lines() (lines [][2]string) {
	for name, values := range m.Headers {
		for _, value := range values {
			lines = append(lines, [2]string{name, value})
		}
	}
	slices.SortFunc(lines, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return lines
}

// worldChange is a row that a request made, changed or deleted.
type worldChange struct {
	Table, ID, Action string
	Fields            []struct {
		Name          string
		Before, After any
	}
}

func (d *dashboard) request() {
	s := screen{title: "Request", section: "requests", template: "request"}
	d.page("GET /ui/requests/{n}", s, func(v *visit) (any, error) {
		path := "/requests" + escaped(v.part("n"))
		page := new(requestPage)
		if err := v.get(path, page); err != nil {
			return page, err
		}
		if got, err := v.send(http.MethodGet, path+"/curl", nil); err == nil {
			page.Curl = got.body.String()
		}
		if page.Changed {
			if err := v.get(path+"/diff", page); err != nil {
				page.NoDiff = err.Error()
			}
		}
		return page, nil
	})
	d.change("/ui/requests/{n}/rewind", func(v *visit) (change, error) {
		n, err := strconv.ParseInt(v.part("n"), 10, 64)
		if err != nil {
			err = hint("There is no request " + v.part("n") + ".")
		}
		return change{
			method: http.MethodPost, path: "/rewind", body: map[string]any{"before": n},
			done: "The state is as it was before request " + v.part("n") + ".", back: "ui/requests/" + v.part("n"),
		}, err
	})
}
