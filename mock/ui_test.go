package mock_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

func TestUI(t *testing.T) {
	f := newFake(t, mock.WithUI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
	})))
	evil := f.page("https://evil.example")
	for _, tc := range []struct {
		name, method, path string
		from               *caller
		want               int
		body               string // "" when the answer is not the frontend's
	}{
		{"a page", "GET", "/", f.anonymous(), 200, "GET /"},
		{"a form", "POST", "/contact", f.anonymous(), 200, "POST /contact"},
		{"a path that begins like the API's", "GET", "/apiary", f.anonymous(), 200, "GET /apiary"},
		{"a page that another shows", "GET", "/widget.js", evil, 200, "GET /widget.js"},
		{"a page of another origin that writes", "POST", "/contact", evil, 403, ""},
		{"a page of another origin that talks", "GET", "/hmr", evil.and("Upgrade", "websocket"), 403, ""},
		{"a frontend of this machine that writes", "POST", "/contact", f.page("http://localhost:3000"), 200, "POST /contact"},
		{"the API", "GET", "/api/users/@me/", f.anonymous(), 401, ""},
		{"what the API has not", "GET", "/api/nothing/", f.anonymous(), 404, ""},
		{"logging out", "GET", "/logout", f.anonymous(), 405, ""},
		{"the control plane", "GET", "/_understudy/health", f.anonymous(), 200, ""},
		{"what the control plane has not", "GET", "/_understudy/nothing", f.anonymous(), 404, ""},
		{"a sandbox", "GET", "/_sandbox/mine/", f.anonymous(), 404, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			got := tc.from.do(tc.method, tc.path, "", "").status(tc.want)
			if tc.body != "" {
				got.bytes(tc.want, tc.body)
				return
			}
			NewWithT(t).Expect(string(got.body)).To(HavePrefix("{"), "the fake's own answer")
		})
	}
	newFake(t).anonymous().get("/").status(404)
}

// The browser sends the cookie of the control plane to every path of the address.
func TestUIDoesNotSeeTheControlPass(t *testing.T) {
	f := newFake(t, mock.WithControlToken("let me in"), mock.WithUI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Header.Get("Cookie")))
	})))
	pass := f.anonymous().get("/_understudy/?token=let+me+in").status(303).header.Get("Set-Cookie")
	pass, _, _ = strings.Cut(pass, ";")
	f.anonymous().and("Cookie", pass).get("/_understudy/requests").status(200)
	for _, tc := range []struct{ name, sent, seen string }{
		{"alone", pass, ""},
		{"among others", "sessionid=abc; " + pass + `; theme="dark"`, `sessionid=abc; theme="dark"`},
		{"of a fake on another port", "understudy_control_1=x;a=b", "a=b"},
		{"none", "a=b;c", "a=b;c"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.anonymous().and("Cookie", tc.sent).get("/page").bytes(200, tc.seen)
		})
	}
}
