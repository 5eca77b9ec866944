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
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// middleware surrounds the operations of a path: it checks requests against the OpenAPI
// document, applies faults, and writes the journal.
type middleware struct {
	*Server
	guard      *guard.Guard               // nil if the server is unguarded
	path       string                     // as the document writes it, "" for undocumented paths
	operations map[string]*spec.Operation // by method
	render     fault.Render               // writes the refusals of faults
	handle     gin.HandlerFunc
}

// wrap surrounds the handler of a path with the middleware.
func (s *Server) wrap(played *revision, path string, render fault.Render, handle gin.HandlerFunc) gin.HandlerFunc {
	m := &middleware{Server: s, guard: played.guard, path: path, operations: map[string]*spec.Operation{}, render: render, handle: handle}
	for _, op := range played.document.Operations() {
		if op.Path == path {
			route.Add(m.operations, op.Method, op)
		}
	}
	return m.serve
}

func (m *middleware) serve(g *gin.Context) {
	x := exchange.Of(g.Request)
	m.begin(x, g.Request)
	if m.checkRequest(x, g.Request); len(x.Violations) > 0 {
		if guard.WantsStrict(g.Request.Header) {
			m.refuse(x, g, "contract", (&guard.StrictError{Violations: x.Violations}).Write)
			return
		}
		g.Writer.Header().Set(guard.HeaderViolation, guard.Codes(x.Violations))
	}
	d, err := fault.Magic(g.Request, x.Body)
	if err != nil {
		m.refuse(x, g, "fault header", refusal.FaultHeader(err).Write)
		return
	}
	if d == nil {
		d = x.Sandbox.Faults.Decide(fault.Call{Operation: x.OperationID(), Callers: x.Presented.Names})
	}
	x.Sandbox.Retries.RecordRequest(x.Presented.RetryCaller(), x.OperationID())
	if d == nil {
		m.answer(x, g)
		return
	}
	m.answerWithFault(x, g, d)
}

// begin records what is known of a request before it is checked.
func (m *middleware) begin(x *exchange.Exchange, r *http.Request) {
	x.Sandbox.Requests.Add(1)
	x.Operation = m.operations[r.Method]
	x.BeganAt, x.ReceivedAt = x.Sandbox.Clock.Now(), time.Now()
	x.Begin()
	x.Body, x.BodyComplete = rest.BufferBody(r, m.config.API.MaxBody)
	x.Presented = exchange.ReadCredentials(x.Sandbox.Store.View(), r)
}

// answer runs the operation and sends its response.
func (m *middleware) answer(x *exchange.Exchange, g *gin.Context) {
	response := m.responses.Get(g, g.Writer.Header())
	defer m.responses.Put(response)
	m.handle(g)
	m.checkResponse(x, response.Answer())
	m.send(x, g, response)
}

// refuse answers in place of the operation, for a reason that the real API does not have.
func (m *middleware) refuse(x *exchange.Exchange, g *gin.Context, reason string, write func(http.ResponseWriter)) {
	x.Pass(reason, false)
	response := m.responses.Get(g, g.Writer.Header())
	defer m.responses.Put(response)
	write(response)
	m.send(x, g, response)
}

// send records a response in the journal and then sends it, in this order: a client that
// has a response finds it in the journal.
func (m *middleware) send(x *exchange.Exchange, g *gin.Context, response *buffered.Response) {
	response.Restore(g)
	a := response.Answer()
	m.record(x, g.Request, "", a)
	g.Writer.WriteHeader(a.Status)
	if len(a.Body) > 0 {
		_, _ = g.Writer.Write(a.Body) // the client may have gone
	}
}

// answerWithFault answers a request as a fault says. It is recorded even when the client
// does not wait for the response.
func (m *middleware) answerWithFault(x *exchange.Exchange, g *gin.Context, d *fault.Decision) {
	m.Sandboxes.Metrics().FaultMet(string(d.Phase))
	var seen fault.Answer
	recorded := false
	record := func() {
		if !recorded {
			recorded = true
			m.record(x, g.Request, d.Name, seen)
		}
	}
	defer record()
	if !d.WaitBefore(g.Writer, g.Request, m.config.Sleep) {
		return
	}
	var given fault.Answer
	if !d.SkipsOperation() {
		response := m.responses.Get(g, g.Writer.Header().Clone())
		defer m.responses.Put(response)
		m.handle(g)
		response.Restore(g)
		given = response.Answer()
	}
	given = d.Answer(given, m.render)
	if d.Delivers() {
		seen = given
	}
	x.Fault, _ = d.Refuses()
	record()
	d.Send(g.Writer, g.Request, given, m.config.Sleep)
}

