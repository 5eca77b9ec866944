package world

import "sync/atomic"

// Rendering keeps the JSON of a row from when it was last shown. A stored row
// never changes, so its JSON depends only on K: what else goes into it. Put
// functions give every row a fresh one; it is safe for concurrent use.
type Rendering[K comparable] struct {
	latest atomic.Pointer[rendered[K]]
}

type rendered[K comparable] struct {
	key  K
	json []byte
}

// Get returns the JSON that was kept for key. Nobody may change it.
func (r *Rendering[K]) Get(key K) ([]byte, bool) {
	if r == nil {
		return nil, false
	}
	if latest := r.latest.Load(); latest != nil && latest.key == key {
		return latest.json, true
	}
	return nil, false
}

// Keep stores the JSON for key in place of what was kept before.
func (r *Rendering[K]) Keep(key K, json []byte) {
	if r != nil {
		r.latest.Store(&rendered[K]{key, json})
	}
}
