package mock

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/spec"
)

// operation is a documented operation with the code behind it.
type operation struct {
	*spec.Operation
	handler
}

// resource is a path of the API and what can be done there.
type resource struct {
	path       string
	names      []string              // of the parameters in the path, in their order
	operations map[string]*operation // by method
	object     string                // the scope object: "organization" in "organization:read"
	nested     bool                  // the path lies within an organization
	collection bool                  // the path ends in a list, whose objects lie below it
	writeLevel int                   // the level for methods that are not there
	fresh      bool                  // writing needs a recent login
	anyKey     bool                  // about the caller's own key
	steps      []step                // what known callers go through
	allow      string                // the header Allow
}

// methods is the order in which the framework lists them.
var methods = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodHead, http.MethodOptions,
}

// resources pairs every documented operation with its handler, and every
// handler with its operation.
func resources(operations []*spec.Operation, handlers map[string]handler) ([]*resource, error) {
	documented := ofProtocol(operations, (*spec.Operation).IsSCIM, false)
	if err := pair(documented, handlers); err != nil {
		return nil, err
	}
	var list []*resource
	byPath := map[string]*resource{}
	for _, op := range documented {
		r, ok := byPath[op.Path]
		if !ok {
			r = &resource{path: op.Path, names: parameters(op.Path), operations: map[string]*operation{}}
			byPath[op.Path] = r
			list = append(list, r)
		}
		r.add(&operation{op, handlers[op.ID]})
	}
	for _, r := range list {
		r.complete(list)
	}
	return list, nil
}

// ofProtocol returns the documented operations that are, or are not, of a protocol.
func ofProtocol(all []*spec.Operation, is func(*spec.Operation) bool, want bool) (operations []*spec.Operation) {
	for _, op := range all {
		if is(op) == want {
			operations = append(operations, op)
		}
	}
	return operations
}

// pair fails when documented operations and handlers do not name the same things.
func pair[H any](documented []*spec.Operation, handlers map[string]H) error {
	missing := len(handlers)
	for _, op := range documented {
		if _, ok := handlers[op.ID]; !ok {
			return fmt.Errorf("operation %s is documented but has no handler", op.ID)
		}
		missing--
	}
	if missing == 0 {
		return nil
	}
	for id := range handlers {
		if !slices.ContainsFunc(documented, func(op *spec.Operation) bool { return op.ID == id }) {
			return fmt.Errorf("handler %s has no documented operation", id)
		}
	}
	return nil
}

func (r *resource) add(op *operation) {
	r.operations[op.Method] = op
	if op.Method == http.MethodGet {
		r.operations[http.MethodHead] = op
	}
}

// complete derives what holds for the whole path. An action without a scope
// takes the scope object of its siblings.
func (r *resource) complete(all []*resource) {
	_, rest, within := strings.Cut(r.path, "{organization_id}/")
	r.nested = within && rest != ""
	r.collection = slices.ContainsFunc(all, r.holds)
	for _, op := range r.operations {
		r.anyKey = r.anyKey || op.AnyKey
		if !safe(op.Method) {
			r.writeLevel = max(r.writeLevel, op.Level)
			r.fresh = r.fresh || op.RecentLogin
		}
	}
	for _, sibling := range all {
		for _, op := range sibling.operations {
			if r.tag() == op.Tag && op.Scope != "" {
				r.object, _, _ = strings.Cut(op.Scope, ":")
			}
		}
	}
	var allow []string
	for _, method := range methods {
		if r.operations[method] != nil || method == http.MethodOptions {
			allow = append(allow, method)
		}
	}
	r.allow = strings.Join(allow, ", ")
}

// parameters are the names in a path's braces.
func parameters(path string) (names []string) {
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// route is the path as the router wants it. There parameters at one place must
// share a name, so they are called by their number; see [call.param].
func (r *resource) route() string { return route(r.path) }

func route(path string) string {
	for i, name := range parameters(path) {
		path = strings.Replace(path, "{"+name+"}", ":"+strconv.Itoa(i), 1)
	}
	return strings.TrimSuffix(path, "/")
}

// holds tells whether other is one object of the list r.
func (r *resource) holds(other *resource) bool {
	below, ok := strings.CutPrefix(other.path, r.path)
	return ok && strings.HasPrefix(below, "{") && strings.Count(below, "/") == 1
}

func (r *resource) tag() string {
	for _, op := range r.operations {
		return op.Tag
	}
	return ""
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// ginMode guards the switch below: gin keeps its mode, and what it prints about
// routes, for the whole program.
var ginMode sync.Mutex

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

// routes registers every path with and without its trailing slash: the real
// server answers both, and redirects neither.
func (k *core) routes(p *parts) (*gin.Engine, error) {
	list, err := resources(p.operations, p.handlers)
	if err != nil {
		return nil, err
	}
	provisioning, err := scimResources(p.operations, p.provisioning)
	if err != nil {
		return nil, err
	}
	return newEngine(func(engine *gin.Engine) {
		for _, r := range list {
			r.steps = p.admission.steps(r)
			handle := k.watch(r.path, fault.RenderAPI, p.answering(r.path, func(g *gin.Context) { k.serve(g, r) }))
			engine.Any(r.route(), handle)
			engine.Any(r.route()+"/", handle)
		}
		for _, r := range provisioning {
			handle := k.watch(r.path, fault.RenderSCIM, p.answering(r.path, func(g *gin.Context) { k.serveSCIM(g, r) }))
			engine.Any(route(r.path), handle)
			engine.Any(route(r.path)+"/", handle)
		}
		k.control(engine)
		engine.NoRoute(k.serveUI, noControl, k.watch("", fault.RenderAPI, p.answering("", k.noRoute)))
	}), nil
}

// noRoute answers for every other path: in the API's words below /api/, in SCIM's
// below /scim/, in the fake's own elsewhere.
func (k *core) noRoute(g *gin.Context) {
	if path := g.Request.URL.Path; path == "/scim" || strings.HasPrefix(path, "/scim/") {
		k.refuseSCIM(g.Writer, g.Request, scim.ErrEndpointNotFound)
		return
	}
	if path := g.Request.URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
		writeError(g.Writer, rest.NotFound("Endpoint not found."))
		return
	}
	g.JSON(http.StatusNotFound, gin.H{
		"understudy": "no_such_page",
		"detail":     "The API is under /api/, the control plane under " + address.Control + "/.",
	})
}
