// Package sandbox holds what has state: sandboxes, the registry of a server's, and what
// each has of its own, such as store, clock, identifiers and snapshots. It knows nothing
// of HTTP requests and their answers.
package sandbox

import (
	"hash/fnv"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// DefaultSandbox is the name of the sandbox that answers whoever names no other. It
// is always there.
const DefaultSandbox = "default"

// validName is what names of sandboxes and snapshots look like.
var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// CheckName refuses a name that no sandbox can have.
func CheckName(name string) *refusal.Error {
	if validName.MatchString(name) {
		return nil
	}
	return refusal.SandboxName(name)
}

// Sandbox is a world of its own on a server, with everything that has state: what is in
// it, its clock, where its identifiers come from, its DNS, its rate limits. Nothing that
// happens in one is seen in another. It is safe for concurrent use.
type Sandbox struct {
	registry *Registry
	name     string
	seed     int64
	madeAt   time.Time
	resolver Resolver
	upstream Upstream

	Store      *world.Store
	Clock      *clock.Adjustable
	IDs        *ids.Source // to be used in transactions of the store alone
	Journal    *journal.Journal
	Faults     *fault.Set
	Retries    *fault.RetryTracker
	Violations guard.Store

	initial   atomic.Pointer[worldfile.InitialState]
	resetting sync.RWMutex // held while the sandbox begins again, or goes back
	logins    sync.Once    // the sessions of the initial state's logins have started

	rateLimits atomic.Pointer[ratelimit.Policy] // never nil
	keyUses    keyUses
	usage
	settled   atomic.Pointer[State] // nil before the first; see State
	snapshots snapshots
}

// usage is how busy a sandbox is.
type usage struct {
	Requests atomic.Int64 // that it has had, but for those to the control plane
	running  atomic.Int64 // that it has now, those too; what has some is never dropped for want of room
	lastUsed atomic.Int64 // in nanoseconds of the server's clock
}

// newSandbox makes a sandbox that starts from an initial state, in constant time.
func (r *Registry) newSandbox(name string, seed int64, from *worldfile.InitialState) *Sandbox {
	if name != DefaultSandbox {
		from = from.WithOwnIDs()
	}
	s := &Sandbox{
		registry: r, name: name, seed: seed, madeAt: r.config.Clock.Now(),
		Store: world.NewStore(from.World), Clock: clock.NewAdjustable(r.config.Clock), IDs: ids.New(seed),
		resolver: r.config.Resolver, upstream: r.config.Upstream,
	}
	s.initial.Store(from)
	s.Clock.Restore(from.Clock)
	from.RestartIDs(s.IDs, seed)
	s.Store.OnSettle(s)
	if s.resolver == nil {
		s.resolver = worldResolver{s}
	}
	if s.upstream == nil {
		s.upstream = worldUpstream{s}
	}
	s.resetRateLimits()
	if r.delivery != nil {
		s.Store.OnMail(func(m *world.Mail) { r.delivery.offer(messageOf(m)) })
	}
	s.Journal = journal.New(journal.Limits{Entries: r.config.JournalEntries})
	s.Journal.OnDrop(r.metrics.Dropped)
	s.Journal.SetBudget(r.journals)
	s.Faults = fault.NewSet(fault.Config{Operations: r.config.Operations, Seed: seed})
	s.Retries = fault.NewRetryTracker(s.Clock.Now)
	s.resetFaults()
	s.lastUsed.Store(s.madeAt.UnixNano())
	return s
}

// seedOf is where the identifiers of a sandbox come from: two of a server never
// share a secret, and those of one name and seed are always the same.
func seedOf(seed int64, name string) int64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return seed ^ int64(hash.Sum64())
}

// Name is the sandbox's name.
func (s *Sandbox) Name() string { return s.name }

// Revision is the revision of the API that the sandbox plays.
func (s *Sandbox) Revision() spec.Revision { return s.Store.View().Revision }

// Now is the sandbox's time.
func (s *Sandbox) Now() time.Time { return s.Clock.Now() }

// Fixture is the world that the sandbox goes back to in the end.
func (s *Sandbox) Fixture() *fixtures.World { return s.initial.Load().Fixture }

// IsDefault reports whether it answers whoever names no sandbox.
func (s *Sandbox) IsDefault() bool { return s == s.registry.main }

// Enter notes that a request has come in, Leave that it is over: a sandbox is used for
// as long as it answers, which a stream does for hours.
func (s *Sandbox) Enter() {
	s.running.Add(1)
	s.lastUsed.Store(s.registry.config.Clock.Now().UnixNano())
}

// Leave notes that a request is over; see [Sandbox.Enter].
func (s *Sandbox) Leave() {
	s.lastUsed.Store(s.registry.config.Clock.Now().UnixNano())
	s.running.Add(-1)
}

// InUse reports whether a request is running in it.
func (s *Sandbox) InUse() bool { return s.running.Load() > 0 }

// StartSessions starts the sessions of a world's logins when somebody comes, so that
// making a sandbox costs nothing and they are recent.
func (s *Sandbox) StartSessions() {
	s.logins.Do(func() {
		if start := s.initial.Load(); start.LoginsPending {
			start.StartSessions(s.Store, s.Clock.Now())
		}
	})
}

// MadeAt is when the sandbox was made, by the server's clock.
func (s *Sandbox) MadeAt() time.Time { return s.madeAt }

// LastUsedAt is when a request came in or was over, by the server's clock.
func (s *Sandbox) LastUsedAt() time.Time { return time.Unix(0, s.lastUsed.Load()) }

// Seed is where identifiers and secrets come from.
func (s *Sandbox) Seed() int64 { return s.seed }

// InitialState is what the sandbox started from.
func (s *Sandbox) InitialState() *worldfile.InitialState { return s.initial.Load() }

// RateLimits are those in force.
func (s *Sandbox) RateLimits() *ratelimit.Policy { return s.rateLimits.Load() }

// Settled calls look while the sandbox neither begins again nor goes back.
func (s *Sandbox) Settled(look func()) {
	s.resetting.RLock()
	defer s.resetting.RUnlock()
	look()
}
