package mock

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
)

// resetRequest names what is to go back to its start; absent is everything.
type resetRequest struct {
	Only *[]string `json:"only"`
}

func (b *Sandbox) controlReset(g *gin.Context) {
	var body resetRequest
	err := b.core.readBody(g, &body)
	if errors.Is(err, errNoBody) {
		err = nil
	}
	if err == nil {
		err = b.resetOnly(body.Only)
	}
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body",
			fmt.Sprintf("Send no body to reset everything, or some of %q: %v.", resettableNames(), err))
		return
	}
	g.Status(http.StatusNoContent)
}

// resetOnly resets the parts that are named, or all of them when only is nil. Nothing is
// reset when there is no such part.
func (b *Sandbox) resetOnly(only *[]string) error {
	if only == nil {
		b.Reset()
		return nil
	}
	if len(*only) == 0 {
		return errors.New(`"only" is empty`)
	}
	for _, name := range *only {
		if !slices.Contains(resettableNames(), name) {
			return fmt.Errorf(`"only" names %q`, name)
		}
	}
	b.resetParts(func(name string) bool { return slices.Contains(*only, name) })
	return nil
}

func resettableNames() (names []string) {
	for _, part := range resettables {
		names = append(names, part.name)
	}
	return names
}
