// Package scimserver is the SCIM server, which identity providers call to make users and
// groups. It shares the world with the API, and nothing of its ways: it has a
// token, media types and errors of its own. What any SCIM server does is in package scim.
//
// A request goes media type → token → operation → log.
// Source: ee/api/scim/views.py, ee/api/scim/auth.py.
package scimserver

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Config is how the SCIM server differs from one deployment to another.
type Config struct {
	MaxBody int64 // bytes of a request's body
	Logger  *slog.Logger
}

// Server answers the operations of the SCIM server. It does not change once it is built.
type Server struct {
	Config
	revision     spec.Revision
	routes       []Route
	authenticate func(*call, *world.Tx) error
}

// Route is a documented path and what answers there.
type Route struct {
	Path   string // as the document writes it
	Handle gin.HandlerFunc
}

// Tables are what the SCIM server is built from, once, when it is made. A mutant is a
// change to them.
type Tables struct {
	*mutant.Tables
	handlers     map[string]action
	authenticate func(*call, *world.Tx) error
}

// NewTables are the tables of a SCIM server without a defect.
func NewTables(shared *mutant.Tables) *Tables {
	return &Tables{Tables: shared, handlers: handlers(), authenticate: (*call).authenticate}
}

// New builds the SCIM server from its tables. It fails when the OpenAPI document and the
// code do not name the same operations.
func New(config Config, revision spec.Revision, tables *Tables) (*Server, error) {
	s := &Server{Config: config, revision: revision, authenticate: tables.authenticate}
	list, err := resources(tables.Operations, tables.handlers)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		s.routes = append(s.routes, Route{r.path, func(g *gin.Context) { s.serve(g, r) }})
	}
	return s, nil
}

// Routes are the paths of the SCIM server, in the order of the document.
func (s *Server) Routes() []Route { return s.routes }

// action is the code behind one SCIM operation: it reads c.tx, changes it and
// writes the body to c.out. An error undoes every change.
type action func(c *call) (status int, err error)

// handlers pairs every SCIM operation of the OpenAPI document with its code.
func handlers() map[string]action {
	return map[string]action{
		"scim_users_list":           (*call).listUsers,
		"scim_users_create":         (*call).createUser,
		"scim_users_retrieve":       (*call).retrieveUser,
		"scim_users_update":         (*call).replaceUser,
		"scim_users_partial_update": (*call).patchUser,
		"scim_users_destroy":        (*call).deleteUser,

		"scim_groups_list":           (*call).listGroups,
		"scim_groups_create":         (*call).createGroup,
		"scim_groups_retrieve":       (*call).retrieveGroup,
		"scim_groups_update":         (*call).replaceGroup,
		"scim_groups_partial_update": (*call).patchGroup,
		"scim_groups_destroy":        (*call).deleteGroup,

		"scim_service_provider_config_retrieve": (*call).retrieveServiceProviderConfig,
		"scim_resource_types_retrieve":          (*call).listResourceTypes,
		"scim_schemas_retrieve":                 (*call).listSchemas,
	}
}

// resource is a path of the SCIM server and what can be done there.
type resource struct {
	path       string
	parameters []string          // of the parameters in the path, in their order
	operations map[string]action // by method
	allow      string            // the header Allow
}

// resources pairs every documented SCIM operation with its handler, and every
// handler with its operation.
func resources(operations []*spec.Operation, handlers map[string]action) ([]*resource, error) {
	documented, err := route.Pair(operations, true, handlers)
	if err != nil {
		return nil, err
	}
	var list []*resource
	for _, op := range documented {
		i := slices.IndexFunc(list, func(r *resource) bool { return r.path == op.Path })
		if i < 0 {
			i = len(list)
			list = append(list, &resource{path: op.Path, parameters: route.Parameters(op.Path), operations: map[string]action{}})
		}
		route.Add(list[i].operations, op.Method, handlers[op.ID])
	}
	for _, r := range list {
		r.operations[http.MethodOptions] = (*call).describe
		r.allow = route.Allow(r.operations)
	}
	return list, nil
}

// call is one SCIM request on its way through the server.
type call struct {
	server   *Server
	exchange *exchange.Exchange
	sandbox  *sandbox.Sandbox
	resource *resource
	request  *http.Request
	header   http.Header // of the answer
	params   gin.Params
	now      time.Time
	query    rest.Query

	projection scim.Projection // what is shown of users and groups

	rawBody   rest.Body
	body      any // the JSON value that was sent; {} without one
	bodyError error

	tx           *world.Tx
	provisioner  *provisioner // nil for a caller who is not known
	organization *world.Organization

	out rest.Writer
}

// serve answers one request. Everything happens in one transaction: the caller
// is known by the token of this moment, and the log tells of every request that
// changed something. Reading takes part in it, since it is logged too.
func (s *Server) serve(g *gin.Context, r *resource) {
	x := exchange.Of(g.Request)
	c := &call{
		server: s, exchange: x, sandbox: x.Sandbox, resource: r, request: g.Request, header: g.Writer.Header(), params: g.Params,
		now: x.Sandbox.Clock.Now(), query: rest.ParseQuery(g.Request.URL.RawQuery),
	}
	c.projection = scim.ReadProjection(c.query)
	var status int
	mediaType, err := c.prepare()
	if err == nil {
		x.Before, x.After, err = x.Sandbox.Store.Commit(func(tx *world.Tx) error {
			status, err = c.run(tx)
			return err
		})
	}
	if err != nil {
		status = c.refuse(err)
	}
	if c.header.Get("Allow") == "" {
		c.header["Allow"] = []string{r.allow}
	}
	rest.WriteResponseAs(g.Writer, []string{mediaType}, status, c.out.Bytes())
}

