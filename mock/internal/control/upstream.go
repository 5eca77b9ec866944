package control

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func listUpstreamCalls(s *sandbox.Sandbox, g *gin.Context) {
	calls := s.UpstreamCalls()
	g.JSON(http.StatusOK, gin.H{"count": len(calls), "calls": calls})
}

func clearUpstreamCalls(s *sandbox.Sandbox, g *gin.Context) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.ClearUpstreamCalls()
		return nil
	})
	g.Status(http.StatusNoContent)
}

func showUpstreamMode(s *sandbox.Sandbox, g *gin.Context) {
	g.JSON(http.StatusOK, gin.H{"mode": s.Store.View().UpstreamMode()})
}

func setUpstreamMode(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Mode world.UpstreamMode `json:"mode"`
	}
	if !readBody(g, &body) {
		return
	}
	if err := checkUpstreamMode("mode", body.Mode); err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	if err := checkOwnUpstream(s); err != nil {
		refuseWith(g, err)
		return
	}
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.SetUpstreamMode(body.Mode)
		return nil
	})
	showUpstreamMode(s, g)
}

func checkUpstreamMode(field string, mode world.UpstreamMode) error {
	if slices.Contains(world.UpstreamModes, mode) {
		return nil
	}
	return fmt.Errorf("%q is %q: send one of %q", field, mode, world.UpstreamModes)
}

// checkOwnUpstream refuses to change modes that nobody would ask for.
func checkOwnUpstream(s *sandbox.Sandbox) error {
	if !s.HasExternalUpstream() {
		return nil
	}
	return refusal.New(http.StatusConflict, "other_upstream",
		"This server has an upstream of its own (mock.WithUpstream), which answers as it likes.")
}
