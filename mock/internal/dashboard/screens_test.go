package dashboard_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/browsertest"
)

// screens are what a reader can open, with a name for a picture of it.
var screens = []struct{ name, page string }{
	{"overview", ""},
	{"requests", "ui/requests"},
	{"request", "ui/requests/1"},
	{"refused", "ui/requests/2"},
	{"violations", "ui/violations"},
	{"another revision", "ui/violations?against=2026-09"},
	{"faults", "ui/faults"},
	{"rate limits", "ui/rate-limits"},
	{"organizations", "ui/organizations"},
	{"organization", "ui/organizations/hedgerow-works"},
	{"people", "ui/people"},
	{"outbox", "ui/outbox"},
	{"dns", "ui/dns"},
	{"marketplace", "ui/upstream"},
	{"clock", "ui/clock"},
	{"snapshots", "ui/snapshots"},
	{"sandboxes", "ui/sandboxes"},
	{"documents", "ui/documents"},
	{"control", "ui/documents?of=control"},
}

// The widths of a desk and of a phone, in CSS pixels.
const (
	desk  = 1280
	phone = 390
)

// TestScreens opens every page on a desk and on a phone, in light and in dark. With
// -artifacts it leaves a picture of each, for a person to look at.
func TestScreens(t *testing.T) {
	axe := readAxe(t)
	for _, device := range []struct {
		name  string
		width int64
	}{{"desk", desk}, {"phone", phone}} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(device.name+" "+scheme, func(t *testing.T) {
				s := newSite(t, "")
				s.fill()
				page := s.open(browsertest.Start(t), device.width, "")
				prefer(page, scheme)
				g := NewGomega(func(message string, _ ...int) { t.Error(message) }) // go on to the next screen
				for _, screen := range screens {
					page.Do(chromedp.Navigate(s.address(screen.page)))
					viewer := attributeOf(page, "body", "data-section") == "documents"
					if viewer {
						page.Do(chromedp.WaitVisible(chromedp.CSS(".swagger-ui .opblock-tag")))
					}
					picture(t, page, screen.name)
					g.Expect(page.Script("return document.documentElement.scrollWidth")).To(Equal(page.Script("return innerWidth")), "%s scrolls sideways", screen.name)
					if axe != "" && !viewer {
						g.Expect(page.Script(axe)).To(BeEmpty(), screen.name)
					}
				}
				g.Expect(page.ConsoleErrors()).To(BeEmpty())
			})
		}
	}
}

// open opens a page in a window of a width.
func (s *site) open(browser *browsertest.Browser, width int64, page string) *browsertest.Page {
	s.t.Helper()
	opened := browser.Open("about:blank")
	opened.Do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(s.address(page)))
	return opened
}

func attributeOf(page *browsertest.Page, selector, name string) string {
	return browsertest.Ask(page, chromedp.AttributeValue(chromedp.CSS(selector), name)).Value
}

// prefer makes the reader prefer light or dark, and nothing that moves.
func prefer(page *browsertest.Page, scheme string) {
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	page.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
}

// picture keeps what the page looks like, if somebody wants to see it.
func picture(t *testing.T, page *browsertest.Page, name string) {
	t.Helper()
	if wanted := flag.Lookup("test.artifacts"); wanted == nil || wanted.Value.String() != "true" {
		return
	}
	data := browsertest.Ask(page, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readAxe is a script that says what a page makes hard for people with disabilities,
// "" when the checker is not installed. It is not for what Swagger UI makes.
func readAxe(t *testing.T) string {
	t.Helper()
	const file = "vendored/node_modules/axe-core/axe.min.js"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Log("without the checker for accessibility: run npm ci in vendored")
		return ""
	}
	return string(data) + `
		const found = await axe.run({exclude: ["iframe"]}, {iframes: false});
		return found.violations.map(v => v.id + ": " + v.help + "\n" + v.nodes.map(n => "  " + n.target + " " + n.html.slice(0, 200) + " " + n.any.map(a => a.message).join("; ")).join("\n")).join("\n")`
}

// TestLongWords shows names that no line holds. What stands behind them can be reached
// all the same.
func TestLongWords(t *testing.T) {
	s := newSite(t, "")
	long := strings.Repeat("long", 16)
	s.call(http.MethodPatch, "/api/organizations/"+hedgerow+"/", `{"name": "`+long+`"}`)
	s.call(http.MethodPatch, "/_understudy/organizations/"+hedgerow, `{"feature": {"`+long+`": true}}`)
	s.call(http.MethodPost, "/api/organizations/@current/domains/", `{"domain": "`+long[:60]+"."+long[:50]+`.example"}`)
	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "`+long+"@"+long[:60]+`.example"}`)
	s.call(http.MethodPost, "/api/organizations/@current/roles/", `{"name": "`+long+long+`"}`)
	s.call(http.MethodPost, "/_understudy/members", `{"email": "`+long[:50]+`@hedgerow.example", "first_name": "`+long+`", "organization": "`+hedgerow+`", "level": 1}`)
	s.call(http.MethodPost, "/_understudy/sandboxes", `{"name": "`+long+`"}`)
	s.call(http.MethodGet, "/api/organizations/@current/domains/?search="+strings.Repeat(long, 20), "")
	browser := browsertest.Start(t)
	for _, width := range []int64{desk, phone} {
		page := s.open(browser, width, "")
		for _, at := range []string{"", "ui/organizations", "ui/organizations/" + hedgerow, "ui/people", "ui/outbox", "ui/sandboxes", "ui/requests", "ui/violations"} {
			page.Do(chromedp.Navigate(s.address(at)))
			NewWithT(t).Expect(page.Script(`return [document.documentElement, ...document.querySelectorAll(".panel, .letters ul")]
				.filter(e => e.scrollWidth > e.clientWidth).map(e => (e.id || e.className || e.tagName) + " by " + (e.scrollWidth - e.clientWidth)).join(" ")`)).To(BeEmpty(), "%s scrolls sideways at %d pixels", at, width)
		}
		page.Do(chromedp.Navigate(s.address("ui/requests?operation=domains_list")))
		NewWithT(t).Expect(page.Script(`return document.querySelector("#journal tbody tr").offsetHeight < 220`)).To(Equal("true"), "a long path leaves room for others")
	}
}
