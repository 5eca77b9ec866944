package sandbox

import (
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// maxDroppedNames is of how many names the violations are kept.
const maxDroppedNames = 1000

// droppedViolations are the violations of sandboxes that were dropped or reset, by name:
// who drops or resets a sandbox does not mean to hide that its requests were wrong.
type droppedViolations struct {
	mu     sync.Mutex
	byName map[string]*guard.Store
}

// add keeps the violations of a sandbox, unless there are of too many.
func (d *droppedViolations) add(s *Sandbox) {
	found := s.Violations.Report()
	if found.Count == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byName == nil {
		d.byName = map[string]*guard.Store{}
	}
	store := d.byName[s.name]
	if store == nil {
		if len(d.byName) == maxDroppedNames {
			return
		}
		store = new(guard.Store)
		d.byName[s.name] = store
	}
	store.Merge(found)
}

// copy is the violations of every name; they may be added to.
func (d *droppedViolations) copy() map[string]*guard.Store {
	d.mu.Lock()
	defer d.mu.Unlock()
	copied := make(map[string]*guard.Store, len(d.byName))
	for name, store := range d.byName {
		copied[name] = new(guard.Store)
		copied[name].Merge(store.Report())
	}
	return copied
}

// AllViolations are the violations of all sandboxes by name, also of those that are
// gone, and of what was before a reset.
func (r *Registry) AllViolations() map[string]*guard.Store {
	all := r.dropped.copy()
	for _, s := range r.All() {
		if all[s.name] == nil {
			all[s.name] = new(guard.Store)
		}
		all[s.name].Merge(s.Violations.Report())
	}
	return all
}

// TakeDroppedViolations returns the violations of the sandboxes of a name that are gone,
// and forgets them; nil when there were none.
func (r *Registry) TakeDroppedViolations(name string) *guard.Store {
	r.dropped.mu.Lock()
	defer r.dropped.mu.Unlock()
	found := r.dropped.byName[name]
	delete(r.dropped.byName, name)
	return found
}
