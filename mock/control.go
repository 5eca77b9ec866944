package mock

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
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// The control plane: what a test or a developer needs and the API itself does
// not offer. It has its own paths, its own errors and its own document,
// spec/control.yaml, and is never mixed with the API.

// control registers the control plane.
func (k *core) control(engine *gin.Engine) {
	private := engine.Group(address.Control, func(g *gin.Context) { keepPrivate(g.Writer.Header()) })
	k.dashboard(private.Group("", k.askForToken))

	open := private.Group("", refuseForms)
	open.GET("/health", health)

	group := open.Group("", k.askForToken)
	group.GET("/about", in((*Sandbox).showAbout))
	group.GET("/openapi.yaml", in((*Sandbox).showDocument))
	group.GET("/control.yaml", in((*Sandbox).showDocument))
	group.GET("/target", in((*Sandbox).showTarget))
	group.GET("/metrics", gin.WrapH(k.metrics))
	group.POST("/reset", in((*Sandbox).controlReset))

	group.GET("/sandboxes", k.listSandboxes)
	group.POST("/sandboxes", k.makeSandbox)
	group.GET("/sandboxes/:name", k.showSandbox)
	group.DELETE("/sandboxes/:name", k.dropSandbox)

	group.GET("/snapshots", in((*Sandbox).listSnapshots))
	group.POST("/snapshots", in((*Sandbox).takeSnapshot))
	group.POST("/snapshots/:name/restore", in((*Sandbox).restoreSnapshot))
	group.DELETE("/snapshots/:name", in((*Sandbox).deleteSnapshot))

	group.GET("/requests", in((*Sandbox).listRequests))
	group.DELETE("/requests", in((*Sandbox).clearRequests))
	group.GET("/requests/stream", in((*Sandbox).streamRequests))
	group.GET("/requests/export", in((*Sandbox).exportRequests))
	group.GET("/requests/:n", in((*Sandbox).showRequest))
	group.GET("/requests/:n/diff", in((*Sandbox).showRequestDiff))
	group.GET("/requests/:n/curl", in((*Sandbox).showRequestCurl))
	group.POST("/rewind", in((*Sandbox).controlRewind))
	group.GET("/world", in((*Sandbox).exportControl))
	group.PUT("/world", in((*Sandbox).importWorld))

	group.GET("/faults", in((*Sandbox).listFaults))
	group.POST("/faults", in((*Sandbox).addFaults))
	group.PUT("/faults", in((*Sandbox).replaceFaults))
	group.DELETE("/faults", in((*Sandbox).clearFaults))
	group.GET("/faults/:id", in((*Sandbox).showFault))
	group.PUT("/faults/:id", in((*Sandbox).putFault))
	group.DELETE("/faults/:id", in((*Sandbox).removeFault))
	group.GET("/fault-words", listFaultWords)
	group.GET("/violations", in((*Sandbox).listViolations))
	group.DELETE("/violations", in((*Sandbox).clearViolations))

	group.GET("/dns", in((*Sandbox).listTXT))
	group.GET("/dns/:name", in((*Sandbox).showTXT))
	group.PUT("/dns/:name", in((*Sandbox).putTXT))
	group.DELETE("/dns/:name", in((*Sandbox).deleteTXT))

	group.GET("/clock", in((*Sandbox).showClock))
	group.POST("/clock", in((*Sandbox).setClock))

	group.GET("/outbox", in((*Sandbox).listMail))
	group.DELETE("/outbox", in((*Sandbox).clearMail))

	group.GET("/upstream", in((*Sandbox).listUpstreamCalls))
	group.DELETE("/upstream", in((*Sandbox).clearUpstreamCalls))
	group.GET("/upstream/mode", in((*Sandbox).showUpstreamMode))
	group.PUT("/upstream/mode", in((*Sandbox).setUpstreamMode))

	group.GET("/rate-limits", in((*Sandbox).showRateLimits))
	group.PUT("/rate-limits", in((*Sandbox).putRateLimits))

	browser(group)
	switches(group)

	group.POST("/integrations", in((*Sandbox).installIntegration))
	group.GET("/keys", in((*Sandbox).listKeys))
	group.POST("/keys", in((*Sandbox).mintKey))
	group.DELETE("/keys/:id", in((*Sandbox).deleteKey))
	group.POST("/sessions", in((*Sandbox).startSession))
	group.POST("/members", in((*Sandbox).addMember))
}

