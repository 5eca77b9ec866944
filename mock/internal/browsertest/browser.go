// Package browsertest drives a headless Chromium for tests. It is imported by tests only,
// and knows no page of the fake.
//
//	browser := browsertest.Start(t)
//	page := browser.Open(fake.URL + "/_understudy/")
//	page.Do(chromedp.Click(chromedp.CSS("#reset")), chromedp.WaitVisible(chromedp.CSS("#done")))
//	g.Expect(page.ConsoleErrors()).To(BeEmpty())
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

// testTimeout bounds the lifetime of a browser.
const testTimeout = 2 * time.Minute

// Browser is a headless Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	ctx context.Context // of its first tab
}

// Start starts a Chromium that ends with the test. It can reach this machine only,
// also under the given names, such as evil.example. Without a Chromium the test is
// skipped, or fails in CI. With the race detector it is skipped always: what serves the pages has
// tests of its own, and a browser takes a minute longer to show nothing that they do not.
func Start(t testing.TB, names ...string) *Browser {
	t.Helper()
	if raceDetector {
		t.Skip("go test without -race drives the browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findChromium(t)), chromedp.Flag("host-resolver-rules", resolverRules(names)))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // its own sandbox does not work as root
	}
	bounded, stop := context.WithTimeout(context.Background(), testTimeout)
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

// findChromium looks for the program by the names that systems give it.
func findChromium(t testing.TB) string {
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

// resolverRules resolve names to this machine, and no others.
func resolverRules(names []string) string {
	var rules strings.Builder
	for _, name := range names {
		rules.WriteString("MAP " + name + " 127.0.0.1,")
	}
	return rules.String() + "MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE *.localhost,EXCLUDE 127.0.0.1,EXCLUDE [::1]"
}

// Page is a tab, and its chromedp context.
type Page struct {
	context.Context
	t testing.TB

	mu            sync.Mutex
	consoleErrors []string
}

// Open opens an address in a new tab and waits until it has loaded. A response with
// an error status is a page, too.
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

// Do runs actions, and fails the test if one fails.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	Ask(p, chromedp.Steps(actions...))
}

// Ask runs an action with a result, and fails the test if it fails.
func Ask[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	result, err := chromedp.Run(p.Context, action)
	if err != nil {
		p.t.Fatalf("the browser: %v\ncomplaints: %q", err, p.ConsoleErrors())
	}
	return result
}

// Script runs the body of an asynchronous JavaScript function and returns its
// result as text. An exception fails the test.
func (p *Page) Script(body string) string {
	p.t.Helper()
	return Ask(p, chromedp.Evaluate[string]("(async () => { "+body+" })().then(value => String(value ?? ''))", chromedp.EvalAwaitPromise))
}

// ConsoleErrors returns the errors and warnings in the console: those that the page
// or the browser wrote, uncaught exceptions, and resources that could not be
// loaded.
func (p *Page) ConsoleErrors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.consoleErrors...)
}

func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if slices.Contains(errorCalls, e.Type) {
			p.addError("console.%s: %s", e.Type, arguments(e.Args))
		}
	case *runtime.EventExceptionThrown:
		p.addError("exception: %s", exceptionText(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.addError("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
}

// errorCalls are the calls of the console that report errors.
var errorCalls = []runtime.ConsoleAPICalledType{
	runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert,
}

// exceptionText returns the message and the stack of an exception.
func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}

func (p *Page) addError(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.consoleErrors = append(p.consoleErrors, fmt.Sprintf(format, args...))
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
