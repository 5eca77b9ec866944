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

	"github.com/gin-gonic/gin"
	"github.com/rs/cors"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/buffered"
	"github.com/understudy-dev/understudy/mock/internal/control"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/scimserver"
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
	document *spec.Document
	engine   *gin.Engine
	cors     *cors.Cors
	apiRoots map[string]bool // see isAPI
	scim     *scimserver.Server
	guard    *guard.Guard // nil if the server is unguarded
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
	if s.document, err = spec.Load(); err != nil {
		return nil, err
	}
	for _, op := range s.document.Operations() {
		s.config.Sandboxes.Operations = append(s.config.Sandboxes.Operations, op.ID)
	}
	if !config.Unguarded {
		if s.guard, err = guard.Load(); err != nil {
			return nil, err
		}
	}
	if s.Sandboxes, err = sandbox.New(s.config.Sandboxes); err != nil {
		return nil, err
	}
	if err := s.build(); err != nil {
		return nil, err
	}
	return s, nil
}

// build builds API, SCIM server, control plane and router, with the configured mutant.
func (s *Server) build() error {
	shared := &mutant.Tables{Operations: slices.Clone(s.document.Operations())}
	tables, scimTables := api.NewTables(shared), scimserver.NewTables(shared)
	if err := applyMutant(s.config.Mutant, tables, scimTables); err != nil {
		return err
	}
	rest, err := api.New(s.config.API, s.document, tables)
	if err != nil {
		return err
	}
	s.scim, err = scimserver.New(scimserver.Config{MaxBody: s.config.API.MaxBody, Logger: s.config.API.Logger}, scimTables)
	if err != nil {
		return err
	}
	plane := control.New(control.Config{
		Sandboxes: s.Sandboxes, Token: s.config.ControlToken, MaxBody: s.config.API.MaxBody, Version: s.config.Version,
		Route: s.route, WriteIntegration: rest.WriteIntegration,
	})
	s.cors, s.apiRoots = s.newCORS(), firstSegments(shared.Operations)
	s.engine = s.newRouter(shared, rest, plane)
	return nil
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
	s.engine.ServeHTTP(w, r)
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
