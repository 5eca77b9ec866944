package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/spec"
)

type specCommand struct {
	Coverage bool `help:"Print which operations the scenarios cover, instead of the document." xor:"what"`
	Rules    bool `help:"Print the rules that the scenarios check, with their sources." xor:"what"`
	JSON     bool `help:"With --rules: as JSON, sentences and scenarios included."`
}

// Help is shown below the flags.
func (specCommand) Help() string {
	return `Examples:
  understudy spec > openapi.yaml
  understudy spec --coverage
  understudy spec --rules
  understudy spec --rules --json

Exits with 1 where an operation or a rule has no scenario, or a scenario no rule.`
}

// Run prints the document, or the coverage.
func (cmd *specCommand) Run(std streams) error {
	if cmd.Coverage {
		return printCoverage(std)
	}
	if cmd.Rules {
		return printRules(std, cmd.JSON)
	}
	if cmd.JSON {
		return errors.New("--json goes with --rules")
	}
	_, err := std.out.Write(spec.Bytes())
	return err
}

// printCoverage prints a line for each operation: how many scenarios cover it.
func printCoverage(std streams) error {
	document, err := spec.Load()
	if err != nil {
		return err
	}
	covered := map[string]int{}
	for _, scenario := range scenarios.All() {
		for _, operation := range scenario.Covers {
			covered[operation]++
		}
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "OPERATION\tDOCUMENTED\tSCENARIOS")
	uncovered := 0
	for _, operation := range document.Operations() {
		documented := ""
		if operation.Documented {
			documented = "yes"
		}
		if covered[operation.ID] == 0 {
			uncovered++
		}
		fmt.Fprintf(table, "%s\t%s\t%d\n", operation.ID, documented, covered[operation.ID])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if uncovered > 0 {
		_, _ = fmt.Fprintf(std.err, "%d operations have no scenario\n", uncovered)
		return errFailed
	}
	return nil
}
