package dashboard

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-dev/understudy/spec"
)

// requestSummary is one line of the journal.
type requestSummary struct {
	N          int64
	Time       time.Time
	DurationMS float64 `json:"duration_ms"`
	Method     string
	Path       string
	Operation  string
	Status     int
	Caller     string
	Key        string
	RefusedBy  string `json:"refused_by"`
	Fault      string
	Violations []string
	Changed    bool
}

// Who returns the caller, or "nobody".
func (r requestSummary) Who() string {
	if r.Caller == "" {
		return "nobody"
	}
	return r.Caller
}

// requestsPage is the journal, newest first.
type requestsPage struct {
	Count, Dropped int
	Requests       []requestSummary
	Filters        url.Values // the filters that are set
	Operations     []string
}

// Methods are the methods that the filters offer.
func (requestsPage) Methods() []string { return []string{"GET", "POST", "PUT", "PATCH", "DELETE"} }

// Statuses are the statuses that the filters offer.
func (requestsPage) Statuses() []string {
	return []string{"2xx", "3xx", "4xx", "5xx", "400", "401", "403", "404", "409", "429"}
}

// Filtered reports whether some requests may be left out.
func (p requestsPage) Filtered() bool { return len(p.Filters) > 0 }

// Narrow reports whether one of the filters is used that are folded away.
func (p requestsPage) Narrow() bool {
	return slices.ContainsFunc(filters[3:], p.Filters.Has)
}

// filters are the parameters of the journal that the page offers; all but the first
// three are folded away.
var filters = []string{"search", "method", "status", "operation", "caller", "refused", "fault", "violations"}

// maxRequests is how many rows a page has at most.
const maxRequests = "200"

func (d *dashboard) requests() {
	s := pageSpec{title: "Requests", section: "requests", template: "requests"}
	d.page("GET /ui/requests", s, func(p *pageRequest) (any, error) {
		page := &requestsPage{Filters: p.filters(), Operations: operationIDs()}
		query := url.Values{"limit": {maxRequests}}
		maps.Copy(query, page.Filters)
		return page, p.get("/requests?"+query.Encode(), page)
	})
	d.form("/ui/requests/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: "DELETE", path: "/requests", done: "The journal is empty.", back: "ui/requests"}, nil
	})
}

// filters returns the filters that are set.
func (p *pageRequest) filters() url.Values {
	chosen := url.Values{}
	for _, name := range filters {
		if value := p.value(name); value != "" {
			chosen.Set(name, value)
		}
	}
	return chosen
}

// operationIDs are the operations of the API, in the order of the document.
func operationIDs() (ids []string) {
	document, err := spec.Load()
	if err != nil {
		return nil
	}
	for _, operation := range document.Operations() {
		ids = append(ids, operation.ID)
	}
	return ids
}

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

// message is the headers and the body of a request or of a response.
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

// worldChange is a row that a request created, updated or deleted.
type worldChange struct {
	Table, ID, Action string
	Fields            []struct {
		Name          string
		Before, After any
	}
}

func (d *dashboard) request() {
	s := pageSpec{title: "Request", section: "requests", template: "request"}
	d.page("GET /ui/requests/{n}", s, func(p *pageRequest) (any, error) {
		path := "/requests" + escapedPath(p.pathValue("n"))
		page := new(requestPage)
		if err := p.get(path, page); err != nil {
			return page, err
		}
		if got, err := p.send(http.MethodGet, path+"/curl", nil); err == nil {
			page.Curl = got.body.String()
		}
		if page.Changed {
			if err := p.get(path+"/diff", page); err != nil {
				page.NoDiff = err.Error()
			}
		}
		return page, nil
	})
	d.form("/ui/requests/{n}/rewind", func(p *pageRequest) (formCall, error) {
		n, err := strconv.ParseInt(p.pathValue("n"), 10, 64)
		if err != nil {
			err = inputError("There is no request " + p.pathValue("n") + ".")
		}
		return formCall{
			method: http.MethodPost, path: "/rewind", body: map[string]any{"before": n},
			done: "The state is as it was before request " + p.pathValue("n") + ".", back: "ui/requests/" + p.pathValue("n"),
		}, err
	})
}
