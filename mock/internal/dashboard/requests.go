package dashboard

import (
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

// Who is the caller in a few words.
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
	Filters        url.Values // what the reader asked for
	Operations     []string
}

// Methods, Statuses are what the filters offer.
func (requestsPage) Methods() []string { return []string{"GET", "POST", "PUT", "PATCH", "DELETE"} }

// Statuses see Methods.
func (requestsPage) Statuses() []string {
	return []string{"2xx", "3xx", "4xx", "5xx", "400", "401", "403", "404", "409", "429"}
}

// Filtered tells whether some requests may be left out.
func (p requestsPage) Filtered() bool { return len(p.Filters) > 0 }

// Narrow tells whether one of the filters was used that are folded away.
func (p requestsPage) Narrow() bool {
	for _, name := range filters[3:] {
		if p.Filters.Has(name) {
			return true
		}
	}
	return false
}

// filters are the parameters of the journal that the page offers; all but the first
// three are folded away.
var filters = []string{"search", "method", "status", "operation", "caller", "refused", "fault", "violations"}

// mostRequests is how many lines a page has at most.
const mostRequests = "200"

func (d *dashboard) requests() {
	s := screen{title: "Requests", section: "requests", template: "requests"}
	d.page("GET /ui/requests", s, func(v *visit) (any, error) {
		page := &requestsPage{Filters: v.filters(), Operations: operationIDs()}
		query := url.Values{"limit": {mostRequests}}
		for name, values := range page.Filters {
			query[name] = values
		}
		return page, v.get("/requests?"+query.Encode(), page)
	})
	d.change("/ui/requests/clear", func(*visit) (change, error) {
		return change{method: "DELETE", path: "/requests", done: "The journal is empty.", back: "ui/requests"}, nil
	})
}

// filters are those that the reader filled in.
func (v *visit) filters() url.Values {
	chosen := url.Values{}
	for _, name := range filters {
		if value := v.value(name); value != "" {
			chosen.Set(name, value)
		}
	}
	return chosen
}

// operationIDs are those of the API, in the order of its document.
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
