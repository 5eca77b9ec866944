package mock

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func (b *Sandbox) listUpstreamCalls(g *gin.Context) {
	calls := b.UpstreamCalls()
	g.JSON(http.StatusOK, gin.H{"count": len(calls), "calls": calls})
}

func (b *Sandbox) clearUpstreamCalls(g *gin.Context) {
	_ = b.store.Update(func(tx *world.Tx) error {
		tx.ClearUpstreamCalls()
		return nil
	})
	g.Status(http.StatusNoContent)
}

func (b *Sandbox) showUpstreamMode(g *gin.Context) {
	g.JSON(http.StatusOK, gin.H{"mode": b.store.View().UpstreamMode()})
}

func (b *Sandbox) setUpstreamMode(g *gin.Context) {
	var body struct {
		Mode world.UpstreamMode `json:"mode"`
	}
	if !b.core.controlBody(g, &body) {
		return
	}
	if err := checkUpstreamMode("mode", body.Mode); err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	if err := b.core.checkOwnUpstream(); err != nil {
		controlRefuse(g, err)
		return
	}
	_ = b.store.Update(func(tx *world.Tx) error {
		tx.SetUpstreamMode(body.Mode)
		return nil
	})
	b.showUpstreamMode(g)
}

func checkUpstreamMode(field string, mode world.UpstreamMode) error {
	if slices.Contains(world.UpstreamModes, mode) {
		return nil
	}
	return fmt.Errorf("%q is %q: send one of %q", field, mode, world.UpstreamModes)
}

// checkOwnUpstream refuses to change modes that nobody would ask for.
func (k *core) checkOwnUpstream() error {
	if k.config.upstream == nil {
		return nil
	}
	return refusal.New(http.StatusConflict, "other_upstream",
		"This server has an upstream of its own (mock.WithUpstream), which answers as it likes.")
}
