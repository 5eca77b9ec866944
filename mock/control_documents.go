package mock

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/spec"
)

// documentedSite is the address that the documents give as an example.
const documentedSite = "http://127.0.0.1:8010"

// showDocument answers with one of the OpenAPI documents. Its server is this one, in
// this sandbox, so that a tool which reads the document reaches it.
func (b *Sandbox) showDocument(g *gin.Context) {
	data := spec.Bytes()
	if g.FullPath() == address.Control+"/control.yaml" {
		data = spec.ControlBytes()
	}
	site := exchangeOf(g.Request).site(g.Request)
	text := strings.Replace(string(data), "url: "+documentedSite, "url: "+site, 1)
	g.Data(http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}
