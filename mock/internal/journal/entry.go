package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// Entry is an exchange in a journal. It never changes. All that can be had of it is
// masked, also when it is printed or encoded.
type Entry struct {
	number   int64
	exchange Exchange // without headers: they are below
	sent     []field
	answered []field
	bytes    int // what it counts for in Limits.Bytes

	lookup      sync.Once // finds the secrets, which takes reading all of it
	secrets     []secret
	sentSecrets int // how many of them are in the request
}

// field is a header with one of its values.
type field struct{ name, value string }

// newEntry copies what the caller may change later, and of bodies no more than limit
// bytes each.
func newEntry(x Exchange, limit int) *Entry {
	e := &Entry{sent: fields(x.RequestHeader), answered: fields(x.ResponseHeader)}
	x.RequestBody, x.ResponseBody = x.RequestBody.cut(limit), x.ResponseBody.cut(limit)
	x.RequestHeader, x.ResponseHeader = nil, nil
	sent := len(x.RequestBody.Data)
	bodies := make([]byte, 0, sent+len(x.ResponseBody.Data))
	bodies = append(append(bodies, x.RequestBody.Data...), x.ResponseBody.Data...)
	x.RequestBody.Data, x.ResponseBody.Data = bodies[:sent:sent], bodies[sent:]
	e.exchange = x
	e.bytes = len(bodies) + len(x.URI) + size(e.sent) + size(e.answered)
	return e
}

// cut keeps no more than limit bytes.
func (b Body) cut(limit int) Body {
	return Body{Data: b.Data[:min(limit, len(b.Data))], Size: max(b.Size, int64(len(b.Data)))}
}

// truncated tells whether the end is missing.
func (b Body) truncated() bool { return int64(len(b.Data)) < b.Size }

// fields lists the headers, in no order.
func fields(header http.Header) []field {
	list := make([]field, 0, len(header))
	for name, values := range header {
		for _, value := range values {
			list = append(list, field{http.CanonicalHeaderKey(name), value})
		}
	}
	return list
}

func size(fields []field) int {
	n := 0
	for _, f := range fields {
		n += len(f.name) + len(f.value)
	}
	return n
}

// first is the first value of a header, "" when it is not there.
func first(fields []field, name string) string {
	for _, f := range fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// Number tells the entry apart from all others that were ever in its journal.
func (e *Entry) Number() int64 { return e.number }

// Changed tells whether the request changed the state.
func (e *Entry) Changed() bool { return e.exchange.Changed }

// Before is the state before the request, as it was recorded.
func (e *Entry) Before() any { return e.exchange.Before }

// After is the state after the request, as it was recorded.
func (e *Entry) After() any { return e.exchange.After }

// String is one line about the entry.
func (e *Entry) String() string {
	s := e.Summary()
	return fmt.Sprintf("%d %s %s %d", s.Number, s.Method, s.Path, s.Status)
}

// GoString keeps %#v from printing what is within.
func (e *Entry) GoString() string { return e.String() }

// MarshalJSON gives the entry's [Detail].
func (e *Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.Detail()) }
