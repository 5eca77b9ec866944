package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/dnslookup"
	"github.com/understudy-dev/understudy/mock/smtprelay"
)

type serveCommand struct {
	Addr         string   `default:"127.0.0.1:8010" help:"Address to listen on. Port 0 picks a free one."`
	World        string   `default:"default" help:"Name of an embedded world, or a YAML file."`
	Seed         int64    `default:"1" help:"Where identifiers and secrets come from. The same seed, world and calls give the same answers."`
	TargetOut    string   `type:"path" placeholder:"FILE" help:"Write a target profile for 'verify' once the fake listens."`
	PersonalKeys string   `enum:"strict,everywhere" default:"strict" help:"Where personal API keys are accepted: strict, as the real API does, or everywhere, also on the actions that it reserves for sessions."`
	AllowHost    []string `placeholder:"NAME" help:"Further host names to answer for; '*' is any. Loopback names always are."`
	MaxBody      int64    `default:"4194304" help:"How many bytes a request body may have."`
	NoMail       bool     `help:"Behave as a deployment that cannot send mail."`
	SMTP         string   `name:"smtp" env:"UNDERSTUDY_SMTP" placeholder:"HOST:PORT" help:"Hand all mail on to this SMTP server, besides the outbox. Choose one that catches mail, such as Mailpit: one that delivers it reaches real people."`
	DNS          string   `name:"dns" env:"UNDERSTUDY_DNS" default:"world" placeholder:"world|system|HOST[:PORT]" help:"What domain verification asks: the TXT records of the world, the resolver of this machine, or a name server."`
	RateLimits   string   `enum:"off,real" default:"off" help:"Whether personal API keys that are used too often are refused with 429, as the real API does: 480 requests a minute, 4800 an hour."`
	Mutant       string   `placeholder:"NAME" help:"Have a known defect, to see who notices."`
	ListMutants  bool     `help:"Print the known defects, one name a line. Nothing starts."`
}

// Help is shown below the flags.
func (serveCommand) Help() string {
	return `Starts from a fixture world, keeps everything in memory and stops with SIGINT or SIGTERM.

Examples:
  understudy serve
  understudy serve --addr 127.0.0.1:0 --target-out target.json
  understudy serve --world my-world.yaml --personal-keys everywhere
  understudy serve --smtp 127.0.0.1:1025 --rate-limits real
  understudy serve --dns 127.0.0.1:5353`
}

// Run serves until the context ends.
func (cmd *serveCommand) Run(ctx context.Context, std streams) error {
	if cmd.ListMutants {
		return listMutants(std.out)
	}
	world, err := fixtures.Resolve(cmd.World)
	if err != nil {
		return err
	}
	options, err := cmd.options(world, std)
	if err != nil {
		return err
	}
	fake, err := mock.New(options...)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cmd.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (choose another --addr): %w", cmd.Addr, err)
	}
	site := "http://" + listener.Addr().String()
	if cmd.TargetOut != "" {
		if err := writeTarget(cmd.TargetOut, fake, site); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	if err := cmd.greet(std, world, site); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serve(ctx, listener, fake)
}

func (cmd *serveCommand) options(world *fixtures.World, std streams) ([]mock.Option, error) {
	options := []mock.Option{
		mock.WithWorld(world),
		mock.WithSeed(cmd.Seed),
		mock.WithMaxBody(cmd.MaxBody),
		mock.WithMutant(cmd.Mutant),
		mock.WithLogger(slog.New(slog.NewTextHandler(std.err, nil))),
	}
	if cmd.PersonalKeys == "everywhere" {
		options = append(options, mock.WithPersonalKeysEverywhere())
	}
	if cmd.NoMail {
		options = append(options, mock.WithoutMail())
	}
	if !slices.Contains(cmd.AllowHost, "*") {
		options = append(options, mock.WithHosts(append(slices.Clone(mock.LoopbackHosts), cmd.AllowHost...)...))
	}
	if cmd.RateLimits == "real" {
		options = append(options, mock.WithRateLimits(mock.RealRateLimits))
	}
	return cmd.reachOutside(options)
}

// reachOutside adds what takes the fake out of itself: a mail server, real DNS.
func (cmd *serveCommand) reachOutside(options []mock.Option) ([]mock.Option, error) {
	if cmd.SMTP != "" {
		if cmd.NoMail {
			return nil, errors.New("--smtp and --no-mail exclude each other")
		}
		relay, err := smtprelay.New(cmd.SMTP)
		if err != nil {
			return nil, fmt.Errorf("--smtp: %w", err)
		}
		options = append(options, mock.WithMailer(relay))
	}
	switch cmd.DNS {
	case "", "world":
	case "system":
		options = append(options, mock.WithResolver(dnslookup.System{}))
	default:
		server, err := dnslookup.Server(cmd.DNS)
		if err != nil {
			return nil, fmt.Errorf("--dns: want world, system or the address of a name server: %w", err)
		}
		options = append(options, mock.WithResolver(server))
	}
	return options, nil
}

// writeTarget writes the profile for nobody but its owner to read: it holds keys.
func writeTarget(file string, fake *mock.Server, site string) error {
	profile, err := fake.Profile(site)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(profile, '\n'), 0o600); err != nil {
		return fmt.Errorf("cannot write the target profile: %w", err)
	}
	return nil
}

// greet says where everything is.
func (cmd *serveCommand) greet(std streams, world *fixtures.World, site string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "understudy serves the world %q at %s\n\n", world.Name, site)
	fmt.Fprintf(&text, "  dashboard  %s/_understudy/\n", site)
	for _, key := range world.Keys {
		fmt.Fprintf(&text, "  key        %s  %s  %s\n", key.Value, key.User, strings.Join(key.Scopes, " "))
	}
	if len(world.Keys) > 0 {
		fmt.Fprintf(&text, "\nTry: curl -H 'Authorization: Bearer %s' %s/api/organizations/@current/domains/\n", world.Keys[0].Value, site)
	}
	_, err := fmt.Fprint(std.out, text.String())
	return err
}

// serve answers requests until ctx ends, then finishes what is running: first
// the requests, then the mail that they sent.
func serve(ctx context.Context, listener net.Listener, fake *mock.Server) error {
	server := &http.Server{
		Handler:           fake,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(grace), fake.Close(grace))
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// local is a server on a free port of this machine.
type local struct {
	url  string
	stop func() // waits until it has ended
}

// listenLocally serves until it is stopped.
func listenLocally(fake *mock.Server) (*local, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(serving, listener, fake) }()
	return &local{"http://" + listener.Addr().String(), func() { stop(); <-done }}, nil
}
