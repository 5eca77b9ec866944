package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

type revisionsCommand struct {
	JSON bool `name:"json" help:"As JSON."`
}

// Help is shown below the flags.
func (revisionsCommand) Help() string {
	return `Oldest first, each with how it differs from the one before: one difference a line, with
its source. A revision is named by the month from which deployments ran it.

Examples:
  understudy revisions
  understudy revisions --json
  understudy serve --revision 2026-09
  understudy spec --revision 2026-09 > openapi-2026-09.yaml
  understudy spec --diff 2026-06..2026-09`
}

// Run lists the revisions.
func (cmd *revisionsCommand) Run(std streams) error {
	list, err := spec.Revisions()
	if err != nil {
		return err
	}
	if cmd.JSON {
		return writeRevisionsJSON(std.out, list)
	}
	return writeRevisions(std.out, list)
}

// writeRevisions writes a line for each revision, and one for each of its differences.
func writeRevisions(w io.Writer, list []spec.About) error {
	var text strings.Builder
	for _, r := range list {
		mark := ""
		if r.Name == spec.DefaultRevision {
			mark = " (the default)"
		}
		fmt.Fprintf(&text, "%s  %s, %s%s\n", r.Name, r.Title, r.Held, mark)
		for _, change := range r.Changes {
			fmt.Fprintf(&text, "         %s [%s]\n", change.What, change.Source)
		}
	}
	_, err := fmt.Fprint(w, text.String())
	return err
}

// revisionJSON is a revision as programs read it.
type revisionJSON struct {
	Revision spec.Revision `json:"revision"`
	Title    string        `json:"title"`
	Held     string        `json:"held"`
	Default  bool          `json:"default"`
	Before   spec.Revision `json:"before,omitempty"` // from which it differs
	Changes  []changeJSON  `json:"changes"`
}

type changeJSON struct {
	What   string `json:"what"`
	Source string `json:"source"`
}

func writeRevisionsJSON(w io.Writer, list []spec.About) error {
	revisions := make([]revisionJSON, 0, len(list))
	var before spec.Revision
	for _, r := range list {
		changes := []changeJSON{}
		for _, change := range r.Changes {
			changes = append(changes, changeJSON{change.What, change.Source})
		}
		revisions = append(revisions, revisionJSON{r.Name, r.Title, r.Held, r.Name == spec.DefaultRevision, before, changes})
		before = r.Name
	}
	return writeIndented(w, revisions)
}
