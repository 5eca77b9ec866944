package mock

import "time"

// sandboxPolicy says which sandboxes there may be beside the default one.
type sandboxPolicy struct {
	explicit bool
	most     int
	idle     time.Duration
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
	return func(c *config) { c.sandboxes.most, c.sandboxes.idle = max(0, most), idle }
}

// WithExplicitSandboxes refuses requests for sandboxes that are not there. Without it
// they are made when somebody first asks for them.
func WithExplicitSandboxes() Option { return func(c *config) { c.sandboxes.explicit = true } }
