package mock

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// finished is an answer that is ready to go, as a mutant sees it.
type finished struct {
	request *http.Request
	header  http.Header
	status  int
	body    []byte
}

// answerChange changes the answers of an operation; "" is of every path.
type answerChange struct {
	operation string
	do        func(*finished)
}

// answer changes the answers of an operation; "" is of every path.
func answer(id string, do func(*finished)) defect {
	return func(p *parts) { p.answers = append(p.answers, answerChange{id, do}) }
}

// answered changes the answers of an operation that have a status.
func answered(id string, status int, do func(*finished)) defect {
	return answer(id, func(a *finished) {
		if a.status == status {
			do(a)
		}
	})
}

// status gives the answers of an operation another status.
func status(id string, from, to int) defect {
	return answered(id, from, func(a *finished) { a.status = to })
}

// header sets a header of the answers of an operation that have it.
func header(id, name, value string) defect {
	return answer(id, func(a *finished) {
		if a.header.Get(name) != "" {
			a.header.Set(name, value)
		}
	})
}

// body changes the JSON object in the answers of an operation.
func body(id string, do func(*pyjson.Object)) defect {
	return answer(id, func(a *finished) {
		value, err := pyjson.Decode(a.body)
		object, ok := value.(*pyjson.Object)
		if err == nil && ok {
			do(object)
			a.body = pyjson.Append(nil, object)
		}
	})
}

// rows changes the rows of a page, and lets the rest of it be.
func rows(id, key string, do func([]any) []any) defect {
	return body(id, func(page *pyjson.Object) {
		found, _ := page.Get(key)
		if list, ok := found.([]any); ok {
			page.Set(key, do(list))
		}
	})
}

// upsideDown lists a page in the reverse order.
func upsideDown(list []any) []any {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// textual changes the body of the successful answers of an operation as text.
func textual(id, of, to string) defect {
	return answer(id, func(a *finished) {
		if a.status < 300 {
			a.body = bytes.ReplaceAll(a.body, []byte(of), []byte(to))
		}
	})
}

// changing is handle with its answers changed. ids are the operations of the path,
// by method.
func (p *parts) changing(ids map[string]string, handle gin.HandlerFunc) gin.HandlerFunc {
	return func(g *gin.Context) {
		id := ids[g.Request.Method]
		if id == "" && g.Request.Method == http.MethodHead {
			id = ids[http.MethodGet]
		}
		held := &heldWriter{ResponseWriter: g.Writer, status: http.StatusOK}
		g.Writer = held
		handle(g)
		g.Writer = held.ResponseWriter
		a := &finished{g.Request, g.Writer.Header(), held.status, held.body.Bytes()}
		for _, change := range p.answers {
			if change.operation == "" || change.operation == id {
				change.do(a)
			}
		}
		if a.header.Get("Content-Length") != "" {
			a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		}
		g.Writer.WriteHeader(a.status)
		_, _ = g.Writer.Write(a.body) // as everywhere: a caller who has gone is nobody to tell
	}
}

// below tells whether a request is for something under a path.
func (a *finished) below(path string) bool { return strings.HasPrefix(a.request.URL.Path, path) }

// set gives an object a member.
func set(key string, value any) func(*pyjson.Object) {
	return func(o *pyjson.Object) {
		if _, ok := o.Get(key); !ok {
			return
		}
		if members, ok := value.(map[string]string); ok {
			object := new(pyjson.Object)
			for name, text := range members {
				object.Set(name, text)
			}
			value = object
		}
		o.Set(key, value)
	}
}
