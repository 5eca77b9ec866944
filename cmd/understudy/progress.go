package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/understudy-dev/understudy/conformance"
)

// progressLine is one line that tells how far the run is. It is there only on a
// terminal.
type progressLine struct {
	w    io.Writer
	next time.Time
}

func newProgressLine(w io.Writer) *progressLine {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progressLine{w: w}
	}
	return &progressLine{}
}

func (p *progressLine) update(done, total int, outcome *conformance.Outcome) {
	p.show(done, total, outcome.ID)
}

func (p *progressLine) show(done, total int, what string) {
	if p.w == nil || (done < total && time.Now().Before(p.next)) {
		return
	}
	p.next = time.Now().Add(50 * time.Millisecond)
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%d of %d  %.60s", done, total, what)
}

func (p *progressLine) clear() {
	if p.w != nil {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
