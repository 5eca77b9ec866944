package mock

import (
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// DefaultSandbox is the name of the sandbox that answers whoever names no other. It
// is always there.
const DefaultSandbox = "default"

// Sandbox is a world of its own on a [Server], with everything that has state: what
// is in it, its clock, where its identifiers come from, its DNS, its rate limits.
// Nothing that happens in one is seen in another. It is safe for concurrent use.
//
// Requests reach it by the header Understudy-Sandbox, by a path that begins with
// /_sandbox/NAME, or by a key that was minted in it.
type Sandbox struct {
	core     *core
	name     string
	seed     int64
	made     time.Time
	store    *world.Store
	clock    *clock.Adjustable
	ids      *ids.Source
	resolver Resolver
	upstream Upstream
	origin   atomic.Pointer[worldfile.InitialState]
	turning  sync.RWMutex // held while the sandbox begins again, or goes back
	waking   sync.Once

	rateLimits atomic.Pointer[ratelimit.Policy] // never nil
	usage
	latest     atomic.Pointer[moment]
	snapshots  snapshots
	journal    *journal.Journal
	faults     *fault.Set
	patience   *fault.RetryTracker
	violations guard.Store
}

// usage is how busy a sandbox is.
type usage struct {
	requests atomic.Int64 // that it has had, but for those to the control plane
	running  atomic.Int64 // that it has now, those too; what has some is never dropped for want of room
	last     atomic.Int64 // when it was used, in nanoseconds of the server's clock
}

// newSandbox makes a sandbox that starts from an origin, in constant time.
func (k *core) newSandbox(name string, seed int64, from *worldfile.InitialState) *Sandbox {
	if name != DefaultSandbox {
		from = from.WithOwnIDs()
	}
	b := &Sandbox{
		core: k, name: name, seed: seed, made: k.config.clock.Now(),
		store: world.NewStore(from.World), clock: clock.NewAdjustable(k.config.clock), ids: ids.New(seed),
		resolver: k.config.resolver, upstream: k.config.upstream,
	}
	b.origin.Store(from)
	b.clock.Restore(from.Clock)
	from.RestartIDs(b.ids, seed)
	if b.resolver == nil {
		b.resolver = worldResolver{b}
	}
	if b.upstream == nil {
		b.upstream = worldUpstream{b}
	}
	b.resetRateLimits()
	if k.delivery != nil {
		b.store.OnMail(func(m *world.Mail) { k.delivery.offer(messageOf(m)) })
	}
	b.journal = journal.New(journal.Limits{Entries: k.config.journal})
	b.journal.OnDrop(k.metrics.Dropped)
	b.journal.SetBudget(k.journals)
	b.faults = fault.NewSet(fault.Config{Operations: k.known, Seed: seed})
	b.patience = fault.NewRetryTracker(b.clock.Now)
	b.arm()
	b.last.Store(b.made.UnixNano())
	return b
}

// seedOf is where the identifiers of a sandbox come from: two of a server never
// share a secret, and those of one name and seed are always the same.
func seedOf(seed int64, name string) int64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return seed ^ int64(hash.Sum64())
}

// Name is the sandbox's name.
func (b *Sandbox) Name() string { return b.name }

// Now is the sandbox's time.
func (b *Sandbox) Now() time.Time { return b.clock.Now() }

// wake starts the sessions of a world's logins when somebody comes, so that making
// a sandbox costs nothing and they are recent.
func (b *Sandbox) wake() {
	b.waking.Do(func() {
		if start := b.origin.Load(); start.LoginsPending {
			start.StartSessions(b.store, b.clock.Now())
		}
	})
}
