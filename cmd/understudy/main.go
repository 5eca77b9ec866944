// Command understudy runs a stateful fake of the PostHog Organizations REST API,
// and a conformance suite against the fake or any real deployment. Each subcommand
// has a file; here are flags, texts and exit statuses, and no rule of the API.
//
// Exit status: 0 fine, 1 the check failed, 2 wrong use, broken set-up, or nothing can be said. Results
// go to standard output, everything else to standard error.
package main

import (
	"context"
	"encoding/json"
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
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errFailed is the error of a command whose check failed and that has printed why.
var errFailed = errors.New("the check failed")

// errUnknown is the error of a command that could find out too little, and has printed why.
var errUnknown = errors.New("nothing can be said")

// streams are the standard streams of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// subcommands are the subcommands, one file each.
type subcommands struct {
	Serve     serveCommand     `cmd:"" help:"Start the fake."`
	Verify    verifyCommand    `cmd:"" help:"Run the conformance suite, against the embedded fake unless a target is named."`
	Report    reportCommand    `cmd:"" help:"Make reports of the logs of earlier runs, without a target."`
	Sweep     sweepCommand     `cmd:"" help:"Remove what an interrupted run left on a target, from its journal."`
	Env       envCommand       `cmd:"" help:"Print where a running fake is and its keys, as variables for a shell."`
	Doctor    doctorCommand    `cmd:"" help:"Say what is wrong with a set-up, and what to do about it."`
	Fixtures  fixturesCommand  `cmd:"" help:"Work with fixture worlds."`
	Spec      specCommand      `cmd:"" help:"Print the OpenAPI document, and what the scenarios cover of it."`
	Revisions revisionsCommand `cmd:"" help:"List the revisions of the API that the fake can play, and how they differ."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal cancels the command, which then cleans up; the second kills the program.
	quiet := context.AfterFunc(ctx, func() {
		stop()
		_, _ = fmt.Fprintln(os.Stderr, "understudy: ending; once more ends at once")
	})
	status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	quiet() // or the stop below would print the notice
	stop()
	os.Exit(status)
}

// run carries out one command line.
func run(ctx context.Context, args []string, std streams) (status int) {
	exited := -1
	parser, err := kong.New(&subcommands{},
		kong.Name("understudy"),
		kong.Description("A stateful, in-memory fake of the PostHog Organizations REST API, and a conformance suite for the fake and the real thing."),
		kong.UsageOnError(),
		kong.DefaultEnvars("UNDERSTUDY"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code; panic(exitPanic{}) }),
	)
	if err != nil {
		_, _ = fmt.Fprintln(std.err, "understudy:", err)
		return exitUsage
	}
	defer func() {
		if crash := recover(); crash != nil {
			if _, ok := crash.(exitPanic); !ok {
				panic(crash)
			}
			status = exited
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(std.err, "understudy: %v\nRun 'understudy --help' to see the commands and their flags.\n", err)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return exitStatus(parsed.Run(std), std.err)
}

// exitPanic ends parsing after --help, where kong expects the process to exit.
type exitPanic struct{}

// exitStatus prints an error and returns the exit status for it.
func exitStatus(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errUnknown):
		return exitUsage
	}
	_, _ = fmt.Fprintln(stderr, "understudy:", err)
	return exitUsage
}

// writeIndented writes JSON for people and programs.
func writeIndented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "understudy", mock.Version())
	return err
}
