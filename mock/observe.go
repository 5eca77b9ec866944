package mock

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
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
	o.open(x, g.Request)
	if o.check(x, g.Request); len(x.violations) > 0 {
		if guard.WantsStrict(g.Request.Header) {
			o.refuse(x, g, "contract", (&guard.StrictError{Violations: x.violations}).Write)
			return
		}
		g.Writer.Header().Set(guard.HeaderViolation, guard.Codes(x.violations))
	}
	d, err := fault.Magic(g.Request, x.body)
	if err != nil {
		o.refuse(x, g, "fault header", refusal.FaultHeader(err).Write)
		return
	}
	if d == nil {
		d = x.sandbox.faults.Decide(fault.Call{Operation: x.operationID(), Callers: x.who.names})
	}
	x.sandbox.patience.RecordRequest(x.who.patient(), x.operationID())
	if d == nil {
		o.answer(x, g)
		return
	}
	o.answerWrong(x, g, d)
}

// open notes what is known of a request before anybody has looked at it.
func (o *observed) open(x *exchange, r *http.Request) {
	x.sandbox.requests.Add(1)
	x.operation = o.operations[r.Method]
	x.began, x.came = x.sandbox.clock.Now(), time.Now()
	x.begin()
	x.body, x.whole = rest.BufferBody(r, o.config.maxBody)
	x.who = whoCalls(x.sandbox.store.View(), r)
}

// Answers are written down before anybody gets them: who has one finds it in the
// journal.

// answer lets the operation answer.
func (o *observed) answer(x *exchange, g *gin.Context) {
	held := hold(g, g.Writer.Header())
	defer held.release()
	o.handle(g)
	o.checkSelf(x, held.answer())
	o.send(x, g, held)
}

// refuse answers instead of the operation, for a reason of the fake's own.
func (o *observed) refuse(x *exchange, g *gin.Context, reason string, write func(http.ResponseWriter)) {
	x.pass(reason, false)
	held := hold(g, g.Writer.Header())
	defer held.release()
	write(held)
	o.send(x, g, held)
}

func (o *observed) send(x *exchange, g *gin.Context, held *heldAnswer) {
	g.Writer = held.ResponseWriter
	a := held.answer()
	o.record(x, g.Request, "", a)
	g.Writer.WriteHeader(a.Status)
	if len(a.Body) > 0 {
		_, _ = g.Writer.Write(a.Body) // a caller who has gone is nobody to tell
	}
}

// answerWrong takes a call that meets a fault through what happens to it. Also the one
// of a caller who does not wait for it is written down.
func (o *observed) answerWrong(x *exchange, g *gin.Context, d *fault.Decision) {
	o.metrics.FaultMet(string(d.Phase))
	var seen fault.Answer
	recorded := false
	record := func() {
		if !recorded {
			recorded = true
			o.record(x, g.Request, d.Name, seen)
		}
	}
	defer record()
	if !d.WaitBefore(g.Writer, g.Request, o.config.sleep) {
		return
	}
	var given fault.Answer
	if !d.SkipsOperation() {
		held := hold(g, g.Writer.Header().Clone())
		defer held.release()
		o.handle(g)
		g.Writer = held.ResponseWriter
		given = held.answer()
	}
	given = d.Answer(given, o.render)
	if d.Delivers() {
		seen = given
	}
	x.staged, _ = d.Refuses()
	record()
	d.Send(g.Writer, g.Request, given, o.config.sleep)
}

// record tells everybody who wants to know of a request and its answer.
func (o *observed) record(x *exchange, r *http.Request, met string, a fault.Answer) {
	x.sandbox.patience.RecordResponse(x.who.patient(), a.Status, a.Header)
	seen := x.entry(r, met, a)
	entry := x.sandbox.journal.Record(seen)
	o.count(x, a.Status, seen.Duration)
	x.sandbox.violations.Add(x.violations, guard.Occurrence{Request: int(entry.Number()), Time: x.began})
}

// count counts a request that is written down.
func (o *observed) count(x *exchange, status int, took time.Duration) {
	o.metrics.Answered(x.operationID(), status, took)
	o.metrics.Journalled()
	for i := range x.violations {
		o.metrics.Violated(string(x.violations[i].Code))
	}
}
