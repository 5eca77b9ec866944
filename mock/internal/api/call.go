package api

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// How a request is answered, from reading it to writing its response, and what operations
// share on the way: parameters, validation, pages, addresses.

// action is the code behind an operation: it reads c.view, changes c.tx (nil for safe
// methods) and writes the body to c.out. An error undoes every change.
type action = func(*call) (status int, err error)

// handler is how an operation is carried out: by one of the two.
type handler struct {
	do action
	// ask runs before the transaction, for what takes time outside the fake. It returns
	// what is left to do in the transaction, which knows the answer.
	ask func(*call) (action, error)
	// scopeLast says that the key is looked at after the membership and what follows from it.
	scopeLast bool
	// limit is what the operation counts against besides the limits of keys; nil is nothing.
	limit func(*call, *ratelimit.Policy) (wait time.Duration, refused bool)
}

// call is one request on its way through the API.
type call struct {
	api      *API
	exchange *exchange.Exchange
	sandbox  *sandbox.Sandbox
	resource *resource
	op       *operation // nil when the resource has no such method
	request  *http.Request
	header   http.Header // of the answer
	params   gin.Params
	now      time.Time

	body    rest.Body
	input   *rest.Input
	query   rest.Query
	invalid error // why the body could not be parsed
	parsed  bool

	view *world.World // what the call sees
	tx   *world.Tx    // what it may change; nil for safe methods

	exchange.Caller
	organization *world.Organization
	membership   *world.Membership

	out rest.Writer
}

// serve answers one request. It is the only place that writes answers of the API.
func (a *API) serve(g *gin.Context, r *resource) {
	c := a.calls.Get().(*call)
	defer a.release(c)
	c.exchange = exchange.Of(g.Request)
	c.sandbox = c.exchange.Sandbox
	c.resource, c.op = r, r.operations[g.Request.Method]
	c.request, c.header, c.params, c.now = g.Request, g.Writer.Header(), g.Params, c.sandbox.Clock.Now()
	status, err := c.recovered()
	if err != nil {
		c.out.Reset()
		status = c.refuse(err)
	}
	if c.header.Get("Allow") == "" {
		c.header["Allow"] = []string{r.allow}
	}
	rest.WriteResponse(g.Writer, status, c.out.Bytes())
}

// release returns the call to its pool, keeping only the memory of its writer.
func (a *API) release(c *call) {
	out := c.out
	out.Reset()
	*c = call{api: a, out: out}
	a.calls.Put(c)
}

// recovered answers a crash as the real server does and reports it.
func (c *call) recovered() (status int, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			c.api.Logger.Error("crash", "method", c.request.Method, "path", c.request.URL.Path,
				"panic", fmt.Sprint(crash), "stack", string(debug.Stack()))
			err = rest.ErrServer
		}
	}()
	return c.run()
}

// run takes the call through everything: what it accepts, its body, who calls and
// whether they may, and the operation, in one transaction where it may change something.
func (c *call) run() (status int, err error) {
	c.query = rest.ParseQuery(c.request.URL.RawQuery)
	if err := c.api.negotiate(c); err != nil {
		return 0, err
	}
	if c.body, err = rest.ReadBody(c.request, c.api.MaxBody); err != nil {
		return 0, err
	}
	if c.sandbox.Store.View().HasDeletedProjects(c.now) {
		_ = c.sandbox.Store.Update(func(tx *world.Tx) error { // it fails only where this function does
			tx.FinishDeletions(c.now)
			return nil
		})
	}
	c.exchange.Begin()
	c.view = c.exchange.Start.World
	c.exchange.Before, c.exchange.After = c.view, c.view
	if c.view.Revision != c.api.revision {
		return 0, rest.ErrUpgraded
	}
	if route.IsSafe(c.request.Method) {
		return c.perform(nil, false)
	}
	var next action
	if c.op != nil && c.op.ask != nil {
		if next, err = c.askOutside(); err != nil {
			return 0, err
		}
	}
	c.exchange.Before, c.exchange.After, err = c.sandbox.Store.Commit(func(tx *world.Tx) error {
		c.exchange.Begin()
		c.tx, c.view = tx, &tx.World
		if c.view.Revision != c.api.revision {
			return rest.ErrUpgraded
		}
		status, err = c.perform(next, next != nil)
		return err
	})
	return status, err
}

// has reports whether a change of the API has come here.
func (c *call) has(change spec.ChangeID) bool { return c.api.revision.Has(change) }

// askOutside does what takes time before the transaction, for callers who may.
func (c *call) askOutside() (action, error) {
	if err := c.admit(false); err != nil {
		return nil, err
	}
	return c.op.ask(c)
}

// admit finds out who calls, whether they may, and whether they call too often. A request
// that asks outside is admitted again in its transaction, and counted once.
func (c *call) admit(again bool) error {
	c.exchange.Steps = c.exchange.Steps[:0]
	err := c.pass(c.api.first, again)
	c.exchange.Caller = c.Caller
	c.exchange.Organization, c.exchange.Membership = c.organization, c.membership
	return err
}

