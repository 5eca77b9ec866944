package scim

import (
	"math"
	"math/big"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// Window is the part of a list that a request asks for. StartIndex counts from 1.
type Window struct{ StartIndex, Count int }

// ReadWindow reads startIndex and count. Unlike the RFC, the real server refuses
// values out of range instead of correcting them; only a count over [MaxResults] is
// cut. Source: _parse_scim_pagination in ee/api/scim/views.py.
func ReadWindow(q rest.Query) (Window, error) {
	start, ok := whole(q, "startIndex", 1)
	if !ok {
		return Window{}, BadRequest("Invalid startIndex value")
	}
	count, ok := whole(q, "count", MaxResults)
	switch {
	case !ok:
		return Window{}, BadRequest("Invalid count value")
	case start < 1:
		return Window{}, BadRequest("Invalid startIndex (must be >= 1)")
	case count < 0:
		return Window{}, BadRequest("Invalid count (must be >= 0)")
	}
	return Window{start, min(count, MaxResults)}, nil
}

// whole reads a whole number of any size, as Python's int does; what is too large
// for an int is as large as one.
func whole(q rest.Query, key string, missing int) (n int, ok bool) {
	text, sent := q.Get(key)
	if !sent {
		return missing, true
	}
	switch number, ok := pytext.ParseInt(text); n := number.(type) {
	case int64:
		return int(n), ok
	case *big.Int:
		return n.Sign() * math.MaxInt, ok
	}
	return 0, false
}

// Page cuts the window out of a list.
func Page[T any](w Window, list []T) []T {
	if w.StartIndex > len(list) {
		return nil
	}
	first := w.StartIndex - 1
	return list[first : first+min(w.Count, len(list)-first)]
}

// WriteList writes a list response: total rows in all, the page's rows by show.
func WriteList[T any](out *rest.Writer, w Window, total int, page []T, show func(T)) {
	out.Object()
	out.Key("schemas").Strings([]string{SchemaListResponse})
	out.Key("totalResults").Int(total)
	out.Key("startIndex").Int(w.StartIndex)
	out.Key("itemsPerPage").Int(len(page))
	out.Key("Resources").Array()
	for _, row := range page {
		show(row)
	}
	out.EndArray()
	out.End()
}
