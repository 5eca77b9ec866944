package server

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/buffered"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/spec"
)

// observer is what surrounds the operations of a path: it makes calls go wrong that meet
// a fault, holds them against the document, and writes the journal.
type observer struct {
	*Server
	path       string // as the document writes it, "" for those that it does not have
	operations map[string]*spec.Operation
	render     fault.Render
	handle     gin.HandlerFunc
}

// observe surrounds the handler of a path.
func (s *Server) observe(path string, render fault.Render, handle gin.HandlerFunc) gin.HandlerFunc {
	o := &observer{Server: s, path: path, operations: map[string]*spec.Operation{}, render: render, handle: handle}
	for _, op := range s.document.Operations() {
		if op.Path == path {
			route.Add(o.operations, op.Method, op)
		}
	}
	return o.serve
}

func (o *observer) serve(g *gin.Context) {
	x := exchange.Of(g.Request)
	o.open(x, g.Request)
	if o.check(x, g.Request); len(x.Violations) > 0 {
		if guard.WantsStrict(g.Request.Header) {
			o.refuse(x, g, "contract", (&guard.StrictError{Violations: x.Violations}).Write)
			return
		}
		g.Writer.Header().Set(guard.HeaderViolation, guard.Codes(x.Violations))
	}
	d, err := fault.Magic(g.Request, x.Body)
	if err != nil {
		o.refuse(x, g, "fault header", refusal.FaultHeader(err).Write)
		return
	}
	if d == nil {
		d = x.Sandbox.Faults.Decide(fault.Call{Operation: x.OperationID(), Callers: x.Presented.Names})
	}
	x.Sandbox.Retries.RecordRequest(x.Presented.RetryCaller(), x.OperationID())
	if d == nil {
		o.answer(x, g)
		return
	}
	o.answerWrong(x, g, d)
}

// open notes what is known of a request before anybody has looked at it.
func (o *observer) open(x *exchange.Exchange, r *http.Request) {
	x.Sandbox.Requests.Add(1)
	x.Operation = o.operations[r.Method]
	x.BeganAt, x.ReceivedAt = x.Sandbox.Clock.Now(), time.Now()
	x.Begin()
	x.Body, x.BodyComplete = rest.BufferBody(r, o.config.API.MaxBody)
	x.Presented = exchange.ReadCredentials(x.Sandbox.Store.View(), r)
}

// Answers are written down before anybody gets them: who has one finds it in the
// journal.

// answer lets the operation answer.
func (o *observer) answer(x *exchange.Exchange, g *gin.Context) {
	response := buffered.NewResponse(g, g.Writer.Header())
	defer response.Release()
	o.handle(g)
	o.checkSelf(x, response.Answer())
	o.send(x, g, response)
}

// refuse answers instead of the operation, for a reason of the fake's own.
func (o *observer) refuse(x *exchange.Exchange, g *gin.Context, reason string, write func(http.ResponseWriter)) {
	x.Pass(reason, false)
	response := buffered.NewResponse(g, g.Writer.Header())
	defer response.Release()
	write(response)
	o.send(x, g, response)
}

func (o *observer) send(x *exchange.Exchange, g *gin.Context, response *buffered.Response) {
	response.Restore(g)
	a := response.Answer()
	o.record(x, g.Request, "", a)
	g.Writer.WriteHeader(a.Status)
	if len(a.Body) > 0 {
		_, _ = g.Writer.Write(a.Body) // a caller who has gone is nobody to tell
	}
}

// answerWrong takes a call that meets a fault through what happens to it. Also the one
// of a caller who does not wait for it is written down.
func (o *observer) answerWrong(x *exchange.Exchange, g *gin.Context, d *fault.Decision) {
	o.Sandboxes.Metrics().FaultMet(string(d.Phase))
	var seen fault.Answer
	recorded := false
	record := func() {
		if !recorded {
			recorded = true
			o.record(x, g.Request, d.Name, seen)
		}
	}
	defer record()
	if !d.WaitBefore(g.Writer, g.Request, o.config.Sleep) {
		return
	}
	var given fault.Answer
	if !d.SkipsOperation() {
		response := buffered.NewResponse(g, g.Writer.Header().Clone())
		defer response.Release()
		o.handle(g)
		response.Restore(g)
		given = response.Answer()
	}
	given = d.Answer(given, o.render)
	if d.Delivers() {
		seen = given
	}
	x.Fault, _ = d.Refuses()
	record()
	d.Send(g.Writer, g.Request, given, o.config.Sleep)
}

