package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// Replace makes w the world that the sandbox starts from, and starts it from there as
// [Sandbox.Reset] does. A request sees the old world or the new one, whole. Sandboxes to
// come start from the world of the sandbox "default"; those that are there keep what
// they have. When w cannot be built nothing changes.
func (b *Sandbox) Replace(w *fixtures.World) error {
	next, err := worldfile.New(w, b.seed, b.core.config.clock.Now())
	if err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	b.turning.Lock()
	defer b.turning.Unlock()
	b.origin.Store(next)
	b.clock.Restore(next.Clock)
	b.resetState()
	return nil
}
