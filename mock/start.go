package mock

import (
	"context"
	"net/http"
	"net/http/httptest"
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

// Start runs a fake until the test ends. It fails the test when the fake cannot
// be made.
func Start(t testing.TB, options ...Option) *Running {
	t.Helper()
	server, err := New(options...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(func() {
		listening.Close()
		ctx, cancel := context.WithTimeout(context.Background(), deliveryTimeout)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return &Running{Server: server, URL: listening.URL, Client: listening.Client(), site: listening.URL}
}
