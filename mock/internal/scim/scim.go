// Package scim holds the SCIM 2.0 protocol (RFC 7643, RFC 7644) as the real server
// implements it: errors, media types, pages, filters and patches. It knows no user and
// no group, and never reads the world.
//
// The real server uses django-scim2 and scim2-filter-parser, which leave parts of the
// RFCs out; where this package follows them, it says so. The grammar of
// filters and paths is that of github.com/scim2/filter-parser.
// Source: ee/api/scim/views.py, and src/django_scim of django-scim2.
package scim

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// MediaType is the content type of SCIM requests and responses.
const MediaType = "application/scim+json"

// The schemas of the real server.
const (
	SchemaUser                  = "urn:ietf:params:scim:schemas:core:2.0:User"
	SchemaGroup                 = "urn:ietf:params:scim:schemas:core:2.0:Group"
	SchemaServiceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	SchemaListResponse          = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	SchemaError                 = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// MaxResults is the maximum number of resources on a page, and the default.
const MaxResults = 200

// MediaTypes are the accepted content types, the preferred first.
var MediaTypes = []string{MediaType, "application/json"}

// Negotiate chooses the media type of the answer: the first of [MediaTypes] that
// the most specific part of the header Accept allows.
// Source: DefaultContentNegotiation in rest_framework/negotiation.py.
func Negotiate(header http.Header) (mediaType string, err error) {
	accepts := strings.Join(header["Accept"], ",")
	if strings.TrimSpace(accepts) == "" {
		return MediaType, nil
	}
	var kinds []string
	for part := range strings.SplitSeq(accepts, ",") {
		kind, _, _ := strings.Cut(part, ";")
		kinds = append(kinds, strings.ToLower(strings.TrimSpace(kind)))
	}
	for _, offered := range MediaTypes {
		if slices.Contains(kinds, offered) {
			return offered, nil
		}
	}
	if slices.Contains(kinds, "application/*") || slices.Contains(kinds, "*/*") {
		return MediaType, nil
	}
	return MediaType, rest.ErrNotAcceptable
}

// ParseBody reads a body as JSON. Without one there is an empty object.
func ParseBody(b rest.Body) (any, error) {
	if len(b.Data) == 0 {
		return new(pyjson.Object), nil
	}
	kind, _, err := mime.ParseMediaType(b.ContentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind = ""
	}
	if !slices.Contains(MediaTypes, kind) {
		return nil, rest.UnsupportedMediaType(b.ContentType)
	}
	value, err := pyjson.Decode(b.Data)
	if err != nil {
		return nil, rest.ParseError("JSON parse error - " + err.Error())
	}
	return value, nil
}

// Window is the part of a list that a request selects. StartIndex counts from 1.
type Window struct{ StartIndex, Count int }

// ReadWindow parses startIndex and count. Unlike the RFC, the real server refuses
// values out of range instead of correcting them; only a count over [MaxResults] is
// cut. Source: _parse_scim_pagination in ee/api/scim/views.py.
func ReadWindow(q rest.Query) (Window, error) {
	start, ok := readInt(q, "startIndex", 1)
	if !ok {
		return Window{}, BadRequest("Invalid startIndex value")
	}
	count, ok := readInt(q, "count", MaxResults)
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

// readInt parses a whole number of any size, like Python's int; one that does not
// fit an int is the largest or the smallest int.
func readInt(q rest.Query, key string, missing int) (n int, ok bool) {
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

// Page returns the window of a list.
func Page[T any](w Window, list []T) []T {
	if w.StartIndex > len(list) {
		return nil
	}
	first := w.StartIndex - 1
	return list[first : first+min(w.Count, len(list)-first)]
}

// WriteList writes a list response: total rows in all, the rows of the page by
// show.
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

// Error is a refusal in SCIM's form. Unlike in the RFC, its status is a number.
type Error struct {
	Status int
	Detail string
	// Header holds further headers of the response.
	Header http.Header
}

// The refusals of the real server.
var (
	ErrNoToken          = &Error{Status: http.StatusUnauthorized, Detail: "No bearer token provided"}
	ErrAuthentication   = &Error{Status: http.StatusForbidden, Detail: "Authentication failed"}
	ErrUserNotFound     = &Error{Status: http.StatusNotFound, Detail: "User not found"}
	ErrGroupNotFound    = &Error{Status: http.StatusNotFound, Detail: "Group not found"}
	ErrUserExists       = &Error{Status: http.StatusConflict, Detail: "User already exists"}
	ErrInvalidUser      = &Error{Status: http.StatusBadRequest, Detail: "Invalid user data"}
	ErrInvalidGroup     = &Error{Status: http.StatusBadRequest, Detail: "Invalid group data"}
	ErrUserNotUpdated   = &Error{Status: http.StatusBadRequest, Detail: "Failed to update user"}
	ErrGroupNotUpdated  = &Error{Status: http.StatusBadRequest, Detail: "Failed to update group"}
	ErrEndpointNotFound = &Error{Status: http.StatusNotFound, Detail: "Endpoint not found."}
)

// Error returns status and detail, for logs.
func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Detail) }

// Write appends the body of the response.
func (e *Error) Write(w *rest.Writer) {
	w.Object()
	w.Key("schemas").Strings([]string{SchemaError})
	w.Key("status").Int(e.Status)
	w.Key("detail").String(e.Detail)
	w.End()
}

// BadRequest refuses a request with a text of its own.
func BadRequest(detail string) *Error { return &Error{Status: http.StatusBadRequest, Detail: detail} }

// AsError converts a refusal to SCIM's form. The framework's own refusals (an
// invalid body, a method that is not allowed) keep status, text and headers; the
// real server shows those in the form of its other API, which no SCIM client
// understands. Any other error gives nil.
func AsError(err error) *Error {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal
	}
	if general, ok := errors.AsType[*rest.Error](err); ok {
		return &Error{Status: general.Status, Detail: general.Detail, Header: general.Header}
	}
	return nil
}
