package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Exchange is a request and its answer as they were, secrets included. [Journal.Record]
// copies what may change later: the headers and the bodies.
type Exchange struct {
	Time     time.Time // when the request came, by the clock of the sandbox
	Duration time.Duration

	// Site is the scheme and the host of the address that was called, such as
	// http://127.0.0.1:8010.
	Site           string
	Method         string
	URI            string // path and query as they were sent
	Proto          string // such as HTTP/1.1
	RequestHeader  http.Header
	RequestBody    Body
	Status         int // 0 when there was no answer
	ResponseHeader http.Header
	ResponseBody   Body

	Operation string // the operation's id, "" when there is none such
	Caller    string // the e-mail address of the user, "" if unknown
	Key       string // the label of the key, "" when the caller had none

	Steps       []Step       // the checks that were made, in order; it must not change later
	Explanation *Explanation // why the request was refused, nil when it was not
	Fault       string       // the id of the fault that the request met, "" for none
	Violations  []string     // of the API's contract; it must not change later
	Changed     bool         // the request changed the state

	// Before and After are the states before and after the request. The journal does
	// not look at them, and drops them with the entry.
	Before, After any
}

// Body is the body of a message, or the beginning of it.
type Body struct {
	Data []byte
	// Size is the size of the whole body, if that is more than Data holds.
	Size int64
}

// Step is one check of a request.
type Step struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
}

// Explanation says why a request was refused.
type Explanation struct {
	Rule       string `json:"rule"`       // what refused it
	Detail     string `json:"detail"`     // why
	Sufficient string `json:"sufficient"` // what would have been enough
}

// refusedBy returns the check that refused the request, "" if none did.
func (e *Exchange) refusedBy() string {
	for _, step := range e.Steps {
		if !step.Passed {
			return step.Name
		}
	}
	return ""
}

// Entry is an exchange in a journal. It is immutable. All its output is masked, also
// when it is printed or encoded.
type Entry struct {
	number   int64
	exchange Exchange // without headers and bodies
	sent     part
	answered part
	bytes    int // its size, for Limits.Bytes

	lookup      sync.Once // finds the secrets, on demand: it reads all of the entry
	secrets     []secret
	sentSecrets int // how many of the secrets are in the request
}

// part is the headers and the body of a message.
type part struct {
	fields    []field // in no order
	body      Body
	bodyPlain bool // nothing in the body has the name of a secret
}

// field is a header name with one of its values.
type field struct{ name, value string }

// newEntry copies what the caller may change later, and of each body no more than limit
// bytes.
func newEntry(x Exchange, limit int) *Entry {
	e := &Entry{sent: part{body: x.RequestBody.truncate(limit)}, answered: part{body: x.ResponseBody.truncate(limit)}}
	fields := make([]field, 0, len(x.RequestHeader)+len(x.ResponseHeader))
	fields = appendFields(fields, x.RequestHeader)
	e.sent.fields = slices.Clip(fields)
	e.answered.fields = appendFields(fields, x.ResponseHeader)[len(fields):]
	sent := len(e.sent.body.Data)
	bodies := make([]byte, 0, sent+len(e.answered.body.Data))
	bodies = append(append(bodies, e.sent.body.Data...), e.answered.body.Data...)
	e.sent.body.Data, e.answered.body.Data = bodies[:sent], bodies[sent:]
	x.RequestHeader, x.ResponseHeader, x.RequestBody, x.ResponseBody = nil, nil, Body{}, Body{}
	e.exchange = x
	e.bytes = len(bodies) + len(x.URI) + e.sent.headerSize() + e.answered.headerSize()
	return e
}

// truncate keeps no more than limit bytes.
func (b Body) truncate(limit int) Body {
	return Body{Data: b.Data[:min(limit, len(b.Data))], Size: max(b.Size, int64(len(b.Data)))}
}

// Whole reports whether nothing of the body is missing.
func (b Body) Whole() bool { return !b.truncated() }

// truncated reports whether the end is missing.
func (b Body) truncated() bool { return int64(len(b.Data)) < b.Size }

// appendFields appends the headers as a list.
func appendFields(list []field, header http.Header) []field {
	for name, values := range header {
		for _, value := range values {
			list = append(list, field{http.CanonicalHeaderKey(name), value})
		}
	}
	return list
}

func (p *part) headerSize() int {
	n := 0
	for _, f := range p.fields {
		n += len(f.name) + len(f.value)
	}
	return n
}

// mediaType returns the Content-Type of the message.
func (p *part) mediaType() string {
	for _, f := range p.fields {
		if f.name == contentType {
			return f.value
		}
	}
	return ""
}

