// Package control is the control plane of the fake: what a test or a developer needs and
// the API itself does not offer. It has its own paths, its own errors and its own
// document, spec/control.yaml, and holds no rule of the API.
package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/dashboard"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// Config is what the control plane needs besides the sandboxes.
type Config struct {
	Sandboxes *sandbox.Registry
	Token     string // that callers must know; "" is none
	MaxBody   int64  // bytes of a request's body
	Version   string // of the server
	// Route answers a call that the dashboard makes to the control plane, in the sandbox
	// that its page is about.
	Route func(http.ResponseWriter, *http.Request, *sandbox.Sandbox)
	// WriteIntegration writes an integration as the API shows it.
	WriteIntegration func(*rest.Writer, *world.Integration, *world.User)
}

// Plane is the control plane of a server.
type Plane struct{ Config }

// New makes a control plane.
func New(config Config) *Plane { return &Plane{config} }

// Register registers the control plane at a router.
func (p *Plane) Register(engine *gin.Engine) {
	private := engine.Group(address.Control, func(g *gin.Context) { keepPrivate(g.Writer.Header()) })
	p.registerDashboard(private.Group("", p.askForToken))

	open := private.Group("", refuseForms)
	open.GET("/health", p.health)

	all := open.Group("", p.askForToken)
	all.PUT("/world", in(importWorld)) // which has a bound of its own

	group := all.Group("", p.limitBody)
	group.GET("/about", in(p.showAbout))
	group.GET("/openapi.yaml", in(showDocument))
	group.GET("/control.yaml", in(showDocument))
	group.GET("/target", in(p.showTarget))
	group.GET("/metrics", gin.WrapH(p.Sandboxes.Metrics()))
	group.POST("/reset", in(reset))

	group.GET("/sandboxes", p.listSandboxes)
	group.POST("/sandboxes", p.makeSandbox)
	group.GET("/sandboxes/:name", p.showSandbox)
	group.DELETE("/sandboxes/:name", p.dropSandbox)

	group.GET("/snapshots", in(listSnapshots))
	group.POST("/snapshots", in(takeSnapshot))
	group.POST("/snapshots/:name/restore", in(restoreSnapshot))
	group.DELETE("/snapshots/:name", in(deleteSnapshot))

	group.GET("/requests", in(listRequests))
	group.DELETE("/requests", in(clearRequests))
	group.GET("/requests/stream", in(streamRequests))
	group.GET("/requests/export", in(exportRequests))
	group.GET("/requests/:n", in(showRequest))
	group.GET("/requests/:n/diff", in(showRequestDiff))
	group.GET("/requests/:n/curl", in(showRequestCurl))
	group.POST("/rewind", in(rewind))
	group.GET("/world", in(exportWorld))

	group.GET("/faults", in(listFaults))
	group.POST("/faults", in(addFaults))
	group.PUT("/faults", in(replaceFaults))
	group.DELETE("/faults", in(clearFaults))
	group.GET("/faults/:id", in(showFault))
	group.PUT("/faults/:id", in(putFault))
	group.DELETE("/faults/:id", in(removeFault))
	group.GET("/fault-words", listFaultWords)
	group.GET("/violations", in(listViolations))
	group.DELETE("/violations", in(clearViolations))

	group.GET("/dns", in(listTXT))
	group.GET("/dns/:name", in(showTXT))
	group.PUT("/dns/:name", in(putTXT))
	group.DELETE("/dns/:name", in(deleteTXT))

	group.GET("/clock", in(showClock))
	group.POST("/clock", in(setClock))

	group.GET("/outbox", in(listMail))
	group.DELETE("/outbox", in(clearMail))

	group.GET("/upstream", in(listUpstreamCalls))
	group.DELETE("/upstream", in(clearUpstreamCalls))
	group.GET("/upstream/mode", in(showUpstreamMode))
	group.PUT("/upstream/mode", in(setUpstreamMode))

	group.GET("/rate-limits", in(showRateLimits))
	group.PUT("/rate-limits", in(putRateLimits))

	browser(group)
	switches(group)

	group.POST("/integrations", in(p.installIntegration))
	group.GET("/keys", in(listKeys))
	group.POST("/keys", in(mintKey))
	group.DELETE("/keys/:id", in(deleteKey))
	group.POST("/sessions", in(startSession))
	group.POST("/members", in(addMember))
}

