package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Exchange is a request and its answer as they were, secrets included. [Journal.Record]
// copies what may change later: the headers and the bodies.
type Exchange struct {
	Time     time.Time // when the request came, by the clock of the sandbox
	Duration time.Duration

	// Site is what stands before URI in the address that the caller used, such as
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
	Caller    string // the e-mail address of the user, "" when nobody is known
	Key       string // the label of the key, "" when the caller had none

	Steps       []Step       // the way to the decision, in order; it must not change later
	Explanation *Explanation // why the request was refused, nil when it was not
	Fault       string       // the id of the fault that the request met, "" for none
	Violations  []string     // of the API's contract; it must not change later
	Changed     bool         // the request changed the state

	// Before and After are the states around the request. The journal only keeps
	// them, and lets them go with the entry.
	Before, After any
}

// Body is what was sent with a message, or the beginning of it.
type Body struct {
	Data []byte
	// Size is how many bytes the whole body had, if that is more than Data has.
	Size int64
}

// Step is a check on the way to the decision about a request.
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

// refusedBy is the check that refused the request, "" if none did.
func (x *Exchange) refusedBy() string {
	for _, step := range x.Steps {
		if !step.Passed {
			return step.Name
		}
	}
	return ""
}

// Entry is an exchange in a journal. It never changes. All that can be had of it is
// masked, also when it is printed or encoded.
type Entry struct {
	number   int64
	exchange Exchange // without what is in the parts
	sent     part
	answered part
	bytes    int // what it counts for in Limits.Bytes

	lookup      sync.Once // finds the secrets, which takes reading all of it
	secrets     []secret
	sentSecrets int // how many of them are in the request
}

// part is what is kept of a message.
type part struct {
	fields []field // in no order
	body   Body
	plain  bool // nothing in the body has the name of a secret
}

// field is a header with one of its values.
type field struct{ name, value string }

// newEntry copies what the caller may change later, and of bodies no more than limit
// bytes each.
func newEntry(x Exchange, limit int) *Entry {
	e := &Entry{sent: part{body: x.RequestBody.cut(limit)}, answered: part{body: x.ResponseBody.cut(limit)}}
	fields := make([]field, 0, len(x.RequestHeader)+len(x.ResponseHeader))
	fields = appendFields(fields, x.RequestHeader)
	e.sent.fields = fields[:len(fields):len(fields)]
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

// cut keeps no more than limit bytes.
func (b Body) cut(limit int) Body {
	return Body{Data: b.Data[:min(limit, len(b.Data))], Size: max(b.Size, int64(len(b.Data)))}
}

// truncated tells whether the end is missing.
func (b Body) truncated() bool { return int64(len(b.Data)) < b.Size }

// appendFields lists headers.
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

// mediaType is what the message says that its body is.
func (p *part) mediaType() string {
	for _, f := range p.fields {
		if f.name == contentType {
			return f.value
		}
	}
	return ""
}

// Number tells the entry apart from all others that were ever in its journal.
func (e *Entry) Number() int64 { return e.number }

// Changed tells whether the request changed the state.
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

// GoString keeps %#v from printing what is within.
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
	Caller     string    `json:"caller"`     // the user's e-mail address, "" when nobody is known
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
	Steps       []Step       `json:"steps"`       // the way to the decision
	Explanation *Explanation `json:"explanation"` // why the request was refused, or null
}

// Request is what was sent.
type Request struct {
	URL   string `json:"url"`
	Proto string `json:"proto"`
	Message
}

// Response is what was answered.
type Response struct {
	Status int `json:"status"` // 0 when there was no answer
	Message
}

// Message is what requests and answers have in common.
type Message struct {
	Headers   http.Header `json:"headers"`
	Body      string      `json:"body"`
	Size      int64       `json:"size"`      // of the whole body
	Truncated bool        `json:"truncated"` // only the beginning of the body was kept
	Omitted   string      `json:"omitted"`   // why no body is shown, "" when it is
}

// Summary sums the entry up.
func (e *Entry) Summary() Summary { return e.summary(e.masker(star)) }

// Detail shows all of the entry.
func (e *Entry) Detail() Detail { return e.detail(e.masker(star)) }

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
