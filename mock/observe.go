package mock

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// observed is what stands around the operations of a path: it makes calls go wrong
// that meet a fault, holds them against the document, and writes the journal.
type observed struct {
	*core
	path       string // as the document writes it, "" for those that it does not have
	operations map[string]*spec.Operation
	render     fault.Render
	handle     gin.HandlerFunc
}

// watch puts what observes requests around the handler of a path.
func (k *core) watch(path string, render fault.Render, handle gin.HandlerFunc) gin.HandlerFunc {
	o := &observed{core: k, path: path, operations: map[string]*spec.Operation{}, render: render, handle: handle}
	for _, op := range k.document.Operations() {
		if op.Path == path {
			o.operations[op.Method] = op
			if op.Method == http.MethodGet {
				o.operations[http.MethodHead] = op
			}
		}
	}
	return o.serve
}

func (o *observed) serve(g *gin.Context) {
	x := exchangeOf(g.Request)
	x.operation = o.operations[g.Request.Method]
	x.began, x.came = x.sandbox.clock.Now(), time.Now()
	x.body, x.whole = rest.Receive(g.Request, o.config.maxBody)
	x.who = whoCalls(x.sandbox.store.View(), g.Request)
	if o.check(x, g.Request); len(x.violations) > 0 {
		if guard.WantsStrict(g.Request.Header) {
			o.refuseStrictly(x, g)
			return
		}
		g.Writer.Header().Set(guard.HeaderViolation, guard.Codes(x.violations))
	}
	d, err := fault.Magic(g.Request, x.body)
	if err != nil {
		writeRefusal(g.Writer, http.StatusBadRequest, "invalid_fault", err.Error())
		return
	}
	if d == nil {
		d = x.sandbox.faults.Decide(fault.Call{Operation: x.operationID(), Callers: x.who.names})
	}
	x.sandbox.patience.Came(x.who.patient(), x.operationID())
	if d == nil {
		o.answer(x, g)
		return
	}
	o.answerWrong(x, g, d)
}

// answer lets the operation answer, and writes down what it said.
func (o *observed) answer(x *exchange, g *gin.Context) {
	limit := x.sandbox.journal.BodyLimit()
	if o.config.selfCheck {
		limit = int(^uint(0) >> 1)
	}
	recorder := journal.NewRecorder(g.Writer, limit)
	defer recorder.Release()
	inner := g.Writer
	g.Writer = &tee{inner, recorder}
	o.handle(g)
	g.Writer = inner
	o.record(x, g.Request, "", fault.Answer{Status: recorder.Status(), Header: inner.Header(), Body: recorder.Body().Data}, recorder.Body().Size)
}

// answerWrong takes a call that meets a fault through what happens to it.
func (o *observed) answerWrong(x *exchange, g *gin.Context, d *fault.Decision) {
	o.metrics.FaultMet(string(d.Phase))
	if !d.Enter(g.Writer, g.Request, o.config.sleep) {
		return
	}
	var given fault.Answer
	if !d.Prevents() {
		inner := g.Writer
		held := &heldAnswer{heldWriter{ResponseWriter: inner, status: http.StatusOK}, inner.Header().Clone()}
		g.Writer = held
		o.handle(g)
		g.Writer = inner
		given = fault.Answer{Status: held.status, Header: held.header, Body: held.body.Bytes()}
	}
	given = d.Answer(given, o.render)
	seen := given
	if !d.Delivers() {
		seen = fault.Answer{}
	}
	o.record(x, g.Request, d.Name, seen, int64(len(seen.Body)))
	d.Send(g.Writer, g.Request, given, o.config.sleep)
}

// record tells everybody who wants to know of a request and its answer.
func (o *observed) record(x *exchange, r *http.Request, met string, a fault.Answer, size int64) {
	x.sandbox.patience.Answered(x.who.patient(), a.Status, a.Header)
	seen := x.entry(r, met, a, size)
	entry := x.sandbox.journal.Record(seen)
	o.count(x, a.Status, seen.Duration)
	x.sandbox.violations.Add(x.violations, guard.Occurrence{Request: int(entry.Number()), Time: x.began})
	if met == "" {
		o.checkSelf(x, a)
	}
}

// count counts a request that is written down.
func (o *observed) count(x *exchange, status int, took time.Duration) {
	o.metrics.Answered(x.operationID(), status, took)
	o.metrics.Journalled()
	for i := range x.violations {
		o.metrics.Violated(string(x.violations[i].Code))
	}
}

// tee is the writer of a router whose answers are written down.
type tee struct {
	gin.ResponseWriter
	recorder *journal.Recorder
}

func (t *tee) WriteHeader(status int)               { t.recorder.WriteHeader(status) }
func (t *tee) Write(data []byte) (int, error)       { return t.recorder.Write(data) }
func (t *tee) WriteString(text string) (int, error) { return t.recorder.Write([]byte(text)) }

// heldAnswer keeps an answer back, its headers as well.
type heldAnswer struct {
	heldWriter
	header http.Header
}

func (h *heldAnswer) Header() http.Header { return h.header }
