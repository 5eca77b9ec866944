// Package browsertest drives a Chromium for tests of what browsers do.
//
//	browser := browsertest.Start(t)
//	page := browser.Open(fake.URL + "/_understudy/")
//	page.Do(chromedp.Click(chromedp.CSS("#reset")), chromedp.WaitVisible(chromedp.CSS("#done")))
//	g.Expect(page.Complaints()).To(BeEmpty())
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
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

// Page is a tab, and the context of chromedp that stands for it.
type Page struct {
	context.Context
	t testing.TB

	mu         sync.Mutex
	complaints []string
}

// Open opens an address in a new tab and waits until it has loaded. A page with an
// error status is one too.
func (b *Browser) Open(address string) *Page {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	p := &Page{Context: ctx, t: b.t}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		b.t.Fatal("Chromium does not open a tab: ", err)
	}
	p.Do(chromedp.Navigate(address))
	return p
}

// Do carries out actions, and fails the test when one fails.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	Ask(p, chromedp.Steps(actions...))
}

// Ask carries out an action that has a result, and fails the test when it fails.
func Ask[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	result, err := chromedp.Run(p.Context, action)
	if err != nil {
		p.t.Fatalf("the browser: %v\ncomplaints: %q", err, p.ConsoleErrors())
	}
	return result
}

// Script runs the body of an asynchronous JavaScript function and returns what it does
// as text. What it throws fails the test.
func (p *Page) Script(body string) string {
	p.t.Helper()
	return Ask(p, chromedp.Evaluate[string]("(async () => { "+body+" })().then(value => String(value ?? ''))", chromedp.EvalAwaitPromise))
}

// ConsoleErrors are what the console shows in red: errors and warnings that the page or
// the browser wrote, exceptions that nobody caught, and what could not be loaded.
func (p *Page) ConsoleErrors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.complaints...)
}

func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if slices.Contains(red, e.Type) {
			p.complain("console.%s: %s", e.Type, arguments(e.Args))
		}
	case *runtime.EventExceptionThrown:
		p.complain("exception: %s", thrown(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.complain("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
}

// red are the calls of the console that say that something is wrong.
var red = []runtime.ConsoleAPICalledType{
	runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert,
}

// thrown is what an exception says, and where it was thrown.
func thrown(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}

func (p *Page) complain(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complaints = append(p.complaints, fmt.Sprintf(format, args...))
}

// arguments are the values that a page logged.
func arguments(objects []*runtime.RemoteObject) string {
	var texts []string
	for _, object := range objects {
		text := string(object.Value)
		if text == "" {
			text = object.Description
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}
