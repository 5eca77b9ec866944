package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxSnapshots is how many snapshots a sandbox may have. Each keeps what has changed
// since.
const maxSnapshots = 1000

// Snapshot is a state with a name.
type Snapshot struct {
	Name    string
	TakenAt time.Time // by the sandbox's clock
	State
}

// snapshots are those of a sandbox. The zero value has none.
type snapshots struct {
	mu   sync.Mutex
	list []*Snapshot // by name
}

func (s *snapshots) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.list, name, func(s *Snapshot, name string) int { return strings.Compare(s.Name, name) })
}

func (s *snapshots) get(name string) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.find(name); ok {
		return s.list[at]
	}
	return nil
}

// put keeps a snapshot, in place of the one of its name.
func (s *snapshots) put(taken *Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.find(taken.Name)
	switch {
	case ok:
		s.list[at] = taken
	case len(s.list) == maxSnapshots:
		return fmt.Errorf("there are %d snapshots already; delete some", maxSnapshots)
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

func (s *snapshots) all() []*Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// TakeSnapshot remembers the sandbox as it is now under a name, in constant time; a
// snapshot of that name is replaced. It fails when the name cannot be one, or when
// there are too many.
func (s *Sandbox) TakeSnapshot(name string) (*Snapshot, error) {
	if !validName.MatchString(name) {
		return nil, fmt.Errorf("%q cannot be the name of a snapshot: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first", name)
	}
	s.StartSessions()
	s.resetting.RLock()
	defer s.resetting.RUnlock()
	taken := &Snapshot{name, s.Clock.Now(), *s.State()}
	return taken, s.snapshots.put(taken)
}

// RestoreSnapshot goes back to a snapshot: state, identifiers and the clock's adjustment.
// It fails when there is no snapshot of that name.
func (s *Sandbox) RestoreSnapshot(name string) error {
	found := s.snapshots.get(name)
	if found == nil {
		return fmt.Errorf("there is no snapshot %q", name)
	}
	s.restore(&found.State, true)
	return nil
}

// Snapshots are those of the sandbox, by name.
func (s *Sandbox) Snapshots() []*Snapshot { return s.snapshots.all() }

// DeleteSnapshot deletes a snapshot. It reports whether there was one of that name.
func (s *Sandbox) DeleteSnapshot(name string) bool { return s.snapshots.remove(name) }
