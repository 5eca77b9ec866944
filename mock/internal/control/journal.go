package control

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The journal of a sandbox: its requests, their responses, and their violations of the
// contract. Secrets are masked.

// readJournalQuery reads the filter of entries from the query, without the parameters to
// skip. It refuses the request and returns false if it is invalid.
func readJournalQuery(g *gin.Context, skip ...string) (journal.Query, bool) {
	values := g.Request.URL.Query()
	for _, name := range skip {
		values.Del(name)
	}
	query, err := journal.ParseQuery(values)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_query", err.Error())
	}
	return query, err == nil
}

func listRequests(s *sandbox.Sandbox, g *gin.Context) {
	if query, ok := readJournalQuery(g); ok {
		g.JSON(http.StatusOK, s.Journal.List(query))
	}
}

func clearRequests(s *sandbox.Sandbox, g *gin.Context) {
	s.Journal.Clear()
	g.Status(http.StatusNoContent)
}

// findEntry returns the entry that the path names. It refuses the request and returns nil
// if there is none.
func findEntry(s *sandbox.Sandbox, g *gin.Context) *journal.Entry {
	number, err := strconv.ParseInt(g.Param("n"), 10, 64)
	if err == nil {
		if found, ok := s.Journal.Entry(number); ok {
			return found
		}
	}
	refuse(g, http.StatusNotFound, "no_such_request",
		"The journal has no request "+g.Param("n")+": it never was, was cleared, or had to make room for later ones.")
	return nil
}

func showRequest(s *sandbox.Sandbox, g *gin.Context) {
	if e := findEntry(s, g); e != nil {
		g.JSON(http.StatusOK, e.Detail())
	}
}

// showRequestDiff lists what a request changed.
func showRequestDiff(s *sandbox.Sandbox, g *gin.Context) {
	e := findEntry(s, g)
	if e == nil {
		return
	}
	changes := changesOf(e)
	g.JSON(http.StatusOK, gin.H{"count": len(changes), "changes": changes})
}

func changesOf(e *journal.Entry) []world.Change {
	after := e.After().(*world.World)
	if !e.Changed() {
		return []world.Change{}
	}
	return append([]world.Change{}, world.Diff(e.Before().(*sandbox.State).World, after)...)
}

func showRequestCurl(s *sandbox.Sandbox, g *gin.Context) {
	if e := findEntry(s, g); e != nil {
		g.String(http.StatusOK, "%s\n", e.Curl())
	}
}

func exportRequests(s *sandbox.Sandbox, g *gin.Context) {
	query, ok := readJournalQuery(g, "format")
	if !ok {
		return
	}
	format, err := journal.ParseFormat(g.DefaultQuery("format", "har"))
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_query", err.Error())
		return
	}
	g.Header("Content-Type", format.ContentType)
	g.Header("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "understudy-"+s.Name()+format.Extension))
	g.Status(http.StatusOK)
	_ = format.Write(g.Writer, s.Journal.Select(query)) // the client may have gone
}

// heartbeat is how often a stream without entries sends a comment.
const heartbeat = 15 * time.Second

func streamRequests(s *sandbox.Sandbox, g *gin.Context) {
	query, ok := readJournalQuery(g)
	if !ok {
		return
	}
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	s.Journal.ServeSSE(g.Writer, g.Request, query, ticker.C)
}

// listViolations lists what requests violated, or with "against" what of them breaks in another
// revision of the API.
func (p *Plane) listViolations(s *sandbox.Sandbox, g *gin.Context) {
	against := g.Query("against")
	if against == "" {
		found := s.Violations.Report()
		writeReport(g, found, found.WriteText)
		return
	}
	revision, err := spec.ParseRevision(against)
	if err != nil {
		refuseWith(g, refusal.NoRevision(err))
		return
	}
	found, err := p.ViolationsAgainst(g.Request.Context(), s, revision)
	switch {
	case g.Request.Context().Err() != nil: // nobody waits any more
	case err != nil:
		refuseWith(g, refusal.Revision(err))
	default:
		writeReport(g, found, found.WriteText)
	}
}

// writeReport writes a report in the form that the caller wants.
func writeReport(g *gin.Context, found any, writeText func(io.Writer) error) {
	if !strings.HasPrefix(g.GetHeader("Accept"), "text/plain") {
		g.JSON(http.StatusOK, found)
		return
	}
	g.Header("Content-Type", "text/plain; charset=utf-8")
	g.Status(http.StatusOK)
	_ = writeText(g.Writer) // the client may have gone
}

func clearViolations(s *sandbox.Sandbox, g *gin.Context) {
	s.Violations.Reset()
	g.Status(http.StatusNoContent)
}
