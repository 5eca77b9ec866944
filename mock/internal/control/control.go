// Package control is the control plane of the fake: what a test or a developer needs and
// the API itself does not offer. It has its own paths, its own errors and its own
// document, spec/control.yaml, and holds no rule of the API.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/advice"
	"github.com/understudy-dev/understudy/mock/internal/dashboard"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// Config is what the control plane needs.
type Config struct {
	Sandboxes *sandbox.Registry
	Token     string // that callers must send; "" is none
	MaxBody   int64  // of a request, in bytes
	Version   string // of the server
	// Route answers a request of the dashboard to the control plane, in the sandbox that its
	// page shows.
	Route func(http.ResponseWriter, *http.Request, *sandbox.Sandbox)
	// WriteIntegration writes an integration as the API shows it.
	WriteIntegration func(*rest.Writer, *world.Integration, *world.User)
	// ViolationsAgainst says which requests of a sandbox break in another revision.
	ViolationsAgainst func(context.Context, *sandbox.Sandbox, spec.Revision) (*advice.Report, error)
}

// Plane is the control plane of a server.
type Plane struct{ Config }

// New makes a control plane.
func New(config Config) *Plane { return &Plane{config} }

// Register adds the routes of the control plane to a router.
func (p *Plane) Register(engine *gin.Engine) {
	private := engine.Group(address.Control, func(g *gin.Context) { setPrivateHeaders(g.Writer.Header()) })
	p.registerDashboard(private.Group("", p.requireToken))

	open := private.Group("", refuseForms)
	open.GET("/health", p.health)

	all := open.Group("", p.requireToken)
	all.PUT("/world", inSandbox(importWorld)) // it has a larger limit of its own

	group := all.Group("", p.limitBody)
	group.GET("/about", inSandbox(p.showAbout))
	group.GET("/openapi.yaml", inSandbox(showDocument))
	group.GET("/control.yaml", inSandbox(showDocument))
	group.GET("/target", inSandbox(p.showTarget))
	group.GET("/metrics", gin.WrapH(p.Sandboxes.Metrics()))
	group.POST("/reset", inSandbox(reset))

	group.GET("/sandboxes", p.listSandboxes)
	group.POST("/sandboxes", p.createSandbox)
	group.GET("/sandboxes/:name", p.showSandbox)
	group.DELETE("/sandboxes/:name", p.dropSandbox)

	group.GET("/revision", inSandbox(showRevision))
	group.PUT("/revision", inSandbox(moveRevision))

	group.GET("/snapshots", inSandbox(listSnapshots))
	group.POST("/snapshots", inSandbox(takeSnapshot))
	group.POST("/snapshots/:name/restore", inSandbox(restoreSnapshot))
	group.DELETE("/snapshots/:name", inSandbox(deleteSnapshot))

	group.GET("/requests", inSandbox(listRequests))
	group.DELETE("/requests", inSandbox(clearRequests))
	group.GET("/requests/stream", inSandbox(streamRequests))
	group.GET("/requests/export", inSandbox(exportRequests))
	group.GET("/requests/:n", inSandbox(showRequest))
	group.GET("/requests/:n/diff", inSandbox(showRequestDiff))
	group.GET("/requests/:n/curl", inSandbox(showRequestCurl))
	group.POST("/rewind", inSandbox(rewind))
	group.GET("/world", inSandbox(exportWorld))

	group.GET("/faults", inSandbox(listFaults))
	group.POST("/faults", inSandbox(addFaults))
	group.PUT("/faults", inSandbox(replaceFaults))
	group.DELETE("/faults", inSandbox(clearFaults))
	group.GET("/faults/:id", inSandbox(showFault))
	group.PUT("/faults/:id", inSandbox(putFault))
	group.DELETE("/faults/:id", inSandbox(removeFault))
	group.GET("/fault-words", listFaultWords)
	group.GET("/violations", inSandbox(p.listViolations))
	group.DELETE("/violations", inSandbox(clearViolations))

	group.GET("/dns", inSandbox(listTXT))
	group.GET("/dns/:name", inSandbox(showTXT))
	group.PUT("/dns/:name", inSandbox(putTXT))
	group.DELETE("/dns/:name", inSandbox(deleteTXT))

	group.GET("/dns-mode", inSandbox(showDNSMode))
	group.PUT("/dns-mode", inSandbox(setDNSMode))
	group.GET("/mail-mode", inSandbox(showMailMode))
	group.PUT("/mail-mode", inSandbox(setMailMode))

	group.GET("/clock", inSandbox(showClock))
	group.POST("/clock", inSandbox(setClock))

	group.GET("/outbox", inSandbox(listMail))
	group.DELETE("/outbox", inSandbox(clearMail))

	group.GET("/upstream", inSandbox(listUpstreamCalls))
	group.DELETE("/upstream", inSandbox(clearUpstreamCalls))
	group.GET("/upstream/mode", inSandbox(showUpstreamMode))
	group.PUT("/upstream/mode", inSandbox(setUpstreamMode))

	group.GET("/rate-limits", inSandbox(showRateLimits))
	group.PUT("/rate-limits", inSandbox(putRateLimits))

	registerLists(group)
	registerChanges(group)

	group.POST("/integrations", inSandbox(p.installIntegration))
	group.GET("/keys", inSandbox(listKeys))
	group.POST("/keys", inSandbox(createKey))
	group.DELETE("/keys/:id", inSandbox(deleteKey))
	group.POST("/sessions", inSandbox(startSession))
	group.POST("/members", inSandbox(addMember))
}

