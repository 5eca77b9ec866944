package control

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// resetRequest names what is to go back to its start; absent is everything.
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

// rewind goes back to the state before a request of the journal.
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
