package server

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/control"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
)

// serveUI answers for every path that is neither the API's nor the fake's own, when
// there is a frontend beside it. It has no sandboxes.
func (s *Server) serveUI(g *gin.Context) {
	path := g.Request.URL.Path
	if s.config.UI == nil || exchange.Of(g.Request).Prefix != "" || address.IsReserved(path) || s.isAPI(path) {
		return
	}
	if g.GetHeader("Accept") == "text/event-stream" {
		// It goes on after the time-out of the server that it came through.
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Time{})
	}
	g.Status(http.StatusOK) // the router thinks that there is nothing
	s.config.UI.ServeHTTP(g.Writer, withoutControl(g.Request))
	g.Abort()
}

// withoutControl takes out of a request what opens the control plane: a browser sends
// it to everything behind this address, and the frontend is somebody else's program.
func withoutControl(r *http.Request) *http.Request {
	if !strings.Contains(strings.Join(r.Header["Cookie"], ";"), control.CookiePrefix) {
		return r
	}
	var kept []string
	for _, line := range r.Header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); !strings.HasPrefix(cookie, control.CookiePrefix) {
				kept = append(kept, cookie)
			}
		}
	}
	r = r.Clone(r.Context())
	r.Header.Del("Cookie")
	if len(kept) > 0 {
		r.Header.Set("Cookie", strings.Join(kept, "; "))
	}
	return r
}
