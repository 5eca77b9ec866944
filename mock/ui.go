package mock

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// serveUI answers for every path that is neither the API's nor the fake's own, when
// there is a frontend beside it. It has no sandboxes.
func (k *core) serveUI(g *gin.Context) {
	path := g.Request.URL.Path
	if k.config.ui == nil || exchangeOf(g.Request).prefix != "" || isReserved(path) || k.ofAPI(path) {
		return
	}
	if g.GetHeader("Accept") == "text/event-stream" {
		// It goes on after the time-out of the server that it came through.
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Time{})
	}
	g.Status(http.StatusOK) // the router thinks that there is nothing
	k.config.ui.ServeHTTP(g.Writer, g.Request)
	g.Abort()
}

// isReserved tells whether a path belongs to the fake, though nothing may be there.
func isReserved(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/"+first == controlPrefix || "/"+first+"/" == sandboxPrefix
}
