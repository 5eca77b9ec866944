package mock

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/server"
	"github.com/understudy-dev/understudy/spec"
)

// Server is the fake. It is an [http.Handler] and safe for concurrent use.
//
// Everything that has state lives in a [Sandbox]. The methods of the embedded one
// are about the sandbox "default", which answers whoever names no other.
type Server struct {
	*Sandbox
	handler http.Handler
}

// New makes a server. It fails when the world cannot be built, and when the
// OpenAPI document and the handlers do not name the same operations.
func New(options ...Option) (*Server, error) {
	c := defaults()
	for _, option := range options {
		option(&c)
	}
	if err := c.readRevision(); err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	built, err := server.New(c.server())
	if err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	return newServer(&Sandbox{built.Sandboxes.Default(), built, c.failures}), nil
}

// newServer is the server as those see it who name no sandbox and are in s.
func newServer(s *Sandbox) *Server { return &Server{s, s.server.Handler(s.sandbox)} }

// ServeHTTP answers a request. One that names no sandbox is for the server's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// SandboxNamed is the sandbox of a name. One that is not there is made from the
// server's world. It fails when the name cannot be one, and when there is no room.
func (s *Server) SandboxNamed(name string) (*Sandbox, error) {
	sandboxes := s.server.Sandboxes
	found, err := sandboxes.Named(name, sandboxes.Default().InitialState(), false)
	if err != nil {
		return nil, err
	}
	return &Sandbox{found, s.server, s.failures}, nil
}

// Close ends what runs beside the requests: it waits until all mail has been
// handed on, or until ctx ends, when it gives up on the rest and fails. Mail that
// is sent afterwards stays in the outbox. Requests are answered as before.
func (s *Server) Close(ctx context.Context) error { return s.server.Sandboxes.Close(ctx) }

// EndStreams ends every live stream of the control plane, which would otherwise keep
// [http.Server.Shutdown] waiting: give it to [http.Server.RegisterOnShutdown].
func (s *Server) EndStreams() {
	for _, one := range s.server.Sandboxes.All() {
		one.Journal.Close()
	}
}

// Flaws are the answers of the server that differed from the OpenAPI document, each
// once; see [WithSelfCheck]. They are bugs of understudy.
func (s *Server) Flaws() []string { return s.server.SelfCheckFindings() }

// ViolationText tells people of the [Sandbox.Violations] of all sandboxes, also of
// those that are gone, and of what was before a reset. It is empty when there are none.
func (s *Server) ViolationText() string {
	all := s.server.Sandboxes.AllViolations()
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if found := all[name].Report(); found.Count > 0 {
			texts = append(texts, violationText(name, found))
		}
	}
	return strings.Join(texts, "\n\n")
}

func violationText(sandbox string, found guard.Report) string {
	text := new(strings.Builder)
	text.WriteString("Sandbox " + sandbox + ": ")
	_ = found.WriteText(text) // a builder takes everything
	return strings.TrimSuffix(text.String(), "\n")
}

// Revisions are the names of the revisions of the API that a server can play, oldest first.
func Revisions() (names []string) {
	list, _ := spec.Revisions() // it is embedded, and tests read it
	for _, about := range list {
		names = append(names, string(about.Name))
	}
	return names
}

// Version is the version of this module in the program that runs, "(devel)" when the
// build does not know it.
func Version() string { return spec.ModuleVersion() }
