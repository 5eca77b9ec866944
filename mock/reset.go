package mock

// resettable is a part of a sandbox that can go back to its start on its own.
type resettable struct {
	name  string
	reset func(*Sandbox)
}

// resettables are all of them, in the order in which they go back: the logins of a
// world happen at the time that it starts at.
var resettables = []resettable{
	{"clock", (*Sandbox).resetClock},
	{"state", (*Sandbox).resetState},
	{"rate_limits", func(b *Sandbox) { b.resetRateLimits(); b.patience.Reset() }},
	{"faults", (*Sandbox).arm},
	{"journal", func(b *Sandbox) { b.journal.Clear() }},
	{"violations", func(b *Sandbox) { b.core.departed.add(b); b.violations.Reset() }},
}

// Reset goes back to what the sandbox started from: state, identifiers, clock, faults,
// and the rate limits with what they have counted; journal and violations are empty.
// Relative times of a fixture world keep the moment of its first start.
func (b *Sandbox) Reset() { b.resetParts(func(string) bool { return true }) }

// resetParts resets the parts that are wanted, at once and in their order.
func (b *Sandbox) resetParts(wanted func(name string) bool) {
	b.turning.Lock()
	defer b.turning.Unlock()
	for _, part := range resettables {
		if wanted(part.name) {
			part.reset(b)
		}
	}
}

func (b *Sandbox) resetClock() { b.clock.Restore(b.origin.Load().Clock) }

// resetState starts the world and its identifiers again.
func (b *Sandbox) resetState() {
	start := b.origin.Load()
	b.waking.Do(func() {})
	b.store.Reset(start.WithSessions(b.clock.Now()), func() { start.RestartIDs(b.ids, b.seed) })
}
