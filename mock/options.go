package mock

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Option changes how a server is made.
type Option func(*config)

type config struct {
	world            *fixtures.World
	seed             int64
	clock            Clock
	resolver         Resolver
	resolveTimeout   time.Duration
	upstream         Upstream
	mailer           Mailer
	rateLimits       RateLimits
	rateLimitMode    RateLimitMode
	keysEverywhere   bool
	maxBody          int64
	hosts            []string
	origins          []string
	controlToken     string
	ui               http.Handler
	logger           *slog.Logger
	sessionFreshness time.Duration
	mailOff          bool
	sandboxes        sandboxPolicy
	journal          int // entries of each
	journals         int // bytes of all
	unguarded        bool
	selfCheck        bool
	failures         failures
	latency          time.Duration
	faults           []string
	sleep            fault.Sleep
	mutant           string
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
	return config{
		seed:             DefaultSeed,
		clock:            ClockFunc(time.Now),
		resolveTimeout:   5 * time.Second,
		maxBody:          DefaultMaxBody,
		logger:           slog.New(slog.DiscardHandler),
		sessionFreshness: recentLogin,
		sleep:            fault.Wait,
		sandboxes:        sandboxPolicy{most: DefaultSandboxes, idle: DefaultSandboxIdle},
	}
}

// WithWorld makes the server start from w instead of the world "default".
func WithWorld(w *fixtures.World) Option { return func(c *config) { c.world = w } }

// WithSeed sets where identifiers and secrets come from: the same seed, world,
// clock and calls give the same bytes. Without it the seed is [DefaultSeed].
func WithSeed(seed int64) Option { return func(c *config) { c.seed = seed } }

// WithClock sets the clock that the server goes by. Without it: the system's.
func WithClock(clock Clock) Option { return func(c *config) { c.clock = clock } }

// WithResolver sets where domain verification looks up TXT records. Without it:
// the records of the world, which the control plane can change.
func WithResolver(r Resolver) Option { return func(c *config) { c.resolver = r } }

// WithUpstream sets what answers calls to a marketplace and its billing. Without
// it: the world, whose modes the control plane can change.
func WithUpstream(u Upstream) Option { return func(c *config) { c.upstream = u } }

// WithMailer hands every mail on, besides keeping it in the outbox. Without it
// mail goes nowhere else. [Server.Close] waits for what is under way.
func WithMailer(m Mailer) Option { return func(c *config) { c.mailer = m } }

// WithRateLimits refuses personal API keys that are used too often, as
// [RealRateLimits] says or otherwise. Without it nothing is refused.
func WithRateLimits(limits RateLimits) Option { return func(c *config) { c.rateLimits = limits } }

// WithRateLimitMode sets what comes of requests beyond the limits of [WithRateLimits],
// or beyond the real ones without it. The control plane can change both later, for
// each sandbox.
func WithRateLimitMode(mode RateLimitMode) Option { return func(c *config) { c.rateLimitMode = mode } }

// WithPersonalKeysEverywhere accepts personal API keys on the actions that the
// real API reserves for sessions.
func WithPersonalKeysEverywhere() Option { return func(c *config) { c.keysEverywhere = true } }

// WithMaxBody sets how many bytes a request body may have.
func WithMaxBody(bytes int64) Option { return func(c *config) { c.maxBody = bytes } }

// WithHosts makes the server answer only requests for these host names (a Host
// header without its port). Without it: any.
func WithHosts(names ...string) Option { return func(c *config) { c.hosts = names } }

// WithCORSOrigins lets pages of these origins, such as https://app.example.com, use
// the API with their cookies, besides the pages of this machine, which always may.
// The control plane takes no page of another origin.
func WithCORSOrigins(origins ...string) Option {
	return func(c *config) { c.origins = append(c.origins, origins...) }
}

// WithControlToken makes the control plane, except its health, ask for a token: as
// "Authorization: Bearer TOKEN", as "Understudy-Control-Token: TOKEN", or once in a
// browser as /_understudy/?token=TOKEN. Without it there is none.
func WithControlToken(token string) Option { return func(c *config) { c.controlToken = token } }

// WithUI has every path answered by h that is neither the API's nor the fake's own,
// such as a frontend that shall share the origin. Without it they are not found.
func WithUI(h http.Handler) Option { return func(c *config) { c.ui = h } }

// WithLogger sets where crashes are reported. Without it: nowhere.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithoutMail makes the server behave as a deployment that cannot send mail.
func WithoutMail() Option { return func(c *config) { c.mailOff = true } }
