package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
)

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
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", rule.ID, briefly(rule.Operations), len(rule.Scenarios), rule.Source)
	}
	return table.Flush()
}

// briefly names the first of a list, and how many more there are.
func briefly(names []string) string {
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
