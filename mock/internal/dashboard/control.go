package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// controlClient calls the control plane on behalf of one request.
type controlClient struct {
	api      http.Handler
	original *http.Request
	prefix   string // before /_understudy: "" or /_sandbox/NAME
}

// forwardedHeaders decide who may call, and which sandbox is called.
var forwardedHeaders = []string{
	"Authorization", "Cookie", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site",
	"Understudy-Control-Token", "Understudy-Sandbox",
}

// refusal is an error response of the control plane.
type refusal struct {
	Status int
	Code   string `json:"understudy"`
	Detail string `json:"detail"`
}

func (r *refusal) Error() string { return r.Detail }

// get decodes the response to GET of a path of the control plane, such as "/outbox", into
// v.
func (c *controlClient) get(path string, v any) error { return c.call(http.MethodGet, path, nil, v) }

// call sends body, if any, as JSON and decodes the response into v, unless that is nil.
func (c *controlClient) call(method, path string, body, v any) error {
	answer, err := c.send(method, path, body)
	if err != nil || v == nil || answer.body.Len() == 0 {
		return err
	}
	if err := json.Unmarshal(answer.body.Bytes(), v); err != nil {
		return fmt.Errorf("%s %s answered with something else than expected: %w", method, path, err)
	}
	return nil
}

func (c *controlClient) send(method, path string, body any) (*answer, error) {
	sent, err := encode(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(c.original.Context(), method, c.prefix+controlPrefix+path, bytes.NewReader(sent.data))
	if err != nil {
		return nil, err
	}
	r.Host, r.RemoteAddr, r.RequestURI, r.TLS = c.original.Host, c.original.RemoteAddr, r.URL.RequestURI(), c.original.TLS
	for _, name := range forwardedHeaders {
		if values, ok := c.original.Header[name]; ok {
			r.Header[name] = values
		}
	}
	if sent.contentType != "" {
		r.Header.Set("Content-Type", sent.contentType)
	}
	got := &answer{header: http.Header{}, status: http.StatusOK}
	c.api.ServeHTTP(got, r)
	if got.status < 300 {
		return got, nil
	}
	return nil, got.refusal()
}

// document is a body that is sent as it is.
type document struct {
	contentType string
	data        []byte
}

// encode encodes a body; nil is none.
func encode(v any) (document, error) {
	switch v := v.(type) {
	case nil:
		return document{}, nil
	case document:
		return v, nil
	}
	data, err := json.Marshal(v)
	return document{"application/json", data}, err
}

// answer is a response writer that buffers the response of the control plane.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

func (a *answer) refusal() *refusal {
	r := &refusal{Status: a.status}
	if json.Unmarshal(a.body.Bytes(), r) != nil || r.Detail == "" {
		r.Detail = fmt.Sprintf("The control plane answered with %d %s.", a.status, http.StatusText(a.status))
	}
	return r
}

// escapedPath joins the segments of a path, each escaped for itself.
func escapedPath(parts ...string) string {
	var path strings.Builder
	for _, part := range parts {
		path.WriteString("/" + url.PathEscape(part))
	}
	return path.String()
}

// listPage is how many rows of a long list are shown at once.
const listPage = 100

// list is a part of a list of the control plane.
type list[T any] struct {
	Count   int // of the whole list
	Results []T
	name    string // of the list on its page; "" when it is the only one
	offset  int
}

// readList reads the current page of a list. A page with several lists turns the pages of
// one of them at a time.
func readList[T any](v *pageRequest, path, name string) (*list[T], error) {
	l := &list[T]{name: name}
	if v.value("list") == name {
		l.offset, _ = strconv.Atoi(v.value("offset")) // else the beginning
		l.offset = max(l.offset, 0)
	}
	err := v.get(path+"?limit="+strconv.Itoa(listPage)+"&offset="+strconv.Itoa(l.offset), l)
	return l, err
}

// First is the number of the first row that is shown, from 1.
func (l *list[T]) First() int { return l.offset + 1 }

// Last is the number of the last row that is shown.
func (l *list[T]) Last() int { return l.offset + len(l.Results) }

// Long reports whether the list has more than is shown.
func (l *list[T]) Long() bool { return l.Count > len(l.Results) }

// Before is the query of the previous page, "" if there is none.
func (l *list[T]) Before() string {
	if l.offset == 0 {
		return ""
	}
	return l.at(max(l.offset-listPage, 0))
}

// After is the query of the next page, "" if there is none.
func (l *list[T]) After() string {
	if l.Last() >= l.Count {
		return ""
	}
	return l.at(l.offset + listPage)
}

func (l *list[T]) at(offset int) string {
	query := url.Values{"offset": {strconv.Itoa(offset)}}
	fragment := ""
	if l.name != "" {
		query.Set("list", l.name)
		fragment = "#" + l.name
	}
	return "?" + query.Encode() + fragment
}
