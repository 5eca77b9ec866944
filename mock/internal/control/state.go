package control

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// resetRequest names the parts to reset; without them everything is reset.
type resetRequest struct {
	Only *[]string `json:"only"`
}

func reset(s *sandbox.Sandbox, g *gin.Context) {
	var body resetRequest
	err := decodeBody(g, &body)
	if errors.Is(err, errNoBody) {
		err = nil
	}
	if err == nil {
		if body.Only == nil {
			s.Reset()
		} else {
			err = s.ResetOnly(*body.Only)
		}
	}
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body",
			fmt.Sprintf("Send no body to reset everything, or some of %q: %v.", sandbox.ResetPartNames(), err))
		return
	}
	g.Status(http.StatusNoContent)
}

// rewind restores the state before a request of the journal.
func rewind(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Before int `json:"before"`
	}
	if !readBody(g, &body) {
		return
	}
	if err := s.Rewind(body.Before); err != nil {
		refuse(g, http.StatusNotFound, "no_such_request", fmt.Sprintf(
			"The journal has no request %d: it never was, was cleared, or had to make room for later ones.", body.Before))
		return
	}
	g.Status(http.StatusNoContent)
}

func snapshotJSON(s *sandbox.Snapshot) gin.H { return gin.H{"name": s.Name, "taken_at": s.TakenAt} }

func listSnapshots(s *sandbox.Sandbox, g *gin.Context) {
	list := []gin.H{}
	for _, taken := range s.Snapshots() {
		list = append(list, snapshotJSON(taken))
	}
	g.JSON(http.StatusOK, gin.H{"count": len(list), "snapshots": list})
}

func takeSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Name string `json:"name"`
	}
	if !readBody(g, &body) {
		return
	}
	taken, err := s.TakeSnapshot(body.Name)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", `"name": `+err.Error()+".")
		return
	}
	g.JSON(http.StatusCreated, snapshotJSON(taken))
}

func restoreSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	if err := s.RestoreSnapshot(g.Param("name")); err != nil {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func deleteSnapshot(s *sandbox.Sandbox, g *gin.Context) {
	if !s.DeleteSnapshot(g.Param("name")) {
		noSnapshot(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func noSnapshot(g *gin.Context) {
	refuse(g, http.StatusNotFound, "no_such_snapshot", "There is no snapshot "+g.Param("name")+".")
}

// exportWorld answers with the state of the sandbox as a fixture world.
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

// importWorld replaces the state of the sandbox by a fixture world, in YAML or JSON.
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

// maxWorld is the size limit of an imported world, in bytes.
const maxWorld = 64 << 20
