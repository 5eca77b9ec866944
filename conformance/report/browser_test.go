package report_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/understudy-dev/understudy/conformance/report"
)

// tab is a page of a headless Chromium that shows a report from a file.
type tab struct {
	context.Context
	t *testing.T
}

// browse writes a report as HTML and opens the file. Without a Chromium the test is skipped, or
// fails in CI.
func browse(t *testing.T, r *report.Report) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteHTML(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findChromium(t)), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // its own sandbox does not work as root
	}
	bounded, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	allocator, stopAllocator := chromedp.NewExecAllocator(bounded, options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); stopAllocator(); stop() })
	b := &tab{ctx, t}
	ask(b, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))
	return b
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no chromium: install it")
	}
	t.Skip("there is no chromium")
	return ""
}

// ask runs an action, and fails the test if it fails.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	result, err := chromedp.Run(b.Context, action)
	if err != nil {
		b.t.Fatal("the browser: ", err)
	}
	return result
}

// script returns what an expression of JavaScript says, as text.
func (b *tab) script(expression string) string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string]("String("+expression+")"))
}

// pages counts the pages of the printed form, on A4.
func (b *tab) pages() int {
	b.t.Helper()
	printed := ask(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	return len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(printed, -1))
}

// resize makes the window as wide as a device.
func (b *tab) resize(width int64) {
	b.t.Helper()
	ask(b, chromedp.EmulateViewport(width, 800))
}

// wide returns what stands over the edge of the window, or can be scrolled sideways.
func (b *tab) wide() string {
	b.t.Helper()
	return b.script(`[...document.querySelectorAll("details")].map((d) => d.open = true) && [
		...document.documentElement.scrollWidth > innerWidth ? ["the page: " + document.documentElement.scrollWidth] : [],
		...[...document.querySelectorAll("main *")].filter((e) => e.checkVisibility() && !e.closest(".stack thead") &&
			(e.getBoundingClientRect().right > innerWidth || (e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX != "visible")))
			.map((e) => e.tagName + "." + e.className + " " + e.textContent.slice(0, 60)).slice(0, 5)].join("\n")`)
}
