package mock

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func (s *snapshot) json() gin.H { return gin.H{"name": s.name, "taken_at": s.taken} }

func (b *Sandbox) listSnapshots(g *gin.Context) {
	list := []gin.H{}
	for _, s := range b.snapshots.all() {
		list = append(list, s.json())
	}
	g.JSON(http.StatusOK, gin.H{"count": len(list), "snapshots": list})
}

func (b *Sandbox) takeSnapshot(g *gin.Context) {
	var body struct {
		Name string `json:"name"`
	}
	if !b.core.controlBody(g, &body) {
		return
	}
	taken, err := b.snapshot(body.Name)
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", `"name": `+err.Error()+".")
		return
	}
	g.JSON(http.StatusCreated, taken.json())
}

func (b *Sandbox) restoreSnapshot(g *gin.Context) {
	if err := b.Restore(g.Param("name")); err != nil {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func (b *Sandbox) deleteSnapshot(g *gin.Context) {
	if !b.snapshots.remove(g.Param("name")) {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func noSnapshot(g *gin.Context) {
	controlError(g, http.StatusNotFound, "no_such_snapshot", "There is no snapshot "+g.Param("name")+".")
}
