package mock

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// Rewind goes back to the state before a request of the journal; the same requests get
// the same answers again. The clock stays as it is. It fails when the journal does not
// have the request.
func (b *Sandbox) Rewind(request int) error {
	e, ok := b.journal.Entry(int64(request))
	if !ok {
		return fmt.Errorf("mock: the journal has no request %d", request)
	}
	if before := b.before(e); before != nil {
		b.goBack(*before, false)
	}
	return nil
}

// before is the state before an entry. A request that only reads has none of its own:
// it is that before the next one which wrote, or the present.
func (b *Sandbox) before(e *journal.Entry) *moment {
	for number := e.Number(); number <= b.journal.Last(); number++ {
		next, ok := b.journal.Entry(number)
		if !ok {
			continue
		}
		if before, ok := next.Before().(*moment); ok {
			return before
		}
	}
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
