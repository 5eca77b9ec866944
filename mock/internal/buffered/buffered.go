// Package buffered keeps answers back until they are whole. What is done with them is
// for others to say.
package buffered

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Writer keeps the status and the body of an answer back. Headers go through.
type Writer struct {
	gin.ResponseWriter
	StatusCode int
	Body       bytes.Buffer
}

// NewWriter keeps back what is answered through a context of the router from now on,
// until [Writer.Restore].
func NewWriter(g *gin.Context) *Writer {
	w := &Writer{ResponseWriter: g.Writer, StatusCode: http.StatusOK}
	g.Writer = w
	return w
}

// Restore lets answers through again.
func (w *Writer) Restore(g *gin.Context) { g.Writer = w.ResponseWriter }

// WriteHeader keeps the status.
func (w *Writer) WriteHeader(status int) { w.StatusCode = status }

func (w *Writer) Write(data []byte) (int, error) { return w.Body.Write(data) }

// WriteString keeps a part of the body.
func (w *Writer) WriteString(text string) (int, error) { return w.Body.WriteString(text) }

// Response keeps all of an answer back, in memory that is used again.
type Response struct {
	Writer
	header http.Header
}

var responses = sync.Pool{New: func() any { return new(Response) }}

// NewResponse keeps back what is answered from now on, until [Writer.Restore]. Headers
// go into the given ones. Who is done with it must [Response.Release] it.
func NewResponse(g *gin.Context, header http.Header) *Response {
	r := responses.Get().(*Response)
	r.ResponseWriter, r.StatusCode, r.header = g.Writer, http.StatusOK, header
	g.Writer = r
	return r
}

// maxKept is how many bytes of memory one response keeps for the next.
const maxKept = 1 << 20

// Release gives the memory back. Nothing of the answer may be used afterwards.
func (r *Response) Release() {
	r.ResponseWriter, r.header = nil, nil
	r.Body.Reset()
	if r.Body.Cap() <= maxKept {
		responses.Put(r)
	}
}

// Header is where the handler's headers go.
func (r *Response) Header() http.Header { return r.header }

// Answer is what was answered.
func (r *Response) Answer() fault.Answer {
	return fault.Answer{Status: r.StatusCode, Header: r.header, Body: r.Body.Bytes()}
}
