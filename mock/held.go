package mock

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// heldWriter keeps the status and the body of an answer back.
type heldWriter struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *heldWriter) WriteHeader(status int)               { w.status = status }
func (w *heldWriter) Write(data []byte) (int, error)       { return w.body.Write(data) }
func (w *heldWriter) WriteString(text string) (int, error) { return w.body.WriteString(text) }

// heldAnswer keeps all of an answer back, in memory that is used again.
type heldAnswer struct {
	heldWriter
	header http.Header
}

var heldAnswers = sync.Pool{New: func() any { return new(heldAnswer) }}

// hold keeps back what is answered from now on. Headers go into the given ones.
func hold(g *gin.Context, header http.Header) *heldAnswer {
	held := heldAnswers.Get().(*heldAnswer)
	held.ResponseWriter, held.status, held.header = g.Writer, http.StatusOK, header
	g.Writer = held
	return held
}

// release gives the memory back. Nothing of the answer may be used afterwards.
func (h *heldAnswer) release() {
	h.ResponseWriter, h.header = nil, nil
	h.body.Reset()
	if h.body.Cap() <= 1<<20 {
		heldAnswers.Put(h)
	}
}

func (h *heldAnswer) Header() http.Header { return h.header }

func (h *heldAnswer) answer() fault.Answer {
	return fault.Answer{Status: h.status, Header: h.header, Body: h.body.Bytes()}
}
