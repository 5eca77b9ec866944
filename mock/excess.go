package mock

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// excess counts the requests that were too many, by key.
type excess struct {
	mu       sync.Mutex
	byKey    map[string]*excessOfKey
	unlisted int // of further keys
}

// excessOfKey is how many requests of one key were too many.
type excessOfKey struct {
	Key      string    `json:"key"` // its id
	Label    string    `json:"label"`
	User     string    `json:"user"` // an e-mail
	Requests int       `json:"requests"`
	LastAt   time.Time `json:"last_at"`
}

// mostExcessKeys is how many keys are told apart.
const mostExcessKeys = 1000

// note counts a request of the caller's key.
func (e *excess) note(who *caller, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.byKey[who.key.ID]
	switch {
	case known != nil:
	case len(e.byKey) >= mostExcessKeys:
		e.unlisted++
		return
	default:
		if e.byKey == nil {
			e.byKey = map[string]*excessOfKey{}
		}
		known = &excessOfKey{Key: who.key.ID, Label: who.key.Label, User: who.user.Email}
		e.byKey[who.key.ID] = known
	}
	known.Requests++
	known.LastAt = now
}

// list is what was counted, the most first.
func (e *excess) list() (keys []excessOfKey, unlisted int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	keys = make([]excessOfKey, 0, len(e.byKey))
	for _, known := range e.byKey {
		keys = append(keys, *known)
	}
	slices.SortFunc(keys, func(a, b excessOfKey) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), strings.Compare(a.Key, b.Key))
	})
	return keys, e.unlisted
}
