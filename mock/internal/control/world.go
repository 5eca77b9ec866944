package control

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// exportWorld writes the sandbox as a fixture world, to start from again.
func exportWorld(s *sandbox.Sandbox, g *gin.Context) {
	w, err := s.Export()
	if err != nil {
		refuse(g, http.StatusConflict, "no_export", err.Error()+".")
		return
	}
	var out bytes.Buffer
	write, kind := fixtures.Write, "yaml"
	switch g.DefaultQuery("format", "yaml") {
	case "yaml":
	case "json":
		write, kind = fixtures.WriteJSON, "json"
	default:
		refuse(g, http.StatusBadRequest, "invalid_query", `"format": send yaml or json.`)
		return
	}
	if err := write(&out, w); err != nil {
		refuse(g, http.StatusConflict, "no_export", err.Error()+".")
		return
	}
	g.Data(http.StatusOK, "application/"+kind, out.Bytes())
}

// importWorld makes the sandbox start from a fixture world, in YAML or JSON.
func importWorld(s *sandbox.Sandbox, g *gin.Context) {
	body := http.MaxBytesReader(g.Writer, g.Request.Body, maxWorld)
	w, err := fixtures.Load(body, "the body")
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_world", strings.TrimSpace(err.Error()))
		return
	}
	if err := s.Replace(w); err != nil {
		refuse(g, http.StatusBadRequest, "invalid_world", err.Error())
		return
	}
	g.Status(http.StatusNoContent)
}

// maxWorld is how many bytes a world that is sent may have.
const maxWorld = 64 << 20