// browser registers what shows the world.
func browser(group *gin.RouterGroup) {
	group.GET("/organizations", in((*Sandbox).browseOrganizations))
	group.GET("/organizations/:id", in((*Sandbox).controlShowOrganization))
	group.GET("/organizations/:id/domains", in(domainKind.browse))
	group.GET("/organizations/:id/identity_provider_configs", in(configKind.browse))
	group.GET("/organizations/:id/integrations", in(integrationKind.browse))
	group.GET("/organizations/:id/invites", in(inviteKind.browse))
	group.GET("/organizations/:id/members", in(memberKind.browse))
	group.GET("/organizations/:id/roles", in(roleKind.browse))
	group.GET("/organizations/:id/projects", in(projectKind.browse))
	group.GET("/users", in((*Sandbox).listUsers))
}

// switches registers what shows and changes single things of it.
func switches(group *gin.RouterGroup) {
	group.PATCH("/organizations/:id", in(onBody(patchOrganization)))
	group.GET("/domains/:id", in(domainKind.show))
	group.PATCH("/domains/:id", in(patch(domainKind, (*call).changeDomain)))
	group.DELETE("/domains/:id", in(domainKind.remove))
	group.DELETE("/identity_provider_configs/:id", in(configKind.remove))
	group.GET("/integrations/:id", in(integrationKind.show))
	group.PATCH("/integrations/:id", in(patch(integrationKind, (*call).changeIntegration)))
	group.DELETE("/integrations/:id", in(integrationKind.remove))
	group.GET("/invites/:id", in(inviteKind.show))
	group.PATCH("/invites/:id", in(patch(inviteKind, (*call).changeInvite)))
	group.DELETE("/invites/:id", in(inviteKind.remove))
	group.PATCH("/members/:email", in(onBody(patchMember)))
	group.DELETE("/members/:email", in((*Sandbox).forgetMember))
	group.DELETE("/roles/:id", in(roleKind.remove))
}

// noControl answers for what looks like the control plane and is none of it. That is no
// request to the API: no journal has it.
func noControl(g *gin.Context) {
	path := g.Request.URL.Path
	if path != address.Control && !strings.HasPrefix(path, address.Control+"/") {
		return
	}
	keepPrivate(g.Writer.Header())
	controlError(g, http.StatusNotFound, "no_such_page", fmt.Sprintf(
		"The control plane has no %s %s; GET %s/control.yaml says what it has.", g.Request.Method, path, address.Control))
}

// in makes a handler answer about the sandbox that the request is for.
func in(answer func(*Sandbox, *gin.Context)) gin.HandlerFunc {
	return func(g *gin.Context) { answer(exchangeOf(g.Request).sandbox, g) }
}

// controlError refuses in the control plane's own form and ends the request.
func controlError(g *gin.Context, status int, code, detail string) {
	g.AbortWithStatusJSON(status, gin.H{"understudy": code, "detail": detail})
}

// controlBody reads a JSON object strictly into v. It answers itself and returns
// false when that fails.
func (k *core) controlBody(g *gin.Context, v any) bool {
	err := k.readBody(g, v)
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", fmt.Sprintf("Send a JSON body as described in %s/: %v.", address.Control, err))
	}
	return err == nil
}

var errNoBody = errors.New("the request has no body")

func (k *core) readBody(g *gin.Context, v any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(g.Writer, g.Request.Body, k.config.maxBody))
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
