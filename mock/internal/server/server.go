// Package server composes the fake from its parts: it checks the host and the origin of a
// request, selects the sandbox, routes, and surrounds operations with faults, the contract
// guard and the journal. It holds no rule of the API and no state of a sandbox.
package server

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/buffered"
	"github.com/understudy-dev/understudy/mock/internal/control"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/spec"
)

// Config says what a server is made of.
type Config struct {
	Sandboxes sandbox.Config // its Operations are those of the document
	API       api.Config

	Hosts        []string     // that requests may be for, in lower case; none allows any
	Origins      []string     // whose pages may use the API, beside loopback origins
	ControlToken string       // of the control plane; "" is none
	UI           http.Handler // a frontend that shares the origin; nil is none
	Version      string

	Unguarded bool                                             // do not check requests against the document
	SelfCheck bool                                             // check responses against the document
	Mutant    string                                           // the name of a planted defect; "" is none
	Sleep     func(ctx context.Context, d time.Duration) error // how slow responses wait
}

// Server is what all sandboxes of a fake share. Only its set of sandboxes and its findings
// change once it is built. It is safe for concurrent use.
type Server struct {
	Sandboxes *sandbox.Registry

	config   Config
	plane    *control.Plane
	cors     *cors.Cors
	apiRoots map[string]bool                        // see isAPI
	revision func(spec.Revision) (*revision, error) // each is built when somebody first asks
	findings selfCheckFindings

	responses buffered.Pool
}

// New makes a server. It fails when the world cannot be built, and when the
// OpenAPI document and the handlers do not name the same operations.
func New(config Config) (s *Server, err error) {
	s = &Server{config: config}
	if s.config.Origins, err = normalizeOrigins(config.Origins); err != nil {
		return nil, err
	}
	if err := checkMutant(config.Mutant); err != nil {
		return nil, err
	}
	s.revision = spec.OncePerRevision(s.newRevision)
	if s.config.Sandboxes.Operations, err = spec.OperationIDs(); err != nil {
		return nil, err
	}
	if s.Sandboxes, err = sandbox.New(s.config.Sandboxes); err != nil {
		return nil, err
	}
	s.plane = control.New(control.Config{
		Sandboxes: s.Sandboxes, Token: s.config.ControlToken, MaxBody: s.config.API.MaxBody, Version: s.config.Version,
		Route: s.route, WriteIntegration: s.writeIntegration, ViolationsAgainst: s.ViolationsAgainst,
	})
	first, err := s.revision(s.Sandboxes.Default().Revision())
	if err != nil {
		return nil, err
	}
	s.cors, s.apiRoots = s.newCORS(), firstSegments(first.document.Operations())
	return s, nil
}

// Handler answers requests. One that names no sandbox is for the fallback.
func (s *Server) Handler(fallback *sandbox.Sandbox) http.Handler {
	checked := s.checkOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.route(w, r, fallback) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.allowsHost(r.Host) {
			refusal.Host(r.Host).Write(w)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// route selects the sandbox of a request and answers the request there.
func (s *Server) route(w http.ResponseWriter, r *http.Request, fallback *sandbox.Sandbox) {
	x, r, err := s.selectSandbox(r, fallback)
	if err != nil {
		err.Write(w)
		return
	}
	defer x.Sandbox.Leave()
	played, failed := s.revision(x.Sandbox.Revision())
	if failed != nil { // the tests of every revision rule it out
		s.config.API.Logger.Error("revision", "name", x.Sandbox.Revision(), "error", failed)
		refusal.Revision(failed).Write(w)
		return
	}
	w.Header()[address.RevisionHeader] = played.header
	played.engine.ServeHTTP(w, r)
}

// Profile is the target profile of a sandbox; see [control.Profile].
func (s *Server) Profile(of *sandbox.Sandbox, baseURL string) ([]byte, error) {
	return control.Profile(of, baseURL, s.config.ControlToken)
}

// SandboxPath begins the paths of a sandbox.
func SandboxPath(name string) string { return address.Sandbox + name }

// allowsHost reports whether the server answers requests for a host.
func (s *Server) allowsHost(host string) bool {
	if len(s.config.Hosts) == 0 {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	return slices.Contains(s.config.Hosts, name) || strings.HasSuffix(name, ".localhost")
}
