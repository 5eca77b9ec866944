package mutant

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/buffered"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// Response is an answer that is ready to go, as a mutant sees it.
type Response struct {
	Request *http.Request
	Header  http.Header
	Status  int
	Body    []byte
}

// Below reports whether the request is for something under a path.
func (r *Response) Below(path string) bool { return strings.HasPrefix(r.Request.URL.Path, path) }

// AnswerChange changes the answers of an operation; "" is of every path.
type AnswerChange struct {
	operation string
	do        func(*Response)
}

// Answer changes the answers of an operation; "" is of every path.
func Answer(id string, do func(*Response)) func(*Tables) {
	return func(t *Tables) {
		t.AimAtOperations(id)
		t.Answers = append(t.Answers, AnswerChange{id, do})
	}
}

// Answered changes the answers of an operation that have a status.
func Answered(id string, status int, do func(*Response)) func(*Tables) {
	return Answer(id, func(r *Response) {
		if r.Status == status {
			do(r)
		}
	})
}

// Header sets a header of the answers of an operation that have it.
func Header(id, name, value string) func(*Tables) {
	return Answer(id, func(r *Response) {
		if r.Header.Get(name) != "" {
			r.Header.Set(name, value)
		}
	})
}

// Body changes the JSON object in the answers of an operation.
func Body(id string, do func(*pyjson.Object)) func(*Tables) {
	return Answer(id, func(r *Response) {
		value, err := pyjson.Decode(r.Body)
		object, ok := value.(*pyjson.Object)
		if err == nil && ok {
			do(object)
			r.Body = pyjson.Append(nil, object)
		}
	})
}

// Rows changes the rows of a page, and lets the rest of it be.
func Rows(id, key string, do func([]any) []any) func(*Tables) {
	return Body(id, func(page *pyjson.Object) {
		found, _ := page.Get(key)
		if list, ok := found.([]any); ok {
			page.Set(key, do(list))
		}
	})
}

// Reversed is a list in the reverse order.
func Reversed(list []any) []any {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// Replace changes the body of the successful answers of an operation as text.
func Replace(id, old, replacement string) func(*Tables) {
	return Answer(id, func(r *Response) {
		if r.Status < http.StatusMultipleChoices {
			r.Body = bytes.ReplaceAll(r.Body, []byte(old), []byte(replacement))
		}
	})
}

// Wrap is a handler of the router whose answers are changed as the tables say; most
// often that is the handler itself.
func (t *Tables) Wrap(path string, handle gin.HandlerFunc) gin.HandlerFunc {
	if len(t.Answers) == 0 {
		return handle
	}
	ids := map[string]string{} // of operations, by method
	for _, op := range t.Operations {
		if op.Path == path {
			ids[op.Method] = op.ID
		}
	}
	return func(g *gin.Context) {
		id := ids[g.Request.Method]
		if id == "" && g.Request.Method == http.MethodHead {
			id = ids[http.MethodGet]
		}
		w := buffered.NewWriter(g)
		handle(g)
		w.Restore(g)
		t.send(id, g, &Response{g.Request, g.Writer.Header(), w.StatusCode, w.Body.Bytes()})
	}
}

// send changes an answer of an operation, and sends it.
func (t *Tables) send(id string, g *gin.Context, r *Response) {
	for _, change := range t.Answers {
		if change.operation == "" || change.operation == id {
			change.do(r)
		}
	}
	if r.Header.Get("Content-Length") != "" {
		r.Header.Set("Content-Length", strconv.Itoa(len(r.Body)))
	}
	g.Writer.WriteHeader(r.Status)
	_, _ = g.Writer.Write(r.Body) // as everywhere: a caller who has gone is nobody to tell
}
