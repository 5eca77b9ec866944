package control

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

func listViolations(s *sandbox.Sandbox, g *gin.Context) {
	found := s.Violations.Report()
	if !strings.HasPrefix(g.GetHeader("Accept"), "text/plain") {
		g.JSON(http.StatusOK, found)
		return
	}
	g.Header("Content-Type", "text/plain; charset=utf-8")
	g.Status(http.StatusOK)
	_ = found.WriteText(g.Writer) // a caller who has gone is nobody to tell
}

func clearViolations(s *sandbox.Sandbox, g *gin.Context) {
	s.Violations.Reset()
	g.Status(http.StatusNoContent)
}
