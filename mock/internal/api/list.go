package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// listPage answers with the page of a list that the caller asked for.
func listPage[T any](c *call, list world.List[T], show func(*T)) (int, error) {
	window := c.query.Window()
	window.WritePage(&c.out, c.here(), c.query, list.Len(), func() {
		for _, row := range list.Page(window.Offset, window.Limit) {
			show(row)
		}
	})
	return http.StatusOK, nil
}

// listRows is listPage for rows that were gathered one by one.
func listRows[T any](c *call, rows []T, show func(T)) (int, error) {
	window := c.query.Window()
	first := min(window.Offset, len(rows))
	last := first + min(window.Limit, len(rows)-first)
	window.WritePage(&c.out, c.here(), c.query, len(rows), func() {
		for _, row := range rows[first:last] {
			show(row)
		}
	})
	return http.StatusOK, nil
}

// show writes a row, from what is cached of it where that still holds. It makes no
// difference whether the row is stored already.
func show[T any, K comparable](c *call, s *rest.Serializer[T, *call], row any, cache *world.JSONCache[K], key K, view func() T) {
	if json, ok := cache.Get(row, key); ok {
		c.out.Raw(json)
		return
	}
	cache.Put(row, key, c.out.Copy(func(w *rest.Writer) { s.Write(w, view()) }))
}
