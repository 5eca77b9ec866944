package fault

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Sleep waits for d. It returns early, and an error, when ctx ends.
type Sleep func(ctx context.Context, d time.Duration) error

// Wait is the Sleep of real time.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pieces is how many pieces a body comes in that drips.
const pieces = 10

// WaitBefore waits as long as the call does before its operation. It returns false
// when the caller did not wait for it: the connection is closed then, and the
// call is over.
func (d *Decision) WaitBefore(w http.ResponseWriter, r *http.Request, sleep Sleep) bool {
	return d == nil || pause(w, r, sleep, d.before)
}

// Send answers the call, in the way in which it goes wrong. The answer is that
// of [Decision.Answer]; when there is none to be had, it does not matter.
//
// To cut an answer takes one that has a body. Without one the phase Partial is
// Lost, and the phase Drip waits before it answers.
func (d *Decision) Send(w http.ResponseWriter, r *http.Request, a Answer, sleep Sleep) {
	if d == nil {
		begin(w, a)
		_, _ = w.Write(a.Body) // a caller who has gone is nobody to tell
		return
	}
	if !pause(w, r, sleep, d.after) {
		return
	}
	if d.fault == nil {
		(*Decision)(nil).Send(w, r, a, sleep)
		return
	}
	whole := len(a.Body) > 0 && r.Method != http.MethodHead
	switch {
	case d.Phase == Reset:
		reset(w)
	case d.Phase == Lost, d.Phase == Partial && !whole:
		cut(w)
	case d.Phase == Partial:
		begin(w, a)
		_, _ = w.Write(a.Body[:len(a.Body)/2])
		_ = http.NewResponseController(w).Flush()
		cut(w)
	case d.Phase == Drip:
		d.drip(w, r, a, sleep)
	default:
		(*Decision)(nil).Send(w, r, a, sleep)
	}
}

// begin writes status and headers.
func begin(w http.ResponseWriter, a Answer) {
	header := w.Header()
	for name, values := range a.Header {
		header[name] = values
	}
	if len(a.Body) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
}

// drip sends the body in pieces, each of which takes its share of the time.
func (d *Decision) drip(w http.ResponseWriter, r *http.Request, a Answer, sleep Sleep) {
	over := time.Duration(d.fault.Over)
	if over == 0 {
		over = time.Second
	}
	if len(a.Body) == 0 || r.Method == http.MethodHead {
		if pause(w, r, sleep, over) {
			begin(w, a)
		}
		return
	}
	begin(w, a)
	flush := http.NewResponseController(w)
	count := min(pieces, len(a.Body))
	for i := range count {
		if !pause(w, r, sleep, over/time.Duration(count)) {
			return
		}
		if _, err := w.Write(a.Body[i*len(a.Body)/count : (i+1)*len(a.Body)/count]); err != nil {
			return
		}
		_ = flush.Flush()
	}
}

// pause waits. It closes the connection and returns false when the caller has
// gone.
func pause(w http.ResponseWriter, r *http.Request, sleep Sleep, d time.Duration) bool {
	if d <= 0 || sleep(r.Context(), d) == nil {
		return true
	}
	cut(w)
	return false
}

// cut closes the connection as it is.
func cut(w http.ResponseWriter) {
	conn := hijack(w)
	if conn == nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.Close()
}

// reset closes the connection in a way that the other end takes for an error.
func reset(w http.ResponseWriter) {
	conn := hijack(w)
	if conn == nil {
		panic(http.ErrAbortHandler)
	}
	inner := conn
	for {
		wrapper, ok := inner.(interface{ NetConn() net.Conn }) // such as TLS
		if !ok {
			break
		}
		inner = wrapper.NetConn()
	}
	if tcp, ok := inner.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // drop what is unsent and send RST
	}
	_ = inner.Close()
	_ = conn.Close()
}

// hijack takes the connection from the server. It is nil where there is none to
// take: over HTTP/2, within the process, or after a part of the answer for some
// writers.
func hijack(w http.ResponseWriter) net.Conn {
	innermost := w
	for {
		wrapper, ok := innermost.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		innermost = wrapper.Unwrap()
	}
	if _, ok := innermost.(http.Hijacker); !ok {
		return nil // some wrappers would promise it all the same
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return conn
}
