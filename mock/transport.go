package mock

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
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

// reply is an answer on its way from a handler to a client in the same program. It is
// the [http.ResponseWriter] of the one and the body of the other.
type reply struct {
	hangUp context.CancelFunc
	begun  chan struct{} // closed once the status is known, or there will be none

	mu     sync.Mutex
	more   sync.Cond // something was written, or nothing more will be
	header http.Header
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
	wrote  int
	over   bool
	broken error // why the rest does not come, nil if there is none
}

func newReply(hangUp context.CancelFunc) *reply {
	a := &reply{hangUp: hangUp, begun: make(chan struct{}), header: http.Header{}}
	a.more.L = &a.mu
	return a
}

// run lets a handler answer. One that crashes cuts the connection, as it does in
// net/http.
func (a *reply) run(handler http.Handler, r *http.Request) {
	defer a.hangUp()
	defer func() { a.finish(recover() != nil) }()
	handler.ServeHTTP(a, r)
}

func (a *reply) finish(cut bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status == 0 && !cut {
		a.begin(http.StatusOK)
	}
	if a.status == 0 {
		close(a.begun)
	}
	length, err := strconv.Atoi(a.sent.Get("Content-Length"))
	if cut || (err == nil && length > a.wrote) {
		a.end(errCut)
	}
	a.end(nil)
}

// end lets nothing more come. The first reason counts.
func (a *reply) end(reason error) {
	if !a.over {
		a.over, a.broken = true, reason
		a.more.Broadcast()
	}
}

// giveUp ends the answer when the client's context ends.
func (a *reply) giveUp(reason error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end(reason)
}

// Header, Write, WriteHeader and Flush are the handler's side.
func (a *reply) Header() http.Header { return a.header }

// WriteHeader begins the answer.
func (a *reply) WriteHeader(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status == 0 && status >= http.StatusOK {
		a.begin(status)
	}
}

func (a *reply) begin(status int) {
	a.status, a.sent = status, a.header.Clone()
	close(a.begun)
}

// Write adds to the body. It does not wait for the client.
func (a *reply) Write(data []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status == 0 {
		a.begin(http.StatusOK)
	}
	if a.over {
		return 0, http.ErrHandlerTimeout
	}
	defer a.more.Broadcast()
	a.wrote += len(data)
	return a.body.Write(data)
}

// Flush does nothing: what was written can be read already.
func (a *reply) Flush() {}

// response is what the client gets once the answer has begun.
func (a *reply) response(sent *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status == 0 {
		a.hangUp()
		return nil, cmp.Or(sent.Context().Err(), errCut)
	}
	if a.sent.Get("Date") == "" { // as net/http does
		a.sent.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	response := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.sent, Body: a, ContentLength: -1, Request: sent,
	}
	if length, err := strconv.ParseInt(a.sent.Get("Content-Length"), 10, 64); err == nil {
		response.ContentLength = length
	}
	if sent.Method == http.MethodHead {
		a.hangUp()
		response.Body = http.NoBody
	}
	return response, nil
}

// Read is the client's side, as Close is.
func (a *reply) Read(into []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.body.Len() == 0 && !a.over {
		a.more.Wait()
	}
	n, err := a.body.Read(into)
	if errors.Is(err, io.EOF) && a.broken != nil {
		err = a.broken
	}
	if err != nil {
		a.hangUp()
	}
	return n, err
}

// Close tells the handler that nobody listens any more.
func (a *reply) Close() error {
	a.hangUp()
	a.giveUp(http.ErrBodyReadAfterClose)
	return nil
}
