package mock

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// handler is the code behind one operation.
type handler struct {
	// do answers the call: it reads c.view, changes c.tx (nil for safe methods)
	// and writes the body to c.out. An error undoes every change.
	do func(c *call) (status int, err error)
	// ask runs before the transaction, for what takes time outside the fake.
	ask func(c *call) error
}

// call is one request on its way through the server.
type call struct {
	server   *core
	exchange *exchange
	sandbox  *Sandbox
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

	caller
	organization *world.Organization
	membership   *world.Membership
	project      *world.Project // that the path names, on endpoints of a project

	records []string // TXT records that ask found
	counted bool     // the rate limits know of it
	outcome string   // what upstream answered to ask; "" is not asked
	out     rest.Writer
}

// serve answers one request. It is the only place that writes answers of the API.
func (k *core) serve(g *gin.Context, r *resource) {
	c := k.calls.Get().(*call)
	defer k.release(c)
	c.exchange = exchangeOf(g.Request)
	c.sandbox = c.exchange.sandbox
	c.resource, c.op = r, r.operations[g.Request.Method]
	c.request, c.header, c.params, c.now = g.Request, g.Writer.Header(), g.Params, c.sandbox.clock.Now()
	status, err := c.guard()
	if err != nil {
		c.out.Reset()
		status = c.refuse(err)
	}
	if c.header.Get("Allow") == "" {
		c.header["Allow"] = []string{r.allow}
	}
	write(g.Writer, status, c.out.Bytes())
}

// release returns the call to its pool, keeping only the memory of its writer.
func (k *core) release(c *call) {
	out := c.out
	out.Reset()
	*c = call{server: k, out: out}
	k.calls.Put(c)
}

// guard answers a crash as the real server does and reports it.
func (c *call) guard() (status int, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			c.server.config.logger.Error("crash", "method", c.request.Method, "path", c.request.URL.Path,
				"panic", fmt.Sprint(crash), "stack", string(debug.Stack()))
			err = rest.ErrServer
		}
	}()
	return c.run()
}

func (c *call) run() (status int, err error) {
	c.query = rest.ParseQuery(c.request.URL.RawQuery)
	if err := c.negotiate(); err != nil {
		return 0, err
	}
	if c.body, err = rest.ReadBody(c.request, c.server.config.maxBody); err != nil {
		return 0, err
	}
	c.view = c.sandbox.store.View()
	c.exchange.before, c.exchange.after = c.view, c.view
	if safe(c.request.Method) {
		return c.perform()
	}
	if c.op != nil && c.op.ask != nil {
		if err := c.admit(); err != nil {
			return 0, err
		}
		if err := c.op.ask(c); err != nil {
			return 0, err
		}
	}
	c.exchange.before, c.exchange.after, err = c.sandbox.store.Commit(func(tx *world.Tx) error {
		c.exchange.begin()
		c.tx, c.view = tx, &tx.World
		status, err = c.perform()
		return err
	})
	return status, err
}

// admit finds out who calls, whether they may, and whether they call too often.
func (c *call) admit() error {
	c.exchange.steps = c.exchange.steps[:0] // a request that asks outside is admitted twice
	err := c.pass(c.server.entrance)
	c.exchange.caller = c.caller
	c.exchange.limits = limits{c.organization, c.membership}
	return err
}

// pass makes the call go through checks, up to the first that refuses it.
func (c *call) pass(steps []step) error {
	for i := range steps {
		err := steps[i].check(c)
		if steps[i].name != stepAuthorize {
			c.exchange.pass(steps[i].name, err == nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *call) perform() (int, error) {
	if err := c.admit(); err != nil {
		return 0, err
	}
	switch {
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
		c.server.config.logger.Error("unexpected error", "method", c.request.Method, "path", c.request.URL.Path, "error", err)
		refusal = rest.ErrServer
	}
	for name, values := range refusal.Header {
		c.header[name] = values
	}
	refusal.Write(&c.out)
	return refusal.Status
}

// writeError answers outside of a call.
func writeError(w http.ResponseWriter, e *rest.Error) {
	var out rest.Writer
	e.Write(&out)
	write(w, e.Status, out.Bytes())
}

func write(w http.ResponseWriter, status int, body []byte) {
	writeAs(w, contentJSON, status, body)
}

// writeAs answers with a body of a content type.
func writeAs(w http.ResponseWriter, contentType []string, status int, body []byte) {
	if len(body) == 0 {
		w.WriteHeader(status)
		return
	}
	header := w.Header()
	header["Content-Type"] = contentType
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller who has gone is nobody to tell
}

var contentJSON = []string{"application/json"}

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
	if i := slices.Index(c.resource.names, name); i >= 0 {
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

// here is the absolute address of the request, without its query.
func (c *call) here() string {
	return c.site() + c.request.URL.EscapedPath()
}

// site is the scheme and host that the caller used, and the prefix of the sandbox.
func (c *call) site() string { return c.exchange.site(c.request) }

// publicSite is what links to the site itself begin with: the world's address of
// the site, or the one that the caller used.
func (c *call) publicSite() string {
	if site := c.view.SiteURL; site != "" {
		return site
	}
	return c.site()
}

// none answers without a body.
func (c *call) none() (int, error) { return http.StatusNoContent, nil }
