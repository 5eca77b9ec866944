package mock_test

import (
	"net/http"
	"net/url"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const (
	formEncoded = "application/x-www-form-urlencoded"
	controlled  = "/_understudy/clock"
	advance     = `{"advance": "1h"}`
)

func TestWhoMayUseTheControlPlane(t *testing.T) {
	f := newFake(t)
	foreign := f.with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
	for _, tc := range []struct {
		name                string
		from                *caller
		method, contentType string
		body                string
		want                int
	}{
		{"a program", f.anonymous(), "POST", "application/json", advance, 200},
		{"a program, with a character set", f.anonymous(), "POST", "application/json; charset=utf-8", advance, 200},
		{"a program that says what it is", f.with("Understudy-Control", "1"), "POST", formEncoded, advance, 200},
		{"a program that says nothing of a body", f.anonymous(), "POST", "", advance, 415},
		{"a form without an origin", f.anonymous(), "POST", formEncoded, advance, 415},
		{"a text", f.anonymous(), "POST", "text/plain", advance, 415},
		{"several parts", f.anonymous(), "POST", "multipart/form-data; boundary=b", advance, 415},
		{"a text that looks like JSON", f.anonymous(), "POST", "text/plain; application/json", advance, 415},
		{"a page of the server", f.with("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), "POST", "application/json", advance, 200},
		{"an older browser's", f.with("Origin", "http://fake.test"), "POST", "application/json", advance, 200},
		{"a form of the server", f.with("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), "POST", formEncoded, advance, 415},
		{"an address that was typed", f.with("Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), "GET", "", "", 200},
		{"a link on another page", f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), "GET", "", "", 200},
		{"another page reads", foreign, "GET", "", "", 403},
		{"another page reads as an image", f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"), "GET", "", "", 403},
		{"another page shows it in a frame", f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"), "GET", "", "", 403},
		{"another page writes", foreign, "POST", "application/json", advance, 403},
		{"another page says that it is a program", foreign.and("Understudy-Control", "1"), "POST", "application/json", advance, 403},
		{"another page sends nothing", foreign, "POST", "", "", 403},
		{"a form of another page", f.with("Origin", "https://evil.example"), "POST", formEncoded, advance, 403},
		{"a form without an origin of its own", f.with("Origin", "null"), "POST", formEncoded, advance, 403},
		{"JSON without an origin of its own", f.with("Origin", "null"), "POST", "application/json", advance, 403},
		{"a page that may use the API", f.with("Origin", "http://localhost:5173", "Sec-Fetch-Site", "same-site"), "POST", "application/json", advance, 403},
		{"and reads", f.with("Origin", "http://localhost:5173", "Sec-Fetch-Site", "same-site"), "GET", "", "", 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			f.Reset()
			got := tc.from.do(tc.method, controlled, tc.contentType, tc.body).status(tc.want)
			g.Expect(got.header).NotTo(HaveKey("Access-Control-Allow-Origin"))
			g.Expect(got.header.Get("Cross-Origin-Resource-Policy")).To(Equal("same-origin"))
			changed := tc.want == 200 && tc.method == "POST"
			g.Expect(f.Now().After(testStart)).To(Equal(changed))
			if tc.want != 200 {
				g.Expect(got.get("detail").String()).NotTo(BeEmpty())
			}
		})
	}
}

// Nobody says yes to a preflight.
func TestControlPlaneTakesNoPreflight(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t, mock.WithCORSOrigins("https://app.example.com"))
	for _, origin := range []string{"http://localhost:5173", "https://app.example.com"} {
		for _, path := range []string{controlled, "/_understudy/reset", "/_understudy/keys", "/_sandbox/mine/_understudy/clock"} {
			asked := f.page(origin).preflight(path, "POST", "content-type,understudy-control")
			g.Expect(asked.code).To(BeNumerically(">=", 400), path)
			g.Expect(asked.header).NotTo(HaveKey("Access-Control-Allow-Origin"), path)
		}
	}
}

func TestControlToken(t *testing.T) {
	f := newFake(t, mock.WithControlToken("open; sesame"))
	for _, tc := range []struct {
		name string
		from *caller
		want int
	}{
		{"none", f.anonymous(), 401},
		{"as a bearer", f.with("Authorization", "Bearer open; sesame"), 200},
		{"in its header", f.with("Understudy-Control-Token", "open; sesame"), 200},
		{"a wrong one", f.with("Authorization", "Bearer open"), 401},
		{"a wrong header", f.with("Understudy-Control-Token", "open; sesame!"), 401},
		{"a key of the API", f.as("admin"), 401},
		{"itself as a cookie", f.with("Cookie", "understudy_control=open; sesame"), 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			tc.from.get(controlled).status(tc.want)
			tc.from.post(controlled, advance).status(tc.want)
			tc.from.delete("/_understudy/outbox").status(map[int]int{200: 204, 401: 401}[tc.want])
		})
	}
	f.t = t
	f.anonymous().get("/_understudy/health").status(200)
	f.as("admin").get(f.org("domains")).status(200)
	NewWithT(t).Expect(f.known("control_token")).To(Equal("open; sesame"))
	NewWithT(t).Expect(newFake(t).profile.Get("control_token").Exists()).To(BeFalse())
}

// A browser brings the token once and is sent on to an address without it.
func TestControlTokenInABrowser(t *testing.T) {
	const token = "open; sesame"
	g := NewWithT(t)
	f := newFake(t, mock.WithControlToken(token))
	page := f.with("Accept", "text/html").get("/_understudy/").status(401)
	g.Expect(page.header.Get("Content-Type")).To(HavePrefix("text/html"))
	g.Expect(string(page.body)).To(ContainSubstring(`name="token"`))
	wrong := f.with("Accept", "text/html").get("/_understudy/?token=guess").status(401)
	g.Expect(string(wrong.body)).To(ContainSubstring("not the token"))
	g.Expect(wrong.header).NotTo(HaveKey("Set-Cookie"))

	for _, tc := range []struct{ name, asked, sentTo string }{
		{"the dashboard", "/_understudy/?token=" + url.QueryEscape(token), "./"},
		{"a page of it", "/_understudy/outbox?limit=1&token=" + url.QueryEscape(token), "./outbox?limit=1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f.t = t
			in := f.anonymous().get(tc.asked).status(http.StatusSeeOther)
			g.Expect(in.header.Get("Location")).To(Equal(tc.sentTo))
			cookies := (&http.Response{Header: in.header}).Cookies()
			g.Expect(cookies).To(HaveLen(1))
			g.Expect(cookies[0].HttpOnly).To(BeTrue())
			g.Expect(cookies[0].Secure).To(BeFalse(), "a browser drops such a cookie over plain HTTP")
			g.Expect(cookies[0].SameSite).To(Equal(http.SameSiteStrictMode))
			g.Expect(cookies[0].Value).NotTo(ContainSubstring("sesame"))
			browser := f.with("Cookie", cookies[0].Name+"="+cookies[0].Value)
			browser.get("/_understudy/").status(200)
			browser.post(controlled, advance).status(200)
			browser.and("Origin", "https://evil.example").post(controlled, advance).status(403)
		})
	}
}