// record tells everybody who wants to know of a request and its answer.
func (o *observer) record(x *exchange.Exchange, r *http.Request, met string, a fault.Answer) {
	x.Sandbox.Retries.RecordResponse(x.Presented.RetryCaller(), a.Status, a.Header)
	seen := o.journalEntry(x, r, met, a)
	entry := x.Sandbox.Journal.Record(seen)
	o.count(x, a.Status, seen.Duration)
	x.Sandbox.Violations.Add(x.Violations, guard.Occurrence{Request: int(entry.Number()), Time: x.BeganAt})
}

// count counts a request that is written down.
func (o *observer) count(x *exchange.Exchange, status int, took time.Duration) {
	o.Sandboxes.Metrics().Answered(x.OperationID(), status, took)
	o.Sandboxes.Metrics().Journalled()
	for i := range x.Violations {
		o.Sandboxes.Metrics().Violated(string(x.Violations[i].Code))
	}
}

// check holds a request against the document.
func (o *observer) check(x *exchange.Exchange, r *http.Request) {
	if o.guard == nil {
		return
	}
	facts := guard.Facts{Path: o.path, KeysEverywhere: o.config.API.KeysEverywhere, BodyCut: !x.BodyComplete}
	if x.Presented.Key != nil {
		facts.Key, facts.Scopes = true, x.Presented.Key.Scopes
	}
	x.Violations = o.guard.Check(x.OperationID(), r, x.Body, facts)
}

// checkSelf holds an answer of the fake against the document, where that is asked for.
func (o *observer) checkSelf(x *exchange.Exchange, a fault.Answer) {
	// What a caller does not take, the framework refuses before the API is asked.
	if !o.config.SelfCheck || o.guard == nil || a.Status == 0 || a.Status == http.StatusNotAcceptable {
		return
	}
	if err := o.guard.CheckResponse(x.OperationID(), a.Status, a.Header, a.Body); err != nil {
		o.findings.add(fmt.Sprintf("%s answers %d, which is not what the document says: %v", x.OperationID(), a.Status, err))
	}
}

// journalEntry is what the journal keeps of an exchange; met is the fault that it met.
func (s *Server) journalEntry(x *exchange.Exchange, r *http.Request, met string, a fault.Answer) journal.Exchange {
	entry := journal.Exchange{
		Time: x.BeganAt, Duration: time.Since(x.ReceivedAt),
		Site: x.Site(r), Method: r.Method, URI: r.URL.RequestURI(), Proto: r.Proto,
		RequestHeader: r.Header, RequestBody: journal.Body{Data: x.Body},
		Status: a.Status, ResponseHeader: a.Header, ResponseBody: journal.Body{Data: a.Body},
		Operation: x.OperationID(), Fault: met, Changed: x.Before != x.After,
		Steps: x.Steps, Explanation: s.explain(x, r, a),
		Before: x.Start, After: x.After,
	}
	entry.Caller, entry.Key = x.CallerNames()
	for _, v := range x.Violations {
		entry.Violations = append(entry.Violations, string(v.Code)+": "+v.Message)
	}
	return entry
}

// maxFindings is how many differing answers are remembered.
const maxFindings = 100

// selfCheckFindings are the answers of the fake itself that differed from the document,
// each once.
type selfCheckFindings struct {
	mu   sync.Mutex
	list []string
}

func (f *selfCheckFindings) add(finding string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.list) < maxFindings && !slices.Contains(f.list, finding) {
		f.list = append(f.list, finding)
	}
}

// SelfCheckFindings are the answers of the server that differed from the OpenAPI
// document, each once.
func (s *Server) SelfCheckFindings() []string {
	s.findings.mu.Lock()
	defer s.findings.mu.Unlock()
	return slices.Clone(s.findings.list)
}
