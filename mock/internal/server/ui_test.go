package server_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestUI(t *testing.T) {
	f := mocktest.New(t, mock.WithUI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
	})))
	evil := f.Page("https://evil.example")
	for _, tc := range []struct {
		name, method, path string
		from               *mocktest.Caller
		want               int
		body               string // "" when the answer is not the frontend's
	}{
		{"a page", "GET", "/", f.Anonymous(), 200, "GET /"},
		{"a form", "POST", "/contact", f.Anonymous(), 200, "POST /contact"},
		{"a path that begins like the API's", "GET", "/apiary", f.Anonymous(), 200, "GET /apiary"},
		{"a page that another shows", "GET", "/widget.js", evil, 200, "GET /widget.js"},
		{"a page of another origin that writes", "POST", "/contact", evil, 403, ""},
		{"a page of another origin that talks", "GET", "/hmr", evil.And("Upgrade", "websocket"), 403, ""},
		{"a frontend of this machine that writes", "POST", "/contact", f.Page("http://localhost:3000"), 200, "POST /contact"},
		{"the API", "GET", "/api/users/@me/", f.Anonymous(), 401, ""},
		{"what the API has not", "GET", "/api/nothing/", f.Anonymous(), 404, ""},
		{"logging out", "GET", "/logout", f.Anonymous(), 405, ""},
		{"the control plane", "GET", "/_understudy/health", f.Anonymous(), 200, ""},
		{"what the control plane has not", "GET", "/_understudy/nothing", f.Anonymous(), 404, ""},
		{"a sandbox", "GET", "/_sandbox/mine/", f.Anonymous(), 404, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			got := tc.from.Do(tc.method, tc.path, "", "").Status(tc.want)
			if tc.body != "" {
				got.Bytes(tc.want, tc.body)
				return
			}
			NewWithT(t).Expect(string(got.Body)).To(HavePrefix("{"), "the fake's own answer")
		})
	}
	mocktest.New(t).Anonymous().Get("/").Status(404)
}

// The browser sends the cookie of the control plane to every path of the address.
func TestUIDoesNotSeeTheControlPass(t *testing.T) {
	f := mocktest.New(t, mock.WithControlToken("let me in"), mock.WithUI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Header.Get("Cookie")))
	})))
	pass := f.Anonymous().Get("/_understudy/?token=let+me+in").Status(303).Header.Get("Set-Cookie")
	pass, _, _ = strings.Cut(pass, ";")
	f.Anonymous().And("Cookie", pass).Get("/_understudy/requests").Status(200)
	for _, tc := range []struct{ name, sent, seen string }{
		{"alone", pass, ""},
		{"among others", "sessionid=abc; " + pass + `; theme="dark"`, `sessionid=abc; theme="dark"`},
		{"of a fake on another port", "understudy_control_1=x;a=b", "a=b"},
		{"none", "a=b;c", "a=b;c"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.Anonymous().And("Cookie", tc.sent).Get("/page").Bytes(200, tc.seen)
		})
	}
}
