package mock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// clockChange is what can be done to the clock, one or more at once, carried
// out in the order of the fields.
type clockChange struct {
	Reset   bool       `json:"reset"`   // go by the system's clock again
	Freeze  *bool      `json:"freeze"`  // stand still, or go on
	Set     *time.Time `json:"set"`     // RFC 3339
	Advance *duration  `json:"advance"` // "72h", or a number of seconds
}

// duration reads a Go duration text or a number of seconds.
type duration time.Duration

func (d *duration) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		*d = duration(seconds * float64(time.Second))
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf(`advance: want a duration such as "72h" or a number of seconds`)
	}
	parsed, err := time.ParseDuration(text)
	*d = duration(parsed)
	return err
}

func (b *Sandbox) showClock(g *gin.Context) {
	now, frozen, offset := b.clock.state()
	g.JSON(http.StatusOK, gin.H{"now": now.Format(time.RFC3339Nano), "frozen": frozen, "offset_seconds": offset.Seconds()})
}

func (b *Sandbox) setClock(g *gin.Context) {
	var change clockChange
	if !b.core.controlBody(g, &change) {
		return
	}
	if change == (clockChange{}) {
		controlError(g, http.StatusBadRequest, "invalid_body", `Send one of "set", "advance", "freeze", "reset".`)
		return
	}
	if change.Reset {
		b.clock.Restore()
	}
	if change.Freeze != nil {
		b.clock.Freeze(*change.Freeze)
	}
	if change.Set != nil {
		b.clock.Set(*change.Set)
	}
	if change.Advance != nil {
		b.clock.Advance(time.Duration(*change.Advance))
	}
	b.showClock(g)
}

// Advance moves the server's clock by d.
func (b *Sandbox) Advance(d time.Duration) { b.clock.Advance(d) }
