package fault

import (
	"context"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Sleep waits for d. It returns early, and an error, when ctx ends.
type Sleep func(ctx context.Context, d time.Duration) error

// Wait is the Sleep that waits in real time.
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

// dripPieces is the number of pieces in which the phase Drip sends a body.
const dripPieces = 10

// WaitBefore waits for the latency before the operation. It returns false when the
// client has gone: the connection is closed then, and the call is over.
func (d *Decision) WaitBefore(w http.ResponseWriter, r *http.Request, sleep Sleep) bool {
	return d == nil || pause(w, r, sleep, d.before)
}

// Send writes the response as the decision says. a is the result of
// [Decision.Answer]; it is ignored when nothing is sent.
//
// Without a body the phase Partial is the same as Lost, and the phase Drip waits
// before it responds.
func (d *Decision) Send(w http.ResponseWriter, r *http.Request, a Answer, sleep Sleep) {
	if d == nil {
		writeHeader(w, a)
		_, _ = w.Write(a.Body) // the client may have gone
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
		resetConn(w)
	case d.Phase == Lost, d.Phase == Partial && !whole:
		closeConn(w)
	case d.Phase == Partial:
		writeHeader(w, a)
		_, _ = w.Write(a.Body[:len(a.Body)/2])
		_ = http.NewResponseController(w).Flush()
		closeConn(w)
	case d.Phase == Drip:
		d.drip(w, r, a, sleep)
	default:
		(*Decision)(nil).Send(w, r, a, sleep)
	}
}

// writeHeader writes the status and the headers.
func writeHeader(w http.ResponseWriter, a Answer) {
	header := w.Header()
	maps.Copy(header, a.Header)
	if len(a.Body) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
}

// drip sends the body in pieces, evenly over the time of the fault.
func (d *Decision) drip(w http.ResponseWriter, r *http.Request, a Answer, sleep Sleep) {
	over := time.Duration(d.fault.Over)
	if over == 0 {
		over = time.Second
	}
	if len(a.Body) == 0 || r.Method == http.MethodHead {
		if pause(w, r, sleep, over) {
			writeHeader(w, a)
		}
		return
	}
	writeHeader(w, a)
	flush := http.NewResponseController(w)
	count := min(dripPieces, len(a.Body))
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

// pause waits. It closes the connection and returns false when the client has gone.
func pause(w http.ResponseWriter, r *http.Request, sleep Sleep, d time.Duration) bool {
	if d <= 0 || sleep(r.Context(), d) == nil {
		return true
	}
	closeConn(w)
	return false
}

// closeConn closes the connection without finishing the response.
func closeConn(w http.ResponseWriter) {
	conn := hijack(w)
	if conn == nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.Close()
}

// resetConn closes the connection with a TCP reset where it is a TCP connection.
func resetConn(w http.ResponseWriter) {
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

// hijack takes the connection over from the server. It returns nil where that is not
// possible: over HTTP/2, in process, or, for some writers, after a part of the
// response.
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
		return nil // some wrappers implement Hijacker for writers that do not
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return conn
}
