package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/understudy-dev/understudy/conformance"
)

// gitHub is the workflow that runs us. Its zero value is that there is none.
type gitHub struct {
	here    bool
	summary string // the file of the job summary
}

func newGitHub(getenv func(string) string) gitHub {
	if getenv("GITHUB_ACTIONS") != "true" {
		return gitHub{}
	}
	return gitHub{here: true, summary: getenv("GITHUB_STEP_SUMMARY")}
}

// summarise adds the report to the job summary.
func (h gitHub) summarise(r *conformance.Report) error {
	if h.summary == "" {
		return nil
	}
	f, err := os.OpenFile(h.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return errors.Join(r.WriteMarkdown(f), f.Close())
}

// annotate marks what went wrong. The runner reads commands from both streams.
func (h gitHub) annotate(w io.Writer, r *conformance.Report) error {
	if !h.here {
		return nil
	}
	return r.WriteAnnotations(w)
}

// quote writes what a target had a part in, so that the runner takes none of it for
// a command.
func (h gitHub) quote(w io.Writer, write func(io.Writer) error) error {
	if !h.here {
		return write(w)
	}
	token := rand.Text()
	_, _ = fmt.Fprintf(w, "::stop-commands::%s\n", token)
	err := write(w)
	_, _ = fmt.Fprintf(w, "::%s::\n", token)
	return err
}

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
