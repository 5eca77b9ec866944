package mock

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The SCIM server of a domain, which identity providers call to make users and
// groups. It shares the world with the API, and nothing of its ways: it has a token,
// media types and errors of its own.
// Source: ee/api/scim/views.py, ee/api/scim/auth.py.

// scimHandler is the code behind one SCIM operation: it reads c.tx, changes it and
// writes the body to c.out. An error undoes every change.
type scimHandler func(c *scimCall) (status int, err error)

func scimHandlers() map[string]scimHandler {
	return map[string]scimHandler{
		"scim_users_list":           (*scimCall).listUsers,
		"scim_users_create":         (*scimCall).createUser,
		"scim_users_retrieve":       (*scimCall).retrieveUser,
		"scim_users_update":         (*scimCall).replaceUser,
		"scim_users_partial_update": (*scimCall).patchUser,
		"scim_users_destroy":        (*scimCall).deleteUser,

		"scim_groups_list":           (*scimCall).listGroups,
		"scim_groups_create":         (*scimCall).createGroup,
		"scim_groups_retrieve":       (*scimCall).retrieveGroup,
		"scim_groups_update":         (*scimCall).replaceGroup,
		"scim_groups_partial_update": (*scimCall).patchGroup,
		"scim_groups_destroy":        (*scimCall).deleteGroup,

		"scim_service_provider_config_retrieve": (*scimCall).retrieveServiceProviderConfig,
		"scim_resource_types_retrieve":          (*scimCall).listResourceTypes,
		"scim_schemas_retrieve":                 (*scimCall).listSchemas,
	}
}

// scimResource is a path of the SCIM server and what can be done there.
type scimResource struct {
	path       string
	names      []string               // of the parameters in the path, in their order
	operations map[string]scimHandler // by method
	allow      string                 // the header Allow
}

// scimResources pairs every documented SCIM operation with its handler, and every
// handler with its operation.
func scimResources(operations []*spec.Operation, handlers map[string]scimHandler) ([]*scimResource, error) {
	documented := ofProtocol(operations, (*spec.Operation).IsSCIM, true)
	if err := pair(documented, handlers); err != nil {
		return nil, err
	}
	var list []*scimResource
	for _, op := range documented {
		i := slices.IndexFunc(list, func(r *scimResource) bool { return r.path == op.Path })
		if i < 0 {
			i = len(list)
			list = append(list, &scimResource{path: op.Path, names: parameters(op.Path), operations: map[string]scimHandler{}})
		}
		list[i].operations[op.Method] = handlers[op.ID]
		if op.Method == http.MethodGet {
			list[i].operations[http.MethodHead] = handlers[op.ID]
		}
	}
	for _, r := range list {
		r.operations[http.MethodOptions] = (*scimCall).describe
		var allow []string
		for _, method := range methods {
			if r.operations[method] != nil {
				allow = append(allow, method)
			}
		}
		r.allow = strings.Join(allow, ", ")
	}
	return list, nil
}

// scimCall is one SCIM request on its way through the server.
type scimCall struct {
	server   *core
	exchange *exchange
	sandbox  *Sandbox
	resource *scimResource
	request  *http.Request
	header   http.Header // of the answer
	params   gin.Params
	now      time.Time
	query    rest.Query

	projection scim.Projection // what is shown of users and groups

	sent      rest.Body
	body      any // the JSON value that was sent; {} without one
	bodyError error

	tx           *world.Tx
	domain       *world.Domain // nil for a caller who is not known
	organization *world.Organization

	out rest.Writer
}

// serveSCIM answers one request. Everything happens in one transaction: the caller
// is known by the token of this moment, and the log tells of every request that
// changed something. Reading takes part in it, since it is logged too.
func (k *core) serveSCIM(g *gin.Context, r *scimResource) {
	x := exchangeOf(g.Request)
	c := &scimCall{
		server: k, exchange: x, sandbox: x.sandbox, resource: r, request: g.Request, header: g.Writer.Header(), params: g.Params,
		now: x.sandbox.clock.Now(), query: rest.ParseQuery(g.Request.URL.RawQuery),
	}
	c.projection = scim.ReadProjection(c.query)
	var status int
	mediaType, err := c.prepare()
	if err == nil {
		x.before, x.after, err = x.sandbox.store.Commit(func(tx *world.Tx) error {
			x.begin()
			err := k.openSCIM(c, tx)
			x.pass("authenticate", err == nil)
			if err != nil {
				return err
			}
			x.provisioner, x.limits.organization = c.domain.Domain, c.organization
			status = c.answer(tx)
			c.record(tx, status)
			return nil
		})
	}
	if err != nil {
		status = c.refuse(err)
	}
	if c.header.Get("Allow") == "" {
		c.header["Allow"] = []string{r.allow}
	}
	writeAs(g.Writer, []string{mediaType}, status, c.out.Bytes())
}

