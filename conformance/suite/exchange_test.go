package suite

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

func TestCurl(t *testing.T) {
	secrets := NewSecrets(&target.Profile{Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: "phx_secret"}}})
	json := http.Header{"Content-Type": {"application/json"}}
	const to = "https://example.com/"
	for _, tc := range []struct{ name, method, body, want string }{
		{"a body", "POST", `{"a":"it's $5"}`, `curl -i -X POST 'https://example.com/' -H 'Content-Type: application/json' --data-raw '{"a":"it'\''s $5"}'`},
		{"a secret in the body", "POST", `{"key":"phx_secret"}`, `curl -i -X POST 'https://example.com/' -H 'Content-Type: application/json' --data-raw "{\"key\":\"$UNDERSTUDY_ADMIN_KEY\"}"`},
		{"a body like a file name", "PATCH", `@secrets`, `curl -i -X PATCH 'https://example.com/' -H 'Content-Type: application/json' --data-raw '@secrets'`},
		{"bytes that no shell takes", "POST", "\x00\\\xff", `printf %b '\0000\\\0377' | curl -i -X POST 'https://example.com/' -H 'Content-Type: application/json' --data-binary @-`},
		{"HEAD", "HEAD", "", `curl -i --head 'https://example.com/' -H 'Content-Type: application/json'`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			e := &Exchange{Method: tc.method, URL: to, RequestHeader: json, RequestBody: []byte(tc.body)}
			g.Expect(e.Curl(secrets)).To(Equal(tc.want))
		})
	}
}

// TestCurlRepeats runs the command lines, where there is curl, and looks at what
// arrives.
func TestCurlRepeats(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	type request struct{ line, kind string }
	arrived := make(chan request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrived <- request{r.Method + " " + string(body), r.Header.Get("Content-Type")}
	}))
	defer server.Close()
	secrets := NewSecrets(&target.Profile{Credentials: map[string]target.Credential{"admin": {PersonalAPIKey: "phx_secret"}}})
	for _, tc := range []struct{ name, method, body, kind string }{
		{"text", "POST", "{\"a\": \"it's `x` $HOME \\\\ \\\"\"}", "application/json"},
		{"a file name", "PUT", "@/etc/hosts", "text/plain"},
		{"lines", "POST", "a\n b\n", "text/plain"},
		{"bytes", "POST", "\x00\x01\xff\\0101 é\r\n", "application/json"},
		{"bytes and a secret", "POST", "\x00phx_secret", "application/json"},
		{"no content type", "POST", "{}", ""},
		{"no body", "HEAD", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			e := &Exchange{Method: tc.method, URL: server.URL, RequestHeader: http.Header{}, RequestBody: []byte(tc.body)}
			if tc.kind != "" {
				e.RequestHeader.Set("Content-Type", tc.kind)
			}
			command := exec.CommandContext(t.Context(), "sh", "-c", e.Curl(secrets))
			command.Env = append(command.Environ(), "UNDERSTUDY_ADMIN_KEY=phx_secret")
			g.Expect(command.Run()).To(Succeed())
			g.Expect(<-arrived).To(Equal(request{tc.method + " " + tc.body, tc.kind}))
		})
	}
}
