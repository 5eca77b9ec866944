package mock

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// exchange is one request and what becomes known of it on its way. It travels as the
// context of the request.
type exchange struct {
	context.Context
	sandbox *Sandbox
	prefix  string // of the path, by which the sandbox was chosen; "" when it was not

	operation *spec.Operation // nil when there is none such
	caller    caller
	// refused names the check on the way in that refused the request, "" if none did.
	refused string
	// before and after are the worlds around the request's transaction. A request that
	// changed nothing has the same twice.
	before, after *world.World
	// start is the state before the request.
	start moment
}

// watch tells the operation of each request on a path before it is handled.
func (k *core) watch(path string, handle gin.HandlerFunc) gin.HandlerFunc {
	operations := map[string]*spec.Operation{}
	for _, op := range k.document.Operations() {
		if op.Path == path {
			operations[op.Method] = op
		}
	}
	return func(g *gin.Context) {
		x := exchangeOf(g.Request)
		x.operation = operations[g.Request.Method]
		handle(g)
	}
}

type exchangeKey struct{}

// site is the scheme and host that the caller used, and the prefix of the sandbox.
func (x *exchange) site(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host + x.prefix
	}
	return "http://" + r.Host + x.prefix
}

// Value finds the exchange itself, besides what the request's context has.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// exchangeOf is the exchange that a request is part of.
func exchangeOf(r *http.Request) *exchange { return r.Context().Value(exchangeKey{}).(*exchange) }
