package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/dnslookup"
	"github.com/understudy-dev/understudy/mock/smtprelay"
)

type serveCommand struct {
	Addr         string   `default:"127.0.0.1:8010" help:"Address to listen on. Port 0 picks a free one."`
	World        string   `default:"default" help:"Name of an embedded world, or a YAML file, which is served anew when it changes."`
	Revision     string   `placeholder:"NAME" help:"Revision of the API to play, such as 2026-09; 'understudy revisions' lists them. Without it: the one that the world is written for, else the documented one, 2026-06."`
	NoWatch      bool     `help:"Leave changes of the world's file alone."`
	Seed         int64    `default:"1" help:"Where identifiers and secrets come from. The same seed, world and calls give the same answers."`
	TargetOut    string   `type:"path" placeholder:"FILE" help:"Write a target profile for 'verify' once the fake listens, and again when the world changes."`
	JSON         bool     `name:"json" help:"Say where everything is as JSON: one object in one line."`
	PersonalKeys string   `enum:"strict,everywhere" default:"strict" help:"Where personal API keys are accepted: strict, as the real API does, or everywhere, also on the actions that it reserves for sessions."`
	AllowHost    []string `placeholder:"NAME" help:"Further host names to answer for; '*' is any, and gives the control plane a token. Loopback names always are."`
	CORSOrigin   []string `name:"cors-origin" placeholder:"ORIGIN" help:"Further origins whose pages may use the API with their cookies, such as https://app.example.com. Those of this machine always may."`
	ProxyUI      *url.URL `name:"proxy-ui" placeholder:"URL" help:"Answer every path that is not the fake's own from this frontend development server, so that both share an origin."`
	Open         bool     `help:"Open the dashboard in a browser."`
	NoMail       bool     `help:"Behave as a deployment that cannot send mail."`
	SMTP         string   `name:"smtp" env:"UNDERSTUDY_SMTP" placeholder:"HOST:PORT" help:"Hand all mail on to this SMTP server, besides the outbox. Choose one that catches mail, such as Mailpit: one that delivers it reaches real people."`
	DNS          string   `name:"dns" env:"UNDERSTUDY_DNS" default:"world" placeholder:"world|system|HOST[:PORT]" help:"What domain verification asks: the TXT records of the world, the resolver of this machine, or a name server."`
	RateLimits   string   `enum:"off,observe,enforce,real" default:"off" help:"What comes of personal API keys that are used more often than the real API allows, 480 times a minute and 4800 an hour: enforce (or real) refuses them with 429 as it does, and logins for ten minutes after 30 that failed; observe only notes them. The control plane can change it."`
	Mutant       string   `placeholder:"NAME" help:"Have a known defect, to see who notices."`
	ListMutants  bool     `help:"Print the known defects, one name a line. Nothing starts."`

	Observe observeFlags `embed:""`
	Limits  limitFlags   `embed:""`
}

