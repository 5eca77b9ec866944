package mock

import (
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// mostDeparted is of how many names the violations are kept.
const mostDeparted = 1000

// departed are the violations of sandboxes that are gone or began again, by name: who
// drops or resets a sandbox does not mean to hide that its requests were wrong.
type departed struct {
	mu     sync.Mutex
	byName map[string]*guard.Store
}

// add keeps the violations of a sandbox, unless there are of too many.
func (d *departed) add(b *Sandbox) {
	found := b.violations.Report()
	if found.Count == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byName == nil {
		d.byName = map[string]*guard.Store{}
	}
	store := d.byName[b.name]
	if store == nil {
		if len(d.byName) == mostDeparted {
			return
		}
		store = new(guard.Store)
		d.byName[b.name] = store
	}
	store.Merge(found)
}

// forget forgets the violations of a name.
func (d *departed) forget(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.byName, name)
}

// all are the violations of every name; they may be added to.
func (d *departed) all() map[string]*guard.Store {
	d.mu.Lock()
	defer d.mu.Unlock()
	copied := make(map[string]*guard.Store, len(d.byName))
	for name, store := range d.byName {
		copied[name] = new(guard.Store)
		copied[name].Merge(store.Report())
	}
	return copied
}
