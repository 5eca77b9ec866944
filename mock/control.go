package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// The control plane: what a test or a developer needs and the API itself does
// not offer. It has its own paths, its own errors and its own document,
// spec/control.yaml, and is never mixed with the API.

// controlPrefix is where the control plane lies.
const controlPrefix = "/_understudy"

// control registers the control plane.
func (s *Server) control(engine *gin.Engine) {
	open := engine.Group(controlPrefix, shutOut, refuseForms)
	open.GET("/health", func(g *gin.Context) { g.JSON(http.StatusOK, gin.H{"status": "ok"}) })

	group := open.Group("", s.askForToken)
	group.GET("/", s.controlIndex)
	group.POST("/reset", s.controlReset)

	group.GET("/dns", s.listTXT)
	group.GET("/dns/:name", s.showTXT)
	group.PUT("/dns/:name", s.putTXT)
	group.DELETE("/dns/:name", s.deleteTXT)

	group.GET("/clock", s.showClock)
	group.POST("/clock", s.setClock)

	group.GET("/outbox", s.listMail)
	group.DELETE("/outbox", s.clearMail)

	group.GET("/upstream", s.listUpstreamCalls)
	group.DELETE("/upstream", s.clearUpstreamCalls)
	group.GET("/upstream/mode", s.showUpstreamMode)
	group.PUT("/upstream/mode", s.setUpstreamMode)

	group.GET("/organizations/:id", s.controlShowOrganization)
	group.PATCH("/organizations/:id", s.controlPatchOrganization)
	group.POST("/integrations", s.installIntegration)
	group.GET("/integrations/:id", s.controlShowIntegration)
	group.PATCH("/integrations/:id", s.controlPatchIntegration)
	group.GET("/keys", s.listKeys)
	group.POST("/keys", s.mintKey)
	group.DELETE("/keys/:id", s.deleteKey)
	group.POST("/sessions", s.startSession)
	group.POST("/members", s.addMember)
	group.DELETE("/members/:email", s.forgetMember)
}

func (s *Server) controlReset(g *gin.Context) {
	s.Reset()
	g.Status(http.StatusNoContent)
}

// controlError refuses in the control plane's own form and ends the request.
func controlError(g *gin.Context, status int, code, detail string) {
	g.AbortWithStatusJSON(status, gin.H{"understudy": code, "detail": detail})
}

// controlBody reads a JSON object strictly into v. It answers itself and returns
// false when that fails.
func (s *Server) controlBody(g *gin.Context, v any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(g.Writer, g.Request.Body, s.config.maxBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	switch {
	case errors.Is(err, io.EOF):
		err = errors.New("the request has no body")
	case err == nil && decoder.More():
		err = errors.New("there is more after the first JSON value")
	}
	if err == nil {
		return true
	}
	controlError(g, http.StatusBadRequest, "invalid_body", fmt.Sprintf("Send a JSON body as described in %s/: %v.", controlPrefix, err))
	return false
}
