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
	exchange Exchange // without what is in the parts
	sent     part
	answered part
	bytes    int // what it counts for in Limits.Bytes

	lookup      sync.Once // finds the secrets, which takes reading all of it
	secrets     []secret
	sentSecrets int // how many of them are in the request
}

// part is what is kept of a message.
type part struct {
	fields []field // in no order
	body   Body
	plain  bool // nothing in the body has the name of a secret
}

// field is a header with one of its values.
type field struct{ name, value string }

// newEntry copies what the caller may change later, and of bodies no more than limit
// bytes each.
func newEntry(x Exchange, limit int) *Entry {
	e := &Entry{sent: part{body: x.RequestBody.cut(limit)}, answered: part{body: x.ResponseBody.cut(limit)}}
	fields := make([]field, 0, len(x.RequestHeader)+len(x.ResponseHeader))
	fields = appendFields(fields, x.RequestHeader)
	e.sent.fields = fields[:len(fields):len(fields)]
	e.answered.fields = appendFields(fields, x.ResponseHeader)[len(fields):]
	sent := len(e.sent.body.Data)
	bodies := make([]byte, 0, sent+len(e.answered.body.Data))
	bodies = append(append(bodies, e.sent.body.Data...), e.answered.body.Data...)
	e.sent.body.Data, e.answered.body.Data = bodies[:sent], bodies[sent:]
	x.RequestHeader, x.ResponseHeader, x.RequestBody, x.ResponseBody = nil, nil, Body{}, Body{}
	e.exchange = x
	e.bytes = len(bodies) + len(x.URI) + e.sent.headerSize() + e.answered.headerSize()
	return e
}

// cut keeps no more than limit bytes.
func (b Body) cut(limit int) Body {
	return Body{Data: b.Data[:min(limit, len(b.Data))], Size: max(b.Size, int64(len(b.Data)))}
}

// truncated tells whether the end is missing.
func (b Body) truncated() bool { return int64(len(b.Data)) < b.Size }

// appendFields lists headers.
func appendFields(list []field, header http.Header) []field {
	for name, values := range header {
		for _, value := range values {
			list = append(list, field{http.CanonicalHeaderKey(name), value})
		}
	}
	return list
}

func (p *part) headerSize() int {
	n := 0
	for _, f := range p.fields {
		n += len(f.name) + len(f.value)
	}
	return n
}

// mediaType is what the message says that its body is.
func (p *part) mediaType() string {
	for _, f := range p.fields {
		if f.name == contentType {
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
