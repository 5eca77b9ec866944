package suite

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// breaker holds back requests while the target is in trouble, after a few answers in a row
// that were not its own. Whoever waits first probes by a harmless read, less and less often,
// until the target answers again or the run's patience is at its end. Then the target counts
// as gone, and nothing more is sent.
type breaker struct {
	// patience is how long an outage may last.
	patience time.Duration

	mu      sync.Mutex
	row     int     // answers in a row that were not the target's
	outage  *outage // nil while all is well
	gone    string  // why the target counts as gone; "" while it does not
	outages []Outage
}

// Outage is a time in which the target was in trouble.
type Outage struct {
	// Why says what came instead of answers.
	Why string
	// Lasted is how long the run waited.
	Lasted time.Duration
	// Over tells that the target came back.
	Over bool
}

// outage is an outage while it lasts.
type outage struct {
	why     string
	waited  time.Duration
	next    time.Duration // how long to wait before the next probe
	probing bool
	changed chan struct{} // closed when a probe is done
}

const (
	// troubleInARow is how many answers in a row that are not the target's make an outage.
	troubleInARow = 3
	// defaultPatience is how long an outage may last unless the run is told.
	defaultPatience = 2 * time.Minute
	firstProbe      = 250 * time.Millisecond
	slowestProbe    = 10 * time.Second // between two probes
	probeTimeout    = 10 * time.Second
)

// GoneError is why nothing more is asked of a target.
type GoneError struct{ Why string }

func (e *GoneError) Error() string { return e.Why }

// pass waits until the target is well. It fails with a [GoneError] once it counts as gone.
func (b *breaker) pass(ctx context.Context, c *Client) error {
	for {
		b.mu.Lock()
		o := b.outage
		switch {
		case b.gone != "":
			b.mu.Unlock()
			return &GoneError{b.gone}
		case o == nil:
			b.mu.Unlock()
			return ctx.Err()
		case o.probing:
			changed := o.changed
			b.mu.Unlock()
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-changed:
			}
			continue
		}
		o.probing = true
		b.mu.Unlock()
		b.probe(ctx, c, o)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// probe waits, asks the target once, and notes what came of it.
func (b *breaker) probe(ctx context.Context, c *Client, o *outage) {
	started := c.now()
	err := c.wait(ctx, o.next)
	why, asked := "", time.Duration(0)
	if err == nil {
		why, asked = c.probe(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o.waited += max(o.next, c.now().Sub(started))
	o.probing = false
	close(o.changed)
	o.changed = make(chan struct{})
	switch {
	case ctx.Err() != nil: // somebody else probes, or nobody
	case why == "":
		b.end(o, true)
		c.notify("the target answers again, after %s", o.waited.Round(time.Second))
	case o.waited+asked > b.patience:
		b.end(o, false)
		b.giveUp(c, fmt.Sprintf("the target has been in trouble for %s: %s", o.waited.Round(time.Second), why))
	default:
		o.why = why
		o.next = min(max(2*o.next, asked), slowestProbe, max(firstProbe, b.patience-o.waited))
	}
}

// end notes that an outage is over, or that nobody waits for its end any more. The caller holds mu.
func (b *breaker) end(o *outage, over bool) {
	b.outage, b.row = nil, 0
	b.outages = append(b.outages, Outage{Why: o.why, Lasted: o.waited, Over: over})
}

// giveUp has the target count as gone. The caller holds mu.
func (b *breaker) giveUp(c *Client, why string) {
	if b.gone == "" {
		b.gone = why
		c.notify("%s; nothing more is asked of it", why)
	}
}

// noteAnswer notes an answer of the target.
func (b *breaker) noteAnswer() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.row = 0
}

// noteTrouble notes that there was none. A target that has never answered is not waited for.
func (b *breaker) noteTrouble(c *Client, e *Exchange, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.row++; b.row < troubleInARow || b.outage != nil || b.gone != "" {
		return
	}
	why := trouble(e, err)
	if !c.connection.hasAnswered() {
		if err != nil {
			why += ": " + err.Error()
		}
		b.giveUp(c, "the target does not answer: "+why)
		return
	}
	b.begin(c, why, retryAfterIf(e))
}

// begin holds back requests. The caller holds mu.
func (b *breaker) begin(c *Client, why string, after time.Duration) {
	if b.outage != nil || b.gone != "" {
		return
	}
	b.outage = &outage{why: why, next: max(firstProbe, min(after, b.patience)), changed: make(chan struct{})}
	c.notify("the target is in trouble: %s; waiting for it, %s at most", why, b.patience)
}

// Gone says why nothing more is asked of the target, "" while it is.
func (c *Client) Gone() string {
	c.breaker.mu.Lock()
	defer c.breaker.mu.Unlock()
	return c.breaker.gone
}

// giveUp has the target count as gone.
func (c *Client) giveUp(why string) {
	c.breaker.mu.Lock()
	defer c.breaker.mu.Unlock()
	c.breaker.giveUp(c, why)
}

// suspect holds back requests until the target shows that it is well.
func (c *Client) suspect(why string) {
	c.breaker.mu.Lock()
	defer c.breaker.mu.Unlock()
	c.breaker.begin(c, why, 0)
}

// Outages are the times in which the target was in trouble.
func (c *Client) Outages() []Outage {
	c.breaker.mu.Lock()
	defer c.breaker.mu.Unlock()
	return slices.Clone(c.breaker.outages)
}

// probe asks the target for what it has shown before. why says what came instead of its
// answer, "" if it is well; after is how long it asks to wait.
func (c *Client) probe(ctx context.Context) (why string, after time.Duration) {
	reads := c.footing.reads()
	if len(reads) == 0 {
		reads = []read{{url: c.Target.BaseURL + OrgPath(c.Target.Organization.ID), header: http.Header{}}}
	}
	for _, r := range reads[:min(len(reads), 3)] { // any one will do
		e, err := c.again(ctx, r)
		switch well := isWell(e, err); {
		case well && (e.Status < http.StatusBadRequest || r.who == ""):
			return "", 0
		case well:
			why = fmt.Sprintf("it refuses every credential, with status %d", e.Status)
		default:
			why = trouble(e, err)
		}
		if after = max(after, retryAfterIf(e)); ctx.Err() != nil {
			break
		}
	}
	return why, after
}

// isWell reports whether an answer is that of a target that is well.
func isWell(e *Exchange, err error) bool {
	return originOf(e, err) == ofTarget && e.Status < http.StatusInternalServerError
}

// notify tells what a run waits for, or has lost.
func (c *Client) notify(format string, args ...any) {
	if c.notice != nil {
		c.notice(fmt.Sprintf(format, args...))
	}
}
