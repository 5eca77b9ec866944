package sandbox

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/metrics"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// Config is what all sandboxes of a server have in common.
type Config struct {
	World    *fixtures.World // that the default one starts from; nil is the world "default"
	Revision spec.Revision   // of the API; "" is the one that a world is written for
	Seed     int64           // of identifiers and secrets
	Clock    clock.Source
	Resolver Resolver // of TXT records; nil is the world's own
	Upstream Upstream // nil is the world's own
	Mailer   Mailer   // nil hands no mail on
	Logger   *slog.Logger

	JournalEntries int // that each remembers
	JournalMemory  int // in bytes, for the journals of all; 0 is journal.DefaultBudget
	RateLimits     ratelimit.Setting
	Operations     []string      // that faults may name
	Latency        time.Duration // of the fault "latency"; 0 is none
	Faults         []string      // that each has from its start: presets, or JSON

	ExplicitOnly bool          // none is made because a request names it
	Max          int           // how many there may be beside the default one
	MaxIdle      time.Duration // how long one is kept that nobody uses; 0 is forever
}

// Registry holds the sandboxes of a server. It is safe for concurrent use.
type Registry struct {
	config   Config
	delivery *delivery // nil when mail goes nowhere
	metrics  *metrics.Metrics
	journals *journal.Budget
	dropped  droppedViolations

	main    *Sandbox
	mu      sync.RWMutex
	byName  map[string]*Sandbox
	keys    map[string]*Sandbox                // minted there, by their value
	minted  atomic.Int64                       // the number of keys
	worlds  map[string]*worldfile.InitialState // that sandboxes were made from, by name
	unnamed int                                // how many names were made up
	sweepAt atomic.Int64                       // when to look for idle ones, in nanoseconds
}

// New makes the default sandbox. It fails when its world cannot be built, or
// when rate limits or faults cannot be as they are configured.
func New(config Config) (*Registry, error) {
	if err := config.RateLimits.Check(); err != nil {
		return nil, err
	}
	if err := config.addFaults(fault.NewSet(fault.Config{Operations: config.Operations})); err != nil {
		return nil, err
	}
	w := config.World
	if w == nil {
		var err error
		if w, err = fixtures.Named("default"); err != nil {
			return nil, err
		}
	}
	start, err := worldfile.New(w, config.Seed, config.Clock.Now(), config.Revision)
	if err != nil {
		return nil, err
	}
	r := &Registry{
		config: config, journals: journal.NewBudget(config.JournalMemory),
		byName: map[string]*Sandbox{}, keys: map[string]*Sandbox{}, worlds: map[string]*worldfile.InitialState{},
	}
	r.metrics = metrics.New(r.Count)
	if config.Mailer != nil {
		r.delivery = startDelivery(config.Mailer, config.Logger)
	}
	r.main = r.newSandbox(DefaultSandbox, config.Seed, start)
	r.byName[DefaultSandbox] = r.main
	return r, nil
}

// Default is the sandbox that answers whoever names no other.
func (r *Registry) Default() *Sandbox { return r.main }

// Metrics are the counters of all sandboxes.
func (r *Registry) Metrics() *metrics.Metrics { return r.metrics }

// Get is the sandbox of a name, nil if there is none.
func (r *Registry) Get(name string) *Sandbox { return r.get(name, nil) }

// Enter is Get for a request, which must [Sandbox.Leave] it.
func (r *Registry) Enter(name string) *Sandbox { return r.get(name, (*Sandbox).Enter) }

// get calls use before anybody can drop the sandbox.
func (r *Registry) get(name string, use func(*Sandbox)) *Sandbox {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.byName[name]
	if s != nil && use != nil {
		use(s)
	}
	return s
}

// EnterOrMake is Enter for a sandbox that is made if it is not there: from the world of
// a name or else from the server's, unless sandboxes are made explicitly only.
func (r *Registry) EnterOrMake(name, from string) (*Sandbox, *refusal.Error) {
	if s := r.Enter(name); s != nil {
		return s, nil
	}
	if r.config.ExplicitOnly {
		return nil, refusal.NoSandbox(name)
	}
	start, err := r.World(from, "")
	if err != nil {
		return nil, refusal.NoWorld(err)
	}
	return r.add(name, start, false, (*Sandbox).Enter)
}

