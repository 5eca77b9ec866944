package ratelimit

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Caller names a personal API key and its user.
type Caller struct {
	Key   string `json:"key"` // its id
	Label string `json:"label"`
	User  string `json:"user"` // an e-mail
}

// Excess is how many requests of one key were too many.
type Excess struct {
	Caller
	Requests int       `json:"requests"`
	LastAt   time.Time `json:"last_at"`
}

// excess counts the requests that were too many, by key.
type excess struct {
	mu       sync.Mutex
	byKey    map[string]*Excess
	unlisted int // of further keys
}

// maxExcessKeys is how many keys are told apart.
const maxExcessKeys = 1000

// add counts a request of a key.
func (e *excess) add(caller Caller, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.byKey[caller.Key]
	switch {
	case known != nil:
	case len(e.byKey) >= maxExcessKeys:
		e.unlisted++
		return
	default:
		if e.byKey == nil {
			e.byKey = map[string]*Excess{}
		}
		known = &Excess{Caller: caller}
		e.byKey[caller.Key] = known
	}
	known.Requests++
	known.LastAt = now
}

// list is what was counted, the most first.
func (e *excess) list() (keys []Excess, unlisted int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	keys = make([]Excess, 0, len(e.byKey))
	for _, known := range e.byKey {
		keys = append(keys, *known)
	}
	slices.SortFunc(keys, func(a, b Excess) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), strings.Compare(a.Key, b.Key))
	})
	return keys, e.unlisted
}
