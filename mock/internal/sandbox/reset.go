package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// resetPart is a part of a sandbox that can go back to its start on its own.
type resetPart struct {
	name  string
	reset func(*Sandbox)
}

// resetParts are all of them, in the order in which they go back: the logins of a
// world happen at the time that it starts at.
func resetParts() []resetPart {
	return []resetPart{
		{"clock", (*Sandbox).resetClock},
		{"state", (*Sandbox).resetState},
		{"rate_limits", func(s *Sandbox) { s.resetRateLimits(); s.Retries.Reset() }},
		{"faults", (*Sandbox).resetFaults},
		{"journal", func(s *Sandbox) { s.Journal.Clear() }},
		{"violations", func(s *Sandbox) { s.registry.dropped.add(s); s.Violations.Reset() }},
	}
}

// ResetPartNames are the parts that can be reset on their own, in their order.
func ResetPartNames() (names []string) {
	for _, part := range resetParts() {
		names = append(names, part.name)
	}
	return names
}

// Reset goes back to what the sandbox started from: state, identifiers, clock, faults,
// and the rate limits with what they have counted; journal and violations are empty.
// Relative times of a fixture world keep the moment of its first start.
func (s *Sandbox) Reset() { s.resetIf(func(string) bool { return true }) }

// ResetOnly resets the parts that are named. It fails when there is no such part, or
// none is named; then nothing is reset.
func (s *Sandbox) ResetOnly(parts []string) error {
	if len(parts) == 0 {
		return errors.New(`"only" is empty`)
	}
	for _, name := range parts {
		if !slices.Contains(ResetPartNames(), name) {
			return fmt.Errorf(`"only" names %q`, name)
		}
	}
	s.resetIf(func(name string) bool { return slices.Contains(parts, name) })
	return nil
}

// resetIf resets the parts that are wanted, at once and in their order.
func (s *Sandbox) resetIf(wanted func(name string) bool) {
	s.resetting.Lock()
	defer s.resetting.Unlock()
	for _, part := range resetParts() {
		if wanted(part.name) {
			part.reset(s)
		}
	}
}

func (s *Sandbox) resetClock() { s.Clock.Restore(s.initial.Load().Clock) }

// resetState starts the world and its identifiers again.
func (s *Sandbox) resetState() {
	start := s.initial.Load()
	s.logins.Do(func() {})
	s.keyUses.at.Clear()
	s.Store.Reset(start.WithSessions(s.Clock.Now()), func() { start.RestartIDs(s.IDs, s.seed) })
}

// SetRateLimits puts a setting in force, as it is in the revision that is played.
func (s *Sandbox) SetRateLimits(setting ratelimit.Setting) {
	s.rateLimits.Store(ratelimit.NewPolicy(setting.In(invitesPerDay(s.Revision())), s.Clock.Now))
}

// invitesPerDay is how many invites a day a revision allows.
func invitesPerDay(r spec.Revision) int {
	if r.Has(spec.MoreInvites) {
		return ratelimit.NewestInvitesPerDay
	}
	return ratelimit.RealLimits().InvitesPerDay
}

// resetRateLimits puts those in force that the sandbox started with.
func (s *Sandbox) resetRateLimits() {
	s.SetRateLimits(s.initial.Load().LimitsOr(s.registry.config.RateLimits))
}

// resetFaults sets up the faults that a sandbox has from its start.
func (s *Sandbox) resetFaults() {
	s.Faults.Clear()
	_ = s.registry.config.addFaults(s.Faults) // it was tried when the registry was made
}

// LatencyFault is the id of the fault that makes every request slower.
const LatencyFault = "latency"

func (c *Config) addFaults(set *fault.Set) error {
	if c.Latency != 0 {
		if _, err := set.Add(fault.Fault{ID: LatencyFault, Latency: fault.Fixed(c.Latency)}); err != nil {
			return fmt.Errorf("latency: %w", err)
		}
	}
	for _, text := range c.Faults {
		body := []byte(text)
		if !strings.HasPrefix(strings.TrimSpace(text), "{") {
			body, _ = json.Marshal(map[string]string{"preset": text}) // a text can be written
		}
		if _, err := set.AddJSON(body); err != nil {
			return fmt.Errorf("fault %s: %w", text, err)
		}
	}
	return nil
}

// Replace makes w the world that the sandbox starts from, and starts it from there as
// [Sandbox.Reset] does. A request sees the old world or the new one, whole. Sandboxes to
// come start from the world of the sandbox "default"; those that are there keep what
// they have. When w cannot be built nothing changes.
func (s *Sandbox) Replace(w *fixtures.World) error {
	next, err := worldfile.New(w, s.seed, s.registry.config.Clock.Now(), s.registry.config.Revision)
	if err != nil {
		return err
	}
	s.resetting.Lock()
	defer s.resetting.Unlock()
	s.initial.Store(next)
	s.Clock.Restore(next.Clock)
	s.resetState()
	return nil
}
