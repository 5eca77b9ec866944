package mock

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Rewind goes back to the state before a request of the journal; the same requests get
// the same answers again. The clock stays as it is. It fails when the journal does not
// have the request.
func (b *Sandbox) Rewind(request int) error {
	e, ok := b.journal.Entry(int64(request))
	if !ok {
		return fmt.Errorf("mock: the journal has no request %d", request)
	}
	b.goBack(e.Before().(*moment), false)
	return nil
}

func (b *Sandbox) controlRewind(g *gin.Context) {
	var body struct {
		Before int `json:"before"`
	}
	if !b.core.controlBody(g, &body) {
		return
	}
	if err := b.Rewind(body.Before); err != nil {
		controlError(g, http.StatusNotFound, "no_such_request", fmt.Sprintf(
			"The journal has no request %d: it never was, was cleared, or had to make room for later ones.", body.Before))
		return
	}
	g.Status(http.StatusNoContent)
}
