package suite

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/tidwall/gjson"
)

// connection is what a run knows about its connection to the target.
type connection struct {
	mu       sync.Mutex
	answered bool // there was an answer at least once
	// clockOffset is how far the target's clock is ahead of this machine's.
	clockOffset time.Duration
}

const firstBackoff = 100 * time.Millisecond

// backoff is how long to wait before a request is sent again.
func backoff(e *Exchange) time.Duration {
	if e.ResponseHeader.Get("Retry-After") != "" {
		return min(retryAfter(e.ResponseHeader), longestWait)
	}
	return firstBackoff << (e.Retried - 1)
}

// learnTime learns the target's time from an answer.
func (c *connection) learnTime(header http.Header, sent time.Time) {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clockOffset = at.Sub(sent)
}

// noteAnswer notes that the target has answered, and hasAnswered reports whether it ever has.
func (c *connection) noteAnswer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = true
}

func (c *connection) hasAnswered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered
}

// targetTime is the target's time: the fake's clock where there is a control plane,
// else what the dates of answers tell; zero if nothing does.
func (c *Client) targetTime(ctx context.Context) time.Time {
	if c.Target.Control != "" {
		e := &Exchange{Method: http.MethodGet, URL: c.Target.Control + "/clock", RequestHeader: http.Header{}}
		if c.send(ctx, e) == nil {
			return gjson.GetBytes(e.ResponseBody, "now").Time()
		}
	}
	c.connection.mu.Lock()
	defer c.connection.mu.Unlock()
	if !c.connection.answered {
		return time.Time{}
	}
	return time.Now().UTC().Add(c.connection.clockOffset)
}
