package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/spec"
)

type specCommand struct {
	Coverage bool `help:"Print what the scenarios exercise and assert of the document, measured against the embedded fake. Exit with 1 if something is not covered." xor:"what"`
	Rules    bool `help:"Print the rules that the scenarios check, with their sources." xor:"what"`
	JSON     bool `name:"json" help:"With --coverage or --rules: as JSON, with everything."`
}

// Help is shown below the flags.
func (specCommand) Help() string {
	return `Examples:
  understudy spec > openapi.yaml
  understudy spec --coverage
  understudy spec --coverage --json
  understudy spec --rules
  understudy spec --rules --json

Exits with 1 where something documented is not covered, a rule has no scenario, or a scenario no rule.`
}

// Run prints the document, or the coverage.
func (cmd *specCommand) Run(ctx context.Context, std streams) error {
	if cmd.Coverage {
		return cmd.coverage(ctx, std)
	}
	if cmd.Rules {
		return printRules(std, cmd.JSON)
	}
	if cmd.JSON {
		return errors.New("--json goes with --coverage or --rules")
	}
	_, err := std.out.Write(spec.OpenAPI())
	return err
}

// coverage runs the suite against a fake and prints what it covered of the document.
func (cmd *specCommand) coverage(ctx context.Context, std streams) error {
	t, stop, err := (&verifyCommand{}).target(std)
	if err != nil {
		return err
	}
	defer stop()
	m, err := conformance.Measure(ctx, t, 0)
	if err != nil {
		return err
	}
	if cmd.JSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(m)
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
func printRules(std streams, asJSON bool) error {
	set, err := rules.Load()
	if err != nil {
		return err
	}
	matrix, problems := set.Check(scenarios.All())
	write := writeRules
	if asJSON {
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
}

func writeRulesJSON(w io.Writer, matrix []rules.Checked) error {
	list := make([]ruleJSON, 0, len(matrix))
	for _, rule := range matrix {
		scenarios := rule.Scenarios
		if scenarios == nil {
			scenarios = []string{}
		}
		list = append(list, ruleJSON{rule.ID, rule.Sentence, rule.Operations, rule.Source, rule.Decided(), scenarios})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(list)
}
