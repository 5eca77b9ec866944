package suite

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/understudy-dev/understudy/conformance/target"
)

// pace is how fast one credential may go: what the profile allows, and what the
// target taught by 429.
type pace struct {
	limits []*rate.Limiter

	mu       sync.Mutex
	learned  *rate.Limiter // nil until the target says 429
	sent     []time.Time   // when the latest requests went out
	accepted int           // requests since the latest 429
}

// What is learned from 429.
const (
	rateWindow   = time.Minute // how far back the rate is measured
	minRate      = rate.Limit(1)
	speedUpAfter = 50 // requests without a 429 before it goes faster again
)

// pace waits until another request may go out.
func (c *Client) pace(ctx context.Context, who string) error {
	p := c.paceOf(who)
	for _, limiter := range p.limiters() {
		if err := c.waitFor(ctx, limiter); err != nil {
			return err
		}
	}
	p.noteSent(c.now())
	return nil
}

// waitFor waits for the turn of a request, unless the run ends before that.
func (c *Client) waitFor(ctx context.Context, limiter *rate.Limiter) error {
	now := c.now()
	turn := limiter.ReserveN(now, 1)
	delay := turn.DelayFrom(now)
	if end, limited := ctx.Deadline(); limited && time.Until(end) < delay {
		turn.CancelAt(now)
		return fmt.Errorf("the limits of the target have it wait %s, and the time is up before that: %w", delay.Round(time.Second), context.DeadlineExceeded)
	}
	if err := c.wait(ctx, delay); err != nil {
		turn.CancelAt(c.now())
		return err
	}
	return nil
}

func (c *Client) paceOf(who string) *pace {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.paces[who]
	if !ok {
		p = &pace{limits: limitersFor(c.Target.Limits)}
		c.paces[who] = p
	}
	return p
}

// limitersFor spread requests so that no window has more than a target allows.
func limitersFor(limits target.Limits) (list []*rate.Limiter) {
	for _, window := range []struct {
		requests int
		length   time.Duration
		part     int // of the requests may go at once
	}{{limits.RequestsPerMinute, time.Minute, 20}, {limits.RequestsPerHour, time.Hour, 2}} {
		if window.requests > 0 {
			// Some at once, the rest spread: never more than allowed in any window.
			// Half of an hour's, since a run is often over long before the hour.
			burst := max(1, window.requests/window.part)
			even := rate.Every(window.length / time.Duration(max(1, window.requests-burst)))
			list = append(list, rate.NewLimiter(even, burst))
		}
	}
	return list
}

func (p *pace) limiters() []*rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.learned == nil {
		return p.limits
	}
	return append([]*rate.Limiter{p.learned}, p.limits...)
}

func (p *pace) noteSent(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, at)
	if len(p.sent) > 10_000 {
		p.sent = p.sent[len(p.sent)/2:]
	}
}

// slowDown goes at half the rate that was too fast.
func (p *pace) slowDown(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	recent := 0
	for i := len(p.sent) - 1; i >= 0 && now.Sub(p.sent[i]) < rateWindow; i-- {
		recent++
	}
	next := rate.Limit(float64(recent)/rateWindow.Seconds()) / 2
	if p.learned != nil {
		next = p.learned.Limit() / 2
		if p.accepted == 0 {
			next = p.learned.Limit() // several were under way when it was said
		}
	}
	p.learned = rate.NewLimiter(max(next, minRate), 1)
	p.learned.ReserveN(now, 1)
	p.accepted = 0
}

// noteAccepted notes a request that was not put off. After many it goes a little faster.
func (p *pace) noteAccepted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accepted++
	if p.learned != nil && p.accepted%speedUpAfter == 0 {
		p.learned.SetLimit(p.learned.Limit() * 1.1)
	}
}

// PacedFor is how long a credential takes for so many requests at the limits of a
// target.
func PacedFor(requests int, limits target.Limits) (took time.Duration) {
	for _, limiter := range limitersFor(limits) {
		if late := requests - limiter.Burst(); late > 0 {
			took = max(took, time.Duration(float64(late)/float64(limiter.Limit())*float64(time.Second)))
		}
	}
	return took
}