// registerLists registers what lists the rows of the world.
func registerLists(group *gin.RouterGroup) {
	group.GET("/organizations", inSandbox(listOrganizations))
	group.GET("/organizations/:id", inSandbox(showOrganization))
	group.GET("/organizations/:id/domains", inSandbox(domainResource.getAll))
	group.GET("/organizations/:id/identity_provider_configs", inSandbox(configResource.getAll))
	group.GET("/organizations/:id/integrations", inSandbox(integrationResource.getAll))
	group.GET("/organizations/:id/invites", inSandbox(inviteResource.getAll))
	group.GET("/organizations/:id/members", inSandbox(memberResource.getAll))
	group.GET("/organizations/:id/roles", inSandbox(roleResource.getAll))
	group.GET("/organizations/:id/projects", inSandbox(projectResource.getAll))
	group.GET("/users", inSandbox(listUsers))
}

// registerChanges registers what shows, changes and deletes single rows.
func registerChanges(group *gin.RouterGroup) {
	group.PATCH("/organizations/:id", inSandbox(updateWithBody(patchOrganization)))
	group.GET("/domains/:id", inSandbox(domainResource.get))
	group.PATCH("/domains/:id", inSandbox(patch(domainResource, (*call).changeDomain)))
	group.DELETE("/domains/:id", inSandbox(domainResource.remove))
	group.DELETE("/identity_provider_configs/:id", inSandbox(configResource.remove))
	group.GET("/integrations/:id", inSandbox(integrationResource.get))
	group.PATCH("/integrations/:id", inSandbox(patch(integrationResource, (*call).changeIntegration)))
	group.DELETE("/integrations/:id", inSandbox(integrationResource.remove))
	group.GET("/invites/:id", inSandbox(inviteResource.get))
	group.PATCH("/invites/:id", inSandbox(patch(inviteResource, (*call).changeInvite)))
	group.DELETE("/invites/:id", inSandbox(inviteResource.remove))
	group.PATCH("/members/:email", inSandbox(updateWithBody(patchMember)))
	group.DELETE("/members/:email", inSandbox(removeMember))
	group.DELETE("/projects/:id", inSandbox(finishProject))
	group.DELETE("/roles/:id", inSandbox(roleResource.remove))
}

// NoRoute answers requests for unknown paths of the control plane. They are not requests to
// the API, and not in the journal.
func NoRoute(g *gin.Context) {
	path := g.Request.URL.Path
	if path != address.Control && !strings.HasPrefix(path, address.Control+"/") {
		return
	}
	setPrivateHeaders(g.Writer.Header())
	refuse(g, http.StatusNotFound, "no_such_page", fmt.Sprintf(
		"The control plane has no %s %s; GET %s/control.yaml says what it has.", g.Request.Method, path, address.Control))
}

// inSandbox makes a handler of a function that is about the sandbox of the request.
func inSandbox(answer func(*sandbox.Sandbox, *gin.Context)) gin.HandlerFunc {
	return func(g *gin.Context) { answer(exchange.Of(g.Request).Sandbox, g) }
}

// refuse refuses a request in the fake's own form.
func refuse(g *gin.Context, status int, code, detail string) {
	g.AbortWithStatusJSON(status, gin.H{"understudy": code, "detail": detail})
}

// limitBody limits the size of a request's body.
func (p *Plane) limitBody(g *gin.Context) {
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, p.MaxBody)
}

// readBody decodes a JSON body strictly into v. It refuses the request and returns false if
// that fails.
func readBody(g *gin.Context, v any) bool {
	err := decodeBody(g, v)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", fmt.Sprintf("Send a JSON body as described in %s/: %v.", address.Control, err))
	}
	return err == nil
}

var errNoBody = errors.New("the request has no body")

// decodeBody decodes a JSON body strictly into v.
func decodeBody(g *gin.Context, v any) error {
	decoder := json.NewDecoder(g.Request.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	switch {
	case errors.Is(err, io.EOF):
		err = errNoBody
	case err == nil && decoder.More():
		err = errors.New("there is more after the first JSON value")
	}
	if err != nil {
		return err
	}
	if at, found := worldfile.FindNullCharacter(reflect.ValueOf(v)); found {
		return fmt.Errorf("%q contains a null character: remove it", strings.TrimPrefix(at, "."))
	}
	return nil
}

// Optional fields of bodies.

// setIfSent assigns a value that was sent.
func setIfSent[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

// setIfNot stores the opposite of what was sent.
func setIfNot(to, sent *bool) {
	if sent != nil {
		*to = !*sent
	}
}

// isSet reports whether a value was sent and is not the zero value.
func isSet[T comparable](sent *T) bool {
	var zero T
	return sent != nil && *sent != zero
}

// nullable is a value that may be sent as null, which differs from not being sent.
type nullable[T any] struct {
	sent  bool
	value *T
}

func (n *nullable[T]) UnmarshalJSON(data []byte) error {
	n.sent = true
	return json.Unmarshal(data, &n.value)
}

// set assigns a value that was sent.
func (n nullable[T]) set(to **T) {
	if n.sent {
		*to = n.value
	}
}

// registerDashboard registers the dashboard, whose pages make requests to the control plane
// through the server's router. It checks the origin of its forms itself, because they are
// not JSON.
func (p *Plane) registerDashboard(group *gin.RouterGroup) {
	pages := gin.WrapH(dashboard.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Route(w, r, exchange.Of(r).Sandbox)
	})))
	group.GET("/", pages)
	group.GET("/ui/*page", pages)
	group.POST("/ui/*page", pages)
}
