package journal

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/spec"
)

// The HTTP Archive format 1.2, as far as a server knows what it asks for. Fields of
// our own begin with an underscore, as it wants. The types of chromedp/cdproto/har are
// for reading: they write a text as base64, leave out empty values of forms, and say of
// each cookie that it is not secure.
// Source: http://www.softwareishard.com/blog/har-12-spec/
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Entries []harEntry `json:"entries"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harEntry struct {
		Started   string      `json:"startedDateTime"`
		Time      float64     `json:"time"`
		Request   harRequest  `json:"request"`
		Response  harResponse `json:"response"`
		Cache     struct{}    `json:"cache"`
		Timings   harTimings  `json:"timings"`
		Number    int64       `json:"_number"`
		Operation string      `json:"_operation,omitempty"`
		RefusedBy string      `json:"_refusedBy,omitempty"`
		Fault     string      `json:"_fault,omitempty"`
	}
	harRequest struct {
		Method  string       `json:"method"`
		URL     string       `json:"url"`
		Version string       `json:"httpVersion"`
		Cookies []harPair    `json:"cookies"`
		Headers []harPair    `json:"headers"`
		Query   []harPair    `json:"queryString"`
		Body    *harPostData `json:"postData,omitempty"`
		// HeadersSize is always unknown: the server does not see the bytes.
		HeadersSize int   `json:"headersSize"`
		BodySize    int64 `json:"bodySize"`
	}
	harPostData struct {
		MimeType string    `json:"mimeType"`
		Params   []harPair `json:"params"`
		Text     string    `json:"text"`
		Comment  string    `json:"comment,omitempty"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		Version     string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int64      `json:"bodySize"`
	}
	harContent struct {
		Size     int64  `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

func writeHAR(w io.Writer, entries []*Entry) error {
	list := make([]harEntry, len(entries))
	for i, e := range entries {
		list[i] = harOf(e.Detail())
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(harFile{harLog{"1.2", harCreator{"understudy", spec.ModuleVersion()}, list}})
}

func harOf(d Detail) harEntry {
	return harEntry{
		Started: d.Time.Format(time.RFC3339Nano), Time: d.DurationMS, Timings: harTimings{Wait: d.DurationMS},
		Request: harRequestOf(d), Response: harResponseOf(d),
		Number: d.Number, Operation: d.Operation, RefusedBy: d.RefusedBy, Fault: d.Fault,
	}
}

func harRequestOf(d Detail) harRequest {
	r := harRequest{
		Method: d.Method, URL: d.Request.URL, Version: d.Request.Proto,
		Cookies: []harPair{}, Headers: pairsOf(d.Request.Headers), Query: []harPair{},
		HeadersSize: -1, BodySize: d.Request.Size,
	}
	for _, line := range d.Request.Headers["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if strings.TrimSpace(pair) != "" {
				r.Cookies = append(r.Cookies, cut(pair))
			}
		}
	}
	_, query, _ := strings.Cut(d.Path, "?")
	for _, p := range pytext.ParseQuery(query) {
		r.Query = append(r.Query, harPair{p.Key, p.Value})
	}
	if d.Request.Size > 0 {
		r.Body = harPostDataOf(d.Request.Message)
	}
	return r
}

// harPostDataOf is a body as a form or as a text: of the two, the format has one.
func harPostDataOf(m Message) *harPostData {
	body := &harPostData{MimeType: m.Headers.Get(contentType), Params: []harPair{}, Text: m.Body, Comment: m.comment()}
	if kind, _, _ := mime.ParseMediaType(body.MimeType); kind == "application/x-www-form-urlencoded" {
		body.Text = ""
		for _, p := range pytext.ParseQuery(m.Body) {
			body.Params = append(body.Params, harPair{p.Key, p.Value})
		}
	}
	return body
}

func harResponseOf(d Detail) harResponse {
	m := d.Response.Message
	r := harResponse{
		Status: d.Status, StatusText: http.StatusText(d.Status), Version: d.Request.Proto,
		Cookies: []harPair{}, Headers: pairsOf(m.Headers), RedirectURL: m.Headers.Get("Location"),
		Content:     harContent{m.Size, cmp.Or(m.Headers.Get(contentType), "x-unknown"), m.Body, m.comment()},
		HeadersSize: -1, BodySize: m.Size,
	}
	for _, line := range m.Headers["Set-Cookie"] {
		pair, _, _ := strings.Cut(line, ";")
		r.Cookies = append(r.Cookies, cut(pair))
	}
	return r
}

// comment says what is not there.
func (m *Message) comment() string {
	switch {
	case m.Omitted != "":
		return "left out: " + m.Omitted
	case m.Truncated:
		return "only the beginning was kept"
	}
	return ""
}

func cut(pair string) harPair {
	name, value, _ := strings.Cut(pair, "=")
	return harPair{strings.TrimSpace(name), value}
}

func pairsOf(header http.Header) []harPair {
	pairs := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			pairs = append(pairs, harPair{name, value})
		}
	}
	return pairs
}
