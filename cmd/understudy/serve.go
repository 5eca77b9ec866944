package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

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
	AllowHost    []string `placeholder:"NAME" help:"Further host names to answer for; '*' is any, and gives the control plane a token. Loopback names always are."`
	CORSOrigin   []string `name:"cors-origin" placeholder:"ORIGIN" help:"Further origins whose pages may use the API with their cookies, such as https://app.example.com. Those of this machine always may."`
	ProxyUI      *url.URL `name:"proxy-ui" placeholder:"URL" help:"Answer every path that is not the fake's own from this frontend development server, so that both share an origin."`
	Open         bool     `help:"Open the dashboard in a browser."`
	NoMail       bool     `help:"Behave as a deployment that cannot send mail."`
	SMTP         string   `name:"smtp" env:"UNDERSTUDY_SMTP" placeholder:"HOST:PORT" help:"Hand all mail on to this SMTP server, besides the outbox. Choose one that catches mail, such as Mailpit: one that delivers it reaches real people."`
	DNS          string   `name:"dns" env:"UNDERSTUDY_DNS" default:"world" placeholder:"world|system|HOST[:PORT]" help:"What domain verification asks: the TXT records of the world, the resolver of this machine, or a name server."`
	RateLimits   string   `enum:"off,real" default:"off" help:"Whether personal API keys that are used too often are refused with 429, as the real API does: 480 requests a minute, 4800 an hour."`
	Mutant       string   `placeholder:"NAME" help:"Have a known defect, to see who notices."`
	ListMutants  bool     `help:"Print the known defects, one name a line. Nothing starts."`

	Limits serveLimits `embed:""`
}

// Help is shown below the flags.
func (serveCommand) Help() string {
	return `Starts from a fixture world, keeps everything in memory and stops with SIGINT or SIGTERM.

Where other machines can reach it, or with --allow-host '*', the control plane asks for a token: the
value of the variable UNDERSTUDY_CONTROL_TOKEN, else one that is made and printed.

Examples:
  understudy serve
  understudy serve --addr 127.0.0.1:0 --target-out target.json
  understudy serve --world my-world.yaml --personal-keys everywhere
  understudy serve --smtp 127.0.0.1:1025 --rate-limits real
  understudy serve --dns 127.0.0.1:5353
  understudy serve --proxy-ui http://localhost:5173 --open
  understudy serve --cors-origin https://app.example.com`
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
	address, err := net.ResolveTCPAddr("tcp", cmd.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (choose another --addr): %w", cmd.Addr, err)
	}
	token := cmd.controlToken(address)
	options, err := cmd.options(ctx, world, address, token, std)
	if err != nil {
		return err
	}
	fake, err := mock.New(options...)
	if err != nil {
		return err
	}
	listener, err := cmd.Limits.listen(address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (choose another --addr): %w", cmd.Addr, err)
	}
	site := siteAt(listener.Addr())
	if err := cmd.announce(std, fake, world, site, token); err != nil {
		return errors.Join(err, listener.Close())
	}
	if cmd.Open {
		go openDashboard(std.err, site)
	}
	return serve(ctx, listener, fake, cmd.Limits.server(fake))
}

// announce writes the target profile, if one is wanted, and says where everything is.
func (cmd *serveCommand) announce(std streams, fake *mock.Server, world *fixtures.World, site, token string) error {
	if cmd.TargetOut != "" {
		if err := writeTarget(cmd.TargetOut, fake, site); err != nil {
			return err
		}
	}
	return cmd.greet(std, world, site, token)
}

func (cmd *serveCommand) options(ctx context.Context, world *fixtures.World, address *net.TCPAddr, token string, std streams) ([]mock.Option, error) {
	options := []mock.Option{
		mock.WithWorld(world),
		mock.WithSeed(cmd.Seed),
		mock.WithMaxBody(cmd.Limits.MaxBody),
		mock.WithMutant(cmd.Mutant),
		mock.WithLogger(slog.New(slog.NewTextHandler(std.err, nil))),
	}
	if cmd.PersonalKeys == "everywhere" {
		options = append(options, mock.WithPersonalKeysEverywhere())
	}
	if cmd.NoMail {
		options = append(options, mock.WithoutMail())
	}
	if hosts := cmd.hosts(address); hosts != nil {
		options = append(options, mock.WithHosts(hosts...))
	}
	options = append(options, mock.WithCORSOrigins(cmd.CORSOrigin...), mock.WithControlToken(token))
	if cmd.ProxyUI != nil {
		ui, err := newFrontend(ctx, cmd.ProxyUI, address)
		if err != nil {
			return nil, fmt.Errorf("--proxy-ui: %w", err)
		}
		options = append(options, mock.WithUI(ui))
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
func (cmd *serveCommand) greet(std streams, world *fixtures.World, site, token string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "understudy serves the world %q at %s\n\n", world.Name, site)
	if token == "" {
		fmt.Fprintf(&text, "  dashboard  %s/_understudy/\n", site)
	} else {
		fmt.Fprintf(&text, "  dashboard  %s/_understudy/?token=%s\n", site, url.QueryEscape(token))
		fmt.Fprintf(&text, "  token      %s  of the control plane: curl -H 'Understudy-Control-Token: …'\n", token)
	}
	if cmd.ProxyUI != nil {
		fmt.Fprintf(&text, "  frontend   %s/  from %s\n", site, cmd.ProxyUI.Redacted())
	}
	for _, key := range world.Keys {
		fmt.Fprintf(&text, "  key        %s  %s  %s\n", key.Value, key.User, strings.Join(key.Scopes, " "))
	}
	if len(world.Keys) > 0 {
		fmt.Fprintf(&text, "\nTry: curl -H 'Authorization: Bearer %s' %s/api/organizations/@current/domains/\n", world.Keys[0].Value, site)
	}
	_, err := fmt.Fprint(std.out, text.String())
	return err
}
