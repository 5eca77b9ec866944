// Package terraform_test replays what PostHog's Terraform provider sends, in its order and with its headers, and
// decodes the answers into the same types. It is not the provider: that is published to Terraform's registry only,
// which tests cannot reach. What it proves is what the provider's acceptance tests prove: apply, an empty second
// plan, import, change, destroy.
//
// Source: PostHog/terraform-provider-posthog, internal/httpclient and internal/resource.
package terraform_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
)

// terraform makes the provider's requests.
type terraform struct {
	t            *testing.T
	base, key    string
	organization string
	client       *http.Client
}

func newTerraform(t *testing.T) (*terraform, gjson.Result) {
	t.Helper()
	var calls atomic.Int64 // a clock that never stands still would show any time that is not stored
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := mock.ClockFunc(func() time.Time { return start.Add(time.Duration(calls.Add(1)) * 1001 * time.Microsecond) })
	fake := mock.Start(t, mock.WithClock(clock))
	data, err := fake.Profile(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	profile := gjson.ParseBytes(data)
	return &terraform{
		t:            t,
		base:         fake.URL,
		key:          profile.Get("credentials.owner.personal_api_key").String(),
		organization: profile.Get("organization.id").String(),
		client:       fake.Client,
	}, profile
}

// do sends a request and decodes a success into answer, unless that is nil.
func (tf *terraform) do(method, path string, body, answer any) int {
	tf.t.Helper()
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			tf.t.Fatal(err)
		}
		sent = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(tf.t.Context(), method, tf.base+path, sent)
	if err != nil {
		tf.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+tf.key)
	request.Header.Set("Content-Type", "application/json") // on every method, with and without a body
	request.Header.Set("User-Agent", "posthog/terraform-provider; version: replay")
	response, err := tf.client.Do(request)
	if err != nil {
		tf.t.Fatal(err)
	}
	received, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		tf.t.Fatal(err)
	}
	switch success := response.StatusCode/100 == 2; {
	case !success && response.StatusCode != http.StatusNotFound:
		tf.t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, received)
	case success && answer != nil:
		if err := json.Unmarshal(received, answer); err != nil {
			tf.t.Fatalf("%s %s: the provider cannot decode %s: %v", method, path, received, err)
		}
	}
	return response.StatusCode
}

// all follows a list's links as the provider does: only path and query of them count.
func all[T any](tf *terraform, path string) []T {
	tf.t.Helper()
	var rows []T
	for path != "" {
		var page struct {
			Results []T     `json:"results"`
			Next    *string `json:"next"`
		}
		if tf.do("GET", path, nil, &page) != http.StatusOK {
			tf.t.Fatalf("no list at %s", path)
		}
		rows, path = append(rows, page.Results...), ""
		if page.Next != nil {
			next, err := url.Parse(*page.Next)
			if err != nil {
				tf.t.Fatal(err)
			}
			path = next.RequestURI()
		}
	}
	return rows
}

func (tf *terraform) path(format string, args ...any) string {
	return "/api/organizations/" + tf.organization + fmt.Sprintf(format, args...)
}
