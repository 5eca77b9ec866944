package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func listMail(s *sandbox.Sandbox, g *gin.Context) {
	messages := s.Outbox()
	g.JSON(http.StatusOK, gin.H{"count": len(messages), "messages": messages})
}

func clearMail(s *sandbox.Sandbox, g *gin.Context) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.ClearMail()
		return nil
	})
	g.Status(http.StatusNoContent)
}

// txtRecord represents the TXT records of a name.
type txtRecord struct {
	Name   string   `json:"name"`
	Values txtTexts `json:"values"`
}

// txtTexts is decoded from a list of texts, or from a single one.
type txtTexts []string

func (t *txtTexts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = txtTexts{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("values: want a list of texts: %w", err)
	}
	*t = list
	return nil
}

func listTXT(s *sandbox.Sandbox, g *gin.Context) {
	records := []txtRecord{}
	for _, r := range s.Store.View().AllTXT() {
		records = append(records, txtRecord{r.Name, r.Values})
	}
	g.JSON(http.StatusOK, gin.H{"records": records})
}

func showTXT(s *sandbox.Sandbox, g *gin.Context) {
	record, ok := s.Store.View().TXT(g.Param("name"))
	if !ok {
		refuse(g, http.StatusNotFound, "no_such_record", "There are no TXT records under "+g.Param("name")+".")
		return
	}
	g.JSON(http.StatusOK, txtRecord{record.Name, record.Values})
}

// putTXT replaces the records of a name.
func putTXT(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Name   string   `json:"name"`
		Values txtTexts `json:"values"`
	}
	if !readBody(g, &body) {
		return
	}
	if len(body.Values) == 0 {
		refuse(g, http.StatusBadRequest, "invalid_body", `Name at least one text in "values", or DELETE the name.`)
		return
	}
	if s.HasExternalResolver() {
		refuse(g, http.StatusConflict, "other_resolver",
			"Domain verification of this server does not ask the world; publish the record where it asks, or start it without --dns.")
		return
	}
	if strings.ContainsRune(g.Param("name"), 0) {
		refuse(g, http.StatusBadRequest, "invalid_name", "The name in the path contains a null character: remove it.")
		return
	}
	s.PublishTXT(g.Param("name"), body.Values...)
	showTXT(s, g)
}

func deleteTXT(s *sandbox.Sandbox, g *gin.Context) {
	s.RemoveTXT(g.Param("name"))
	g.Status(http.StatusNoContent)
}

func listUpstreamCalls(s *sandbox.Sandbox, g *gin.Context) {
	calls := s.UpstreamCalls()
	g.JSON(http.StatusOK, gin.H{"count": len(calls), "calls": calls})
}

func clearUpstreamCalls(s *sandbox.Sandbox, g *gin.Context) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.ClearUpstreamCalls()
		return nil
	})
	g.Status(http.StatusNoContent)
}

func showUpstreamMode(s *sandbox.Sandbox, g *gin.Context) {
	g.JSON(http.StatusOK, gin.H{"mode": s.Store.View().UpstreamMode()})
}

func setUpstreamMode(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Mode world.UpstreamMode `json:"mode"`
	}
	if !readBody(g, &body) {
		return
	}
	if err := checkUpstreamMode("mode", body.Mode); err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	if err := checkWorldUpstream(s); err != nil {
		refuseWith(g, err)
		return
	}
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.SetUpstreamMode(body.Mode)
		return nil
	})
	showUpstreamMode(s, g)
}

func checkUpstreamMode(field string, mode world.UpstreamMode) error {
	if slices.Contains(world.UpstreamModes, mode) {
		return nil
	}
	return fmt.Errorf("%q is %q: send one of %q", field, mode, world.UpstreamModes)
}

// checkWorldUpstream fails if the server has an external upstream, which ignores the modes
// of the world.
func checkWorldUpstream(s *sandbox.Sandbox) error {
	if !s.HasExternalUpstream() {
		return nil
	}
	return refusal.New(http.StatusConflict, "other_upstream",
		"This server has an upstream of its own (mock.WithUpstream), which answers as it likes.")
}
