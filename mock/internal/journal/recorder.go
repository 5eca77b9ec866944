package journal

import (
	"bufio"
	"net"
	"net/http"
	"sync"
)

// Recorder is a [http.ResponseWriter] that remembers what goes through it: the
// status, and of the body as much as a journal keeps.
type Recorder struct {
	http.ResponseWriter
	limit  int
	status int
	body   []byte
	size   int64
}

var recorders = sync.Pool{New: func() any { return new(Recorder) }}

// NewRecorder wraps a writer and remembers up to limit bytes of the body, see
// [Journal.BodyLimit]. [Recorder.Release] it when the exchange is recorded.
func NewRecorder(w http.ResponseWriter, limit int) *Recorder {
	r := recorders.Get().(*Recorder)
	*r = Recorder{ResponseWriter: w, limit: limit, body: r.body[:0]}
	return r
}

// Release gives the recorder back. Nothing of it may be used afterwards, nor the body
// that it returned.
func (r *Recorder) Release() {
	*r = Recorder{body: r.body[:0]}
	recorders.Put(r)
}

// Status is the status that was sent, 0 when nothing was.
func (r *Recorder) Status() int { return r.status }

// Body is what was sent. It changes with the next request: [Journal.Record] copies it.
func (r *Recorder) Body() Body { return Body{Data: r.body, Size: r.size} }

// WriteHeader remembers the status, unless it only announces another one.
func (r *Recorder) WriteHeader(status int) {
	if r.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write remembers what was written.
func (r *Recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(data)
	r.size += int64(n)
	r.body = append(r.body, data[:min(n, r.limit-len(r.body))]...)
	return n, err
}

// Unwrap is for [http.ResponseController].
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush is for those who ask for an [http.Flusher].
func (r *Recorder) Flush() { _ = r.FlushError() }

// FlushError sends what has been written. It sends the status if nothing has.
func (r *Recorder) FlushError() error {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return http.NewResponseController(r.ResponseWriter).Flush()
}

// Hijack hands the connection over. What goes through it from then on is not seen.
func (r *Recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(r.ResponseWriter).Hijack()
}
