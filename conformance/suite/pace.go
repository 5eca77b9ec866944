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

	mu        sync.Mutex
	learned   *rate.Limiter // nil until the target says 429 again and again
	allowed   rate.Limit    // how much the target took when it said so last
	answered  []time.Time   // when the latest requests were
	recent    []bool        // whether the latest answers were 429
	slowed    time.Time     // when it was last slowed down
	careful   time.Duration // for how long after that it is careful
	quickened time.Time     // when it was last made faster
}

// What is learned from 429: at once a little slower than what the target took; then twice as
// fast each second up to that, and carefully beyond it.
const (
	minRate       = rate.Limit(1)
	recentAnswers = 20
	tooMany       = 4 // 429s among the recent answers; fewer are accidents
	slowerBy      = 0.9
	halve         = 0.5 // where the target took nothing at all
	nearAllowed   = 0.85
	carefulBy     = 0.02            // of what was allowed, each second
	carefulFor    = 3 * time.Second // or as long as two waits, if they are longer
	everySecond   = time.Second
	mostRemember  = 20_000
)

// pace waits until another request may go out.
func (c *Client) pace(ctx context.Context, who string) error {
	for _, limiter := range c.paceOf(who).limiters() {
		if err := c.waitFor(ctx, limiter); err != nil {
			return err
		}
	}
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

// noteThrottled notes a 429, and slows down where it is one of many, or has it wait long. It
// reports whether that begins here.
func (p *pace) noteThrottled(now time.Time, after time.Duration) (begins bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.noteRecent(true) < tooMany && after <= everySecond || now.Sub(p.slowed) < max(everySecond, after) {
		return false
	}
	begins = p.learned == nil
	if took := p.took(now, max(everySecond, after)); took > 0 {
		p.allowed = took
		p.learned = rate.NewLimiter(max(took*slowerBy, minRate), 1)
	} else if p.learned != nil {
		p.learned.SetLimitAt(now, max(p.learned.Limit()*halve, minRate))
	} else {
		p.allowed, p.learned = minRate, rate.NewLimiter(minRate, 1)
	}
	p.slowed, p.quickened = now, now.Add(after) // it is not faster while it waits
	p.careful = max(carefulFor, 2*after)
	return begins
}

// noteRecent notes an answer, and counts the 429s among the latest.
func (p *pace) noteRecent(throttled bool) (count int) {
	if p.recent = append(p.recent, throttled); len(p.recent) > recentAnswers {
		p.recent = p.recent[1:]
	}
	for _, one := range p.recent {
		if one {
			count++
		}
	}
	return count
}

// took is how many requests a second the target has answered of late.
func (p *pace) took(now time.Time, window time.Duration) rate.Limit {
	recent := 0
	for i := len(p.answered) - 1; i >= 0 && now.Sub(p.answered[i]) < window; i-- {
		recent++
	}
	return rate.Limit(float64(recent) / window.Seconds())
}

// noteAccepted notes a request that was not put off. By and by it goes faster again, and freely
// when the target has borne more than it took before for a while.
func (p *pace) noteAccepted(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answered = append(p.answered, now); len(p.answered) > mostRemember {
		p.answered = p.answered[mostRemember/2:]
	}
	p.noteRecent(false)
	since := now.Sub(p.quickened)
	if p.learned == nil || since < everySecond {
		return
	}
	p.quickened = now
	next := p.learned.Limit() * 2
	if near := p.allowed * nearAllowed; next > near {
		next = max(near, p.learned.Limit()+p.allowed*carefulBy*rate.Limit(min(since.Seconds(), 10)))
	}
	p.learned.SetLimitAt(now, next)
	if now.Sub(p.slowed) >= p.careful {
		p.allowed *= 2 // and so on, every second
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
