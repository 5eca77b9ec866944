package control

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/spec"
)

// revisionJSON represents a revision of the API.
type revisionJSON struct {
	Name  spec.Revision `json:"name"`
	Title string        `json:"title"`
	Held  string        `json:"held"`
}

// showRevision answers with the revision of the sandbox, and with those that there are.
func showRevision(s *sandbox.Sandbox, g *gin.Context) {
	known := []revisionJSON{}
	list, _ := spec.Revisions() // the server plays one of them
	for _, about := range list {
		known = append(known, revisionJSON{about.Name, about.Title, about.Held})
	}
	g.JSON(http.StatusOK, gin.H{"revision": s.Revision(), "revisions": known, "left_out": listOf(s.LeftOut())})
}

// listOf is a list that is never null.
func listOf(texts []string) []string { return append([]string{}, texts...) }

// moveRevision moves the sandbox to a later revision, with everything in it.
func moveRevision(s *sandbox.Sandbox, g *gin.Context) {
	var body struct {
		Revision string `json:"revision"`
	}
	if !readBody(g, &body) {
		return
	}
	if body.Revision == "" {
		refuse(g, http.StatusBadRequest, "invalid_body", `Send "revision", such as {"revision": "2026-09"}.`)
		return
	}
	revision, err := spec.ParseRevision(body.Revision)
	if err == nil {
		err = s.MoveTo(revision)
	}
	if err != nil {
		refuseWith(g, refusal.NoRevision(err))
		return
	}
	showRevision(s, g)
}
