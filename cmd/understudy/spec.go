package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/spec"
)

type specCommand struct {
	Revision string `placeholder:"NAME" help:"The revision of the API that the document, its coverage or the rules are of, such as 2026-09; 'understudy revisions' lists them. Without it: the documented one, and the rules of all."`
	Format   string `enum:"yaml,json" default:"yaml" help:"Print the document as yaml, as it is written, or as json."`
	Diff     string `placeholder:"A..B" help:"Print how the documents of two revisions differ, such as 2026-06..2026-09. One that is left out is the documented one." xor:"what"`
	Coverage bool   `help:"Print what the scenarios exercise and assert of the document, measured against the embedded fake. Exit with 1 if something is not covered." xor:"what"`
	Rules    bool   `help:"Print the rules that the scenarios check, with their sources." xor:"what"`
	JSON     bool   `name:"json" help:"With --coverage, --rules or --diff: as JSON, with everything."`
}

// Help is shown below the flags.
func (specCommand) Help() string {
	return `Examples:
  understudy spec > openapi.yaml
  understudy spec --revision 2026-09 --format json
  understudy spec --diff 2026-06..2026-09
  understudy spec --diff ..2026-09 --json
  understudy spec --coverage
  understudy spec --coverage --revision 2026-09
  understudy spec --rules
  understudy spec --rules --json

--diff prints a line for each operation that was added, removed or moved; for each scope, level
and feature, parameter and status that changed; and for each field of requests and answers.
With --json it names every operation that each is about. 'understudy revisions' has what only
behaviour shows.

Exits with 1 where something documented is not covered, a rule has no scenario, or a scenario no rule.`
}

// Run prints the document, what is known of it, or how two differ.
func (cmd *specCommand) Run(ctx context.Context, std streams) error {
	revision, err := spec.ParseRevision(cmd.Revision)
	if err != nil {
		return fmt.Errorf("--revision: %w", err)
	}
	switch {
	case cmd.Coverage:
		return cmd.coverage(ctx, std)
	case cmd.Rules:
		return cmd.printRules(std)
	case cmd.Diff != "":
		return printDifferences(std.out, cmd.Diff, cmd.JSON)
	case cmd.JSON:
		return errors.New("--json goes with --coverage, --rules or --diff; the document is printed as JSON with --format json")
	}
	if cmd.Format == "json" {
		return printJSON(std.out, revision)
	}
	document, err := spec.OpenAPIOf(revision)
	if err != nil {
		return err
	}
	_, err = std.out.Write(document)
	return err
}

// printJSON prints the document of a revision as JSON.
func printJSON(w io.Writer, revision spec.Revision) error {
	document, err := spec.LoadRevision(revision)
	if err != nil {
		return err
	}
	return writeIndented(w, document.T)
}

// coverage runs the suite against a fake and prints what it covered of the document.
func (cmd *specCommand) coverage(ctx context.Context, std streams) error {
	t, stop, err := (&verifyCommand{Revision: cmd.Revision}).target(std)
	if err != nil {
		return err
	}
	defer stop()
	m, err := conformance.Measure(ctx, t, 0)
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = writeIndented(std.out, m)
	} else {
		err = m.WriteText(std.out)
	}
	if err == nil && !m.OK() {
		return errFailed
	}
	return err
}

// printRules prints every rule with the scenarios that check it, and fails where
// the two do not fit together.
func (cmd *specCommand) printRules(std streams) error {
	set, err := rules.Load()
	if err != nil {
		return err
	}
	matrix, problems := set.Check(scenarios.All())
	if cmd.Revision != "" {
		matrix = checkedIn(spec.Revision(cmd.Revision), matrix)
	}
	write := writeRules
	if cmd.JSON {
		write = writeRulesJSON
	}
	if err := write(std.out, matrix); err != nil {
		return err
	}
	for _, problem := range problems {
		_, _ = fmt.Fprintln(std.err, problem)
	}
	if len(problems) > 0 {
		return errFailed
	}
	return nil
}

// checkedIn are the rules that are checked in a revision, each with the scenarios that do so.
func checkedIn(revision spec.Revision, matrix []rules.Checked) (checked []rules.Checked) {
	played := map[string]bool{}
	for _, scenario := range scenarios.In(revision) {
		played[scenario.ID] = true
	}
	for _, rule := range matrix {
		rule.Scenarios = slices.DeleteFunc(slices.Clone(rule.Scenarios), func(id string) bool { return !played[id] })
		if len(rule.Scenarios) > 0 {
			checked = append(checked, rule)
		}
	}
	return checked
}

// writeRules writes a line for each rule.
func writeRules(w io.Writer, matrix []rules.Checked) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "RULE\tOPERATIONS\tSCENARIOS\tSOURCE")
	for _, rule := range matrix {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", rule.ID, abbreviate(rule.Operations), len(rule.Scenarios), rule.Source)
	}
	return table.Flush()
}

// abbreviate returns the first of a list, and how many more there are.
func abbreviate(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s +%d", names[0], len(names)-1)
}

// ruleJSON is a rule as programs read it.
type ruleJSON struct {
	ID         string   `json:"id"`
	Sentence   string   `json:"sentence"`
	Operations []string `json:"operations"`
	Source     string   `json:"source"`
	Decided    bool     `json:"decided"` // by this project, where the sources are silent
	Scenarios  []string `json:"scenarios"`

	// The first and the last revision in which it holds; "" is no bound.
	From  spec.Revision `json:"from,omitempty"`
	Until spec.Revision `json:"until,omitempty"`
}

func writeRulesJSON(w io.Writer, matrix []rules.Checked) error {
	list := make([]ruleJSON, 0, len(matrix))
	for _, rule := range matrix {
		scenarios := rule.Scenarios
		if scenarios == nil {
			scenarios = []string{}
		}
		list = append(list, ruleJSON{rule.ID, rule.Sentence, rule.Operations, rule.Source, rule.Decided(), scenarios, rule.From, rule.Until})
	}
	return writeIndented(w, list)
}
