package mock

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// listPage answers with the page of a list that the caller asked for.
func listPage[T any](c *call, list world.List[T], show func(*T)) (int, error) {
	window := c.query.Window()
	window.Page(&c.out, c.here(), c.query, list.Len(), func() {
		for _, row := range list.Page(window.Offset, window.Limit) {
			show(row)
		}
	})
	return http.StatusOK, nil
}