// Named is the sandbox of a name, made from an initial state if it is not there; mustBeNew
// refuses one that is. It fails when the name cannot be one, and when there is no room.
func (r *Registry) Named(name string, start *worldfile.InitialState, mustBeNew bool) (*Sandbox, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	s, err := r.add(name, start, mustBeNew, nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// add makes a sandbox. One that somebody else has just made will do, unless it must be
// new.
func (r *Registry) add(name string, start *worldfile.InitialState, mustBeNew bool, use func(*Sandbox)) (s *Sandbox, err *refusal.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s = r.byName[name]
	switch {
	case s == nil:
		if s, err = r.insert(name, start); err != nil {
			return nil, err
		}
	case mustBeNew:
		return nil, refusal.SandboxExists(name)
	}
	if use != nil {
		use(s)
	}
	return s, nil
}

func (r *Registry) insert(name string, start *worldfile.InitialState) (*Sandbox, *refusal.Error) {
	if len(r.byName) > r.config.Max && !r.dropLongestIdle() {
		return nil, refusal.TooManySandboxes(r.config.Max)
	}
	s := r.newSandbox(name, seedOf(r.config.Seed, name), start)
	r.byName[name] = s
	return s, nil
}

// dropLongestIdle drops the sandbox that nobody has used for longest. It reports whether
// there was one.
func (r *Registry) dropLongestIdle() bool {
	var oldest *Sandbox
	for _, s := range r.byName {
		if s != r.main && !s.InUse() && (oldest == nil || s.lastUsed.Load() < oldest.lastUsed.Load()) {
			oldest = s
		}
	}
	if oldest != nil {
		r.remove(oldest)
	}
	return oldest != nil
}

// sweepEvery is how often idle sandboxes are looked for.
const sweepEvery = time.Minute

// Sweep drops the sandboxes that nobody has used for too long.
func (r *Registry) Sweep() {
	idle := r.config.MaxIdle
	if idle <= 0 {
		return
	}
	now := r.config.Clock.Now().UnixNano()
	due := r.sweepAt.Load()
	if now < due || !r.sweepAt.CompareAndSwap(due, now+min(int64(sweepEvery), int64(idle)/2)) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.byName {
		if s != r.main && !s.InUse() && s.lastUsed.Load()+int64(idle) <= now {
			r.remove(s)
		}
	}
}

// remove takes a sandbox out. What is running in it ends as it would have.
func (r *Registry) remove(s *Sandbox) {
	delete(r.byName, s.name)
	r.dropped.add(s)
	s.Journal.Retire()
	for value, owner := range r.keys {
		if owner == s {
			delete(r.keys, value)
		}
	}
	r.minted.Store(int64(len(r.keys)))
}

// Drop takes a sandbox out, unless it is the default one.
func (r *Registry) Drop(s *Sandbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s != r.main && r.byName[s.name] == s {
		r.remove(s)
	}
}

// All are the sandboxes, sorted by name, the default one first.
func (r *Registry) All() []*Sandbox {
	r.Sweep()
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := make([]*Sandbox, 0, len(r.byName))
	for _, s := range r.byName {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Sandbox) int {
		if (a == r.main) != (b == r.main) {
			return map[bool]int{true: -1, false: 1}[a == r.main]
		}
		return strings.Compare(a.name, b.name)
	})
	return list
}

// Count is how many there are.
func (r *Registry) Count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.byName)
}

// NewName makes up a name for a sandbox.
func (r *Registry) NewName() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.unnamed++
		if name := fmt.Sprintf("sandbox-%d", r.unnamed); r.byName[name] == nil {
			return name
		}
	}
}

// World is the embedded world of a name, "" for the server's own, in a revision of the API,
// "" for the server's. It is built once.
func (r *Registry) World(name string, revision spec.Revision) (*worldfile.InitialState, error) {
	own := r.main.initial.Load()
	isOwn := name == "" || name == own.Fixture.Name
	if isOwn && (revision == "" || revision == own.World.Revision) {
		return own, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := name + " " + string(revision)
	w := own.Fixture
	if known := r.worlds[key]; known != nil && (!isOwn || known.Fixture == w) { // its own may have been replaced
		return known, nil
	}
	if !isOwn {
		var err error
		if w, err = fixtures.Named(name); err != nil {
			return nil, err
		}
	}
	built, err := worldfile.New(w, r.config.Seed, r.config.Clock.Now(), cmp.Or(revision, r.config.Revision))
	if err == nil {
		r.worlds[key] = built
	}
	return built, err
}

// claimKey notes that a key belongs to a sandbox, which its callers then need not name.
// Sandboxes that were given the same exported world mint the same keys: such a key
// names none of them.
func (r *Registry) claimKey(s *Sandbox, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	owner, minted := r.keys[value]
	_, byMain := r.main.Store.View().Key(value)
	switch {
	case r.byName[s.name] != s:
	case minted && owner != s, byMain && s != r.main:
		r.keys[value] = nil
	case s != r.main:
		r.keys[value] = s
	}
	r.minted.Store(int64(len(r.keys)))
}

// HasMintedKeys reports whether any sandbox but the default one has minted a key.
func (r *Registry) HasMintedKeys() bool { return r.minted.Load() > 0 }

// EnterByKey enters the sandbox that a key was minted in; nil for other keys.
func (r *Registry) EnterByKey(value string) *Sandbox {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.keys[value]
	if s != nil {
		s.Enter()
	}
	return s
}
