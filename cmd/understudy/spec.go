package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/understudy-dev/understudy/conformance"
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
	_, err := std.out.Write(spec.Bytes())
	return err
}

// coverage runs the suite against a fake and prints what it covered of the document.
func (cmd *specCommand) coverage(ctx context.Context, std streams) error {
	t, stop, err := (&verifyCommand{}).target(ctx, std)
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
