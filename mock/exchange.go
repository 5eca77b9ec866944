package mock

import (
	"context"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// exchange is one request and what becomes known of it on its way. It travels as the
// context of the request.
type exchange struct {
	context.Context
	sandbox *Sandbox
	prefix  string // of the path, by which the sandbox was chosen; "" when it was not
	origin  string // see site

	operation   *spec.Operation // nil when there is none such
	began       time.Time       // by the sandbox's clock
	came        time.Time       // by the one that durations are measured with
	body        []byte
	whole       bool // nothing of the body is missing
	who         who  // as far as is known before the operation
	violations  []guard.Violation
	caller      caller
	provisioner string // the domain whose token a SCIM request has
	limits      limits
	steps       []journal.Step // on the way in, in order
	refused     string         // the step that refused the request, "" if none did
	staged      string         // the fault that refused it in place of all steps, "" if none did

	// before and after are the worlds around the request's transaction. A request that
	// changed nothing has the same twice.
	before, after *world.World
	// start is the state before the request.
	start *moment
}

// limits are what the caller may do where the request went.
type limits struct {
	organization *world.Organization
	membership   *world.Membership
}

type exchangeKey struct{}

// Value finds the exchange itself, besides what the request's context has.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// exchangeOf is the exchange that a request is part of.
func exchangeOf(r *http.Request) *exchange { return r.Context().Value(exchangeKey{}).(*exchange) }

// site is the scheme and host that the caller used, and the prefix of the sandbox.
func (x *exchange) site(r *http.Request) string {
	if x.origin == "" {
		x.origin = scheme(r) + r.Host + x.prefix
	}
	return x.origin
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https://"
	}
	return "http://"
}

func (x *exchange) operationID() string {
	if x.operation == nil {
		return ""
	}
	return x.operation.ID
}

// begin notes the state before the request: as it comes, and again within its
// transaction, where nobody else can change anything.
func (x *exchange) begin() { x.start = x.sandbox.moment() }

// pass notes a step on the way in.
func (x *exchange) pass(name string, passed bool) {
	if !passed && x.refused == "" {
		x.refused = name
	}
	if x.steps == nil {
		x.steps = make([]journal.Step, 0, mostSteps)
	}
	x.steps = append(x.steps, journal.Step{Name: name, Passed: passed})
}

// mostSteps is how many steps there are on the way in, most often.
const mostSteps = 8

// entry is what the journal keeps of the exchange.
func (x *exchange) entry(r *http.Request, met string, a fault.Answer) journal.Exchange {
	entry := journal.Exchange{
		Time: x.began, Duration: time.Since(x.came),
		Site: x.site(r), Method: r.Method, URI: r.URL.RequestURI(), Proto: r.Proto,
		RequestHeader: r.Header, RequestBody: journal.Body{Data: x.body},
		Status: a.Status, ResponseHeader: a.Header, ResponseBody: journal.Body{Data: a.Body},
		Operation: x.operationID(), Fault: met, Changed: x.before != x.after,
		Steps: x.steps, Explanation: x.explain(r, a),
		Before: x.start, After: x.after,
	}
	entry.Caller, entry.Key = x.credential()
	for _, v := range x.violations {
		entry.Violations = append(entry.Violations, string(v.Code)+": "+v.Message)
	}
	return entry
}

// credential names who called and with which key.
func (x *exchange) credential() (email, key string) {
	user, used := x.caller.user, x.caller.key
	if user == nil && used == nil {
		user, used = x.who.user, x.who.key
	}
	if x.provisioner != "" {
		return "", "SCIM token of " + x.provisioner
	}
	if user != nil {
		email = user.Email
	}
	if used != nil {
		if key = used.Label; key == "" {
			key = used.ID
		}
	}
	return email, key
}
