package mock

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/server"
)

// Running is a fake that listens on a free loopback port.
type Running struct {
	*Server
	// URL is the base URL, such as http://127.0.0.1:49152, without a final slash.
	URL string
	// Client does not keep cookies and trusts the server.
	Client *http.Client

	site string // the URL without the prefix of a sandbox
}

// Start runs a fake until the test ends. It fails the test when the fake cannot be
// made, at once, and at the end when the fake answered what its OpenAPI document does
// not allow; [FailOnViolation] and [FailOnUnmetFault] hold the calls to account too.
func Start(t testing.TB, options ...Option) *Running {
	t.Helper()
	server, err := New(append(slices.Clone(options), checkUnlessMutant)...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(func() {
		server.EndStreams()
		listening.Close()
		ctx, cancel := context.WithTimeout(context.Background(), sandbox.DeliveryTimeout)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
		server.settle(t)
	})
	return &Running{Server: server, URL: listening.URL, Client: listening.Client(), site: listening.URL}
}

// checkUnlessMutant has answers checked, unless they are to be wrong.
func checkUnlessMutant(c *config) { c.SelfCheck = c.SelfCheck || c.Mutant == "" }

// Fork makes a sandbox that starts as the fake is now, for a test that runs in
// parallel to others. Its URL has a prefix; it is dropped when the test ends. It fails
// the test when it cannot be made, and at the end as [Start] does for its own.
func (r *Running) Fork(t testing.TB) *Running {
	t.Helper()
	forked, err := r.Sandbox.Fork("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { forked.settle(t) })
	return &Running{Server: newServer(forked), URL: r.site + server.SandboxPath(forked.Name()), Client: r.Client, site: r.site}
}

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
func (s *Sandbox) settle(t testing.TB) {
	t.Helper()
	s.settleFaults(t)
	s.Drop()
	if found := s.server.Sandboxes.TakeDroppedViolations(s.Name()); found != nil && s.failures.onViolation {
		t.Error(violationText(s.Name(), found.Report()))
	}
}

func (s *Sandbox) settleFaults(t testing.TB) {
	t.Helper()
	if unmet := s.UnmetFaults(); s.failures.onUnmetFault && len(unmet) > 0 {
		t.Errorf("Sandbox %s: %s", s.Name(), unmetText(unmet))
	}
}

// settle fails the test for what happened in all sandboxes, and for flaws.
func (s *Server) settle(t testing.TB) {
	t.Helper()
	if text := s.ViolationText(); s.failures.onViolation && text != "" {
		t.Error(text)
	}
	for _, one := range s.server.Sandboxes.All() {
		(&Sandbox{one, s.server, s.failures}).settleFaults(t)
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
