// Package buffered holds responses in memory until they are complete. It never decides
// what is sent in the end: that is for its users.
package buffered

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Writer buffers the status and the body of a response. Headers go through.
type Writer struct {
	gin.ResponseWriter
	StatusCode int
	Body       bytes.Buffer
}

// NewWriter buffers what is written to a context of the router from now on, until
// [Writer.Restore].
func NewWriter(g *gin.Context) *Writer {
	w := &Writer{ResponseWriter: g.Writer, StatusCode: http.StatusOK}
	g.Writer = w
	return w
}

// Restore gives the context its own writer again.
func (w *Writer) Restore(g *gin.Context) { g.Writer = w.ResponseWriter }

// WriteHeader buffers the status.
func (w *Writer) WriteHeader(status int) { w.StatusCode = status }

func (w *Writer) Write(data []byte) (int, error) { return w.Body.Write(data) }

// WriteString buffers a part of the body.
func (w *Writer) WriteString(text string) (int, error) { return w.Body.WriteString(text) }

// Response buffers a whole response, with its headers, in memory that a [Pool] reuses.
type Response struct {
	Writer
	header http.Header
}

// Pool reuses the memory of responses. The zero value is ready for use.
type Pool struct{ responses sync.Pool }

// Get buffers what is written to a context of the router from now on, until
// [Writer.Restore]. Headers go into the given ones. The caller must [Pool.Put] the
// response back.
func (p *Pool) Get(g *gin.Context, header http.Header) *Response {
	r, ok := p.responses.Get().(*Response)
	if !ok {
		r = new(Response)
	}
	r.ResponseWriter, r.StatusCode, r.header = g.Writer, http.StatusOK, header
	g.Writer = r
	return r
}

// maxReused is how many bytes of memory a response may have to be reused.
const maxReused = 1 << 20

// Put gives the memory of a response back. Nothing of it may be used afterwards.
func (p *Pool) Put(r *Response) {
	r.ResponseWriter, r.header = nil, nil
	r.Body.Reset()
	if r.Body.Cap() <= maxReused {
		p.responses.Put(r)
	}
}

// Header returns the headers of the response.
func (r *Response) Header() http.Header { return r.header }

// Answer returns what was written. It shares the memory of the response.
func (r *Response) Answer() fault.Answer {
	return fault.Answer{Status: r.StatusCode, Header: r.header, Body: r.Body.Bytes()}
}
