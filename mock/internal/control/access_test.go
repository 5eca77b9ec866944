package control_test

import (
	"net/http"
	"net/url"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const (
	formEncoded = "application/x-www-form-urlencoded"
	controlled  = "/_understudy/clock"
	advance     = `{"advance": "1h"}`
)

func TestWhoMayUseTheControlPlane(t *testing.T) {
	f := mocktest.New(t)
	foreign := f.With("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
	for _, tc := range []struct {
		name                string
		from                *mocktest.Caller
		method, contentType string
		body                string
		want                int
	}{
		{"a program", f.Anonymous(), "POST", "application/json", advance, 200},
		{"a program, with a character set", f.Anonymous(), "POST", "application/json; charset=utf-8", advance, 200},
		{"a program that says what it is", f.With("Understudy-Control", "1"), "POST", formEncoded, advance, 200},
		{"a program that says nothing of a body", f.Anonymous(), "POST", "", advance, 415},
		{"a form without an origin", f.Anonymous(), "POST", formEncoded, advance, 415},
		{"a text", f.Anonymous(), "POST", "text/plain", advance, 415},
		{"several parts", f.Anonymous(), "POST", "multipart/form-data; boundary=b", advance, 415},
		{"a text that looks like JSON", f.Anonymous(), "POST", "text/plain; application/json", advance, 415},
		{"a page of the server", f.With("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), "POST", "application/json", advance, 200},
		{"an older browser's", f.With("Origin", "http://fake.test"), "POST", "application/json", advance, 200},
		{"a form of the server", f.With("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), "POST", formEncoded, advance, 415},
		{"an address that was typed", f.With("Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), "GET", "", "", 200},
		{"a link on another page", f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), "GET", "", "", 200},
		{"another page reads", foreign, "GET", "", "", 403},
		{"another page reads as an image", f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"), "GET", "", "", 403},
		{"another page shows it in a frame", f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"), "GET", "", "", 403},
		{"another page writes", foreign, "POST", "application/json", advance, 403},
		{"another page says that it is a program", foreign.And("Understudy-Control", "1"), "POST", "application/json", advance, 403},
		{"another page sends nothing", foreign, "POST", "", "", 403},
		{"a form of another page", f.With("Origin", "https://evil.example"), "POST", formEncoded, advance, 403},
		{"a form without an origin of its own", f.With("Origin", "null"), "POST", formEncoded, advance, 403},
		{"JSON without an origin of its own", f.With("Origin", "null"), "POST", "application/json", advance, 403},
		{"a page that may use the API", f.With("Origin", "http://localhost:5173", "Sec-Fetch-Site", "same-site"), "POST", "application/json", advance, 403},
		{"and reads", f.With("Origin", "http://localhost:5173", "Sec-Fetch-Site", "same-site"), "GET", "", "", 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			f.Reset()
			got := tc.from.Do(tc.method, controlled, tc.contentType, tc.body).Status(tc.want)
			g.Expect(got.Header).NotTo(HaveKey("Access-Control-Allow-Origin"))
			g.Expect(got.Header.Get("Cross-Origin-Resource-Policy")).To(Equal("same-origin"))
			changed := tc.want == 200 && tc.method == "POST"
			g.Expect(f.Now().After(mocktest.Epoch)).To(Equal(changed))
			if tc.want != 200 {
				g.Expect(got.Get("detail").String()).NotTo(BeEmpty())
			}
		})
	}
}

// Nobody says yes to a preflight.
func TestControlPlaneTakesNoPreflight(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithCORSOrigins("https://app.example.com"))
	for _, origin := range []string{"http://localhost:5173", "https://app.example.com"} {
		for _, path := range []string{controlled, "/_understudy/reset", "/_understudy/keys", "/_sandbox/mine/_understudy/clock"} {
			asked := f.Page(origin).Preflight(path, "POST", "content-type,understudy-control")
			g.Expect(asked.Code).To(BeNumerically(">=", 400), path)
			g.Expect(asked.Header).NotTo(HaveKey("Access-Control-Allow-Origin"), path)
		}
	}
}

func TestControlToken(t *testing.T) {
	f := mocktest.New(t, mock.WithControlToken("open; sesame"))
	for _, tc := range []struct {
		name string
		from *mocktest.Caller
		want int
	}{
		{"none", f.Anonymous(), 401},
		{"as a bearer", f.With("Authorization", "Bearer open; sesame"), 200},
		{"in its header", f.With("Understudy-Control-Token", "open; sesame"), 200},
		{"a wrong one", f.With("Authorization", "Bearer open"), 401},
		{"a wrong header", f.With("Understudy-Control-Token", "open; sesame!"), 401},
		{"a key of the API", f.As("admin"), 401},
		{"itself as a cookie", f.With("Cookie", "understudy_control=open; sesame"), 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			tc.from.Get(controlled).Status(tc.want)
			tc.from.Post(controlled, advance).Status(tc.want)
			tc.from.Delete("/_understudy/outbox").Status(map[int]int{200: 204, 401: 401}[tc.want])
		})
	}
	f.T = t
	f.Anonymous().Get("/_understudy/health").Status(200)
	f.As("admin").Get(f.Org("domains")).Status(200)
	NewWithT(t).Expect(f.Known("control_token")).To(Equal("open; sesame"))
	NewWithT(t).Expect(mocktest.New(t).Target.Get("control_token").Exists()).To(BeFalse())
}

// A browser brings the token once and is sent on to an address without it.
func TestControlTokenInABrowser(t *testing.T) {
	const token = "open; sesame"
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithControlToken(token))
	page := f.With("Accept", "text/html").Get("/_understudy/").Status(401)
	g.Expect(page.Header.Get("Content-Type")).To(HavePrefix("text/html"))
	g.Expect(string(page.Body)).To(ContainSubstring(`name="token"`))
	wrong := f.With("Accept", "text/html").Get("/_understudy/?token=guess").Status(401)
	g.Expect(string(wrong.Body)).To(ContainSubstring("not the token"))
	g.Expect(wrong.Header).NotTo(HaveKey("Set-Cookie"))

	for _, tc := range []struct{ name, asked, sentTo string }{
		{"the dashboard", "/_understudy/?token=" + url.QueryEscape(token), "./"},
		{"a page of it", "/_understudy/outbox?limit=1&token=" + url.QueryEscape(token), "./outbox?limit=1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f.T = t
			in := f.Anonymous().Get(tc.asked).Status(http.StatusSeeOther)
			g.Expect(in.Header.Get("Location")).To(Equal(tc.sentTo))
			cookies := (&http.Response{Header: in.Header}).Cookies()
			g.Expect(cookies).To(HaveLen(1))
			g.Expect(cookies[0].HttpOnly).To(BeTrue())
			g.Expect(cookies[0].Secure).To(BeFalse(), "a browser drops such a cookie over plain HTTP")
			g.Expect(cookies[0].SameSite).To(Equal(http.SameSiteStrictMode))
			g.Expect(cookies[0].Value).NotTo(ContainSubstring("sesame"))
			browser := f.With("Cookie", cookies[0].Name+"="+cookies[0].Value)
			browser.Get("/_understudy/").Status(200)
			browser.Post(controlled, advance).Status(200)
			browser.And("Origin", "https://evil.example").Post(controlled, advance).Status(403)
		})
	}
}
