package mock

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// Request is a request of the journal: what was asked, what was answered, who called,
// why it was refused. Secrets in it are masked.
type Request struct {
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

	Request     RequestMessage  `json:"request"`
	Response    ResponseMessage `json:"response"`
	Steps       []RequestStep   `json:"steps"`       // the checks that were made, in order
	Explanation *Explanation    `json:"explanation"` // why the request was refused, or null
}

// RequestMessage is what was asked.
type RequestMessage struct {
	URL       string      `json:"url"`
	Proto     string      `json:"proto"`
	Headers   http.Header `json:"headers"`
	Body      string      `json:"body"`
	Size      int64       `json:"size"`      // of the whole body
	Truncated bool        `json:"truncated"` // only the beginning of the body was kept
	Omitted   string      `json:"omitted"`   // why no body is shown, "" when it is
}

// ResponseMessage is what was answered.
type ResponseMessage struct {
	Status    int         `json:"status"` // 0 when there was no answer
	Headers   http.Header `json:"headers"`
	Body      string      `json:"body"`
	Size      int64       `json:"size"`      // of the whole body
	Truncated bool        `json:"truncated"` // only the beginning of the body was kept
	Omitted   string      `json:"omitted"`   // why no body is shown, "" when it is
}

// RequestStep is a check on the way to an operation.
type RequestStep struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
}

// Explanation says why a request was refused.
type Explanation struct {
	Rule       string `json:"rule"`       // what refused it
	Detail     string `json:"detail"`     // why
	Sufficient string `json:"sufficient"` // what would have been enough
}

func requestOf(d journal.Detail) Request {
	r := Request{
		Number: d.Number, Time: d.Time, DurationMS: d.DurationMS, Method: d.Method, Path: d.Path, Operation: d.Operation,
		Status: d.Status, Caller: d.Caller, Key: d.Key, Credential: d.Credential, RefusedBy: d.RefusedBy, Fault: d.Fault,
		Violations: d.Violations, Changed: d.Changed, Explanation: (*Explanation)(d.Explanation),
		Request: RequestMessage{
			d.Request.URL, d.Request.Proto, d.Request.Headers, d.Request.Body, d.Request.Size, d.Request.Truncated, d.Request.Omitted,
		},
		Response: ResponseMessage{
			d.Response.Status, d.Response.Headers, d.Response.Body, d.Response.Size, d.Response.Truncated, d.Response.Omitted,
		},
		Steps: make([]RequestStep, len(d.Steps)),
	}
	for i, step := range d.Steps {
		r.Steps[i] = RequestStep(step)
	}
	return r
}

// Requests are the requests that the sandbox remembers, oldest first.
func (s *Sandbox) Requests() []Request {
	requests := []Request{}
	for _, e := range s.sandbox.Journal.Select(journal.Query{}) {
		requests = append(requests, requestOf(e.Detail()))
	}
	return requests
}

// Watch are the requests to come, until the context ends or the sandbox is dropped.
func (s *Sandbox) Watch(ctx context.Context) iter.Seq[Request] {
	return func(yield func(Request) bool) {
		for batch := range s.sandbox.Journal.Subscribe(ctx, s.sandbox.Journal.Last()) {
			for _, e := range batch.Entries {
				if !yield(requestOf(e.Detail())) {
					return
				}
			}
		}
	}
}

// Violation is something in requests that the OpenAPI document does not allow, and
// how often it was met.
type Violation struct {
	// Code is the kind of violation, such as "missing_field".
	Code ViolationCode `json:"code"`
	// Operation is the operationId; "" when the document has no such operation.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Path is the documented path, with its parameters in braces; for an unknown one the
	// path of the request, with {id} for what looks like an identifier.
	Path string `json:"path"`
	// Where is the location in the request: "body /items/0", with a JSON pointer, "query
	// limit", "path id", "header Content-Type", or "credentials". It is empty for the
	// request as a whole.
	Where string `json:"where"`
	// Message says what was sent, what the document says, and what to do. It never quotes
	// a secret.
	Message string `json:"message"`
	Count   int    `json:"count"`
	// First and Last are the requests that had the violation.
	First Occurrence `json:"first"`
	Last  Occurrence `json:"last"`
}

// ViolationCode is a kind of violations.
type ViolationCode = guard.Code

// Occurrence is a request that had a violation: its number in the journal, and its time
// by the clock of the sandbox.
type Occurrence struct {
	Request int       `json:"request"`
	Time    time.Time `json:"time"`
}

// Violations are what requests had in them that the OpenAPI document does not allow,
// in the order in which they were met first.
func (s *Sandbox) Violations() []Violation {
	violations := []Violation{}
	for _, v := range s.sandbox.Violations.Report().Violations {
		violations = append(violations, Violation{
			Code: v.Code, Operation: v.Operation, Method: v.Method, Path: v.Path, Where: v.Where, Message: v.Message,
			Count: v.Count, First: Occurrence(v.First), Last: Occurrence(v.Last),
		})
	}
	return violations
}
