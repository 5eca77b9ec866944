package mock

import (
	"context"
	"net/http"
)

// exchange is one request and what becomes known of it on its way. It travels as the
// context of the request.
type exchange struct {
	context.Context
	sandbox *Sandbox
	prefix  string // of the path, by which the sandbox was chosen; "" when it was not
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
