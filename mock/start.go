package mock

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// Running is a fake that listens on a free loopback port.
type Running struct {
	*Server
	// URL is the base URL, such as http://127.0.0.1:49152, without a final slash.
	URL string
	// Client does not keep cookies and trusts the server.
	Client *http.Client

	site string // the URL without the prefix of a sandbox
}

// Start runs a fake until the test ends. It fails the test when the fake cannot be
// made, at once, and at the end when the fake answered what its OpenAPI document does
// not allow; [FailOnViolation] and [FailOnUnmetFault] hold the calls to account too.
func Start(t testing.TB, options ...Option) *Running {
	t.Helper()
	server, err := New(append(slices.Clone(options), checkUnlessMutant)...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(func() {
		server.EndStreams()
		listening.Close()
		ctx, cancel := context.WithTimeout(context.Background(), deliveryTimeout)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
		server.settle(t)
	})
	return &Running{Server: server, URL: listening.URL, Client: listening.Client(), site: listening.URL}
}

// checkUnlessMutant has answers checked, unless they are to be wrong.
func checkUnlessMutant(c *config) { c.selfCheck = c.selfCheck || c.mutant == "" }
