package mock

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// mostSnapshots is how many snapshots a sandbox may have. Each keeps what has changed
// since.
const mostSnapshots = 1000

// snapshot is a moment with a name.
type snapshot struct {
	name  string
	taken time.Time // by the sandbox's clock
	moment
}

// snapshots are those of a sandbox. The zero value has none.
type snapshots struct {
	mu   sync.Mutex
	list []*snapshot // by name
}

func (s *snapshots) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.list, name, func(s *snapshot, name string) int { return strings.Compare(s.name, name) })
}

func (s *snapshots) get(name string) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.find(name); ok {
		return s.list[at]
	}
	return nil
}

// put keeps a snapshot, in place of the one of its name.
func (s *snapshots) put(taken *snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.find(taken.name)
	switch {
	case ok:
		s.list[at] = taken
	case len(s.list) == mostSnapshots:
		return fmt.Errorf("there are %d snapshots already; delete some", mostSnapshots)
	default:
		s.list = slices.Insert(s.list, at, taken)
	}
	return nil
}

func (s *snapshots) remove(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.find(name)
	if ok {
		s.list = slices.Delete(s.list, at, at+1)
	}
	return ok
}

func (s *snapshots) all() []*snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Snapshot remembers the sandbox as it is now under a name, in constant time; a
// snapshot of that name is replaced. It fails when the name cannot be one, or when
// there are too many.
func (b *Sandbox) Snapshot(name string) error {
	if _, err := b.snapshot(name); err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	return nil
}

func (b *Sandbox) snapshot(name string) (*snapshot, error) {
	if !sandboxName.MatchString(name) {
		return nil, fmt.Errorf("%q cannot be the name of a snapshot: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first", name)
	}
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	taken := &snapshot{name, b.clock.Now(), b.present()}
	return taken, b.snapshots.put(taken)
}

// Restore goes back to a snapshot: state, identifiers and the clock's adjustment. It
// fails when there is no snapshot of that name.
func (b *Sandbox) Restore(name string) error {
	found := b.snapshots.get(name)
	if found == nil {
		return fmt.Errorf("mock: there is no snapshot %q", name)
	}
	b.goBack(&found.moment, true)
	return nil
}