// Exchange returns the exchange as it was, secrets included, with what was kept of its bodies. It is for code that looks at requests
// once more and shows nothing of them; share its bodies, and do not change them.
func (e *Entry) Exchange() Exchange {
	x := e.exchange
	x.RequestHeader, x.RequestBody = e.sent.header(), e.sent.body
	x.ResponseHeader, x.ResponseBody = e.answered.header(), e.answered.body
	return x
}

// header returns the headers as they came.
func (p *part) header() http.Header {
	header := http.Header{}
	for _, f := range p.fields {
		header[f.name] = append(header[f.name], f.value)
	}
	return header
}

// Number identifies the entry in its journal. It is never reused.
func (e *Entry) Number() int64 { return e.number }

// Changed reports whether the request changed the state.
func (e *Entry) Changed() bool { return e.exchange.Changed }

// Before is the state before the request, as it was recorded.
func (e *Entry) Before() any { return e.exchange.Before }

// After is the state after the request, as it was recorded.
func (e *Entry) After() any { return e.exchange.After }

// String is one line about the entry.
func (e *Entry) String() string {
	s := e.Summary()
	return fmt.Sprintf("%d %s %s %d", s.Number, s.Method, s.Path, s.Status)
}

// GoString keeps %#v from printing secrets.
func (e *Entry) GoString() string { return e.String() }

// MarshalJSON gives the entry's [Detail].
func (e *Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.Detail()) }

// Summary is an entry in a list. Secrets are masked.
type Summary struct {
	Number     int64     `json:"n"`
	Time       time.Time `json:"time"` // by the clock of the sandbox
	DurationMS float64   `json:"duration_ms"`
	Method     string    `json:"method"`
	Path       string    `json:"path"`       // with the query
	Operation  string    `json:"operation"`  // "" when there is none such
	Status     int       `json:"status"`     // 0 when there was no answer
	Caller     string    `json:"caller"`     // the user's e-mail address, "" if unknown
	Key        string    `json:"key"`        // the key's label, "" when the caller had none
	Credential string    `json:"credential"` // the end of the key or of the session, "" when there was none
	RefusedBy  string    `json:"refused_by"` // the check that refused the request, "" when none did
	Fault      string    `json:"fault"`      // the fault that the request met, "" for none
	Violations []string  `json:"violations"` // of the API's contract
	Changed    bool      `json:"changed"`    // the request changed the state
}

// Detail is all of an entry. Secrets are masked.
type Detail struct {
	Summary
	Request     Request      `json:"request"`
	Response    Response     `json:"response"`
	Steps       []Step       `json:"steps"`       // the checks that were made, in order
	Explanation *Explanation `json:"explanation"` // why the request was refused, or null
}

// Request is the request of an entry.
type Request struct {
	URL   string `json:"url"`
	Proto string `json:"proto"`
	Message
}

// Response is the response of an entry.
type Response struct {
	Status int `json:"status"` // 0 when there was no answer
	Message
}

// Message is what requests and responses have in common.
type Message struct {
	Headers   http.Header `json:"headers"`
	Body      string      `json:"body"`
	Size      int64       `json:"size"`      // of the whole body
	Truncated bool        `json:"truncated"` // only the beginning of the body was kept
	Omitted   string      `json:"omitted"`   // why no body is shown, "" when it is
}

// Summary returns the entry for a list.
func (e *Entry) Summary() Summary { return e.summary(e.masker(maskSecret)) }

// Detail returns all of the entry.
func (e *Entry) Detail() Detail { return e.detail(e.masker(maskSecret)) }

func (e *Entry) summary(m *masker) Summary {
	x := &e.exchange
	return Summary{
		Number: e.number, Time: x.Time, DurationMS: milliseconds(x.Duration),
		Method: m.text(x.Method), Path: m.text(m.query(x.URI)), Operation: x.Operation, Status: x.Status,
		Caller: m.text(x.Caller), Key: m.text(x.Key), Credential: e.credential(),
		RefusedBy: x.refusedBy(), Fault: x.Fault, Violations: m.texts(x.Violations), Changed: x.Changed,
	}
}

func (e *Entry) detail(m *masker) Detail {
	x, s := &e.exchange, e.summary(m)
	return Detail{
		Summary:     s,
		Request:     Request{URL: m.text(x.Site) + s.Path, Proto: x.Proto, Message: m.message(&e.sent)},
		Response:    Response{Status: x.Status, Message: m.message(&e.answered)},
		Steps:       append([]Step{}, x.Steps...),
		Explanation: m.explanation(x.Explanation),
	}
}

func (m *masker) message(p *part) Message {
	text, omitted := m.body(p)
	return Message{Headers: m.headers(p.fields), Body: text, Size: p.body.Size, Truncated: p.body.truncated(), Omitted: omitted}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
