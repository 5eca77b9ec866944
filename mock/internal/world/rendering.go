package world

import "sync/atomic"

// JSONCache keeps the JSON of a row from when it was last shown. A stored row
// never changes, so its JSON depends only on K: what else goes into it. Put
// functions give every row a fresh one; it is safe for concurrent use.
type JSONCache[K comparable] struct {
	latest atomic.Pointer[rendered[K]]
}

type rendered[K comparable] struct {
	key  K
	json []byte
}

// Get returns the JSON that was kept for key. Nobody may change it.
func (r *JSONCache[K]) Get(key K) ([]byte, bool) {
	if r == nil {
		return nil, false
	}
	if latest := r.latest.Load(); latest != nil && latest.key == key {
		return latest.json, true
	}
	return nil, false
}

// Put stores the JSON for key in place of what was kept before.
func (r *JSONCache[K]) Put(key K, json []byte) {
	if r != nil {
		r.latest.Store(&rendered[K]{key, json})
	}
}
