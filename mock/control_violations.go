package mock

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

func (b *Sandbox) listViolations(g *gin.Context) {
	found := b.violations.Report()
	if !strings.HasPrefix(g.GetHeader("Accept"), "text/plain") {
		g.JSON(http.StatusOK, found)
		return
	}
	g.Header("Content-Type", "text/plain; charset=utf-8")
	g.Status(http.StatusOK)
	_ = found.WriteText(g.Writer) // a caller who has gone is nobody to tell
}

func (b *Sandbox) clearViolations(g *gin.Context) {
	b.violations.Reset()
	g.Status(http.StatusNoContent)
}
