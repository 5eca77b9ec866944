package mock

import (
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// faultBody reads the body of a request about faults. It answers itself and returns
// false when it cannot.
func (b *Sandbox) faultBody(g *gin.Context) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(g.Writer, g.Request.Body, b.core.config.maxBody))
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", "The body cannot be read: "+err.Error()+".")
	}
	return body, err == nil
}

// refuseFault names everything that is wrong with a fault.
func refuseFault(g *gin.Context, err error) {
	answer := gin.H{"understudy": "invalid_fault", "detail": err.Error()}
	if invalid := new(fault.InvalidError); errors.As(err, &invalid) {
		answer["problems"] = invalid.Problems
	}
	g.AbortWithStatusJSON(http.StatusBadRequest, answer)
}

func (b *Sandbox) listFaults(g *gin.Context) { g.JSON(http.StatusOK, fault.NewList(b.faults.List())) }

func (b *Sandbox) addFaults(g *gin.Context) {
	b.changeFaults(g, http.StatusCreated, b.faults.AddJSON)
}

func (b *Sandbox) replaceFaults(g *gin.Context) {
	b.changeFaults(g, http.StatusOK, b.faults.ReplaceJSON)
}

func (b *Sandbox) changeFaults(g *gin.Context, status int, change func([]byte) ([]fault.State, error)) {
	body, ok := b.faultBody(g)
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

func (b *Sandbox) clearFaults(g *gin.Context) {
	b.faults.Clear()
	g.Status(http.StatusNoContent)
}

func (b *Sandbox) showFault(g *gin.Context) {
	state, ok := b.faults.Get(g.Param("id"))
	if !ok {
		noFault(g)
		return
	}
	g.JSON(http.StatusOK, state)
}

func (b *Sandbox) putFault(g *gin.Context) {
	body, ok := b.faultBody(g)
	if !ok {
		return
	}
	state, created, err := b.faults.PutJSON(g.Param("id"), body)
	switch {
	case err != nil:
		refuseFault(g, err)
	case created:
		g.JSON(http.StatusCreated, state)
	default:
		g.JSON(http.StatusOK, state)
	}
}

func (b *Sandbox) removeFault(g *gin.Context) {
	if !b.faults.Remove(g.Param("id")) {
		noFault(g)
		return
	}
	g.Status(http.StatusNoContent)
}

func noFault(g *gin.Context) {
	controlError(g, http.StatusNotFound, "no_such_fault", "There is no fault "+g.Param("id")+".")
}

// listFaultWords tells what faults there are to ask for: presets, and the words that
// trigger one from a request.
func listFaultWords(g *gin.Context) {
	words := []gin.H{}
	for _, w := range fault.MagicWords {
		words = append(words, gin.H{"word": fault.MagicPrefix + w.Word, "does": w.Does})
	}
	g.JSON(http.StatusOK, gin.H{"presets": fault.Presets(), "words": words})
}
