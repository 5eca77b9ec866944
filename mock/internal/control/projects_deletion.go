package control

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// finishProject deletes a project at once, as the real server does by and by once somebody
// has deleted it.
func finishProject(s *sandbox.Sandbox, g *gin.Context) {
	id, err := strconv.Atoi(g.Param("id"))
	found := false
	if err == nil {
		_ = s.Store.Update(func(tx *world.Tx) error {
			var p *world.Project
			if p, found = tx.Project(id); found {
				tx.DeleteProject(p)
			}
			return nil
		})
	}
	if !found {
		refuse(g, http.StatusNotFound, "no_such_project", "There is no project with the number "+g.Param("id")+".")
		return
	}
	g.Status(http.StatusNoContent)
}
