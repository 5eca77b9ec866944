package server

import (
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/control"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/scim"
)

// ginMode guards gin's mode, which is global to the program: gin prints routes as they are
// registered unless the mode is release, and another user of gin may have another mode.
var ginMode sync.Mutex

// newEngine builds a router without the redirects that the real server does not make.
func newEngine(build func(*gin.Engine)) *gin.Engine {
	ginMode.Lock()
	defer ginMode.Unlock()
	previous := gin.Mode()
	gin.SetMode(gin.ReleaseMode)
	defer gin.SetMode(previous)
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	build(engine)
	return engine
}

// register registers a path with and without its trailing slash: the real server answers
// both, and redirects neither.
func register(engine *gin.Engine, path string, handle gin.HandlerFunc) {
	engine.Any(route.RouterPath(path), handle)
	engine.Any(route.RouterPath(path)+"/", handle)
}

// newRouter registers every path of a revision.
func (s *Server) newRouter(played *revision, tables *mutant.Tables) *gin.Engine {
	return newEngine(func(engine *gin.Engine) {
		for _, r := range played.rest.Routes() {
			register(engine, r.Path, s.wrap(played, r.Path, fault.RenderAPI, tables.Wrap(r.Path, r.Handle)))
		}
		for _, r := range played.scim.Routes() {
			register(engine, r.Path, s.wrap(played, r.Path, fault.RenderSCIM, tables.Wrap(r.Path, r.Handle)))
		}
		s.plane.Register(engine)
		engine.NoRoute(s.serveUI, control.NoRoute, s.wrap(played, "", fault.RenderAPI, tables.Wrap("", played.noRoute)))
	})
}

// noRoute answers for every other path with status 404: in the API's form below /api/, in
// SCIM's below /scim/, in the fake's own elsewhere.
func (r *revision) noRoute(g *gin.Context) {
	switch path := g.Request.URL.Path; {
	case path == "/scim" || strings.HasPrefix(path, "/scim/"):
		r.scim.Refuse(g.Writer, g.Request, scim.ErrEndpointNotFound)
	case path == "/api" || strings.HasPrefix(path, "/api/"):
		rest.WriteError(g.Writer, rest.NotFound("Endpoint not found."))
	default:
		g.JSON(http.StatusNotFound, gin.H{
			"understudy": "no_such_page",
			"detail":     "The API is under /api/, the control plane under " + address.Control + "/.",
		})
	}
}
