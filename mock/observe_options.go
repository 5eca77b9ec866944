package mock

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/fault"
	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// WithJournal sets how many requests each sandbox remembers. Without it: 1000.
func WithJournal(entries int) Option { return func(c *config) { c.journal = max(1, entries) } }

// DefaultJournalMemory is how many bytes the journals of all sandboxes may hold together.
const DefaultJournalMemory = journal.DefaultBudget

// WithJournalMemory sets how many bytes the journals of all sandboxes may hold together,
// about. The sandbox whose journal nobody has written or read for longest gives up its
// oldest requests first. Without it: [DefaultJournalMemory].
func WithJournalMemory(bytes int) Option { return func(c *config) { c.journals = max(1, bytes) } }

// WithoutGuard does not hold requests against the OpenAPI document: there are no
// violations, and each request is a little faster.
func WithoutGuard() Option { return func(c *config) { c.unguarded = true } }

// WithSelfCheck holds every answer of the server against the OpenAPI document; see
// [Server.Flaws]. [Start] does it by itself, and fails the test.
func WithSelfCheck() Option { return func(c *config) { c.selfCheck = true } }

// WithLatency makes every request take so much longer, as a fault with the id
// "latency", which can be changed and taken away.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithSleep sets how slow answers wait. It must return early, and an error, when the
// context ends. Without it they take real time.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) { c.sleep = sleep }
}

// WithFaults gives every sandbox faults from its start. Each text is the name of a
// preset, such as flaky-network, or JSON as POST /_understudy/faults takes it. [New]
// fails when one cannot be read.
func WithFaults(texts ...string) Option {
	return func(c *config) { c.faults = append(c.faults, texts...) }
}

// latencyFault is the id of the fault of [WithLatency].
const latencyFault = "latency"

// arm sets up the faults that a sandbox has from its start.
func (b *Sandbox) arm() {
	b.faults.Clear()
	_ = b.core.config.arm(b.faults) // it was tried when the server was made
}

func (c *config) arm(set *fault.Set) error {
	if c.latency != 0 {
		if _, err := set.Add(fault.Fault{ID: latencyFault, Latency: fault.Fixed(c.latency)}); err != nil {
			return fmt.Errorf("latency: %w", err)
		}
	}
	for _, text := range c.faults {
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
