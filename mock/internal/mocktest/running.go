package mocktest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
)

// Running is a fake that listens, called by a real client.
type Running struct {
	*mock.Running
	T        *testing.T
	AdminKey string // the administrator's personal API key
	Target   gjson.Result
	Slept    atomic.Int64 // how long answers were told to wait, which they did not
}

// Start starts a fake that listens until the test ends.
func Start(t *testing.T, options ...mock.Option) *Running {
	t.Helper()
	r := &Running{T: t}
	options = append(options, mock.WithSleep(func(_ context.Context, d time.Duration) error {
		r.Slept.Add(int64(d))
		return nil
	}))
	r.Running = mock.Start(t, options...)
	profile, err := r.Profile(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	r.Target = gjson.ParseBytes(profile)
	r.AdminKey = r.Target.Get("credentials.admin.personal_api_key").String()
	return r
}

// Response is what a client sees of an answer.
type Response struct {
	Status int // 0 for none
	Header http.Header
	Body   string
	Err    error // of the request, or of reading the answer
}

// Send sends a request with the administrator's key, and headers in pairs of name and value.
func (r *Running) Send(method, path, body string, headers ...string) Response {
	r.T.Helper()
	request, err := http.NewRequestWithContext(r.T.Context(), method, r.URL+path, strings.NewReader(body))
	if err != nil {
		r.T.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.AdminKey)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := r.Client.Transport.RoundTrip(request)
	if err != nil {
		return Response{Err: err}
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return Response{response.StatusCode, response.Header, string(data), err}
}
