package control

import (
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// readFaults reads the body of a request about faults, to be decoded by package fault. It
// refuses the request and returns false if that fails.
func readFaults(g *gin.Context) ([]byte, bool) {
	body, err := io.ReadAll(g.Request.Body)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", "The body cannot be read: "+err.Error()+".")
	}
	return body, err == nil
}

// refuseFault refuses an invalid fault, with all of its problems.
func refuseFault(g *gin.Context, err error) {
	answer := gin.H{"understudy": "invalid_fault", "detail": err.Error()}
	if invalid := new(fault.InvalidError); errors.As(err, &invalid) {
		answer["problems"] = invalid.Problems
	}
	g.AbortWithStatusJSON(http.StatusBadRequest, answer)
}

func listFaults(s *sandbox.Sandbox, g *gin.Context) {
	g.JSON(http.StatusOK, fault.NewList(s.Faults.List()))
}

func addFaults(s *sandbox.Sandbox, g *gin.Context) {
	changeFaults(g, http.StatusCreated, s.Faults.AddJSON)
}

func replaceFaults(s *sandbox.Sandbox, g *gin.Context) {
	changeFaults(g, http.StatusOK, s.Faults.ReplaceJSON)
}

func changeFaults(g *gin.Context, status int, change func([]byte) ([]fault.State, error)) {
	body, ok := readFaults(g)
	if !ok {
		return
	}
	states, err := change(body)
	if err != nil {
		refuseFault(g, err)
		return
	}
	g.JSON(status, fault.NewList(states))
}

func clearFaults(s *sandbox.Sandbox, g *gin.Context) {
	s.Faults.Clear()
	g.Status(http.StatusNoContent)
}

func showFault(s *sandbox.Sandbox, g *gin.Context) {
	state, ok := s.Faults.Get(g.Param("id"))
	if !ok {
		noFault(g)
		return
	}
	g.JSON(http.StatusOK, state)
}

func putFault(s *sandbox.Sandbox, g *gin.Context) {
	body, ok := readFaults(g)
	if !ok {
		return
	}
	state, created, err := s.Faults.PutJSON(g.Param("id"), body)
	switch {
	case err != nil:
		refuseFault(g, err)
	case created:
		g.JSON(http.StatusCreated, state)
	default:
		g.JSON(http.StatusOK, state)
	}
}

func removeFault(s *sandbox.Sandbox, g *gin.Context) {
	if !s.Faults.Remove(g.Param("id")) {
		noFault(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func noFault(g *gin.Context) {
	refuse(g, http.StatusNotFound, "no_such_fault", "There is no fault "+g.Param("id")+".")
}

// listFaultWords lists the presets, and the magic words with which a request asks for a
// fault.
func listFaultWords(g *gin.Context) {
	words := []gin.H{}
	for _, w := range fault.MagicWords {
		words = append(words, gin.H{"word": fault.MagicPrefix + w.Word, "does": w.Does})
	}
	g.JSON(http.StatusOK, gin.H{"presets": fault.Presets(), "words": words})
}
