package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// negotiate refuses callers who want anything but JSON, before it is known who they
// are. A format that is not there is an address that is not there.
// Source: DefaultContentNegotiation in rest_framework/negotiation.py.
func (c *call) negotiate() error {
	if format, _ := c.query.Get("format"); format != "" && format != "json" {
		return rest.ErrNotFound
	}
	if !acceptsJSON(c.request.Header) {
		return rest.ErrNotAcceptable
	}
	return nil
}

// acceptsJSON tells whether the caller can take the only format there is.
func acceptsJSON(header http.Header) bool {
	accepts := header["Accept"]
	if len(accepts) == 0 {
		return true
	}
	for _, accept := range accepts {
		for part := range strings.SplitSeq(accept, ",") {
			kind, _, _ := strings.Cut(part, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "", "*/*", "application/*", "application/json":
				return true
			}
		}
	}
	return false
}