// browser registers what shows the world.
func browser(group *gin.RouterGroup) {
	group.GET("/organizations", in(browseOrganizations))
	group.GET("/organizations/:id", in(showOrganization))
	group.GET("/organizations/:id/domains", in(domainKind.browse))
	group.GET("/organizations/:id/identity_provider_configs", in(configKind.browse))
	group.GET("/organizations/:id/integrations", in(integrationKind.browse))
	group.GET("/organizations/:id/invites", in(inviteKind.browse))
	group.GET("/organizations/:id/members", in(memberKind.browse))
	group.GET("/organizations/:id/roles", in(roleKind.browse))
	group.GET("/organizations/:id/projects", in(projectKind.browse))
	group.GET("/users", in(listUsers))
}

// switches registers what shows and changes single things of it.
func switches(group *gin.RouterGroup) {
	group.PATCH("/organizations/:id", in(onBody(patchOrganization)))
	group.GET("/domains/:id", in(domainKind.show))
	group.PATCH("/domains/:id", in(patch(domainKind, (*edit).changeDomain)))
	group.DELETE("/domains/:id", in(domainKind.remove))
	group.DELETE("/identity_provider_configs/:id", in(configKind.remove))
	group.GET("/integrations/:id", in(integrationKind.show))
	group.PATCH("/integrations/:id", in(patch(integrationKind, (*edit).changeIntegration)))
	group.DELETE("/integrations/:id", in(integrationKind.remove))
	group.GET("/invites/:id", in(inviteKind.show))
	group.PATCH("/invites/:id", in(patch(inviteKind, (*edit).changeInvite)))
	group.DELETE("/invites/:id", in(inviteKind.remove))
	group.PATCH("/members/:email", in(onBody(patchMember)))
	group.DELETE("/members/:email", in(forgetMember))
	group.DELETE("/roles/:id", in(roleKind.remove))
}

// NoRoute answers for what looks like the control plane and is none of it. That is no
// request to the API: no journal has it.
func NoRoute(g *gin.Context) {
	path := g.Request.URL.Path
	if path != address.Control && !strings.HasPrefix(path, address.Control+"/") {
		return
	}
	keepPrivate(g.Writer.Header())
	refuse(g, http.StatusNotFound, "no_such_page", fmt.Sprintf(
		"The control plane has no %s %s; GET %s/control.yaml says what it has.", g.Request.Method, path, address.Control))
}

// in makes a handler answer about the sandbox that the request is for.
func in(answer func(*sandbox.Sandbox, *gin.Context)) gin.HandlerFunc {
	return func(g *gin.Context) { answer(exchange.Of(g.Request).Sandbox, g) }
}

// refuse refuses in the control plane's own form and ends the request.
func refuse(g *gin.Context, status int, code, detail string) {
	g.AbortWithStatusJSON(status, gin.H{"understudy": code, "detail": detail})
}

// limitBody bounds the body of a request.
func (p *Plane) limitBody(g *gin.Context) {
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, p.MaxBody)
}

// readBody reads a JSON object strictly into v. It answers itself and returns false when
// that fails.
func readBody(g *gin.Context, v any) bool {
	err := decodeBody(g, v)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", fmt.Sprintf("Send a JSON body as described in %s/: %v.", address.Control, err))
	}
	return err == nil
}

var errNoBody = errors.New("the request has no body")

// decodeBody is readBody for those who answer themselves.
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

// What the bodies of the control plane may leave out.

// assign changes what was sent.
func assign[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

// isSet tells whether something was sent that is not nothing.
func isSet[T comparable](sent *T) bool {
	var nothing T
	return sent != nil && *sent != nothing
}

// maybeNull is a value that may be sent as null, which is not the same as not at all.
type maybeNull[T any] struct {
	sent  bool
	value *T
}

func (n *maybeNull[T]) UnmarshalJSON(data []byte) error {
	n.sent = true
	return json.Unmarshal(data, &n.value)
}

// set changes what was sent.
func (n maybeNull[T]) set(to **T) {
	if n.sent {
		*to = n.value
	}
}

// registerDashboard registers the web page over the control plane. Its calls go the way of
// all others, for the sandbox that the page is about. Its forms are no JSON: it looks
// itself where they come from.
func (p *Plane) registerDashboard(group *gin.RouterGroup) {
	pages := gin.WrapH(dashboard.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Route(w, r, exchange.Of(r).Sandbox)
	})))
	group.GET("/", pages)
	group.GET("/ui/*page", pages)
	group.POST("/ui/*page", pages)
}
