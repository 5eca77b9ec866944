package mock

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/rs/cors"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/metrics"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
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

// core is what all sandboxes of a server share. It does not change once it is built,
// but for the sandboxes that there are.
type core struct {
	config   config
	document *spec.Document
	engine   *gin.Engine
	sharing  *cors.Cors
	roots    map[string]bool // see ofAPI
	delivery *delivery       // nil when mail goes nowhere
	calls    sync.Pool
	entrance []step                           // what every request goes through
	openSCIM func(*scimCall, *world.Tx) error // the same for SCIM
	guard    *guard.Guard                     // nil when nobody wants to know
	flaws    flaws
	departed departed
	known    []string // the ids of all operations
	metrics  *metrics.Metrics
	journals *journal.Budget
	sandboxes
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
	k := &core{config: c}
	if err := k.build(); err != nil {
		return nil, fmt.Errorf("mock: %w", err)
	}
	return k.server(k.main), nil
}

func (k *core) build() (err error) {
	if err := k.config.rateLimitSetting().Check(); err != nil {
		return err
	}
	k.metrics = metrics.New(k.sandboxes.number)
	k.journals = journal.NewBudget(k.config.journals)
	k.calls.New = func() any { return &call{server: k} }
	k.handOnMail()
	if k.document, err = spec.Load(); err != nil {
		return err
	}
	for _, op := range k.document.Operations() {
		k.known = append(k.known, op.ID)
	}
	if !k.config.unguarded {
		if k.guard, err = guard.Load(); err != nil {
			return err
		}
	}
	if err := k.config.arm(fault.NewSet(fault.Config{Operations: k.known})); err != nil {
		return err
	}
	if err := k.plant(); err != nil {
		return err
	}
	p := newParts(k.document)
	if err = p.mutate(k.config.mutant); err != nil {
		return err
	}
	k.entrance, k.openSCIM = p.admission.entrance, p.openSCIM
	if k.serializers, err = newSerializers(k.document, p); err != nil {
		return err
	}
	k.sharing, k.roots = k.config.crossOriginRules(), roots(p.operations)
	k.engine, err = k.routes(p)
	return err
}

// plant makes the sandbox "default" from the server's world.
func (k *core) plant() (err error) {
	w := k.config.world
	if w == nil {
		if w, err = fixtures.Named("default"); err != nil {
			return err
		}
	}
	start, err := worldfile.New(w, k.config.seed, k.config.clock.Now())
	if err != nil {
		return err
	}
	k.sandboxes.init(k.newSandbox(DefaultSandbox, k.config.seed, start))
	return nil
}

// server is the server as those see it who name no sandbox and are in b.
func (k *core) server(b *Sandbox) *Server {
	return &Server{b, k.shareAPI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { k.route(w, r, b) }))}
}

// ServeHTTP answers a request. One that names no sandbox is for the server's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.core.expects(r.Host) {
		refusal.Host(r.Host).Write(w)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// route finds the sandbox of a request, or takes another one, and has the request
// answered there.
func (k *core) route(w http.ResponseWriter, r *http.Request, otherwise *Sandbox) {
	x, r, err := k.enter(r, otherwise)
	if err != nil {
		err.Write(w)
		return
	}
	defer x.sandbox.leave()
	k.engine.ServeHTTP(w, r)
}
