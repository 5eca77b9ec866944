// Command understudy runs a stateful fake of the PostHog Organizations REST API,
// and a conformance suite against the fake or any real deployment.
//
// Exit status: 0 fine, 1 the check failed, 2 wrong use or broken set-up. Results
// go to standard output, everything else to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/understudy-dev/understudy/mock"
)

// The exit statuses of every command.
const (
	exitFine   = 0
	exitFailed = 1
	exitUse    = 2
)

// errFailed ends a command whose check failed and that has said why.
var errFailed = errors.New("the check failed")

// streams are the ends of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// commands are the subcommands, one file each.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Start the fake."`
	Verify   verifyCommand   `cmd:"" help:"Run the conformance suite, against the embedded fake unless a target is named."`
	Report   reportCommand   `cmd:"" help:"Make reports of the logs of earlier runs, without a target."`
	Sweep    sweepCommand    `cmd:"" help:"Remove what an interrupted run left on a target, from its journal."`
	Env      envCommand      `cmd:"" help:"Print where a running fake is and its keys, as variables for a shell."`
	Doctor   doctorCommand   `cmd:"" help:"Say what is wrong with a set-up, and what to do about it."`
	Fixtures fixturesCommand `cmd:"" help:"Work with fixture worlds."`
	Spec     specCommand     `cmd:"" help:"Print the OpenAPI document, and what the scenarios cover of it."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends what runs, which cleans up; the second ends the program.
	quiet := context.AfterFunc(ctx, func() {
		stop()
		_, _ = fmt.Fprintln(os.Stderr, "understudy: ending; once more ends at once")
	})
	status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	quiet() // the end of the program is no signal
	stop()
	os.Exit(status)
}

// run carries out one command line.
func run(ctx context.Context, args []string, std streams) (status int) {
	exited := -1
	parser, err := kong.New(&commands{},
		kong.Name("understudy"),
		kong.Description("A stateful, in-memory fake of the PostHog Organizations REST API, and a conformance suite for the fake and the real thing."),
		kong.UsageOnError(),
		kong.DefaultEnvars("UNDERSTUDY"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code; panic(exitNow{}) }),
	)
	if err != nil {
		_, _ = fmt.Fprintln(std.err, "understudy:", err)
		return exitUse
	}
	defer func() {
		if crash := recover(); crash != nil {
			if _, ok := crash.(exitNow); !ok {
				panic(crash)
			}
			status = exited
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(std.err, "understudy: %v\nRun 'understudy --help' to see the commands and their flags.\n", err)
		return exitUse
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return exitStatus(parsed.Run(std), std.err)
}

// exitNow unwinds to run after --help.
type exitNow struct{}

// exitStatus says what went wrong and turns it into the exit status.
func exitStatus(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFailed):
		return exitFailed
	}
	_, _ = fmt.Fprintln(stderr, "understudy:", err)
	return exitUse
}

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "understudy", mock.Version())
	return err
}
