package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/understudy-dev/understudy/conformance"
)

// gitHubActions is the GitHub Actions workflow that runs this program, if one does. What is
// needed of it is four lines of output, for which a library would be one more dependency.
type gitHubActions struct {
	active  bool
	summary string // the file of the job summary
}

func detectGitHubActions(getenv func(string) string) gitHubActions {
	if getenv("GITHUB_ACTIONS") != "true" {
		return gitHubActions{}
	}
	return gitHubActions{active: true, summary: getenv("GITHUB_STEP_SUMMARY")}
}

// summarise appends the report to the job summary.
func (g gitHubActions) summarise(r *conformance.Report) error {
	if g.summary == "" {
		return nil
	}
	f, err := os.OpenFile(g.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return errors.Join(r.WriteMarkdown(f), f.Close())
}

// annotate prints failures as annotations. The runner reads commands from both streams.
func (g gitHubActions) annotate(w io.Writer, r *conformance.Report) error {
	if !g.active {
		return nil
	}
	return r.WriteAnnotations(w)
}

// withoutCommands has the runner take nothing that write prints for a command: text of a
// target may look like one.
func (g gitHubActions) withoutCommands(w io.Writer, write func(io.Writer) error) error {
	if !g.active {
		return write(w)
	}
	token := rand.Text()
	_, _ = fmt.Fprintf(w, "::stop-commands::%s\n", token)
	err := write(w)
	_, _ = fmt.Fprintf(w, "::%s::\n", token)
	return err
}
