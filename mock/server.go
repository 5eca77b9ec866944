package mock

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Server is the fake. It is an [http.Handler] and safe for concurrent use.
type Server struct {
	config   config
	document *spec.Document
	engine   *gin.Engine
	handler  http.Handler    // what comes before the engine, and the engine
	roots    map[string]bool // see ofAPI
	clock    *adjustableClock
	ids      *ids.Source
	resolver Resolver
	upstream Upstream
	limiter  *ratelimit.Limiter // nil when nothing is limited
	delivery *delivery          // nil when mail goes nowhere
	store    *world.Store
	fixture  *fixtures.World
	start    *world.World
	logins   map[string]login
	calls    sync.Pool
	entrance []step                           // what every request goes through
	openSCIM func(*scimCall, *world.Tx) error // the same for SCIM
	serializers
}

// New makes a server. It fails when the world cannot be built, and when the
// OpenAPI document and the handlers do not name the same operations.
func New(options ...Option) (*Server, error) {
	c := defaults()
	for _, option := range options {
		option(&c)
	}
	if err := c.normalOrigins(); err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	s := &Server{config: c, clock: &adjustableClock{base: c.clock}, ids: ids.New(c.seed), fixture: c.world}
	if err := s.build(); err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	return s, nil
}

func (s *Server) build() (err error) {
	if s.fixture == nil {
		if s.fixture, err = fixtures.Named("default"); err != nil {
			return err
		}
	}
	if s.start, err = seed(s.fixture, s.clock.Now()); err != nil {
		return err
	}
	s.store = world.NewStore(s.start)
	s.logins = newLogins(s.fixture.Target, s.start, ids.New(^s.config.seed))
	s.logIn()
	if s.resolver = s.config.resolver; s.resolver == nil {
		s.resolver = worldResolver{s}
	}
	if s.upstream = s.config.upstream; s.upstream == nil {
		s.upstream = worldUpstream{s}
	}
	if s.document, err = spec.Load(); err != nil {
		return err
	}
	p := newParts(s.document)
	if err = p.mutate(s.config.mutant); err != nil {
		return err
	}
	s.entrance, s.openSCIM = p.admission.entrance, p.openSCIM
	if s.serializers, err = newSerializers(s.document, p); err != nil {
		return err
	}
	s.calls.New = func() any { return &call{server: s} }
	s.limiter = s.config.rateLimits.newLimiter(s.clock.Now)
	if s.engine, err = s.routes(p); err != nil {
		return err
	}
	s.roots = roots(p.operations)
	s.handler = s.shareAPI(s.engine)
	s.handOnMail()
	return nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.expects(r.Host) {
		refuseHost(w, r.Host)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// Now is the server's time.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Reset goes back to the world that the server started from: state, clock,
// identifiers and what the rate limits have counted. Relative times of the world keep the moment of the first start.
func (s *Server) Reset() {
	s.store.Reset(s.start)
	s.clock.Restore()
	s.ids.Restart(s.config.seed)
	if s.limiter != nil {
		s.limiter.Reset()
	}
	s.logIn()
}
