package mock

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/server"
	"github.com/understudy-dev/understudy/spec"
)

// Option changes how a server is made.
type Option func(*config)

// config is what options change: that of the server, and what becomes part of it at the
// end.
type config struct {
	server.Config
	revision      string
	rateLimits    RateLimits
	rateLimitMode RateLimitMode
	failures      failures
}

const (
	// DefaultMaxBody is how many bytes a request body may have unless
	// [WithMaxBody] says otherwise.
	DefaultMaxBody = 4 << 20
	// DefaultSeed is the seed of a server that was given none.
	DefaultSeed = 1
	// recentLogin is how old a login may be for sensitive writes.
	// Source: SESSION_SENSITIVE_ACTIONS_AGE, two hours by default.
	recentLogin = 2 * time.Hour
)

func defaults() config {
	return config{Config: server.Config{
		Sandboxes: sandbox.Config{
			Seed: DefaultSeed, Clock: ClockFunc(time.Now), Max: DefaultSandboxes, MaxIdle: DefaultSandboxIdle,
		},
		API: api.Config{
			MaxBody: DefaultMaxBody, Logger: slog.New(slog.DiscardHandler),
			RecentLogin: recentLogin, ResolveTimeout: 5 * time.Second,
		},
		Version: Version(),
		Sleep:   fault.Wait,
	}}
}

// server is what the server is made of.
func (c *config) server() server.Config {
	c.Sandboxes.RateLimits = ratelimit.NewSetting(ratelimit.Mode(c.rateLimitMode), ratelimit.Limits(c.rateLimits))
	c.Sandboxes.Logger = c.API.Logger
	return c.Config
}

// readRevision finds the revision that the option names.
func (c *config) readRevision() (err error) {
	if c.revision != "" {
		c.Sandboxes.Revision, err = spec.ParseRevision(c.revision)
	}
	return err
}

// WithWorld makes the server start from w instead of the world "default".
func WithWorld(w *fixtures.World) Option { return func(c *config) { c.Sandboxes.World = w } }

// WithRevision makes the server play a revision of the API, such as 2026-09; [Revisions] has
// their names. Without it: the one that its world is written for, which is the documented one
// unless the world says otherwise. What the revision cannot hold of the world is left out;
// see [Sandbox.LeftOut]. [New] fails when there is no such revision.
func WithRevision(name string) Option { return func(c *config) { c.revision = name } }

// WithSeed sets where identifiers and secrets come from: the same seed, world,
// clock and calls give the same bytes. Without it the seed is [DefaultSeed].
func WithSeed(seed int64) Option { return func(c *config) { c.Sandboxes.Seed = seed } }

// WithClock sets the clock that the server goes by. Without it: the system's.
func WithClock(clock Clock) Option { return func(c *config) { c.Sandboxes.Clock = clock } }

// WithResolver sets where domain verification looks up TXT records. Without it:
// the records of the world, which the control plane can change.
func WithResolver(r Resolver) Option { return func(c *config) { c.Sandboxes.Resolver = r } }

// WithUpstream sets what answers calls to a marketplace and its billing. Without
// it: the world, whose modes the control plane can change.
func WithUpstream(u Upstream) Option {
	return func(c *config) {
		if c.Sandboxes.Upstream = nil; u != nil {
			c.Sandboxes.Upstream = upstream{u}
		}
	}
}

// WithMailer hands every mail on, besides keeping it in the outbox. Without it
// mail goes nowhere else. [Server.Close] waits for what is under way.
func WithMailer(m Mailer) Option {
	return func(c *config) {
		if c.Sandboxes.Mailer = nil; m != nil {
			c.Sandboxes.Mailer = mailer{m}
		}
	}
}

// WithRateLimits refuses personal API keys that are used too often, and invites that are too many, as
// [RealRateLimits] says or otherwise. Without it nothing is refused.
func WithRateLimits(limits RateLimits) Option { return func(c *config) { c.rateLimits = limits } }

// WithRateLimitMode sets what comes of requests beyond the limits of [WithRateLimits],
// or beyond the real ones without it. The control plane can change both later, for
// each sandbox.
func WithRateLimitMode(mode RateLimitMode) Option { return func(c *config) { c.rateLimitMode = mode } }

// WithPersonalKeysEverywhere accepts personal API keys on the actions that the
// real API reserves for sessions.
func WithPersonalKeysEverywhere() Option { return func(c *config) { c.API.KeysEverywhere = true } }

// WithMaxBody sets how many bytes a request body may have.
func WithMaxBody(bytes int64) Option { return func(c *config) { c.API.MaxBody = bytes } }

// WithHosts makes the server answer only requests for these host names (a Host
// header without its port). Without it: any.
func WithHosts(names ...string) Option { return func(c *config) { c.Hosts = names } }

