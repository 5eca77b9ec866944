package main

import (
	"fmt"
	"os"

	"github.com/understudy-dev/understudy/fixtures"
)

type fixturesCommand struct {
	Generate fixturesGenerateCommand `cmd:"" help:"Generate a world and print it as YAML."`
	Check    fixturesCheckCommand    `cmd:"" help:"Say what is wrong with a world, by file, line and field."`
	List     fixturesListCommand     `cmd:"" help:"List the embedded worlds."`
	Show     fixturesShowCommand     `cmd:"" help:"Print an embedded world, to start one of your own from."`
}

type fixturesCheckCommand struct {
	File string `arg:"" help:"A world in YAML, or the name of an embedded one."`
}

// Run loads the world, which checks it.
func (cmd *fixturesCheckCommand) Run(std streams) error {
	world, err := fixtures.Resolve(cmd.File)
	if err != nil {
		if _, missing := os.Stat(cmd.File); missing != nil {
			return err
		}
		_, _ = fmt.Fprintln(std.err, err)
		return errFailed
	}
	_, err = fmt.Fprintf(std.out, "%s: the world %q is fine: %d users, %d organizations, %d keys\n",
		cmd.File, world.Name, len(world.Users), len(world.Organizations), len(world.Keys))
	return err
}

type fixturesListCommand struct{}

// Run prints the names.
func (fixturesListCommand) Run(std streams) error {
	for _, name := range fixtures.Names() {
		world, err := fixtures.Named(name)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(std.out, "%-10s %s\n", name, world.Description)
	}
	return nil
}

type fixturesShowCommand struct {
	Name string `arg:"" help:"The name of an embedded world."`
}

// Run prints the world as it was written, with its comments.
func (cmd *fixturesShowCommand) Run(std streams) error {
	text, err := fixtures.Text(cmd.Name)
	if err != nil {
		return err
	}
	_, err = std.out.Write(text)
	return err
}

type fixturesGenerateCommand struct {
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
func (fixturesGenerateCommand) Help() string {
	return `Examples:
  understudy fixtures generate --seed 7 --domains 500 > world.yaml
  understudy serve --world world.yaml`
}

// Run prints a generated world.
func (cmd *fixturesGenerateCommand) Run(std streams) error {
	return fixtures.Write(std.out, fixtures.Generate(fixtures.GenerateOptions(*cmd)))
}
