package journal

import (
	"net/http"
	"time"
)

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