// run answers a caller who has the token, and logs the request whatever the answer is.
func (c *call) run(tx *world.Tx) (status int, err error) {
	x := c.exchange
	x.Begin()
	if tx.Revision != c.server.revision {
		return 0, rest.ErrUpgraded
	}
	err = c.server.authenticate(c, tx)
	x.Pass("authenticate", err == nil)
	if err != nil {
		return 0, err
	}
	x.Provisioner, x.Organization = c.provisioner.name, c.organization
	status = c.perform(tx)
	c.logRequest(tx, status)
	return status, nil
}

// prepare does what needs no transaction: it chooses the media type and reads the
// body, whose faults are refused only once the caller is known.
func (c *call) prepare() (mediaType string, err error) {
	if mediaType, err = scim.Negotiate(c.request.Header); err != nil {
		return mediaType, err
	}
	if c.rawBody, c.bodyError = rest.ReadBody(c.request, c.server.MaxBody); c.bodyError == nil {
		c.body, c.bodyError = scim.ParseBody(c.rawBody)
	}
	return mediaType, nil
}

// authenticate finds the provisioner of the path and holds the token against its own.
// Source: SCIMBearerTokenAuthentication in ee/api/scim/auth.py.
func (c *call) authenticate(tx *world.Tx) error {
	token, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return scim.ErrNoToken
	}
	p, ok := findProvisioner(&tx.World, c.segment())
	if !ok || !p.open || subtle.ConstantTimeCompare([]byte(token), []byte(p.token)) != 1 {
		return scim.ErrAuthentication
	}
	c.letIn(p)
	tx.AdoptProvisioned(p.id)
	return nil
}

// letIn makes a provisioner the one that the request is made for.
func (c *call) letIn(p *provisioner) { c.provisioner, c.organization = p, p.organization }

// perform carries the operation out. Its changes are undone when it is refused.
func (c *call) perform(tx *world.Tx) (status int) {
	err := tx.Savepoint(func(inner *world.Tx) (err error) {
		c.tx = inner
		status, err = c.recovered()
		return err
	})
	if err != nil {
		return c.refuse(err)
	}
	return status
}

// recovered turns a crash into a refusal and reports it.
func (c *call) recovered() (status int, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			c.server.Logger.Error("crash", "method", c.request.Method, "path", c.request.URL.Path,
				"panic", fmt.Sprint(crash), "stack", string(debug.Stack()))
			err = rest.ErrServer
		}
	}()
	do, ok := c.resource.operations[c.request.Method]
	if !ok {
		return 0, rest.MethodNotAllowed(c.request.Method, c.resource.allow)
	}
	return do(c)
}

// refuse writes the body and the headers of a refusal.
func (c *call) refuse(err error) int {
	refusal := scim.AsError(err)
	if refusal == nil {
		c.server.Logger.Error("unexpected error", "method", c.request.Method, "path", c.request.URL.Path, "error", err)
		refusal = scim.AsError(rest.ErrServer)
	}
	maps.Copy(c.header, refusal.Header)
	c.out.Reset()
	refusal.Write(&c.out)
	return refusal.Status
}

// Refuse answers what reaches no operation.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request, refusal *scim.Error) {
	mediaType, _ := scim.Negotiate(r.Header) // a refusal is written whatever the caller takes
	var out rest.Writer
	refusal.Write(&out)
	rest.WriteResponseAs(w, []string{mediaType}, refusal.Status, out.Bytes())
}

// param is what stands for {name} in the path.
func (c *call) param(name string) string { //nolint:unparam // as paths name them
	if i := slices.Index(c.resource.parameters, name); i >= 0 {
		return c.params[i].Value
	}
	return ""
}

// segment is the part of the path that calls the provisioner.
func (c *call) segment() string { return c.params[0].Value }

// resourcePath is the path of the provisioner's SCIM server, or of something below it.
func (c *call) resourcePath(parts ...string) string {
	return c.exchange.Prefix + "/scim/v2/" + strings.Join(append([]string{c.provisioner.segment}, parts...), "/")
}

// describe answers OPTIONS. Source: SimpleMetadata in rest_framework/metadata.py.
func (c *call) describe() (int, error) {
	name := c.resource.path[strings.LastIndex(strings.TrimSuffix(c.resource.path, "/{id}"), "/")+1:]
	c.out.Object()
	c.out.Key("name").String("Scim " + strings.TrimSuffix(name, "/{id}"))
	c.out.Key("description").String("Base view for all SCIM endpoints.")
	c.out.Key("renders").Strings(scim.MediaTypes)
	c.out.Key("parses").Strings(scim.MediaTypes)
	c.out.End()
	return http.StatusOK, nil
}

// What users and groups have in common when they are shown.

// resourceWriter is where a resource is written: into the answer, or aside when the
// request wants to see a part of it.
func (c *call) resourceWriter() *rest.Writer {
	if c.projection.Everything() {
		return &c.out
	}
	return new(rest.Writer)
}

// writeProjected puts what was written aside into the answer, as far as it is wanted.
func (c *call) writeProjected(w *rest.Writer) {
	if w == &c.out {
		return
	}
	resource, err := pyjson.Decode(w.Bytes())
	if err != nil {
		panic(err) // the writer writes JSON
	}
	c.out.Raw(pyjson.Append(nil, c.projection.Apply(resource.(*pyjson.Object))))
}

// writeMeta writes the member meta of a resource.
func (c *call) writeMeta(w *rest.Writer, kind, endpoint, id string) {
	w.Key("meta").Object()
	w.Key("resourceType").String(kind)
	w.Key("location").String(c.resourcePath(endpoint, id))
	w.End()
}
