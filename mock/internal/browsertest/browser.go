// Package browsertest drives a Chromium for tests of what browsers do.
//
//	browser := browsertest.Start(t)
//	page := browser.Open(fake.URL + "/_understudy/")
//	page.Do(chromedp.Click(chromedp.CSS("#reset")), chromedp.WaitVisible(chromedp.CSS("#done")))
//	g.Expect(page.Complaints()).To(BeEmpty())
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a browser may take for all of a test.
const patience = 2 * time.Minute

// Browser is a headless Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	ctx context.Context // of its first tab
}

// Start starts a Chromium that ends with the test. It reaches this machine alone, also
// under the given names, such as evil.example. Where there is no Chromium the test is
// skipped, or fails in CI.
func Start(t testing.TB, names ...string) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)), chromedp.Flag("host-resolver-rules", resolving(names)))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it has none as root
	}
	bounded, stop := context.WithTimeout(context.Background(), patience)
	allocator, stopAllocator := chromedp.NewExecAllocator(bounded, options...)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Error("Chromium does not end:", err)
		}
		stopAllocator()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("Chromium does not start: ", err)
	}
	return &Browser{t, ctx}
}

// find looks for the program under the names that systems give it.
func find(t testing.TB) string {
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

// resolving has names stand for this machine, and all others for nothing.
func resolving(names []string) string {
	var rules strings.Builder
	for _, name := range names {
		rules.WriteString("MAP " + name + " 127.0.0.1,")
	}
	return rules.String() + "MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE *.localhost,EXCLUDE 127.0.0.1,EXCLUDE [::1]"
}
