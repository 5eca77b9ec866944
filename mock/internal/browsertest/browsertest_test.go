package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/browsertest"
)

const page = `<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><h1>Hello</h1>%s</html>`

func TestPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, page, map[string]string{
			"/warning": `<script>console.warn("beware", {a: 1})</script>`,
			"/error":   `<script>console.error("oh", 7)</script>`,
			"/throws":  `<script>throw new Error("thrown")</script>`,
			"/missing": `<img src="http://elsewhere.example/x.png" alt="">`,
			"/info":    `<script>console.log("fine")</script>`,
		}[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	browser := browsertest.Start(t, "named.example")
	named := strings.Replace(server.URL, "127.0.0.1", "named.example", 1)
	for _, tc := range []struct{ name, address, complaint string }{
		{"nothing", server.URL + "/", ""},
		{"by another name", named + "/", ""},
		{"a note", server.URL + "/info", ""},
		{"a warning", server.URL + "/warning", `console.warning: "beware" Object`},
		{"an error", server.URL + "/error", `console.error: "oh" 7`},
		{"an exception", server.URL + "/throws", "thrown"},
		{"what is on another machine", server.URL + "/missing", "ERR_NAME_NOT_RESOLVED"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			p := browser.Open(tc.address)
			g.Expect(browsertest.Ask(p, chromedp.Title())).To(Equal("A page"))
			g.Expect(p.Script(`return (await fetch("/")).status + " " + document.querySelector("h1").textContent`)).To(Equal("200 Hello"))
			if tc.complaint == "" {
				g.Expect(p.ConsoleErrors()).To(BeEmpty())
				return
			}
			g.Expect(p.ConsoleErrors()).To(ConsistOf(ContainSubstring(tc.complaint)))
		})
	}
}
