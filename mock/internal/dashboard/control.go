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

// plane calls the control plane on behalf of one request.
type plane struct {
	api    http.Handler
	asked  *http.Request
	prefix string // before /_understudy: "" or /_sandbox/NAME
}

// passedOn are the headers that decide who may call, and what is called.
var passedOn = []string{
	"Authorization", "Cookie", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site",
	"Understudy-Control-Token", "Understudy-Sandbox",
}

// refusal is an answer of the control plane that is not a success.
type refusal struct {
	Status int
	Code   string `json:"understudy"`
	Detail string `json:"detail"`
}

func (r *refusal) Error() string { return r.Detail }

// get reads a path of the control plane, such as "/outbox", into v.
func (p *plane) get(path string, v any) error { return p.call(http.MethodGet, path, nil, v) }

// call sends body, if any, as JSON and reads the answer into v, if that is not nil.
func (p *plane) call(method, path string, body, v any) error {
	answer, err := p.send(method, path, body)
	if err != nil || v == nil || answer.body.Len() == 0 {
		return err
	}
	if err := json.Unmarshal(answer.body.Bytes(), v); err != nil {
		return fmt.Errorf("%s %s answered with something else than expected: %w", method, path, err)
	}
	return nil
}

func (p *plane) send(method, path string, body any) (*answer, error) {
	sent, err := encode(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(p.asked.Context(), method, p.prefix+controlPrefix+path, bytes.NewReader(sent.data))
	if err != nil {
		return nil, err
	}
	r.Host, r.RemoteAddr, r.RequestURI, r.TLS = p.asked.Host, p.asked.RemoteAddr, r.URL.RequestURI(), p.asked.TLS
	for _, name := range passedOn {
		if values, ok := p.asked.Header[name]; ok {
			r.Header[name] = values
		}
	}
	if sent.contentType != "" {
		r.Header.Set("Content-Type", sent.contentType)
	}
	got := &answer{header: http.Header{}, status: http.StatusOK}
	p.api.ServeHTTP(got, r)
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

// encode makes a body of a value; nil is none.
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

// answer keeps what the control plane answers with.
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

// escaped joins the parts of a path, each escaped for itself.
func escaped(parts ...string) string {
	var path strings.Builder
	for _, part := range parts {
		path.WriteString("/" + url.PathEscape(part))
	}
	return path.String()
}

// listPage is how many lines of a long list are shown at once.
const listPage = 100

// list is a part of a list of the control plane.
type list[T any] struct {
	Count   int // of the whole list
	Results []T
	name    string // of the list on its page; "" when it is the only one
	offset  int
}

// readList reads the part of a list that the reader has got to: a page with several
// lists turns one of them at a time.
func readList[T any](v *visit, path, name string) (*list[T], error) {
	l := &list[T]{name: name}
	if v.value("list") == name {
		l.offset, _ = strconv.Atoi(v.value("offset")) // else the beginning
		l.offset = max(l.offset, 0)
	}
	err := v.get(path+"?limit="+strconv.Itoa(listPage)+"&offset="+strconv.Itoa(l.offset), l)
	return l, err
}

// First and Last number the lines that are shown, from 1.
func (l *list[T]) First() int { return l.offset + 1 }

// Last see First.
func (l *list[T]) Last() int { return l.offset + len(l.Results) }

// Long tells whether the list has more than is shown.
func (l *list[T]) Long() bool { return l.Count > len(l.Results) }

// Before is the query of the part before, "" if there is none.
func (l *list[T]) Before() string {
	if l.offset == 0 {
		return ""
	}
	return l.at(max(l.offset-listPage, 0))
}

// After is the query of the part that follows, "" if there is none.
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