// WithCORSOrigins lets pages of these origins, such as https://app.example.com, use
// the API with their cookies, besides the pages of this machine, which always may.
// The control plane takes no page of another origin.
func WithCORSOrigins(origins ...string) Option {
	return func(c *config) { c.Origins = append(c.Origins, origins...) }
}

// WithControlToken makes the control plane, except its health, ask for a token: as
// "Authorization: Bearer TOKEN", as "Understudy-Control-Token: TOKEN", or once in a
// browser as /_understudy/?token=TOKEN. Without it there is none.
func WithControlToken(token string) Option { return func(c *config) { c.ControlToken = token } }

// WithUI has every path answered by h that is neither the API's nor the fake's own,
// such as a frontend that shall share the origin. Without it they are not found.
func WithUI(h http.Handler) Option { return func(c *config) { c.UI = h } }

// WithLogger sets where crashes are reported. Without it: nowhere.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.API.Logger = l } }

// WithoutMail makes the server behave as a deployment that cannot send mail.
func WithoutMail() Option { return func(c *config) { c.API.MailOff = true } }

// WithJournal sets how many requests each sandbox remembers. Without it: 1000.
func WithJournal(entries int) Option {
	return func(c *config) { c.Sandboxes.JournalEntries = max(1, entries) }
}

// DefaultJournalMemory is how many bytes the journals of all sandboxes may hold together.
const DefaultJournalMemory = journal.DefaultBudget

// WithJournalMemory sets how many bytes the journals of all sandboxes may hold together,
// about. The sandbox whose journal nobody has written or read for longest gives up its
// oldest requests first. Without it: [DefaultJournalMemory].
func WithJournalMemory(bytes int) Option {
	return func(c *config) { c.Sandboxes.JournalMemory = max(1, bytes) }
}

// WithoutGuard does not hold requests against the OpenAPI document: there are no
// violations, and each request is a little faster.
func WithoutGuard() Option { return func(c *config) { c.Unguarded = true } }

// WithSelfCheck holds every answer of the server against the OpenAPI document; see
// [Server.Flaws]. [Start] does it by itself, and fails the test.
func WithSelfCheck() Option { return func(c *config) { c.SelfCheck = true } }

// WithLatency makes every request take so much longer, as a fault with the id
// "latency", which can be changed and taken away.
func WithLatency(d time.Duration) Option { return func(c *config) { c.Sandboxes.Latency = d } }

// WithSleep sets how slow answers wait. It must return early, and an error, when the
// context ends. Without it they take real time.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) { c.Sleep = sleep }
}

// WithFaults gives every sandbox faults from its start. Each text is the name of a
// preset, such as flaky-network, or JSON as POST /_understudy/faults takes it. [New]
// fails when one cannot be read.
func WithFaults(texts ...string) Option {
	return func(c *config) { c.Sandboxes.Faults = append(c.Sandboxes.Faults, texts...) }
}

const (
	// DefaultSandboxes is how many sandboxes there may be at once.
	DefaultSandboxes = 10_000
	// DefaultSandboxIdle is how long a sandbox is kept that nobody uses.
	DefaultSandboxIdle = time.Hour
)

// WithSandboxLimits sets how many sandboxes there may be beside the default one, and
// how long one is kept that nobody uses; zero or less is forever. When there is no
// room for another, the one that was idle for longest goes. One in use never does.
func WithSandboxLimits(most int, idle time.Duration) Option {
	return func(c *config) { c.Sandboxes.Max, c.Sandboxes.MaxIdle = max(0, most), idle }
}

// WithExplicitSandboxes refuses requests for sandboxes that are not there. Without it
// they are made when somebody first asks for them.
func WithExplicitSandboxes() Option { return func(c *config) { c.Sandboxes.ExplicitOnly = true } }

// LoopbackHosts are the names of the own machine. A server that answers only to
// them cannot be reached by a foreign page through a DNS name of its own.
var LoopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

// RateLimits are how much may be asked. 0 is any number.
type RateLimits struct {
	PerMinute, PerHour            int // requests of a personal API key
	InvitesPerHour, InvitesPerDay int // into an organization, whoever invites, by key or in a session
	DelegationsPerHour            int // of the set-up, by a user
}

// RealRateLimits are those of the real API. Source: posthog/rate_limit.py.
var RealRateLimits = RateLimits(ratelimit.RealLimits())

// RateLimitMode says what comes of requests that are too many.
type RateLimitMode string

// The modes of rate limits.
const (
	RateLimitsOff     = RateLimitMode(ratelimit.Off)     // nothing is counted
	RateLimitsObserve = RateLimitMode(ratelimit.Observe) // it is noted who would have been refused
	RateLimitsEnforce = RateLimitMode(ratelimit.Enforce) // they are refused
)

// RateLimitModes are all of them, the ordinary one first.
var RateLimitModes = []RateLimitMode{RateLimitsOff, RateLimitsObserve, RateLimitsEnforce}
