package mock

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// sandboxes are those of a server.
type sandboxes struct {
	main    *Sandbox
	mu      sync.RWMutex
	byName  map[string]*Sandbox
	keys    map[string]*Sandbox                // minted there, by their value
	minting atomic.Int64                       // the number of keys
	origins map[string]*worldfile.InitialState // worlds that sandboxes were made from, by name
	unnamed int                                // how many names were made up
	sweepAt atomic.Int64                       // when to look for idle ones, in nanoseconds
}

func (s *sandboxes) init(main *Sandbox) {
	s.main = main
	s.byName = map[string]*Sandbox{main.name: main}
	s.keys, s.origins = map[string]*Sandbox{}, map[string]*worldfile.InitialState{}
}

// arrive notes that a request has come in, leave that it is over: a sandbox is used for
// as long as it answers, which a stream does for hours.
func (b *Sandbox) arrive() {
	b.running.Add(1)
	b.last.Store(b.core.config.clock.Now().UnixNano())
}

func (b *Sandbox) leave() {
	b.last.Store(b.core.config.clock.Now().UnixNano())
	b.running.Add(-1)
}

// touch enters the sandbox of a name. One that is not there is made, from the world
// of a name or else from the server's, unless sandboxes are made explicitly only.
func (s *sandboxes) touch(k *core, name, from string) (*Sandbox, *refusal.Refusal) {
	if b := s.get(name, (*Sandbox).arrive); b != nil {
		return b, nil
	}
	if k.config.sandboxes.explicit {
		return nil, refusal.NoSandbox(name)
	}
	start, err := k.originOf(from)
	if err != nil {
		return nil, refusal.NoWorld(err)
	}
	return k.add(name, start, false, (*Sandbox).arrive)
}

// get is the sandbox of a name, nil if there is none. use is called before anybody
// can drop it.
func (s *sandboxes) get(name string, use func(*Sandbox)) *Sandbox {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.byName[name]
	if b != nil && use != nil {
		use(b)
	}
	return b
}

// add makes a sandbox. One that somebody else has just made will do, unless it must be
// new.
func (k *core) add(name string, start *worldfile.InitialState, mustBeNew bool, use func(*Sandbox)) (b *Sandbox, err *refusal.Refusal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	b = k.byName[name]
	switch {
	case b == nil:
		if b, err = k.insert(name, start); err != nil {
			return nil, err
		}
	case mustBeNew:
		return nil, refusal.SandboxExists(name)
	}
	if use != nil {
		use(b)
	}
	return b, nil
}

func (k *core) insert(name string, start *worldfile.InitialState) (*Sandbox, *refusal.Refusal) {
	if len(k.byName) > k.config.sandboxes.most && !k.makeRoom() {
		return nil, refusal.TooManySandboxes(k.config.sandboxes.most)
	}
	b := k.newSandbox(name, seedOf(k.config.seed, name), start)
	k.byName[name] = b
	return b, nil
}

// makeRoom drops the sandbox that nobody has used for longest; it tells whether there
// was one.
func (k *core) makeRoom() bool {
	var oldest *Sandbox
	for _, b := range k.byName {
		if b != k.main && b.running.Load() == 0 && (oldest == nil || b.last.Load() < oldest.last.Load()) {
			oldest = b
		}
	}
	if oldest != nil {
		k.forget(oldest)
	}
	return oldest != nil
}

// sweepEvery is how often idle sandboxes are looked for.
const sweepEvery = time.Minute

// sweep drops the sandboxes that nobody has used for too long.
func (k *core) sweep() {
	idle := k.config.sandboxes.idle
	if idle <= 0 {
		return
	}
	now := k.config.clock.Now().UnixNano()
	due := k.sweepAt.Load()
	if now < due || !k.sweepAt.CompareAndSwap(due, now+min(int64(sweepEvery), int64(idle)/2)) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, b := range k.byName {
		if b != k.main && b.running.Load() == 0 && b.last.Load()+int64(idle) <= now {
			k.forget(b)
		}
	}
}

// forget takes a sandbox out. What is running in it ends as it would have.
func (k *core) forget(b *Sandbox) {
	delete(k.byName, b.name)
	k.departed.add(b)
	b.journal.Retire()
	for value, owner := range k.keys {
		if owner == b {
			delete(k.keys, value)
		}
	}
	k.minting.Store(int64(len(k.keys)))
}

// drop forgets a sandbox, unless it is the default one.
func (k *core) drop(b *Sandbox) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if b != k.main && k.byName[b.name] == b {
		k.forget(b)
	}
}

// all are the sandboxes, sorted by name, the default one first.
func (k *core) all() []*Sandbox {
	k.sweep()
	k.mu.RLock()
	defer k.mu.RUnlock()
	list := make([]*Sandbox, 0, len(k.byName))
	for _, b := range k.byName {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b *Sandbox) int {
		if (a == k.main) != (b == k.main) {
			return map[bool]int{true: -1, false: 1}[a == k.main]
		}
		return strings.Compare(a.name, b.name)
	})
	return list
}

// number is how many there are.
func (s *sandboxes) number() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.byName)
}

// newName makes up a name for a sandbox.
func (k *core) newName() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		k.unnamed++
		if name := fmt.Sprintf("sandbox-%d", k.unnamed); k.byName[name] == nil {
			return name
		}
	}
}

// originOf is the embedded world of a name, "" for the server's own. It is built once.
func (k *core) originOf(name string) (*worldfile.InitialState, error) {
	own := k.main.origin.Load()
	if name == "" || name == own.Fixture.Name {
		return own, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.origins[name]; known != nil {
		return known, nil
	}
	w, err := fixtures.Named(name)
	if err != nil {
		return nil, err
	}
	built, err := worldfile.New(w, k.config.seed, k.config.clock.Now())
	if err == nil {
		k.origins[name] = built
	}
	return built, err
}

// mints notes that a key belongs to a sandbox, which its callers then need not name.
// Sandboxes that were given the same exported world mint the same keys: such a key
// names none of them.
func (k *core) mints(b *Sandbox, value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	owner, minted := k.keys[value]
	_, byMain := k.main.store.View().Key(value)
	switch {
	case k.byName[b.name] != b:
	case minted && owner != b, byMain && b != k.main:
		k.keys[value] = nil
	case b != k.main:
		k.keys[value] = b
	}
	k.minting.Store(int64(len(k.keys)))
}

// minter is the sandbox that a key was minted in, nil for others. use is called before
// anybody can drop it.
func (k *core) minter(value string, use func(*Sandbox)) *Sandbox {
	k.mu.RLock()
	defer k.mu.RUnlock()
	b := k.keys[value]
	if b != nil {
		use(b)
	}
	return b
}
