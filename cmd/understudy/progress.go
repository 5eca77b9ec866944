package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/understudy-dev/understudy/conformance"
)

// progress tells how far long work has come: on a terminal in one line that changes, elsewhere
// in a line of its own now and then, so that a log shows that something happens, and what.
// It is safe for concurrent use.
type progress struct {
	w        io.Writer
	terminal bool
	ended    chan struct{}

	mu          sync.Mutex
	next        time.Time // when a terminal is written to again
	done, total int
	failed      int
	what        string // the latest that is over
}

// startProgress begins to tell, a log once in a while; 0 is never. Whoever calls it ends it.
func startProgress(w io.Writer, every time.Duration) *progress {
	f, ok := w.(*os.File)
	p := &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())), ended: make(chan struct{})}
	if p.terminal || every <= 0 {
		return p
	}
	ticker := time.NewTicker(every)
	go func() {
		defer ticker.Stop()
		p.tellEach(ticker.C)
	}()
	return p
}

// tellEach writes a line for each tick, until the end.
func (p *progress) tellEach(ticks <-chan time.Time) {
	for {
		select {
		case <-p.ended:
			return
		case <-ticks:
			p.tell()
		}
	}
}

func (p *progress) tell() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.total == 0 {
		_, _ = fmt.Fprintln(p.w, "understudy: nothing is over yet")
		return
	}
	failed := ""
	if p.failed > 0 {
		failed = fmt.Sprintf(", %d failed", p.failed)
	}
	_, _ = fmt.Fprintf(p.w, "understudy: %d of %d%s; the latest is %s\n", p.done, p.total, failed, p.what)
}

// update is told of every scenario that is over.
func (p *progress) update(done, total int, outcome *conformance.Outcome) {
	if outcome.Status == conformance.Failed {
		p.mu.Lock()
		p.failed++
		p.mu.Unlock()
	}
	p.show(done, total, outcome.ID)
}

// show is told of everything that is over.
func (p *progress) show(done, total int, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total, p.what = done, total, what
	if !p.terminal || (done < total && time.Now().Before(p.next)) {
		return
	}
	p.next = time.Now().Add(50 * time.Millisecond)
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%d of %d  %.60s", done, total, what)
}

// notice writes a sentence in a line of its own.
func (p *progress) notice(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearLine()
	_, _ = fmt.Fprintln(p.w, "understudy:", text)
}

// end stops telling.
func (p *progress) end() {
	close(p.ended)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clearLine()
}

// clearLine takes the changing line away. The caller holds mu.
func (p *progress) clearLine() {
	if p.terminal {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
