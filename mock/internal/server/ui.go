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

// serveUI answers with the configured frontend on every path that is neither the API's nor
// the fake's own. It has no sandboxes.
func (s *Server) serveUI(g *gin.Context) {
	path := g.Request.URL.Path
	if s.config.UI == nil || exchange.Of(g.Request).Prefix != "" || address.IsReserved(path) || s.isAPI(path) {
		return
	}
	if g.GetHeader("Accept") == "text/event-stream" {
		// A stream may last longer than the write timeout of the HTTP server.
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Time{})
	}
	g.Status(http.StatusOK) // the router has set 404
	s.config.UI.ServeHTTP(g.Writer, withoutControlCookies(g.Request))
	g.Abort()
}

// withoutControlCookies removes the cookies that give access to the control plane from a
// request: a browser sends them to everything at this address, and the frontend is another
// program.
func withoutControlCookies(r *http.Request) *http.Request {
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
