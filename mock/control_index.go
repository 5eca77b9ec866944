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
func (b *Sandbox) controlIndex(g *gin.Context) {
	site := exchangeOf(g.Request).site(g.Request)
	g.Header("Content-Type", "text/html; charset=utf-8")
	g.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	g.Status(http.StatusOK)
	_ = indexPage.Execute(g.Writer, gin.H{
		"Site": site, "Control": site + controlPrefix, "World": b.fixture().Name, "Keys": b.fixture().Keys,
		"Users": b.fixture().Users, "Organizations": b.fixture().Organizations, "Outside": b.core.outside(),
	})
}

// outside says what the server reaches beside itself; "" is nothing.
func (k *core) outside() string {
	var reached []string
	if k.config.mailer != nil {
		reached = append(reached, "mail is handed on to a mail server")
	}
	if k.config.resolver != nil {
		reached = append(reached, "domain verification asks real DNS")
	}
	if k.config.upstream != nil {
		reached = append(reached, "calls to marketplaces are passed on")
	}
	return strings.Join(reached, ", ")
}
