package mock

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

// Transport hands requests to the server in this program, as if over the network: no
// port, no connection. The host of a request does not matter, nor does its scheme.
//
// An answer that is cut off is an error, as it is over a network. The body of an
// answer that is not read to its end must be closed.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ handler http.Handler }

// errCut is what a client sees of an answer that ends too soon.
var errCut = io.ErrUnexpectedEOF

// RoundTrip answers a request.
func (t transport) RoundTrip(sent *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(sent.Context())
	received, err := arriving(ctx, sent)
	if err != nil {
		cancel()
		return nil, err
	}
	a := newReply(cancel)
	context.AfterFunc(ctx, func() { a.giveUp(context.Cause(ctx)) })
	go a.run(t.handler, received)
	select {
	case <-a.begun:
	case <-sent.Context().Done(): // not ctx, which ends with the answer as well
		cancel()
		return nil, sent.Context().Err()
	}
	return a.response(sent)
}

// arriving is a request as a server sees it.
func arriving(ctx context.Context, sent *http.Request) (*http.Request, error) {
	uri := sent.URL.RequestURI()
	address, err := url.ParseRequestURI(uri)
	if err != nil {
		return nil, err
	}
	received := sent.Clone(ctx)
	received.URL, received.RequestURI, received.RemoteAddr = address, uri, "127.0.0.1:1"
	if received.Host == "" {
		received.Host = sent.URL.Host
	}
	if received.Body == nil {
		received.Body = http.NoBody
	}
	return received, nil
}
