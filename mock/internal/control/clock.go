package control

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
)

// clockChange is the body of a change to the clock. Several are made in the order of the
// fields.
type clockChange struct {
	Reset   bool       `json:"reset"`   // remove all adjustments
	Freeze  *bool      `json:"freeze"`  // stop, or continue
	Set     *time.Time `json:"set"`     // RFC 3339
	Advance *duration  `json:"advance"` // "72h", or a number of seconds
}

// duration is decoded from a duration as Go writes it, or from a number of seconds.
type duration time.Duration

func (d *duration) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		if math.Abs(seconds) > math.MaxInt64/float64(time.Second) {
			return fmt.Errorf("%s seconds are too many: a duration has 292 years at most", data)
		}
		*d = duration(seconds * float64(time.Second))
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf(`%s is no duration: want one such as "72h", or a number of seconds`, data)
	}
	parsed, err := time.ParseDuration(text)
	*d = duration(parsed)
	return err
}

func showClock(s *sandbox.Sandbox, g *gin.Context) {
	now, frozen, offset := s.Clock.Reading()
	g.JSON(http.StatusOK, gin.H{"now": now.Format(time.RFC3339Nano), "frozen": frozen, "offset_seconds": offset.Seconds()})
}

func setClock(s *sandbox.Sandbox, g *gin.Context) {
	var change clockChange
	if !readBody(g, &change) {
		return
	}
	if change == (clockChange{}) {
		refuse(g, http.StatusBadRequest, "invalid_body", `Send one of "set", "advance", "freeze", "reset".`)
		return
	}
	if err := s.Clock.Adjust(change.apply); err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", "The clock stays as it is: "+err.Error()+".")
		return
	}
	showClock(s, g)
}

func (c *clockChange) apply(s *clock.State, base time.Time) (err error) {
	if c.Reset {
		*s = clock.State{}
	}
	if c.Freeze != nil {
		err = s.Freeze(*c.Freeze, base)
	}
	if err == nil && c.Set != nil {
		err = s.Set(*c.Set, base)
	}
	if err == nil && c.Advance != nil {
		err = s.Advance(time.Duration(*c.Advance))
	}
	return err
}
