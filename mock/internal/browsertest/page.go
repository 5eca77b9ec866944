package browsertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

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
