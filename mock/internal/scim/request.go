package scim

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// MediaTypes are the kinds of body that are read and written, the preferred first.
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
