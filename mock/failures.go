package mock

import (
	"fmt"
	"strings"
	"testing"
)

// failures says for what a test of [Start] or [Running.Fork] fails at its end.
type failures struct{ onViolation, onUnmetFault bool }

// FailOnViolation makes the tests of [Start] and [Running.Fork] fail at their end when
// a request had something in it that the OpenAPI document does not allow. They list
// what it was, and what to do.
func FailOnViolation() Option { return func(c *config) { c.failures.onViolation = true } }

// FailOnUnmetFault makes the tests of [Start] and [Running.Fork] fail at their end when
// there are faults that calls should have met and did not; see [Sandbox.UnmetFaults].
func FailOnUnmetFault() Option { return func(c *config) { c.failures.onUnmetFault = true } }

// settle fails the test for what happened in the sandbox, which is gone then.
func (b *Sandbox) settle(t testing.TB) {
	t.Helper()
	b.settleFaults(t)
	b.Drop()
	if found, ok := b.core.departed.all()[b.name]; ok && b.core.config.failures.onViolation {
		t.Error(sayViolations(b.name, found.Report()))
	}
	b.core.departed.forget(b.name)
}

func (b *Sandbox) settleFaults(t testing.TB) {
	t.Helper()
	if unmet := b.UnmetFaults(); b.core.config.failures.onUnmetFault && len(unmet) > 0 {
		t.Errorf("Sandbox %s: %s", b.name, unmetText(unmet))
	}
}

// settle fails the test for what happened in all sandboxes, and for flaws.
func (s *Server) settle(t testing.TB) {
	t.Helper()
	if text := s.ViolationText(); s.core.config.failures.onViolation && text != "" {
		t.Error(text)
	}
	for _, b := range s.core.all() {
		b.settleFaults(t)
	}
	if flaws := s.Flaws(); len(flaws) > 0 {
		t.Error("understudy has bugs, please report them:\n  " + strings.Join(flaws, "\n  "))
	}
}

func unmetText(unmet []FaultState) string {
	var text strings.Builder
	text.WriteString("faults that calls should have met and did not:\n")
	for _, f := range unmet {
		fmt.Fprintf(&text, "  %s  operation %q: ", f.ID, f.Operation)
		if f.Matched == 0 {
			text.WriteString("no call matched it\n")
			continue
		}
		fmt.Fprintf(&text, "%d matched it, %d of %d met it\n", f.Matched, f.Met, max(1, f.Count))
	}
	return strings.TrimSuffix(text.String(), "\n")
}