// pass makes the call go through checks, up to the first that refuses it.
func (c *call) pass(stages []stage, again bool) error {
	for i := range stages {
		if again && stages[i].once {
			c.exchange.Pass(stages[i].name, true) // it has, or the call would not be here
			continue
		}
		err := stages[i].check(c)
		if stages[i].name != stageAuthorize {
			c.exchange.Pass(stages[i].name, err == nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// perform carries out the operation, or next in its place, for callers who may.
func (c *call) perform(next action, again bool) (int, error) {
	if err := c.admit(again); err != nil {
		return 0, err
	}
	switch {
	case next != nil:
		return next(c)
	case c.request.Method == http.MethodOptions:
		return c.describe()
	case c.op == nil:
		return 0, rest.MethodNotAllowed(c.request.Method, c.resource.allow)
	}
	return c.op.do(c)
}

// refuse writes the body and the headers of a refusal.
func (c *call) refuse(err error) int {
	var refusal *rest.Error
	if !errors.As(err, &refusal) {
		level := slog.LevelError
		if errors.Is(err, sandbox.ErrChosen) {
			level = slog.LevelDebug
		}
		c.api.Logger.Log(c.request.Context(), level, "unexpected error", "method", c.request.Method, "path", c.request.URL.Path, "error", err)
		refusal = rest.ErrServer
	}
	maps.Copy(c.header, refusal.Header)
	refusal.Write(&c.out)
	return refusal.Status
}

// parse reads the body once and remembers what came of it.
func (c *call) parse() (*rest.Input, error) {
	if !c.parsed {
		c.input, c.invalid = c.body.Parse()
		c.parsed = true
	}
	return c.input, c.invalid
}

// validate parses the body and checks it field by field.
func validate[T any](c *call, s *rest.Serializer[T, *call], mode rest.Mode) (*rest.Attrs, error) {
	in, err := c.parse()
	if err != nil {
		return nil, err
	}
	return s.Validate(c, in, mode)
}

// param is what stands for {name} in the path, "" where there is no such
// parameter.
func (c *call) param(name string) string {
	if i := slices.Index(c.resource.parameters, name); i >= 0 {
		return c.params[i].Value
	}
	return ""
}

// id is the {id} of the path; see [call.uuid].
func (c *call) id() string { return c.uuid("id") }

// uuid is a parameter of the path in canonical form, or "" if it is not a UUID: an
// object that does not exist.
func (c *call) uuid(name string) string {
	id, err := uuid.Parse(c.param(name))
	if err != nil {
		return ""
	}
	return id.String()
}

// requestURL is the absolute address of the request, without its query.
func (c *call) requestURL() string {
	return c.baseURL() + c.request.URL.EscapedPath()
}

// baseURL is the scheme and host that the caller used, and the prefix of the sandbox.
func (c *call) baseURL() string { return c.exchange.Site(c.request) }

// publicSite is what links to the site itself begin with: the world's address of
// the site, or the one that the caller used.
func (c *call) publicSite() string { return c.exchange.PublicSite(c.request, c.view) }

// noContent answers without a body.
func (c *call) noContent() (int, error) { return http.StatusNoContent, nil }

// negotiate refuses callers who want anything but JSON, before it is known who they
// are. A format that is not there is an address that is not there.
// Source: DefaultContentNegotiation in rest_framework/negotiation.py.
func (c *call) negotiate() error {
	if format, _ := c.query.Get("format"); format != "" && format != "json" {
		return rest.ErrNotFound
	}
	if !acceptsJSON(c.request.Header) {
		return rest.ErrNotAcceptable
	}
	return nil
}

// acceptsJSON reports whether the caller can take the only format there is.
func acceptsJSON(header http.Header) bool {
	accepts := header["Accept"]
	if len(accepts) == 0 {
		return true
	}
	for _, accept := range accepts {
		for part := range strings.SplitSeq(accept, ",") {
			kind, _, _ := strings.Cut(part, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "", "*/*", "application/*", "application/json":
				return true
			}
		}
	}
	return false
}

// listPage answers with the page of a list that the caller asked for.
func listPage[T any](c *call, list world.List[T], show func(*T)) (int, error) {
	window := c.query.Window()
	window.WritePage(&c.out, c.requestURL(), c.query, list.Len(), func() {
		for _, row := range list.Page(window.Offset, window.Limit) {
			show(row)
		}
	})
	return http.StatusOK, nil
}

// listRows is listPage for rows that were gathered one by one.
func listRows[T any](c *call, rows []T, show func(T)) (int, error) {
	window := c.query.Window()
	first := min(window.Offset, len(rows))
	last := first + min(window.Limit, len(rows)-first)
	window.WritePage(&c.out, c.requestURL(), c.query, len(rows), func() {
		for _, row := range rows[first:last] {
			show(row)
		}
	})
	return http.StatusOK, nil
}

// show writes a row, from what is cached of it where that still holds. It makes no
// difference whether the row is stored already.
func show[T any, K comparable](c *call, s *rest.Serializer[T, *call], row any, cache *world.JSONCache[K], key K, view func() T) {
	if json, ok := cache.Get(row, key); ok {
		c.out.Raw(json)
		return
	}
	cache.Put(row, key, c.out.Copy(func(w *rest.Writer) { s.Write(w, view()) }))
}
