package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/fixtures"
)

// Replace makes w the world that the sandbox starts from, and starts it from there as
// [Sandbox.Reset] does. A request sees the old world or the new one, whole. Sandboxes to
// come start from the world of the sandbox "default"; those that are there keep what
// they have. When w cannot be built nothing changes.
func (b *Sandbox) Replace(w *fixtures.World) error {
	next, err := newOrigin(w, b.seed, b.core.config.clock.Now())
	if err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	b.turning.Lock()
	defer b.turning.Unlock()
	b.origin.Store(next)
	b.clock.Restore(next.clock)
	b.resetState()
	return nil
}
