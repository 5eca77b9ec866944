package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/fixtures"
)

// Replace makes w the world that the server starts from, and starts the sandbox
// "default" from it as [Sandbox.Reset] does. A request sees the old world or the new
// one, whole. Other sandboxes keep what they have; those to come start from w. When w
// cannot be built nothing changes.
func (s *Server) Replace(w *fixtures.World) error {
	next, err := newOrigin(w, s.seed, s.core.config.clock.Now())
	if err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	s.turning.Lock()
	defer s.turning.Unlock()
	s.origin.Store(next)
	s.clock.resume(next.clock)
	s.resetState()
	return nil
}