// record reports a request and its response to the journal, the metrics, the retry tracker
// and the list of violations.
func (m *middleware) record(x *exchange.Exchange, r *http.Request, faultName string, a fault.Answer) {
	x.Sandbox.Retries.RecordResponse(x.Presented.RetryCaller(), a.Status, a.Header)
	seen := m.journalEntry(x, r, faultName, a)
	entry := x.Sandbox.Journal.Record(seen)
	m.count(x, a.Status, seen.Duration)
	x.Sandbox.Violations.Add(x.Violations, guard.Occurrence{Request: int(entry.Number()), Time: x.BeganAt})
}

// count counts a recorded request in the metrics.
func (m *middleware) count(x *exchange.Exchange, status int, took time.Duration) {
	m.Sandboxes.Metrics().Answered(x.OperationID(), status, took)
	m.Sandboxes.Metrics().Journalled()
	for i := range x.Violations {
		m.Sandboxes.Metrics().Violated(string(x.Violations[i].Code))
	}
}

// checkRequest finds what the document does not allow in a request.
func (m *middleware) checkRequest(x *exchange.Exchange, r *http.Request) {
	if m.guard == nil {
		return
	}
	facts := guard.Facts{Path: m.path, KeysEverywhere: m.config.API.KeysEverywhere, BodyCut: !x.BodyComplete}
	if x.Presented.Key != nil {
		facts.Key, facts.Scopes = true, x.Presented.Key.Scopes
	}
	x.Violations = m.guard.Check(x.OperationID(), r, x.Body, facts)
}

// checkResponse checks a response of the fake against the document, if the server is
// configured to.
func (m *middleware) checkResponse(x *exchange.Exchange, a fault.Answer) {
	// A 406 comes from the real API's framework, before any operation: none documents it.
	if !m.config.SelfCheck || m.guard == nil || a.Status == 0 || a.Status == http.StatusNotAcceptable {
		return
	}
	if a.Status == http.StatusInternalServerError && x.Sandbox.Store.View().DNSMode() != world.DNSUp {
		return // a server that is to crash does, and no document says how
	}
	if err := m.guard.CheckResponse(x.OperationID(), a.Status, a.Header, a.Body); err != nil {
		m.findings.add(fmt.Sprintf("%s answers %d, which is not what the document says: %v", x.OperationID(), a.Status, err))
	}
}

// journalEntry is what the journal keeps of an exchange; faultName is the fault that was
// applied, "" if none.
func (s *Server) journalEntry(x *exchange.Exchange, r *http.Request, faultName string, a fault.Answer) journal.Exchange {
	entry := journal.Exchange{
		Time: x.BeganAt, Duration: time.Since(x.ReceivedAt),
		Site: x.Site(r), Method: r.Method, URI: r.URL.RequestURI(), Proto: r.Proto,
		RequestHeader: r.Header, RequestBody: journal.Body{Data: x.Body},
		Status: a.Status, ResponseHeader: a.Header, ResponseBody: journal.Body{Data: a.Body},
		Operation: x.OperationID(), Fault: faultName, Changed: x.Before != x.After,
		Steps: x.Steps, Explanation: s.explain(x, r, a),
		Before: x.Start, After: x.After,
	}
	if !x.BodyComplete { // it was too large, or broke off
		entry.RequestBody.Size = max(r.ContentLength, int64(len(x.Body))+1)
	}
	entry.Caller, entry.Key = x.CallerNames()
	for _, v := range x.Violations {
		entry.Violations = append(entry.Violations, string(v.Code)+": "+v.Message)
	}
	return entry
}

// maxFindings is how many self-check findings are kept.
const maxFindings = 100

// selfCheckFindings are the responses of the fake that differed from the OpenAPI document,
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

// SelfCheckFindings are the responses of the server that differed from the OpenAPI
// document, each once.
func (s *Server) SelfCheckFindings() []string {
	s.findings.mu.Lock()
	defer s.findings.mu.Unlock()
	return slices.Clone(s.findings.list)
}
