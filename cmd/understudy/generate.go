package main

import "github.com/understudy-dev/understudy/fixtures"

type generateCommand struct {
	Seed                    int64 `default:"1" help:"The same seed gives the same world."`
	Organizations           int   `default:"3" help:"How many organizations; the counts below are for each."`
	Members                 int   `default:"3" help:"How many members; the first is the owner, the second an administrator."`
	Projects                int   `default:"2" help:"How many projects."`
	Domains                 int   `default:"3" help:"How many domains."`
	IdentityProviderConfigs int   `default:"4" help:"How many identity provider configs."`
	Integrations            int   `default:"4" help:"How many integrations."`
	Invites                 int   `default:"4" help:"How many invites."`
}

// Help is shown below the flags.
func (generateCommand) Help() string {
	return `Examples:
  understudy fixtures generate --seed 7 --domains 500 > world.yaml
  understudy serve --world world.yaml`
}

// Run prints a generated world.
func (cmd *generateCommand) Run(std streams) error {
	return fixtures.Write(std.out, fixtures.Generate(fixtures.GenerateOptions(*cmd)))
}
