package server

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/spec"
)

// directory finds what a request calls in a revision, as the router does, and calls nothing.
type directory struct {
	engine     *gin.Engine
	operations map[string]map[string]*spec.Operation // by path and method
}

// foundPath is the key of the place for the path that a request was found to go to.
type foundPath struct{}

func newDirectory(document *spec.Document) *directory {
	d := &directory{operations: map[string]map[string]*spec.Operation{}}
	for _, op := range document.Operations() {
		if d.operations[op.Path] == nil {
			d.operations[op.Path] = map[string]*spec.Operation{}
		}
		route.Add(d.operations[op.Path], op.Method, op)
	}
	d.engine = newEngine(func(engine *gin.Engine) {
		for path := range d.operations {
			register(engine, path, func(g *gin.Context) { *g.Request.Context().Value(foundPath{}).(*string) = path })
		}
	})
	return d
}

// find returns the documented path of a request, "" for none, and the operation there, nil for none.
func (d *directory) find(r *http.Request) (path string, op *spec.Operation) {
	d.engine.ServeHTTP(nowhere{}, r.WithContext(context.WithValue(r.Context(), foundPath{}, &path)))
	return path, d.operations[path][r.Method]
}

// nowhere is where the router writes that it found nothing.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) WriteHeader(int)             {}
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
