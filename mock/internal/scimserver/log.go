package scimserver

import (
	"net/http"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/scimmask"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// How SCIM requests get into the log of their provisioner, which package api shows.
// Source: SCIMBaseView.dispatch in ee/api/scim/views.py, ee/api/scim/utils.py.

const (
	// maxLoggedRequests is how many requests a provisioner keeps, and maxLoggedBody how many
	// bytes of a body. The real server has a database for them, the fake has its memory.
	maxLoggedRequests = 10_000
	maxLoggedBody     = 256 << 10
)

// bodyTooLong stands in the log for a body beyond maxLoggedBody.
var bodyTooLong = []byte(`"[BODY_TOO_LONG]"`)

// logRequest writes the request and its answer into the log of the provisioner, whatever
// the answer is.
//
// The real server masks the headers and the body of the request. The reference
// says that filters and everything else are masked as well, so no address of a
// person is readable in the fake's log.
func (c *call) logRequest(tx *world.Tx, status int) {
	done := c.sandbox.Clock.Now()
	tx.PutSCIMLog(&world.SCIMLog{
		ID: c.sandbox.IDs.UUID(done), Provisioner: c.provisioner.id,
		RequestMethod:    c.request.Method,
		RequestPath:      scimmask.Path(c.request.URL.RequestURI()),
		RequestHeaders:   c.loggedHeaders(),
		RequestBody:      c.loggedBody(),
		ResponseStatus:   status,
		ResponseBody:     c.loggedAnswer(),
		IdentityProvider: identityProvider(c.request.UserAgent()),
		DurationMS:       max(0, int(done.Sub(c.now).Milliseconds())),
		CreatedAt:        done,
	})
	tx.TrimSCIMLogs(c.provisioner.id, done.Add(-world.SCIMLogRetention), maxLoggedRequests)
}

// loggedHeaders returns the masked headers of the request.
func (c *call) loggedHeaders() []byte {
	header := c.request.Header.Clone()
	header.Set("Host", c.request.Host)
	return pyjson.Append(nil, scimmask.Headers(header))
}

// loggedBody is the masked body of a request that may have one: {} when it could
// not be read.
func (c *call) loggedBody() []byte {
	switch {
	case route.IsSafe(c.request.Method) || c.request.Method == http.MethodDelete:
		return nil
	case c.body == nil && c.bodyError != nil:
		return []byte("{}")
	case len(c.rawBody.Data) > maxLoggedBody:
		return bodyTooLong
	}
	return pyjson.Append(nil, scimmask.Payload(c.body))
}

// loggedAnswer returns the masked body of the answer. It is masked when the log is
// first shown, since that costs more than answering.
func (c *call) loggedAnswer() func() []byte {
	answer := c.out.Bytes()
	switch {
	case len(answer) == 0:
		return func() []byte { return nil }
	case len(answer) > maxLoggedBody:
		return func() []byte { return bodyTooLong }
	}
	return sync.OnceValue(func() []byte {
		value, err := pyjson.Decode(answer)
		if err != nil {
			panic(err) // the writer writes JSON
		}
		return pyjson.Append(nil, scimmask.Payload(value))
	})
}

// identityProvider guesses who calls from the header User-Agent.
// Source: detect_identity_provider in ee/api/scim/utils.py.
func identityProvider(userAgent string) string {
	userAgent = strings.ToLower(userAgent)
	for _, known := range []struct{ mark, name string }{
		{"okta", "okta"}, {"entra", "entra_id"}, {"microsoft", "entra_id"}, {"google", "google"}, {"onelogin", "onelogin"},
	} {
		if strings.Contains(userAgent, known.mark) {
			return known.name
		}
	}
	return "other"
}
