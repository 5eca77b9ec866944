// Package server puts the fake together: the door of a request (host, origin, choice of
// its sandbox, router) and what surrounds it (faults, contract guard, journal,
// explanation). It holds no rule of the API and no state of a sandbox.
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

	Hosts        []string // that requests may be for, in lower case; none is any
	Origins      []string // whose pages may use the API, beside those of this machine
	ControlToken string   // of the control plane; "" is none
	UI           http.Handler
	Version      string

	Unguarded bool // requests are not held against the document
	SelfCheck bool // answers are
	Mutant    string
	Sleep     func(ctx context.Context, d time.Duration) error // of slow answers
}

// Server is all that the sandboxes of a fake share. It does not change once it is built,
// but for the sandboxes that there are. It is safe for concurrent use.
type Server struct {
	Sandboxes *sandbox.Registry

	config   Config
	document *spec.Document
	engine   *gin.Engine
	sharing  *cors.Cors
	roots    map[string]bool // see isAPI
	scim     *scimserver.Server
	guard    *guard.Guard // nil when nobody wants to know
	findings selfCheckFindings
}

// New makes a server. It fails when the world cannot be built, and when the
// OpenAPI document and the handlers do not name the same operations.
func New(config Config) (s *Server, err error) {
	s = &Server{config: config}
	if s.config.Origins, err = normalOrigins(config.Origins); err != nil {
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

// build makes what answers, with the defect that the server is to have.
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
	s.sharing, s.roots = s.sharingRules(), roots(shared.Operations)
	s.engine = s.newRouter(shared, rest, plane)
	return nil
}

// Handler answers requests. One that names no sandbox is for the given one.
func (s *Server) Handler(otherwise *sandbox.Sandbox) http.Handler {
	shared := s.share(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.route(w, r, otherwise) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.expectsHost(r.Host) {
			refusal.Host(r.Host).Write(w)
			return
		}
		shared.ServeHTTP(w, r)
	})
}

// route finds the sandbox of a request, or takes another one, and has the request
// answered there.
func (s *Server) route(w http.ResponseWriter, r *http.Request, otherwise *sandbox.Sandbox) {
	x, r, err := s.enter(r, otherwise)
	if err != nil {
		err.Write(w)
		return
	}
	defer x.Sandbox.Leave()
	s.engine.ServeHTTP(w, r)
}

// Profile is the target profile of a sandbox; see [control.Profile].
func (s *Server) Profile(b *sandbox.Sandbox, baseURL string) ([]byte, error) {
	return control.Profile(b, baseURL, s.config.ControlToken)
}

// SandboxPath begins the paths of a sandbox.
func SandboxPath(name string) string { return address.Sandbox + name }

// expectsHost reports whether the server answers for a host.
func (s *Server) expectsHost(host string) bool {
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
