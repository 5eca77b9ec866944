package mock

import (
	"maps"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// Violation is something in requests that the OpenAPI document does not allow, and
// how often it was met.
type Violation = guard.RecordedViolation

// Violations are what requests had in them that the OpenAPI document does not allow,
// in the order in which they were met first.
func (b *Sandbox) Violations() []Violation { return b.violations.Report().Violations }

// ViolationText tells people of the [Sandbox.Violations] of all sandboxes, also of
// those that are gone, and of what was before a reset. It is empty when there are none.
func (s *Server) ViolationText() string {
	all := s.core.departed.all()
	for _, b := range s.core.all() {
		if all[b.name] == nil {
			all[b.name] = new(guard.Store)
		}
		all[b.name].Merge(b.violations.Report())
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if found := all[name].Report(); found.Count > 0 {
			texts = append(texts, sayViolations(name, found))
		}
	}
	return strings.Join(texts, "\n\n")
}

func sayViolations(sandbox string, found guard.Report) string {
	text := new(strings.Builder)
	text.WriteString("Sandbox " + sandbox + ": ")
	_ = found.WriteText(text) // a builder takes everything
	return strings.TrimSuffix(text.String(), "\n")
}
