package rest

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// defaultLimit is the page size of requests without a limit.
const defaultLimit = 100

// Query is the query string of a request, parsed leniently like the real server
// does: the last of repeated keys counts.
type Query struct{ pairs []pytext.Pair }

// ParseQuery parses a raw query string.
func ParseQuery(raw string) Query {
	if raw == "" {
		return Query{}
	}
	return Query{pytext.ParseQuery(raw)}
}

// Get returns the last value of a key.
func (q Query) Get(key string) (string, bool) {
	for _, v := range slices.Backward(q.pairs) {
		if v.Key == key {
			return v.Value, true
		}
	}
	return "", false
}

// with returns the query string with changed values, its keys sorted. An empty
// value removes the key.
func (q Query) with(changes ...pytext.Pair) string {
	pairs := make([]pytext.Pair, 0, len(q.pairs)+len(changes))
	for _, p := range q.pairs {
		if !hasKey(changes, p.Key) {
			pairs = append(pairs, p)
		}
	}
	for _, change := range changes {
		if change.Value != "" {
			pairs = append(pairs, change)
		}
	}
	return pytext.EncodeQuery(pairs)
}

func hasKey(pairs []pytext.Pair, key string) bool {
	for _, p := range pairs {
		if p.Key == key {
			return true
		}
	}
	return false
}

// integer returns a parameter that is a whole number; ok is false otherwise.
func (q Query) integer(key string) (n int64, ok bool) {
	text, ok := q.Get(key)
	if !ok {
		return 0, false
	}
	switch parsed, ok := pytext.ParseInt(text); n := parsed.(type) {
	case int64:
		return n, ok
	case *big.Int: // beyond every list, on its side of it
		return int64(n.Sign()) * math.MaxInt64, ok
	}
	return 0, false
}

// Window is the part of a list that a request selects by limit and offset.
type Window struct{ Limit, Offset int }

// Window returns limit and offset. Anything but a positive limit is the default,
// anything but a non-negative offset is 0. Source: LimitOffsetPagination in
// rest_framework/pagination.py; there is no maximum limit.
func (q Query) Window() Window {
	w := Window{Limit: defaultLimit}
	if n, ok := q.integer("limit"); ok && n > 0 {
		w.Limit = int(n)
	}
	if n, ok := q.integer("offset"); ok && n >= 0 {
		w.Offset = int(n)
	}
	return w
}

// WritePage writes one page of a list: count, links, and what rows writes. here is
// the absolute URL of the request, without its query.
func (win Window) WritePage(w *Writer, here string, q Query, count int, rows func()) {
	var next, previous string
	if win.Offset <= math.MaxInt-win.Limit && win.Offset+win.Limit < count {
		next = here + "?" + win.query(q, win.Offset+win.Limit)
	}
	if win.Offset > 0 {
		previous = here + "?" + win.query(q, win.Offset-win.Limit)
	}
	writePage(w, count, next, previous, rows)
}

// writePage writes a page with its links; "" is no link.
func writePage(w *Writer, count int, next, previous string, rows func()) {
	w.Object()
	w.Key("count").Int(count)
	w.Key("next").NonEmpty(next)
	w.Key("previous").NonEmpty(previous)
	w.Key("results").Array()
	rows()
	w.EndArray()
	w.End()
}

func (win Window) query(q Query, offset int) string {
	to := pytext.Pair{Key: "offset"}
	if offset > 0 {
		to.Value = strconv.Itoa(offset)
	}
	return q.with(pytext.Pair{Key: "limit", Value: strconv.Itoa(win.Limit)}, to)
}

// PageNumberPagination is pagination by page and page_size.
type PageNumberPagination struct {
	Size, MaxSize int
}

// NumberedPage is one page of [PageNumberPagination].
type NumberedPage struct {
	number, pages int
	Limit, Offset int
}

// Page returns the page that a request selects among count rows. A page that does
// not exist is refused with 404 "Invalid page.". Source: PageNumberPagination in
// rest_framework/pagination.py.
func (p PageNumberPagination) Page(q Query, count int) (NumberedPage, error) {
	size := p.Size
	if n, ok := q.integer("page_size"); ok && n > 0 {
		size = int(min(n, int64(p.MaxSize)))
	}
	pages := max(1, (count+size-1)/size)
	number := int64(1)
	if text, ok := q.Get("page"); ok {
		switch n, isNumber := q.integer("page"); {
		case text == "last":
			number = int64(pages)
		case isNumber && n >= 1 && n <= int64(pages):
			number = n
		default:
			return NumberedPage{}, NotFound("Invalid page.")
		}
	}
	return NumberedPage{number: int(number), pages: pages, Limit: size, Offset: (int(number) - 1) * size}, nil
}

// WritePage writes the page, as [Window.WritePage] does.
func (p NumberedPage) WritePage(w *Writer, here string, q Query, count int, rows func()) {
	var next, previous string
	if p.number < p.pages {
		next = here + p.query(q, p.number+1)
	}
	if p.number > 1 {
		previous = here + p.query(q, p.number-1)
	}
	writePage(w, count, next, previous, rows)
}

func (p NumberedPage) query(q Query, number int) string {
	to := pytext.Pair{Key: "page"}
	if number > 1 {
		to.Value = strconv.Itoa(number)
	}
	if query := q.with(to); query != "" {
		return "?" + query
	}
	return ""
}