// prepare does what needs no transaction: it chooses the media type and reads the
// body, whose faults are refused only once the caller is known.
func (c *scimCall) prepare() (mediaType string, err error) {
	if mediaType, err = scim.Negotiate(c.request.Header); err != nil {
		return mediaType, err
	}
	if c.sent, c.bodyError = rest.ReadBody(c.request, c.server.config.maxBody); c.bodyError == nil {
		c.body, c.bodyError = scim.ParseBody(c.sent)
	}
	return mediaType, nil
}

// authenticate finds the domain of the path and holds the token against it. The
// settings that count are those of the domain's config, as for has_scim.
// Source: SCIMBearerTokenAuthentication in ee/api/scim/auth.py.
func (c *scimCall) authenticate(tx *world.Tx) error {
	token, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return scim.ErrNoToken
	}
	id, err := uuid.Parse(c.param("domain_id"))
	if err != nil {
		return scim.ErrAuthentication
	}
	domain, ok := tx.DomainByID(id.String())
	if !ok {
		return scim.ErrAuthentication
	}
	identity := domain.EffectiveIdentity()
	organization, ok := tx.Organization(domain.Organization)
	if !ok || domain.VerifiedAt == nil || !identity.HasSCIM() || !organization.HasFeature(world.FeatureSCIM) {
		return scim.ErrAuthentication
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(identity.SCIMBearerToken)) != 1 {
		return scim.ErrAuthentication
	}
	c.domain, c.organization = domain, organization
	return nil
}

// answer performs the operation, whose changes are undone when it is refused.
func (c *scimCall) answer(tx *world.Tx) (status int) {
	err := tx.Savepoint(func(inner *world.Tx) (err error) {
		c.tx = inner
		status, err = c.guard()
		return err
	})
	if err != nil {
		return c.refuse(err)
	}
	return status
}

// guard turns a crash into a refusal and reports it.
func (c *scimCall) guard() (status int, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			c.server.config.logger.Error("crash", "method", c.request.Method, "path", c.request.URL.Path,
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
func (c *scimCall) refuse(err error) int {
	refusal := scim.AsError(err)
	if refusal == nil {
		c.server.config.logger.Error("unexpected error", "method", c.request.Method, "path", c.request.URL.Path, "error", err)
		refusal = scim.AsError(rest.ErrServer)
	}
	for name, values := range refusal.Header {
		c.header[name] = values
	}
	c.out.Reset()
	refusal.Write(&c.out)
	return refusal.Status
}

// refuseSCIM answers outside of a call.
func (k *core) refuseSCIM(w http.ResponseWriter, r *http.Request, refusal *scim.Error) {
	mediaType, _ := scim.Negotiate(r.Header) // a refusal is written whatever the caller takes
	var out rest.Writer
	refusal.Write(&out)
	writeAs(w, []string{mediaType}, refusal.Status, out.Bytes())
}

// param is what stands for {name} in the path.
func (c *scimCall) param(name string) string {
	if i := slices.Index(c.resource.names, name); i >= 0 {
		return c.params[i].Value
	}
	return ""
}

// here is the path of the domain's SCIM server, or of something below it.
func (c *scimCall) here(parts ...string) string {
	return c.exchange.prefix + "/scim/v2/" + strings.Join(append([]string{c.domain.ID}, parts...), "/")
}

// describe answers OPTIONS. Source: SimpleMetadata in rest_framework/metadata.py.
func (c *scimCall) describe() (int, error) {
	name := c.resource.path[strings.LastIndex(strings.TrimSuffix(c.resource.path, "/{id}"), "/")+1:]
	c.out.Object()
	c.out.Key("name").String("Scim " + strings.TrimSuffix(name, "/{id}"))
	c.out.Key("description").String("Base view for all SCIM endpoints.")
	c.out.Key("renders").Strings(scim.MediaTypes)
	c.out.Key("parses").Strings(scim.MediaTypes)
	c.out.End()
	return http.StatusOK, nil
}
