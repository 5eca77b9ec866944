package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/spec"
)

// printDifferences prints how the documents of two revisions differ, named as in
// 2026-06..2026-09.
func printDifferences(w io.Writer, pair string, asJSON bool) error {
	differences, err := differencesOf(pair)
	if err != nil {
		return fmt.Errorf("--diff: %w", err)
	}
	if asJSON {
		return writeIndented(w, differences)
	}
	return writeDifferences(w, differences)
}

func differencesOf(pair string) ([]spec.Difference, error) {
	first, second, ok := strings.Cut(pair, "..")
	if !ok {
		return nil, fmt.Errorf("want two revisions, such as 2026-06..2026-09, got %q", pair)
	}
	from, err := documentNamed(first)
	if err != nil {
		return nil, err
	}
	to, err := documentNamed(second)
	if err != nil {
		return nil, err
	}
	return append([]spec.Difference{}, spec.Compare(from, to)...), nil
}

func documentNamed(name string) (*spec.Document, error) {
	revision, err := spec.ParseRevision(name)
	if err != nil {
		return nil, err
	}
	return spec.LoadRevision(revision)
}

// writeDifferences writes a line for each difference.
func writeDifferences(w io.Writer, differences []spec.Difference) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range differences {
		said := d.From + d.To
		if d.From != "" && d.To != "" {
			said = d.From + " -> " + d.To
		}
		if d.Kind != spec.OperationKind { // which names itself
			said += "\t" + abbreviate(d.Operations)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.Kind, d.Change, d.Name, said)
	}
	return table.Flush()
}
