package main

import (
	"fmt"
	"os"

	"github.com/understudy-dev/understudy/fixtures"
)

type fixturesCommand struct {
	Generate generateCommand `cmd:"" help:"Generate a world and print it as YAML."`
	Check    checkCommand    `cmd:"" help:"Say what is wrong with a world, by file, line and field."`
	List     listCommand     `cmd:"" help:"List the embedded worlds."`
	Show     showCommand     `cmd:"" help:"Print an embedded world, to start one of your own from."`
}

type checkCommand struct {
	File string `arg:"" help:"A world in YAML, or the name of an embedded one."`
}

// Run loads the world, which checks it.
func (cmd *checkCommand) Run(std streams) error {
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

type listCommand struct{}

// Run prints the names.
func (listCommand) Run(std streams) error {
	for _, name := range fixtures.Names() {
		world, err := fixtures.Named(name)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(std.out, "%-10s %s\n", name, world.Description)
	}
	return nil
}

type showCommand struct {
	Name string `arg:"" help:"The name of an embedded world."`
}

// Run prints the world as it was written, with its comments.
func (cmd *showCommand) Run(std streams) error {
	text, err := fixtures.Text(cmd.Name)
	if err != nil {
		return err
	}
	_, err = std.out.Write(text)
	return err
}
