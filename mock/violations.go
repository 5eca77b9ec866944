package mock

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// Violation is something in requests that the OpenAPI document does not allow, and
// how often it was met.
type Violation = guard.Finding

// Violations are what requests had in them that the OpenAPI document does not allow,
// in the order in which they were met first.
func (b *Sandbox) Violations() []Violation { return b.violations.Findings().Violations }

// ViolationText tells people of the [Sandbox.Violations] of all sandboxes, also of
// those that are gone. It is empty when there are none.
func (s *Server) ViolationText() string {
	texts := s.core.departed.texts()
	for _, b := range s.core.all() {
		if text := sayViolations(b.name, b.violations.Findings()); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n\n")
}

func sayViolations(sandbox string, found guard.Findings) string {
	if found.Count == 0 {
		return ""
	}
	text := new(strings.Builder)
	text.WriteString("Sandbox " + sandbox + ": ")
	_ = found.WriteText(text) // a builder takes everything
	return strings.TrimSuffix(text.String(), "\n")
}
