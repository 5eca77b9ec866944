package mock

import (
	"embed"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed control_index.html
var indexFile embed.FS

var indexPage = template.Must(template.ParseFS(indexFile, "control_index.html"))

// controlIndex is the page to start from: where the API is, the keys to use and
// what the control plane can do.
func (s *Server) controlIndex(g *gin.Context) {
	site := "http://" + g.Request.Host
	g.Header("Content-Type", "text/html; charset=utf-8")
	g.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	g.Status(http.StatusOK)
	_ = indexPage.Execute(g.Writer, gin.H{
		"Site": site, "Control": site + controlPrefix, "World": s.fixture.Name, "Keys": s.fixture.Keys,
		"Users": s.fixture.Users, "Organizations": s.fixture.Organizations, "Outside": s.outside(),
	})
}

// outside says what the server reaches beside itself; "" is nothing.
func (s *Server) outside() string {
	var reached []string
	if s.config.mailer != nil {
		reached = append(reached, "mail is handed on to a mail server")
	}
	if s.config.resolver != nil {
		reached = append(reached, "domain verification asks real DNS")
	}
	if s.config.upstream != nil {
		reached = append(reached, "calls to marketplaces are passed on")
	}
	return strings.Join(reached, ", ")
}