// Help is shown below the flags.
func (serveCommand) Help() string {
	return `Starts from a fixture world, keeps everything in memory and stops with SIGINT or SIGTERM.

Where other machines can reach it, or with --allow-host '*', the control plane asks for a token: the
value of the variable UNDERSTUDY_CONTROL_TOKEN, else one that is made and printed.

A world starts any revision of the API. What the revision cannot hold of it is left
out, and said. Answers name the revision in the header Understudy-Revision. PUT
/_understudy/revision moves a running fake to a later one, with its state.

A world in a file is served anew when the file changes: the state begins again from
it, and --target-out is written again. When the file is wrong, what is wrong is said,
and the world that was served goes on. Each flag has a variable, as UNDERSTUDY_WORLD.

Examples:
  understudy serve
  understudy serve --addr 127.0.0.1:0 --target-out target.json
  understudy serve --revision 2026-09
  understudy serve --world my-world.yaml --personal-keys everywhere
  understudy serve --world my-world.yaml --addr 127.0.0.1:0 --json
  understudy serve --latency 200ms --fault flaky-network
  understudy serve --fail-on-violation
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
	changes := cmd.watchWorld(std.err)
	if changes != nil {
		defer changes.Close()
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
	site := baseURLOf(listener.Addr())
	if err := cmd.announce(std.out, fake, world, site, token); err != nil {
		return errors.Join(err, listener.Close())
	}
	noteLeftOut(std.err, fake)
	if cmd.Open {
		go openDashboard(std.err, site)
	}
	keeper := &reloader{file: cmd.World, world: world, fake: fake, out: std.err,
		onReload: func() error { return cmd.writeTargetOut(fake, site) }}
	unfollow := keeper.start(ctx, changes)
	err = serve(ctx, listener, fake, cmd.Limits.server(fake))
	unfollow()
	if err != nil {
		return err
	}
	return cmd.Observe.reportDefects(fake, std.err)
}

// announce writes the target profile and prints the addresses and keys.
func (cmd *serveCommand) announce(out io.Writer, fake *mock.Server, world *fixtures.World, site, token string) error {
	if err := cmd.writeTargetOut(fake, site); err != nil {
		return err
	}
	g := newAnnouncement(world, fake.Revision(), site, cmd.TargetOut)
	g.setControlToken(token)
	if cmd.ProxyUI != nil {
		g.Frontend = cmd.ProxyUI.Redacted()
	}
	if cmd.JSON {
		return g.writeJSON(out)
	}
	return g.writeText(out)
}

// writeTargetOut writes the target profile, if --target-out names a file.
func (cmd *serveCommand) writeTargetOut(fake *mock.Server, site string) error {
	if cmd.TargetOut == "" {
		return nil
	}
	return writeTarget(cmd.TargetOut, fake, site)
}

func (cmd *serveCommand) options(ctx context.Context, world *fixtures.World, address *net.TCPAddr, token string, std streams) ([]mock.Option, error) {
	options := []mock.Option{
		mock.WithWorld(world),
		mock.WithRevision(cmd.Revision),
		mock.WithSeed(cmd.Seed),
		mock.WithMaxBody(cmd.Limits.MaxBody),
		mock.WithMutant(cmd.Mutant),
		mock.WithLogger(slog.New(slog.NewTextHandler(std.err, nil))),
	}
	options = append(options, cmd.Observe.options()...)
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
	options = append(options, mock.WithRateLimitMode(cmd.rateLimitMode()))
	return cmd.withMailAndDNS(options)
}

// rateLimitMode returns the mode of the flag. "real" is the older name of enforce.
func (cmd *serveCommand) rateLimitMode() mock.RateLimitMode {
	if cmd.RateLimits == "real" {
		return mock.RateLimitsEnforce
	}
	return mock.RateLimitMode(cmd.RateLimits)
}

// withMailAndDNS adds the options that connect the fake to a mail server and to real DNS.
func (cmd *serveCommand) withMailAndDNS(options []mock.Option) ([]mock.Option, error) {
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

// controlTokenVariable holds the token of the control plane. No flag does: a command
// line can be read by everybody on the machine.
const controlTokenVariable = "UNDERSTUDY_CONTROL_TOKEN"

// controlToken returns the token of the control plane, "" for none. There is always one
// when others than the programs of this machine can reach the server.
func (cmd *serveCommand) controlToken(address *net.TCPAddr) string {
	if token := strings.TrimSpace(os.Getenv(controlTokenVariable)); token != "" {
		return token
	}
	if cmd.exposed(address) {
		return rand.Text()
	}
	return ""
}

// exposed reports whether others than the programs of this machine can reach the server:
// other machines, or pages under a name that somebody pointed at this machine.
func (cmd *serveCommand) exposed(address *net.TCPAddr) bool {
	return !address.IP.IsLoopback() || slices.Contains(cmd.AllowHost, "*")
}

// hosts returns the values of the Host header that are accepted, nil for any: those of
// this machine, the address of --addr, and those of --allow-host.
func (cmd *serveCommand) hosts(address *net.TCPAddr) []string {
	if slices.Contains(cmd.AllowHost, "*") {
		return nil
	}
	hosts := append(slices.Clone(mock.LoopbackHosts), cmd.AllowHost...)
	if name, _, err := net.SplitHostPort(cmd.Addr); err == nil && name != "" && !address.IP.IsUnspecified() {
		hosts = append(hosts, strings.ToLower(name), address.IP.String())
	}
	return hosts
}

// baseURLOf returns the URL of a server as this machine reaches it: by a loopback address
// if it listens on all.
func baseURLOf(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return "http://" + address.String()
	}
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// observeFlags are about faults, the journal, checks, and sandboxes.
type observeFlags struct {
	Latency         time.Duration `default:"0s" placeholder:"TIME" help:"Have every answer take so much longer, such as 200ms."`
	Fault           []string      `sep:"none" placeholder:"PRESET-or-JSON" help:"Have calls go wrong in every sandbox from its start: flaky-network, rate-limited, maintenance, or JSON as POST /_understudy/faults takes it. Repeat it for more."`
	Journal         int           `default:"1000" placeholder:"N" help:"How many requests each sandbox remembers."`
	JournalMemory   int           `default:"268435456" placeholder:"BYTES" help:"How many bytes the journals of all sandboxes may hold together. The sandbox that was idle for longest gives up its oldest requests first."`
	FailOnViolation bool          `help:"Once stopped, list what requests had in them that the OpenAPI document does not allow, and exit with status 1 if there was anything."`
	SelfCheck       bool          `help:"Hold every answer against the OpenAPI document; once stopped, list what differs and exit with status 1 if anything did. It would be a bug of understudy."`

	Sandboxes    string        `enum:"auto,explicit" default:"auto" help:"Whether a sandbox that is not there is made when a request first asks for it (auto), or with POST /_understudy/sandboxes alone (explicit)."`
	MaxSandboxes int           `default:"10000" placeholder:"N" help:"How many sandboxes there may be beside the default one. The one that was idle for longest makes room."`
	SandboxIdle  time.Duration `default:"1h" placeholder:"TIME" help:"How long a sandbox is kept that nobody uses; 0 is for ever."`
}

func (o *observeFlags) options() []mock.Option {
	options := []mock.Option{
		mock.WithLatency(o.Latency),
		mock.WithFaults(o.Fault...),
		mock.WithJournal(o.Journal),
		mock.WithJournalMemory(o.JournalMemory),
		mock.WithSandboxLimits(o.MaxSandboxes, o.SandboxIdle),
	}
	if o.SelfCheck {
		options = append(options, mock.WithSelfCheck())
	}
	if o.Sandboxes == "explicit" {
		options = append(options, mock.WithExplicitSandboxes())
	}
	return options
}

// reportDefects prints what was wrong with requests and responses, and fails if a flag
// asks for it.
func (o *observeFlags) reportDefects(fake *mock.Server, stderr io.Writer) (err error) {
	if violations := fake.ViolationText(); o.FailOnViolation && violations != "" {
		_, _ = fmt.Fprintln(stderr, violations)
		err = errFailed
	}
	if flaws := fake.Flaws(); len(flaws) > 0 {
		_, _ = fmt.Fprintf(stderr, "understudy has bugs, please report them:\n  %s\n", strings.Join(flaws, "\n  "))
		err = errFailed
	}
	return err
}

// openDashboard opens the dashboard in a browser. If that fails the server goes on: the
// address is printed. The URL has no token, as others can read command lines: the page
// asks for it.
func openDashboard(stderr io.Writer, site string) {
	browser.Stdout = stderr // standard output is for results
	browser.Stderr = stderr
	if err := browser.OpenURL(site + "/_understudy/"); err != nil {
		_, _ = fmt.Fprintln(stderr, "understudy: --open: cannot open a browser; open the dashboard yourself:", err)
	}
}
