package mock

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

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
	if b.core.refuseOtherUpstream(g) {
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

// refuseOtherUpstream refuses to change modes that nobody would ask for.
func (k *core) refuseOtherUpstream(g *gin.Context) bool {
	if k.config.upstream == nil {
		return false
	}
	controlError(g, http.StatusConflict, "other_upstream",
		"This server has an upstream of its own (mock.WithUpstream), which answers as it likes.")
	return true
}

// integrationChange is what a test may change of an integration. What is not
// sent stays.
type integrationChange struct {
	Upstream    *world.UpstreamMode `json:"upstream"`
	AccessToken *string             `json:"access_token"`
}

func (b *Sandbox) controlShowIntegration(g *gin.Context) {
	view := b.store.View()
	i, ok := findIntegration(view, g.Param("id"))
	if !ok {
		controlError(g, http.StatusNotFound, "no_such_integration", "There is no integration "+g.Param("id")+".")
		return
	}
	g.JSON(http.StatusOK, gin.H{
		"id": i.ID, "organization": i.Organization, "kind": i.Kind, "integration_id": i.IntegrationID,
		"upstream": i.Mode(), "effective_upstream": view.UpstreamModeOf(i), "has_access_token": accessToken(i) != "",
	})
}

func findIntegration(view *world.World, id string) (*world.Integration, bool) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, false
	}
	return view.IntegrationByID(parsed.String())
}

func (b *Sandbox) controlPatchIntegration(g *gin.Context) {
	var change integrationChange
	if !b.core.controlBody(g, &change) {
		return
	}
	if change.Upstream != nil {
		if err := checkUpstreamMode("upstream", *change.Upstream); err != nil {
			controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
			return
		}
		if b.core.refuseOtherUpstream(g) {
			return
		}
	}
	_ = b.store.Update(func(tx *world.Tx) error {
		found, ok := findIntegration(&tx.World, g.Param("id"))
		if !ok {
			return nil // showing it says so
		}
		i := *found
		if change.Upstream != nil {
			i.Upstream = *change.Upstream
		}
		if change.AccessToken != nil {
			i.AccessToken = *change.AccessToken
		}
		tx.PutIntegration(&i)
		return nil
	})
	b.controlShowIntegration(g)
}
