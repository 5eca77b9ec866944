package main

type fixturesCommand struct {
	Generate generateCommand `cmd:"" help:"Generate a world."`
	Check    checkCommand    `cmd:"" help:"Say what is wrong with a world."`
	List     listCommand     `cmd:"" help:"List the embedded worlds."`
	Show     showCommand     `cmd:"" help:"Print an embedded world, to start a file of your own from."`
}
