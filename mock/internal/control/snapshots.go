package control

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

func snapshotJSON(s *sandbox.Snapshot) gin.H { return gin.H{"name": s.Name, "taken_at": s.TakenAt} }

func listSnapshots(s *sandbox.Sandbox, g *gin.Context) {
	list := []gin.H{}
	for _, taken := range s.Snapshots() {
		list = append(list, snapshotJSON(taken))
	}
	g.JSON(http.StatusOK, gin.H{"count": len(list), "snapshots": list})
}

func takeSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Name string `json:"name"`
	}
	if !readBody(g, &body) {
		return
	}
	taken, err := s.TakeSnapshot(body.Name)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", `"name": `+err.Error()+".")
		return
	}
	g.JSON(http.StatusCreated, snapshotJSON(taken))
}

func restoreSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	if err := s.RestoreSnapshot(g.Param("name")); err != nil {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func deleteSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	if !s.DeleteSnapshot(g.Param("name")) {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func noSnapshot(g *gin.Context) {
	refuse(g, http.StatusNotFound, "no_such_snapshot", "There is no snapshot "+g.Param("name")+".")
}
